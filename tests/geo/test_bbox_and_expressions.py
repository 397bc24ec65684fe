"""Boxes and spatial SQL against PostGIS."""

import math

import numpy as np
import pytest
import shapely
from geoalchemy2 import Geometry
from sqlalchemy import column, func, select, values
from sqlalchemy.orm import Session
from sqlalchemy.types import Float

from mapdialog.geo import aggregate, bbox, expressions
from mapdialog.geo.crs import STORE, WGS84, transform_point
from mapdialog.geo.problems import GeoProblem


def points(places: list[tuple[float, float]]):
    """A table expression of points given in EPSG:3006."""
    rows = values(column("x", Float), column("y", Float), name="v").data(places)
    geom = func.ST_SetSRID(func.ST_MakePoint(rows.c.x, rows.c.y), STORE, type_=Geometry("POINT", srid=STORE))
    return select(geom.label("geom"))


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "nan,1,2,3", "14,55,13,56", "13,56,14,55", "1e9,1,2,3"])
def test_a_broken_box_is_refused(text: str) -> None:
    with pytest.raises(GeoProblem):
        bbox.parse(text)


def test_a_box_reads_back_as_it_was_written() -> None:
    assert str(bbox.parse("13.1,55.3,13.2,55.4")) == "13.1,55.3,13.2,55.4"
    assert bbox.parse("-400,-95,400,95") == (-180, -90, 180, 90)


def test_a_box_catches_exactly_what_its_degrees_hold(session: Session) -> None:
    rng = np.random.default_rng(7)
    for box in (bbox.parse("13.0,55.3,13.3,55.5"), bbox.parse("10,55,24,69"), bbox.parse("-71.2,42.2,-70.9,42.4")):
        wide = box.expand(0.2)
        lons, lats = rng.uniform(wide.west, wide.east, 500), rng.uniform(wide.south, wide.north, 500)
        places = [transform_point(lon, lat, WGS84, STORE) for lon, lat in zip(lons, lats, strict=True)]
        inside = sum(box.contains(lon, lat) for lon, lat in zip(lons, lats, strict=True))
        source = points(places).subquery()
        found = session.scalar(select(func.count()).select_from(source).where(expressions.in_box(source.c.geom, box)))
        assert found == pytest.approx(inside, abs=1 if box.east - box.west > 5 else 0)


def test_a_box_round_the_world_holds_everything(session: Session) -> None:
    source = points([(383209.2, 6138079.5), (-5524480.6, 9518745.9)]).subquery()
    whole = expressions.in_box(source.c.geom, bbox.parse("-180,-85,180,85"))
    assert session.scalar(select(func.count()).select_from(source).where(whole)) == 2


@pytest.mark.parametrize("shape", ["square", "hex"])
def test_binning_keeps_every_point_in_the_cell_that_holds_it(session: Session, shape: aggregate.Shape) -> None:
    rng = np.random.default_rng(3)
    places = [(float(x), float(y)) for x, y in rng.uniform(0, 2000, (400, 2)) + np.array([380000, 6130000])]
    rows = session.execute(aggregate.binned(points(places), 137.0, shape=shape)).all()
    cells = aggregate.cell_polygons([row.ix for row in rows], [row.iy for row in rows], 137.0, shape=shape)
    assert sum(row.count for row in rows) == 400
    tree = shapely.STRtree(cells)
    found = np.bincount(tree.query(shapely.points(places), predicate="intersects")[1], minlength=len(cells))
    assert list(found) == [row.count for row in rows]


def test_density_keeps_the_weight_and_peaks_where_the_points_are() -> None:
    made = aggregate.density([10, 10, 90], [20, 21, 5], [5, 5, 1], 50, 200)
    assert made.values.sum() * (made.cell_m / 1000) ** 2 == pytest.approx(11, rel=1e-6)
    row, column_ = np.unravel_index(made.values.argmax(), made.values.shape)
    assert math.isclose(made.west + (column_ + 0.5) * 50, 10.5 * 50)
    assert made.north - (row + 0.5) * 50 in {20.5 * 50, 21.5 * 50}


def test_density_of_far_apart_points_stays_small() -> None:
    made = aggregate.density([0, 10**7], [0, 10**7], [1, 2], 50, 300)
    assert made.values.size <= aggregate.MAX_CELLS
    assert made.values.sum() * (made.cell_m / 1000) ** 2 == pytest.approx(3)


def test_lines_and_areas_get_an_anchor_on_them_in_sql(session: Session) -> None:
    for shape in (shapely.Point(1, 2), shapely.LineString([(0, 0), (10, 0), (10, 10)]), shapely.box(0, 0, 4, 4)):
        wkb = session.scalar(select(expressions.as_wkb(expressions.anchor(expressions.shape(shape)))))
        assert shape.distance(shapely.from_wkb(bytes(wkb))) < 1e-9


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_the_database_makes_formulas_into_text(session: Session, text: str) -> None:
    assert session.scalar(select(expressions.csv_safe(func.concat(text)))) == "'" + text
