"""Spatial SQL for queries, as SQLAlchemy expressions; nothing spatial is written in SQL anywhere else.

Columns are geometry(…, 3006) unless said. Distances and sizes are metres.
"""

from typing import Any

import shapely
from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, literal, type_coerce
from sqlalchemy.types import Float, Integer, LargeBinary, Text

from mapdialog.geo.bbox import BBox, Bounds
from mapdialog.geo.crs import STORE, WGS84
from mapdialog.geo.features import DIGITS

Column = Any  # An InstrumentedAttribute, a Column or an expression of type geometry.


def transform(column: Column, epsg: int) -> ColumnElement[Any]:
    """`ST_Transform(column, epsg)`; the column itself when it is stored so."""
    return column if epsg == STORE else func.ST_Transform(column, epsg, type_=Geometry(srid=epsg))


def as_geojson(column: Column, digits: int = DIGITS) -> ColumnElement[str]:
    """GeoJSON text in EPSG:4326: `ST_AsGeoJSON(ST_Transform(column, 4326), digits)`."""
    return func.ST_AsGeoJSON(transform(column, WGS84), digits, type_=Text)


def simplified(column: Column, metres: float) -> ColumnElement[Any]:
    """The shape with fewer points, none moved by more than `metres`."""
    return func.ST_SimplifyPreserveTopology(column, metres, type_=Geometry(srid=STORE))


def simplified_geojson(column: Column, metres: float, digits: int = 5) -> ColumnElement[str]:
    """GeoJSON text in EPSG:4326 of the shape simplified by `metres` (topology kept within the one shape)."""
    return as_geojson(simplified(column, metres), digits)


def lon_lat(column: Column) -> tuple[ColumnElement[float], ColumnElement[float]]:
    """A point column's longitude and latitude in degrees."""
    place = transform(column, WGS84)
    return func.ST_X(place, type_=Float), func.ST_Y(place, type_=Float)


def east_north(column: Column) -> tuple[ColumnElement[float], ColumnElement[float]]:
    """A point column's east and north, metres."""
    return func.ST_X(column, type_=Float), func.ST_Y(column, type_=Float)


def as_wkb(column: Column) -> ColumnElement[bytes]:
    """Plain WKB without SRID, as GDAL and Shapely read it."""
    return func.ST_AsBinary(column, type_=LargeBinary)


def point(east: float, north: float) -> ColumnElement[Any]:
    """A bound point in EPSG:3006."""
    return func.ST_SetSRID(func.ST_MakePoint(east, north), STORE, type_=Geometry("POINT", srid=STORE))


def shape(geometry: shapely.Geometry, srid: int = STORE) -> ColumnElement[Any]:
    """A bound Shapely geometry, in EPSG:3006 unless told."""
    return func.ST_GeomFromWKB(shapely.to_wkb(geometry), srid, type_=Geometry(srid=srid))


def envelope(bounds: Bounds, srid: int = STORE) -> ColumnElement[Any]:
    """A bound rectangle (min east, min north, max east, max north)."""
    return func.ST_MakeEnvelope(*bounds, srid, type_=Geometry("POLYGON", srid=srid))


def in_box(column: Column, box: BBox) -> ColumnElement[bool]:
    """Does the geometry touch a lon/lat box? Exact, and served by the GiST index of the EPSG:3006 column.

    SQL: `column && ST_MakeEnvelope(…, 3006) AND ST_Intersects(column, <box with curved edges in 3006>)`. A box too wide
    for that (continents) compares degrees: `ST_Transform(column, 4326) && ST_MakeEnvelope(w, s, e, n, 4326)`.
    """
    if box.is_wide:
        return transform(column, WGS84).op("&&")(envelope((box.west, box.south, box.east, box.north), WGS84))
    return and_(column.op("&&")(envelope(box.to_store())), func.ST_Intersects(column, shape(box.to_store_polygon())))


def overlaps_bounds(column: Column, bounds: Bounds) -> ColumnElement[bool]:
    """Does the geometry's own envelope touch a rectangle in EPSG:3006? Index only: for points exact."""
    return column.op("&&")(envelope(bounds))


def covers(area: Column, place: Column) -> ColumnElement[bool]:
    """`ST_Covers(area, place)`: is the place inside the area or on its border?"""
    return func.ST_Covers(area, place)


