"""Where an observation is, in words for somebody who has neither the map nor the route before them."""

from sqlalchemy.orm import Session

from mapdialog.core.text import N_
from mapdialog.core.wording import Translate
from mapdialog.geo.geometry import from_element
from mapdialog.places.names import fold
from mapdialog.places.queries import describe_position
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import WalkStop
from mapdialog.walks.routes import told_m

AT_STOP_M = 30.0


def said(session: Session, one: WalkObservation, say: Translate) -> str:
    """Its stop or else the nearest one, how far from it, and the street or place near; '' where nothing is known."""
    parts = [_by_stop(one, say)]
    near = describe_position(session, one.lon_e6 / 1e6, one.lat_e6 / 1e6)
    if near.place and near.is_close and fold(near.place) not in fold(parts[0]):
        parts.append(say(N_("nära %(place)s"), place=near.place))
    elif not parts[0]:
        parts.append(near.district)
    words = ", ".join(part for part in parts if part)
    return words[:1].upper() + words[1:]


def _by_stop(one: WalkObservation, say: Translate) -> str:
    if one.stop is not None:
        metres = _distance_m(one, one.stop)
        return one.stop.name if metres is None or metres <= AT_STOP_M else _from_stop(one.stop, metres, say)
    near = [(metres, stop) for stop in one.walk.stops if (metres := _distance_m(one, stop)) is not None]
    if not near:
        return ""
    metres, stop = min(near, key=lambda pair: pair[0])
    return stop.name if metres <= AT_STOP_M else _from_stop(stop, metres, say)


def _from_stop(stop: WalkStop, metres: float, say: Translate) -> str:
    return say(N_("%(metres)s m från %(stop)s"), metres=told_m(metres), stop=stop.name)


def _distance_m(one: WalkObservation, stop: WalkStop) -> float | None:
    return float(from_element(one.anchor).distance(from_element(stop.place))) if stop.place is not None else None
