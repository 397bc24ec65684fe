"""Where a dialogue takes contributions: an area from a drawing, a file, districts or a box, always in EPSG:3006."""

import json
from pathlib import Path

import shapely
from geoalchemy2 import Geometry
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues.parts import multi
from mapdialog.districts.models import District, DistrictSet
from mapdialog.geo import bbox, crs, expressions, geojson, geometry, readers
from mapdialog.geo.problems import GeoProblem

MAX_AREAS = 5_000
MAX_VERTICES = 100_000
# Jetties and bathing places lie in it; all the sea that belongs to a municipality would only make the map small.
SHORE_M = 1_000.0
SIMPLIFY_M = 1.0  # a metre is finer than any border of a dialogue is meant


def from_geojson(text: str) -> MultiPolygon:
    """What was drawn on the map: a polygon, multipolygon, feature or collection in EPSG:4326. Raises Invalid."""
    try:
        features = geojson.check_collection(geojson.loads(text), max_features=MAX_AREAS)
        shapes = [
            geometry.parse_geojson(feature.geometry, allowed=("Polygon", "MultiPolygon"), max_vertices=MAX_VERTICES)
            for feature in features
            if feature.geometry
        ]
        return _joined([geometry.to_store(shape) for shape in shapes])
    except GeoProblem as problem:
        raise _invalid(problem) from None


def from_file(
    path: Path, *, local_zone: int | None = None, near: tuple[float, float] | None = None, given_crs: int | None = None
) -> MultiPolygon:
    """Every polygon of a map file of any kind, joined. Raises Invalid with what to do, field `area_file`."""
    try:
        with readers.open_source(path) as source:
            guess = source.crs_of(given=given_crs, local_zone=local_zone, near=near)
            if guess.epsg is None:
                raise Invalid(
                    N_("Filen säger inte vilket koordinatsystem den har. Välj det i listan."), field="area_file"
                )
            shapes = _polygons(source)
        return _joined([geometry.to_store(shape, guess.epsg) for shape in shapes])
    except GeoProblem as problem:
        raise _invalid(problem, "area_file") from None


def _polygons(source: readers.Source) -> list[BaseGeometry]:
    found: list[BaseGeometry] = []
    for batch in source.batches(size=1_000):
        for shape in batch.geometries if batch.geometries is not None else ():
            if shape is not None and shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty:
                found.append(geometry.repair(shapely.force_2d(shape)).geometry)
        if len(found) > MAX_AREAS:
            raise GeoProblem(
                N_("Filen har fler än %(limit)s ytor. Skicka en fil med dialogens område."), limit=MAX_AREAS
            )
    if not found:
        raise GeoProblem(N_("Filen har inga ytor. Området måste vara en eller flera ytor (polygoner)."))
    return found


def from_districts(session: Session, ids: "list[int]") -> MultiPolygon:
    """The districts joined to one area. Raises Invalid when none is known."""
    shapes = [geometry.from_element(one) for one in session.scalars(select(District.geom).where(District.id.in_(ids)))]
    if not shapes:
        raise Invalid(N_("Välj minst ett område i listan."), field="area_districts")
    return _joined(shapes)


def whole_municipality(session: Session) -> MultiPolygon:
    """Every district of the default set joined, with `SHORE_M` of the sea. Raises Invalid when there is no such set."""
    query = select(District.geom, District.display_geom).join(DistrictSet, DistrictSet.id == District.district_set_id)
    rows = session.execute(query.where(DistrictSet.is_default)).all()
    if not rows:
        raise Invalid(N_("Kommunen har inga områden än. De läses in under Områden."), field="area_choice")
    whole = _joined([geometry.from_element(row.geom) for row in rows])
    land = [geometry.from_element(row.geom if row.display_geom is None else row.display_geom) for row in rows]
    near = shapely.simplify(shapely.buffer(shapely.union_all(land), SHORE_M, quad_segs=4), SHORE_M / 20)
    return _joined([geometry.repair(shapely.intersection(whole, near)).geometry])


def list_choices(session: Session, limit: int = 400) -> list[tuple[int, str]]:
    """Id and name of the districts that an area can be put together of, the default set first."""
    query = (
        select(District.id, DistrictSet.title, District.name)
        .join(DistrictSet, DistrictSet.id == District.district_set_id)
        .order_by(DistrictSet.is_default.desc(), DistrictSet.id, District.name)
        .limit(limit)
    )
    return [(row.id, f"{row.title}: {row.name}") for row in session.execute(query)]


def list_boxes(session: Session) -> dict[str, list[float]]:
    """West, south, east, north of every district's land by its id, in degrees: where a map goes when one is chosen."""
    land = func.coalesce(District.display_geom, District.geom, type_=Geometry(srid=crs.STORE))
    edges = expressions.bounds(expressions.transform(land, crs.WGS84))
    rows = session.execute(select(District.id, *edges).group_by(District.id)).all()
    return {str(key): [round(float(edge), 5) for edge in box] for key, *box in rows}


def municipality_box(session: Session) -> list[float] | None:
    """West, south, east, north of the default district set's land in degrees; None without one."""
    land = func.coalesce(District.display_geom, District.geom, type_=Geometry(srid=crs.STORE))
    edges = expressions.bounds(expressions.transform(land, crs.WGS84))
    query = select(*edges).join(DistrictSet, DistrictSet.id == District.district_set_id).where(DistrictSet.is_default)
    found = session.execute(query).one()
    return [float(edge) for edge in found] if found[0] is not None else None


def from_box(text: str, field: str = "area_box") -> MultiPolygon:
    """`w,s,e,n` in degrees as an area. Raises Invalid."""
    try:
        box = bbox.parse(text)
        if box.west == box.east or box.south == box.north:
            raise GeoProblem(N_("Rutan har ingen yta."))
        return _joined([box.to_store_polygon()])
    except GeoProblem as problem:
        raise _invalid(problem, field) from None


def to_geojson(area: BaseGeometry) -> str:
    """An area in EPSG:3006 as GeoJSON text in EPSG:4326, seven decimals: for the drawing on the map."""
    shape = shapely.set_precision(geometry.from_store(area), 1e-7)
    return json.dumps(shapely.geometry.mapping(shape), separators=(",", ":"))


def box_of(area: BaseGeometry) -> str:
    """An area in EPSG:3006 as `w,s,e,n` in degrees."""
    shape = geometry.from_store(area)
    return str(bbox.BBox(*shape.bounds))


def start_view(text: str) -> Polygon | None:
    """`w,s,e,n` as the polygon that the map first shows; None for an empty text. Raises Invalid, field `start_view`."""
    if not text.strip():
        return None
    area = from_box(text, "start_view")
    return area.geoms[0]


def _joined(shapes: list[BaseGeometry]) -> MultiPolygon:
    if not shapes:
        raise GeoProblem(N_("Rita en yta på kartan, eller välj ett annat sätt."))
    union = geometry.repair(shapely.union_all(shapes)).geometry
    if shapely.get_num_coordinates(union) > MAX_VERTICES:
        union = geometry.repair(shapely.simplify(union, SIMPLIFY_M)).geometry
    is_area = union.geom_type in ("Polygon", "MultiPolygon") and shapely.is_valid(union)
    if not is_area or union.area < 1:
        raise GeoProblem(N_("Området har ingen yta. Rita minst tre hörn."))
    return multi(union)


def _invalid(problem: GeoProblem, field: str = "area") -> Invalid:
    return Invalid(problem.message, field=field, **problem.params)
