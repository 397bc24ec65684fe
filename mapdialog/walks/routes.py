"""A walk's route on its way to the browser, how long it is, and the middle of a walk."""

import json

import shapely
from geoalchemy2 import WKBElement
from shapely.geometry.base import BaseGeometry

from mapdialog.geo import features
from mapdialog.geo.geometry import from_element, from_store
from mapdialog.walks.models import SafetyWalk

_WIDE_M = 20_000.0


def to_text(line: BaseGeometry) -> str:
    """A line in EPSG:3006 as GeoJSON text in EPSG:4326."""
    return json.dumps(features.geometry(from_store(line), digits=7), separators=(",", ":"))


def shape_of(walk: SafetyWalk) -> BaseGeometry | None:
    """Where the walk goes, EPSG:3006: its route and stops together; None while it has neither."""
    parts = [from_element(stop.place) for stop in walk.stops if stop.place is not None]
    if walk.route is not None:
        parts.append(from_element(walk.route))
    return shapely.GeometryCollection(parts) if parts else None


def centre(walk: SafetyWalk) -> tuple[float, float] | None:
    """The middle of the walk as (lon, lat), to compute the sun for; of one that goes too far to have a middle where it
    is, its first stop or the beginning of its route."""
    shape = shape_of(walk)
    if shape is None:
        return None
    if shapely.box(*shape.bounds).exterior.length > 4 * _WIDE_M:
        shape = shapely.Point(shapely.get_coordinates(shape)[0])
    middle = from_store(shape.centroid)
    return float(middle.x), float(middle.y)  # type: ignore[attr-defined]


def lon_lat(place: WKBElement) -> list[float]:
    """A stored point as [lon, lat], six decimals."""
    point = from_store(from_element(place))
    return [round(float(point.x), 6), round(float(point.y), 6)]  # type: ignore[attr-defined]


def length_m(walk: SafetyWalk) -> float:
    """How long the route is, metres; 0 without one."""
    return float(from_element(walk.route).length) if walk.route is not None else 0.0


def told_m(length_m: float) -> int:
    """A length in metres as people are told it, on every page and paper: to ten metres, under twenty to the metre.

    What the phone says of the way walked is rounded alike (`sayDistance` in static/js/lib/geo.js).
    """
    return round(length_m) if length_m < 20 else round(length_m / 10) * 10


def bounds_lonlat(shape: BaseGeometry, margin_m: float = 150.0) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees around a shape in EPSG:3006, with room about it."""
    west, south, east, north = from_store(shapely.box(*shape.bounds).buffer(margin_m)).bounds
    return round(west, 6), round(south, 6), round(east, 6), round(north, 6)
