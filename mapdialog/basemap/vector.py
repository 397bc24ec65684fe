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
_DIGITS = 5  # a metre


class VectorFile(NamedTuple):
    """The file as it is sent: plain, gzipped, and its content's tag."""

    body: bytes
    gzipped: bytes
    etag: str


_kept: dict[tuple[str, str], VectorFile] = {}


def vector_file(session: Session, municipality_code: str) -> VectorFile:
    """`/basemap/vector.json`: features of kind land, built-up, municipality, border and place, below 30 kB gzipped.

    Polygons and lines carry `kind`; names are points with `name`, `kind` 'place', `rank` and `min_zoom`. Kept until
    districts or places change.
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
    # Far from the municipality, which nobody zooms into, five times coarser will do.
    near = shapely.buffer(shapely.envelope(ground.municipality), 3_000) if not ground.municipality.is_empty else None
    land = (
        [ground.land]
        if near is None
        else [
            shapely.intersection(shapely.simplify(ground.land, tolerance), near),
            shapely.difference(shapely.simplify(ground.land, tolerance * 5), near),
        ]
    )
    parts: list[tuple[str, BaseGeometry]] = [
        ("land", shapely.union_all(land)),
        ("built-up", shapely.simplify(ground.built_up, tolerance)),
        ("border", shapely.simplify(ground.borders, tolerance)),
    ]
    shapes = [_shape(kind, part) for kind, part in parts if not part.is_empty]
    return features.collection([*shapes, *(_name(name) for name in ground.names)], attribution=ground.attribution)


def _shape(kind: str, shape: BaseGeometry) -> dict[str, Any]:
    return features.feature(features.geometry(from_store(shape), _DIGITS), {"kind": kind})


def _name(name: Name) -> dict[str, Any]:
    lon, lat = transform_point(name.east, name.north, STORE, WGS84)
    place = {"type": "Point", "coordinates": [round(lon, 4), round(lat, 4)]}
    facts = {"kind": "town" if name.rank <= 10 else "place", "name": name.text, "rank": name.rank}
    return features.feature(place, facts | {"min_zoom": min_zoom(name.rank)})


def min_zoom(rank: int) -> int:
    """From which zoom a name of this rank is shown: towns early, streets and schools late."""
    return next((zoom for limit, zoom in ((10, 7), (35, 10), (42, 11), (48, 12), (52, 13)) if rank <= limit), 14)
