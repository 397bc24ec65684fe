"""The built-in background for browsers: one small GeoJSON file, drawn with the page's colours."""

import gzip
import hashlib
import json
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from mapdialog.basemap.ground import Ground, Name, get_ground
from mapdialog.geo import features
from mapdialog.geo.crs import STORE, WGS84, transform_point
from mapdialog.geo.geometry import from_store

MAX_GZIPPED = 30_000
_TOLERANCES_M = (8.0, 15.0, 25.0, 40.0, 80.0, 200.0, 500.0, 1500.0)
# Metres round the municipality (0: everything), and how many times coarser than within it.
_RINGS = ((3_000, 1), (25_000, 5), (0, 25))
_DIGITS = 5  # a metre
_OFF_COAST_M = 300.0  # so far out to sea the municipality is drawn, so that its coast is the land's, line by line
_CRUMB_M2 = 2_000.0
_WORLD = (-180.0, -85.0, 180.0, 85.0)


class VectorFile(NamedTuple):
    """The file as it is sent: plain, gzipped, and its content's tag."""

    body: bytes
    gzipped: bytes
    etag: str


_kept: dict[tuple[str, str], VectorFile] = {}


def vector_file(session: Session, municipality_code: str) -> VectorFile:
    """`/basemap/vector.json`: land, the rest of the world, the municipality, its parts and names, below 30 kB gzipped.

    Kinds in the order they are drawn: land, outside, municipality, built-up, border. `outside` is all ground whose
    coast is unknown; sea is what no feature covers.

    Polygons and lines carry `kind`; names are points with `name`, `kind` (how it is written), `rank` and `min_zoom`.
    Kept until districts or places change.
    """
    ground = get_ground(session, municipality_code)
    key = (municipality_code, ground.version)
    if key not in _kept:
        _kept.clear()
        _kept[key] = _fitting(ground)
    return _kept[key]


def _fitting(ground: Ground) -> VectorFile:
    """The most detailed version that is small enough."""
    for tolerance in _TOLERANCES_M:
        made = json.dumps(_collection(ground, tolerance), ensure_ascii=False, separators=(",", ":")).encode()
        packed = gzip.compress(made, 9, mtime=0)
        if len(packed) <= MAX_GZIPPED:
            break
    return VectorFile(made, packed, hashlib.sha256(made).hexdigest()[:16])


def _collection(ground: Ground, tolerance: float) -> dict[str, Any]:
    land, municipality = _land_parts(ground, tolerance)
    parts: list[tuple[str, BaseGeometry]] = [
        ("land", land),
        ("municipality", municipality),
        ("built-up", shapely.simplify(ground.built_up, tolerance)),
        ("border", shapely.simplify(ground.borders, tolerance)),
    ]
    shapes = [_shape(kind, part) for kind, part in parts if not part.is_empty]
    outside = features.feature(features.geometry(_outside(ground), _DIGITS), {"kind": "outside"})
    shapes.insert(0 if land.is_empty else 1, outside)
    return features.collection([*shapes, *(_name(name) for name in ground.names)], attribution=ground.attribution)


def _land_parts(ground: Ground, tolerance: float) -> tuple[BaseGeometry, BaseGeometry]:
    """The land around the municipality, and the municipality: together all land, without gaps between them."""
    if not ground.has_sea:
        return shapely.Polygon(), shapely.simplify(ground.municipality, tolerance)
    land = _land(ground, tolerance)
    off_coast = shapely.difference(shapely.buffer(ground.municipality, _OFF_COAST_M), ground.land)
    reach = shapely.simplify(shapely.union(ground.municipality, off_coast), tolerance)
    return _areas(shapely.difference(land, reach)), _areas(shapely.intersection(land, reach))


def _areas(shape: BaseGeometry) -> BaseGeometry:
    """Without what touches in a line only, and without crumbs that simplifying left along a border."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > _CRUMB_M2]
    return shapely.MultiPolygon(parts)


def _outside(ground: Ground) -> BaseGeometry:
    """The rest of the world, in EPSG:4326: where the files tell no coast, ground is drawn, not sea."""
    world = shapely.box(*_WORLD)
    return shapely.difference(world, from_store(ground.covered)) if ground.has_sea else world


def _land(ground: Ground, tolerance: float) -> BaseGeometry:
    """Land the coarser the farther it lies from the municipality, where nobody zooms in."""
    if ground.municipality.is_empty:
        return shapely.simplify(ground.land, tolerance)
    pieces: list[BaseGeometry] = []
    done: BaseGeometry = shapely.Polygon()
    for beyond, times in _RINGS:
        ring = (
            shapely.buffer(shapely.envelope(ground.municipality), beyond) if beyond else shapely.envelope(ground.land)
        )
        coarse = shapely.make_valid(shapely.simplify(ground.land, tolerance * times))
        pieces.append(shapely.intersection(coarse, shapely.difference(ring, done)))
        done = shapely.union(done, ring)
    return shapely.union_all(pieces)


def _shape(kind: str, shape: BaseGeometry) -> dict[str, Any]:
    rounded = shapely.set_precision(from_store(shape), 10**-_DIGITS)  # valid also once it is rounded
    return features.feature(features.geometry(rounded, _DIGITS), {"kind": kind})


def _name(name: Name) -> dict[str, Any]:
    lon, lat = transform_point(name.east, name.north, STORE, WGS84)
    place = {"type": "Point", "coordinates": [round(lon, 4), round(lat, 4)]}
    facts = {"kind": name.style, "name": name.text, "rank": name.rank, "min_zoom": name.min_zoom}
    return features.feature(place, facts)
