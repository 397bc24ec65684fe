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


class VectorFile(NamedTuple):
    """The file as it is sent: plain, gzipped, and its content's tag."""

    body: bytes
    gzipped: bytes
    etag: str


_kept: dict[tuple[str, str], VectorFile] = {}


def vector_file(session: Session, municipality_code: str) -> VectorFile:
    """`/basemap/vector.json`: features of kind land, built-up, municipality, border and place, below 30 kB gzipped.

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
    parts: list[tuple[str, BaseGeometry]] = [
        ("land", _land(ground, tolerance)),
        ("built-up", shapely.simplify(ground.built_up, tolerance)),
        ("border", shapely.simplify(ground.borders, tolerance)),
    ]
    shapes = [_shape(kind, part) for kind, part in parts if not part.is_empty]
    return features.collection([*shapes, *(_name(name) for name in ground.names)], attribution=ground.attribution)


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
    return features.feature(features.geometry(from_store(shape), _DIGITS), {"kind": kind})


def _name(name: Name) -> dict[str, Any]:
    lon, lat = transform_point(name.east, name.north, STORE, WGS84)
    place = {"type": "Point", "coordinates": [round(lon, 4), round(lat, 4)]}
    facts = {"kind": name.style, "name": name.text, "rank": name.rank, "min_zoom": name.min_zoom}
    return features.feature(place, facts)
