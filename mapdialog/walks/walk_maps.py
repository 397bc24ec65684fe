"""What maps of a walk show: numbered places with a category or a status, the route and the stops, in degrees."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import shapely

from mapdialog.geo import features
from mapdialog.geo.bbox import Bounds
from mapdialog.geo.geometry import from_element, from_store
from mapdialog.walks.board import Place
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk, WalkGroup

SIZE = (900, 420)
_OPEN_LOOK, _LATE_LOOK = ("#0072B2", "hammer"), ("#D55E00", "clock-alert")
_STATUS_LOOKS = {
    "done": ("#009E73", "check"),
    "in_progress": ("#E69F00", "hammer"),
    "rejected": ("#CC79A7", "x"),
    "outside_mandate": ("#CC79A7", "x"),
}


@dataclass(frozen=True)
class Spot:
    """A place with its pin (`look` names one of the page's symbols, `shape` its form) and where a press on it leads.

    The map's first view leaves out what `is_far`, that it may show the walk.
    """

    number: int
    lon: float
    lat: float
    label: str
    color: str
    look: str
    shape: str
    icon: str
    href: str
    is_far: bool = False


def map_data(spots: Sequence[Spot], walks: Iterable[SafetyWalk], tracks: Iterable[WalkGroup] = ()) -> dict[str, Any]:
    """Spots, routes as GeoJSON lines (EPSG:4326), stops with number and name, and the ways that groups went."""
    routes, stops = [], []
    for walk in walks:
        if walk.route is not None:
            routes.append(features.geometry(from_store(from_element(walk.route)), digits=6))
        for stop in walk.stops:
            if stop.place is not None:
                lon, lat = shapely.get_coordinates(from_store(from_element(stop.place)))[0]
                stops.append({"seq": stop.seq, "name": stop.name, "lon": round(lon, 6), "lat": round(lat, 6)})
    return {"spots": [asdict(one) for one in spots], "routes": routes, "stops": stops, "looks": _looks(spots)} | {
        "tracks": [
            {"name": one.name, "way": features.geometry(from_store(from_element(one.track)), digits=6)}
            for one in tracks
            if one.track is not None
        ]
    }


def observation_spot(number: int, one: WalkObservation, label: str, href: str, *, is_far: bool = False) -> Spot:
    """The pin of an observation: its shape says how the place feels, its colour and glyph what it is about."""
    kind = one.category
    shape = {"secure": "secure", "insecure": "insecure"}.get(one.polarity, "neutral")
    look = f"{shape}-{kind.key}"
    return Spot(number, one.lon_e6 / 1e6, one.lat_e6 / 1e6, label, kind.color, look, shape, kind.icon, href, is_far)


def action_spot(place: Place, status: str, is_late: bool, label: str, href: str) -> Spot:
    """The pin of an action: a hexagon, whose colour and glyph say how far it has come."""
    color, icon = _STATUS_LOOKS.get(status, _OPEN_LOOK)
    if is_late:
        color, icon = _LATE_LOOK
    look = f"action-{icon}"
    return Spot(place.action_id, place.lon, place.lat, label, color, look, "action", icon, href)


def _looks(spots: Iterable[Spot]) -> list[dict[str, str]]:
    """Each pin's symbol once, as the macro `pin_sprite` takes it."""
    found = {one.look: one for one in spots}
    return [{"key": one.look, "polarity": one.shape, "color": one.color, "icon": one.icon} for one in found.values()]


def bounds(places: Sequence[tuple[float, float]], walks: Iterable[SafetyWalk]) -> Bounds | None:
    """The rectangle in EPSG:3006 that holds the places (EPSG:3006), routes and stops; None when there is nothing."""
    shapes: list[Any] = [shapely.Point(place) for place in places]
    for walk in walks:
        shapes += [from_element(walk.route)] if walk.route is not None else []
        shapes += [from_element(stop.place) for stop in walk.stops if stop.place is not None]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapely.GeometryCollection(shapes))
    return float(west), float(south), float(east), float(north)
