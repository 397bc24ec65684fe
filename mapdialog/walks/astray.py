"""Finds observations that lie too far from their walk to be believed, as a phone's do that mixes up its coordinates."""

from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from babel.numbers import format_decimal
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.districts import nearness
from mapdialog.districts.queries import bounds_of, find_set
from mapdialog.geo import expressions
from mapdialog.geo.geometry import from_element
from mapdialog.walks import routes
from mapdialog.walks.far_routes import FAR_M
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk

# Somebody points at what is across the field, and GPS between houses errs by a few hundred metres; nobody walks so far.
AROUND_M = 1_500.0
# `place_source` of what somebody at the desk has placed, or looked at and found right.
DESK = "desk"


@dataclass(frozen=True)
class Reach:
    """Where a walk's observations may lie: a shape (EPSG:3006; None where nothing is known of it) and so many metres
    around it."""

    shape: BaseGeometry | None
    around_m: float

    def metres_off(self, place: BaseGeometry) -> float | None:
        """How far from the shape a place (EPSG:3006) lies; None where it is near enough."""
        metres = float(self.shape.distance(place)) if self.shape is not None else 0.0
        return metres if metres > self.around_m else None


def reach_of(session: Session, walk: SafetyWalk) -> Reach:
    """By the route and the stops, and as wide as they; for a walk without either by its district, else by the
    rectangle around the municipality's districts."""
    shape = routes.shape_of(walk)
    if shape is not None:
        west, south, east, north = shape.bounds
        across = shapely.Point(west, south).distance(shapely.Point(east, north))
        return Reach(shape, min(max(AROUND_M, across), FAR_M))
    if walk.district is not None:
        return Reach(from_element(walk.district.geom), AROUND_M)
    district_set = find_set(session)
    box = bounds_of(session, district_set) if district_set is not None else None
    return Reach(shapely.box(*box) if box is not None else None, FAR_M)


def find(session: Session, walk: SafetyWalk, observations: Iterable[WalkObservation]) -> dict[int, float]:
    """How many metres from the walk those lie that lie far away, by id; the desk's own places are believed."""
    reach = reach_of(session, walk)
    found = {one.id: reach.metres_off(from_element(one.anchor)) for one in observations if one.place_source != DESK}
    return {key: metres for key, metres in found.items() if metres is not None}


def find_all(session: Session, walks: Iterable[SafetyWalk]) -> dict[int, float]:
    """The same of everything that those walks found, counted by the database."""
    found: dict[int, float] = {}
    for walk in walks:
        reach = reach_of(session, walk)
        if reach.shape is None:
            continue
        metres = expressions.distance_m(WalkObservation.anchor, expressions.shape(reach.shape))
        own = select(WalkObservation.id, metres).where(WalkObservation.walk_id == walk.id, metres > reach.around_m)
        found.update((key, far) for key, far in session.execute(own.where(WalkObservation.place_source != DESK)))
    return found


def unswapped(session: Session, walk: SafetyWalk, one: WalkObservation) -> shapely.Point | None:
    """Its place with longitude and latitude exchanged (EPSG:3006), where that lies at the walk; else None."""
    reach = reach_of(session, walk)
    other = nearness.swapped(from_element(one.anchor))
    if reach.shape is None or not isinstance(other, shapely.Point) or reach.metres_off(other) is not None:
        return None
    return other


def kilometres(metres: float, language: str) -> str:
    """'1,8 km', '30 km': as near as one needs to know."""
    digits = 1 if metres < 10_000 else 0
    return f"{format_decimal(round(metres / 1000, digits), locale=language)}\N{NO-BREAK SPACE}km"
