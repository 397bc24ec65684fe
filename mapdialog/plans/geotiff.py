"""Reads where a GeoTIFF lies out of its own tags."""

from collections.abc import Callable
from typing import Any

from PIL import Image

from mapdialog.geo import crs
from mapdialog.geo.crs import NAMES

_SCALE, _TIE, _MATRIX, _KEYS = 33550, 33922, 34264, 34735
_RASTER_TYPE, _DEGREES, _PROJECTED = 1025, 2048, 3072
_MIDDLE_OF_PIXEL = 2
Spot = Callable[[float, float], tuple[float, float]]


def places_of(image: Image.Image, epsg: int) -> Spot | None:
    """What turns a place in the picture (pixels from its upper left corner) into EPSG:3006; None for a picture that
    does not say where it lies. `epsg` is its system where it names none that we know."""
    tags: dict[int, Any] = dict(getattr(image, "tag_v2", None) or {})
    keys = _keys(tags)
    shift = 0.5 if keys.get(_RASTER_TYPE) == _MIDDLE_OF_PIXEL else 0.0
    system = keys.get(_PROJECTED, keys.get(_DEGREES, epsg))
    matrix = _matrix(tags)
    if matrix is None:
        return None
    a, b, c, d, e, f = matrix

    def place(x: float, y: float) -> tuple[float, float]:
        x, y = x - shift, y - shift
        return crs.transform_point(a * x + b * y + c, d * x + e * y + f, system if system in NAMES else epsg, crs.STORE)

    return place


def _keys(tags: dict[int, Any]) -> dict[int, int]:
    """The geographic keys whose value is a number of their own."""
    words = tuple(tags.get(_KEYS, ()))
    entries = (words[at : at + 4] for at in range(4, len(words) - 3, 4))
    return {int(key): int(value) for key, where, _count, value in entries if where == 0}


def _matrix(tags: dict[int, Any]) -> tuple[float, ...] | None:
    """East = a x + b y + c, north = d x + e y + f."""
    full, scale, tie = (tuple(map(float, tags.get(tag, ()))) for tag in (_MATRIX, _SCALE, _TIE))
    if len(full) >= 8:
        return full[0], full[1], full[3], full[4], full[5], full[7]
    if len(scale) >= 2 and len(tie) >= 6:
        x, y, _height, east, north = tie[:5]
        return scale[0], 0.0, east - x * scale[0], 0.0, -scale[1], north + y * scale[1]
    return None
