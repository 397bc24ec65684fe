"""Districts as shapes to colour: paths for a picture drawn on the server, GeoJSON for the map, and their classes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mapdialog.analysis.counts import DistrictRow, DistrictTable
from mapdialog.districts.models import District, DistrictSet
from mapdialog.districts.queries import bounds_of
from mapdialog.geo import expressions, features
from mapdialog.geo.bbox import Bounds
from mapdialog.geo.classes import Classes, classify

WIDTH, TALLEST, LOWEST = 640, 720, 320
_MARGIN = 10
# A set larger than this is shown where contributions lie, not as a whole: else a country hides its one town.
_WHOLE = 60


@dataclass(frozen=True)
class Area:
    """A district in the picture: its row, its class (see Classes.index) and its outline as an SVG path."""

    row: DistrictRow
    index: int | None
    path: str


@dataclass(frozen=True)
class Picture:
    """The whole: size in pixels and the areas in it."""

    width: int
    height: int
    areas: tuple[Area, ...]


def value_of(row: DistrictRow, measure: str) -> float | None:
    """The row's value in the measure 'count' or 'per_1000'."""
    return row.count if measure == "count" else row.per_1000


def classes_of(table: DistrictTable, measure: str) -> Classes:
    """The table's classes: the same in map, legend, tooltip and table."""
    return classify([value_of(row, measure) for row in table.rows])


def step_of(index: int | None, classes: Classes) -> str:
    """Which of the five steps of colour a class has, as a word for CSS: '0'–'4', 'none' for zero, 'unknown'."""
    if index is None:
        return "unknown"
    count = len(classes.upper)
    return "none" if index < 0 else str(2 if count == 1 else round(index * 4 / (count - 1)))


def draw(session: Session, district_set: DistrictSet, table: DistrictTable, measure: str) -> Picture | None:
    """Every district that the picture shows, simplified to what a pixel can hold; None where the set is empty."""
    bounds = _frame(session, district_set, table)
    if bounds is None:
        return None
    west, south, east, north = bounds
    scale = min((WIDTH - 2 * _MARGIN) / max(east - west, 1), (TALLEST - 2 * _MARGIN) / max(north - south, 1))
    height = max(LOWEST, round((north - south) * scale) + 2 * _MARGIN)
    left = (WIDTH - (east - west) * scale) / 2
    top = (height - (north - south) * scale) / 2
    classes, rows = classes_of(table, measure), {row.id: row for row in table.rows}
    areas = []
    for identity, outline in session.execute(_outlines(district_set, bounds)):
        if identity not in rows:
            continue
        shape = shapely.simplify(shapely.from_wkb(bytes(outline)), 0.6 / scale)
        row = rows[identity]
        placed = shapely.transform(
            shape, lambda xy: np.column_stack([left + (xy[:, 0] - west) * scale, top + (north - xy[:, 1]) * scale])
        )
        areas.append(Area(row, classes.index(value_of(row, measure)), _path(placed)))
    return Picture(WIDTH, height, tuple(areas))


def _frame(session: Session, district_set: DistrictSet, table: DistrictTable) -> Bounds | None:
    """The extent of all districts, or of those with contributions where the set is large; EPSG:3006."""
    busy = [row.id for row in table.rows if row.count]
    if len(table.rows) <= _WHOLE or not busy:
        return bounds_of(session, district_set)
    shape = func.coalesce(District.display_geom, District.geom, type_=District.geom.type)
    found = session.execute(select(*expressions.bounds(shape)).where(District.id.in_(busy))).one()
    rim = max(found[2] - found[0], found[3] - found[1]) * 0.05
    return found[0] - rim, found[1] - rim, found[2] + rim, found[3] + rim


def _outlines(district_set: DistrictSet, bounds: Bounds) -> Select[int, bytes]:
    shape = func.coalesce(District.display_geom, District.geom, type_=District.geom.type)
    outline: Any = expressions.as_wkb(shape)
    return (
        select(District.id, outline)
        .where(District.district_set_id == district_set.id, expressions.overlaps_bounds(District.geom, bounds))
        .order_by(District.code)
    )


def _path(shape: shapely.Geometry) -> str:
    """SVG path data of polygons, pixels with one decimal."""
    rings: list[Sequence[Sequence[float]]] = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon" and not part.is_empty:
            rings += [part.exterior.coords, *(hole.coords for hole in part.interiors)]
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in list(ring)[:-1]) + "Z" for ring in rings)


def as_geojson(
    session: Session, district_set: DistrictSet, table: DistrictTable, measure: str
) -> dict[str, Any] | None:
    """The same as a FeatureCollection in EPSG:4326 with `id`, `step`, `index` for the map in the browser."""
    bounds = _frame(session, district_set, table)
    if bounds is None:
        return None
    classes, rows = classes_of(table, measure), {row.id: row for row in table.rows}
    metres = max(bounds[2] - bounds[0], bounds[3] - bounds[1]) / 1_500
    shape = func.coalesce(District.display_geom, District.geom, type_=District.geom.type)
    statement = select(District.id, expressions.simplified_geojson(shape, metres)).where(
        District.district_set_id == district_set.id, expressions.overlaps_bounds(District.geom, bounds)
    )
    made = []
    for identity, geometry in session.execute(statement.order_by(District.code)):
        if identity in rows:
            index = classes.index(value_of(rows[identity], measure))
            made.append(features.feature(json.loads(geometry), {"id": identity, "step": step_of(index, classes)}))
    return features.collection(made)