def intersects(one: Column, other: Column) -> ColumnElement[bool]:
    """`ST_Intersects(one, other)`."""
    return func.ST_Intersects(one, other)


def within_distance(column: Column, place: Column, metres: float) -> ColumnElement[bool]:
    """`ST_DWithin(column, place, metres)`, served by the index."""
    return func.ST_DWithin(column, place, metres)


def distance_m(column: Column, place: Column) -> ColumnElement[float]:
    """Metres between two geometries."""
    return func.ST_Distance(column, place, type_=Float)


def nearest_first(column: Column, place: Column) -> ColumnElement[float]:
    """`column <-> place`: for ORDER BY … LIMIT, where the index gives the nearest without measuring all."""
    return column.op("<->", return_type=Float())(place)


def anchor(column: Column) -> ColumnElement[Any]:
    """One point on the geometry: itself, a line's middle, or a point inside an area."""
    kind = func.ST_GeometryType(column, type_=Text)
    return type_coerce(
        case(
            (kind == "ST_Point", column),
            (kind == "ST_LineString", func.ST_LineInterpolatePoint(column, 0.5)),
            else_=func.ST_PointOnSurface(column),
        ),
        Geometry("POINT", srid=STORE),
    )


def bounds(column: Column) -> tuple[ColumnElement[float], ...]:
    """Four aggregates that give the extent of a column in EPSG:3006, metres; all NULL when there is nothing."""
    box = func.ST_Extent(column)
    return tuple(getattr(func, name)(box, type_=Float) for name in ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax"))


def area_m2(column: Column) -> ColumnElement[float]:
    """Square metres."""
    return func.ST_Area(column, type_=Float)


def square_cell(column: Column, size_m: float) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Column and row of the square a point falls in: `floor(ST_X(geom) / size)`, `floor(ST_Y(geom) / size)`."""
    east, north = east_north(column)
    size = literal(float(size_m), Float)
    return cast(func.floor(east / size), Integer), cast(func.floor(north / size), Integer)


def hex_cell(column: Column, size_m: float) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Key of the hexagon (pointy top, `size_m` between flat sides) whose centre is nearest to a point.

    Centres lie at (i · size/2, j · size·√3/2) with i + j even. The nearest is one of two: of the even rows' grid
    and of the odd rows' grid; arithmetic alone, so a million points need no join with a generated grid.
    """
    east, north = east_north(column)
    width, height = literal(float(size_m), Float), literal(float(size_m) * 3**0.5, Float)
    even_i, even_j = func.round(east / width), func.round(north / height)
    odd_i, odd_j = func.floor(east / width) + 0.5, func.floor(north / height) + 0.5
    to_even = func.power(east - even_i * width, 2) + func.power(north - even_j * height, 2)
    to_odd = func.power(east - odd_i * width, 2) + func.power(north - odd_j * height, 2)
    nearer_even = to_even <= to_odd
    return (
        cast(2 * case((nearer_even, even_i), else_=odd_i), Integer),
        cast(2 * case((nearer_even, even_j), else_=odd_j), Integer),
    )


def is_point(column: Column) -> ColumnElement[bool]:
    """Is the geometry a single point?"""
    return func.GeometryType(column, type_=Text) == "POINT"


def as_text(column: Column, digits: int) -> ColumnElement[str]:
    """WKT with `digits` decimals."""
    return func.ST_AsText(column, digits, type_=Text)


def rounded(number: ColumnElement[float], digits: int) -> ColumnElement[float]:
    """A double with at most `digits` decimals, still a double (PostgreSQL's own round wants numeric, which is slow)."""
    scale = literal(float(10**digits), Float)
    return type_coerce(func.round(number * scale) / scale, Float)


def csv_safe(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Text that a spreadsheet will not run: an apostrophe before = + - @ and control characters (OWASP's list)."""
    text = cast(column, Text)
    return case((text.op("~")("^[=+@\\t\\r\\n-]"), literal("'") + text), else_=text)


def grid_key(cell: tuple[ColumnElement[int], ColumnElement[int]]) -> ColumnElement[int]:
    """The two numbers of a cell as one bigint, for hashing and joining."""
    return cast(cell[0], BigInteger) * literal(1 << 32, BigInteger) + cast(cell[1], BigInteger)
