"""Puts an observation's place right at the desk: at a stop, at a place pointed out, or as it is. Callers commit."""

import shapely
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.contributions.models import ContributionRevision, State
from mapdialog.core import audit
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_
from mapdialog.districts.linking import hold_sets, link_moved
from mapdialog.geo.geometry import from_element, to_element
from mapdialog.walks.astray import DESK
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk


def put(
    session: Session,
    walk: SafetyWalk,
    one: WalkObservation,
    *,
    stop_id: int | None,
    place: shapely.Point | None,
    version: int | None,
    actor_id: int | None,
) -> None:
    """Let it belong to that stop (None: on the way) and lie at `place` (EPSG:3006), without one where the stop lies.

    Where the phone said that it was stays among its revisions. Raises Invalid (`stop`, `place`), Conflict.
    """
    stop = next((each for each in walk.stops if each.id == stop_id), None)
    if stop_id is not None and stop is None:
        raise Invalid(N_("Hållpunkten hör inte till vandringen."), field="stop")
    if place is None and stop is None:
        raise Invalid(N_("Välj en hållpunkt, eller visa var det var."), field="place")
    if place is None and (stop is None or stop.place is None):
        raise Invalid(N_("Hållpunkten har ingen plats på kartan. Visa var det var."), field="place")
    hold_sets(session)
    _take(session, one, version)
    if not one.revisions:  # The first place, as received.
        session.add(
            ContributionRevision(
                contribution_id=one.id,
                raw_text=one.raw_text,
                category_id=one.category_id,
                geom=one.geom,
                received_at=one.received_at,
            )
        )
    where = place if place is not None else from_element(stop.place)  # type: ignore[union-attr, arg-type]
    one.geom = one.anchor = to_element(where)
    one.point_source = "manual" if place is not None else "stop"
    one.place_source, one.accuracy_m, one.stop_id = DESK, None, stop_id
    session.flush()
    session.expire(one, ["lon_e6", "lat_e6", "grid_key", "stop", "revisions"])
    link_moved(session, one.id)
    audit.record(session, actor_id, "walk.place", one, stop=stop_id)


def confirm(session: Session, one: WalkObservation, *, version: int | None, actor_id: int | None) -> None:
    """It lies where it lies, however far from the walk. Raises Conflict."""
    _take(session, one, version)
    one.place_source = DESK
    session.flush()
    audit.record(session, actor_id, "walk.place_confirmed", one)


def _take(session: Session, one: WalkObservation, version: int | None) -> None:
    moderation.take(session, one, version)
    if one.state == State.WITHDRAWN:
        raise Conflict(N_("Den som gjorde iakttagelsen har tagit tillbaka den."))
