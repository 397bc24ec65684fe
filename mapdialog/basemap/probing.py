"""Tries a background layer once, for `mapdialog doctor`: does it give a picture in the middle of its area?"""

import math

from mapdialog.basemap import upstream
from mapdialog.basemap.layers import FILES, Layer
from mapdialog.basemap.pictures import kind_of
from mapdialog.basemap.tilefiles import open_tiles, sample_tile
from mapdialog.geo.crs import CONTROL_POINTS

_PROBE_ZOOM = 12
CENTRAL_SWEDEN = (15.6, 60.0)


def find_problem(layer: Layer, local_zone: int) -> str:
    """What is wrong with a layer, in one line; '' when it gives a picture, or says itself that it has none there.

    `local_zone` tells roughly where the municipality lies.
    """
    if layer.kind in FILES:
        return _file_problem(layer)
    at = next(((one.lon, one.lat) for one in CONTROL_POINTS if one.local_zone == local_zone), CENTRAL_SWEDEN)
    zoom = min(max(_PROBE_ZOOM, layer.min_zoom), layer.max_zoom)
    try:
        upstream.probe(layer, zoom, *tile_at(*at, zoom))
    except upstream.Unreachable as error:
        return f"its server gives no picture ({error})"
    return ""


def _file_problem(layer: Layer) -> str:
    try:
        open_tiles(layer)
        sample = sample_tile(layer)
    except ValueError as error:
        return str(error)
    if sample is None:
        return f"{layer.path} holds no tiles"
    return "" if kind_of(sample) else f"{layer.path} holds something else than pictures"


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Column and row of the Web Mercator tile that holds a place (EPSG:4326)."""
    across = 2**zoom
    column = (lon + 180) / 360 * across
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * across
    return int(column), int(row)
