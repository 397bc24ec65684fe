"""Geometry on its way in and out: from GeoJSON to EPSG:3006, repaired where it must be, and a point for it."""

from typing import Any, NamedTuple, cast

import numpy as np
import shapely
from geoalchemy2 import WKBElement
from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry.base import BaseGeometry

from mapdialog.geo import geojson, reach
from mapdialog.geo.crs import STORE, WGS84, project, transform_point
from mapdialog.geo.problems import N_, GeoProblem

DRAWN = ("Point", "LineString", "Polygon")
MAX_DRAWN_VERTICES = 2_000


class Repaired(NamedTuple):
    """A valid geometry, and what was wrong before (Swedish msgid, None when nothing was)."""

    geometry: BaseGeometry
    problem: str | None


def parse_geojson(
    value: Any, *, allowed: tuple[str, ...] = DRAWN, max_vertices: int = MAX_DRAWN_VERTICES
) -> BaseGeometry:
    """A GeoJSON geometry dict (EPSG:4326, lon lat) as a 2D Shapely geometry in EPSG:4326, self-crossings repaired.

    Heights are dropped. Raises GeoProblem with a Swedish message for everything that does not hold, also lines and
    areas without extent.
    """
    geojson.check_geometry(value, allowed=allowed, max_vertices=max_vertices)
    if value["type"] == "Point":
        lon, lat = geojson.check_position(value["coordinates"])
        return shapely.Point(lon, lat)
    try:
        geometry = shapely.force_2d(shapely.from_geojson(_json(value)))
    except shapely.errors.GEOSException:
        raise GeoProblem(N_("Geometrin går inte att läsa.")) from None
    repaired = repair(geometry).geometry
    if repaired.is_empty or repaired.geom_type.removeprefix("Multi") != geometry.geom_type.removeprefix("Multi"):
        raise GeoProblem(
            N_("Det du ritade har ingen utsträckning. Rita minst två punkter för en linje och tre för en yta.")
        )
    return repaired


def _json(value: dict[str, Any]) -> str:
    import json

    return json.dumps({"type": value["type"], **{k: value[k] for k in ("coordinates", "geometries") if k in value}})


def repair(geometry: BaseGeometry) -> Repaired:
    """Make a geometry valid without losing area; bits of lower dimension that the repair leaves are dropped.

    `problem` says in Swedish what was wrong. Works in any CRS.
    """
    if geometry.is_valid:
        return Repaired(geometry, None)
    problem = _explain(shapely.is_valid_reason(geometry))
    fixed = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    wanted = geometry.geom_type.removeprefix("Multi")
    if wanted in ("Polygon", "LineString") and fixed.geom_type == "GeometryCollection":
        parts = [part for part in shapely.get_parts(fixed) if part.geom_type.removeprefix("Multi") == wanted]
        fixed = shapely.union_all(parts)
    return Repaired(fixed, problem)


def _explain(reason: str) -> str:
    for english, swedish in _REASONS:
        if english in reason:
            return swedish
    return N_("ytan var inte korrekt byggd")


_REASONS = (
    ("Ring Self-intersection", N_("kanten rör vid sig själv")),
    ("Self-intersection", N_("kanten korsar sig själv")),
    ("Hole lies outside", N_("ett hål låg utanför ytan")),
    ("Nested", N_("delar låg inuti varandra")),
    ("Duplicate Rings", N_("samma kant fanns två gånger")),
    ("Too few points", N_("en kant hade för få punkter")),
    ("Interior is disconnected", N_("hål delade ytan i stycken")),
)


def transform(geometry: BaseGeometry, source: int, target: int) -> BaseGeometry:
    """The same geometry in another EPSG code, 2D; raises GeoProblem when a coordinate has no place there."""
    if source == target:
        return shapely.force_2d(geometry) if geometry.has_z else geometry
    if geometry.geom_type == "Point" and not geometry.is_empty:
        x, y = transform_point(geometry.x, geometry.y, source, target)  # type: ignore[attr-defined]
        if not (np.isfinite(x) and np.isfinite(y)):
            raise GeoProblem(N_("En koordinat går inte att räkna om till EPSG:%(target)s."), target=target)
        return shapely.Point(x, y)
    moved = project(shapely.force_2d(geometry), source, target)
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise GeoProblem(N_("En koordinat går inte att räkna om till EPSG:%(target)s."), target=target)
    return moved


def to_store(geometry: BaseGeometry, source: int = WGS84) -> BaseGeometry:
    """From `source` (EPSG:4326 unless told) to the stored EPSG:3006, metres.

    Any place on earth but two spots on the equator, see `geo.reach`, for which GeoProblem is raised.
    """
    stored = transform(geometry, source, STORE)
    reach.check(shapely.get_coordinates(stored))
    return stored


def drawn_to_store(value: Any, *, allowed: tuple[str, ...] = DRAWN) -> BaseGeometry:
    """A GeoJSON geometry dict (EPSG:4326) checked as `parse_geojson` does, in EPSG:3006 as `to_store` does.

    Nearly all are points, which go without a geometry in between.
    """
    if not isinstance(value, dict) or value.get("type") != "Point":
        return to_store(parse_geojson(value, allowed=allowed))
    geojson.check_geometry(value, allowed=allowed)
    east, north = transform_point(*geojson.check_position(value["coordinates"]), WGS84, STORE)
    if not reach.is_near(east, north):
        reach.check(np.array([[east, north]]))
    return shapely.Point(east, north)


def from_store(geometry: BaseGeometry, target: int = WGS84) -> BaseGeometry:
    """From the stored EPSG:3006 to `target` (EPSG:4326 unless told)."""
    return transform(geometry, STORE, target)


def anchor(geometry: BaseGeometry) -> shapely.Point:
    """One point that stands for the geometry and lies on it: a point itself, a line's middle, inside an area."""
    if geometry.is_empty:
        raise GeoProblem(N_("Geometrin är tom."))
    if geometry.geom_type == "Point":
        return geometry  # type: ignore[return-value]
    if geometry.geom_type == "LineString":
        return cast(shapely.LineString, geometry).interpolate(0.5, normalized=True)
    return shapely.point_on_surface(geometry)


def to_element(geometry: BaseGeometry) -> WKBElement:
    """A geometry in EPSG:3006 as the value of a PostGIS column."""
    return from_shape(geometry, srid=STORE)


def from_element(element: WKBElement) -> BaseGeometry:
    """The value of a PostGIS column as a Shapely geometry (in the column's CRS)."""
    return to_shape(element)
