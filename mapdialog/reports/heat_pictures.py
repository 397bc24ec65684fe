"""The density as a picture: in the projection of web maps, or for a frame in EPSG:3006."""

import base64
import io
import math

import numpy as np
from PIL import Image

from mapdialog.analysis.heat import Heat
from mapdialog.basemap.frame import Frame
from mapdialog.geo.bbox import Bounds
from mapdialog.geo.crs import STORE, WGS84, transformer
from mapdialog.reports.heat_report import sampled, visible_bounds
from mapdialog.reports.ramps import heat_rgba

MERCATOR, EARTH_M = 3857, 6_378_137.0
MAX_SIDE = 900
_PIXELS_A_BANDWIDTH = 4.0
_BUSY, _BUSY_PX = 0.3, 8


def web_picture(found: Heat) -> tuple[str, list[list[float]]]:
    """A PNG as a data address, and its corners [[south, west], [north, east]] in degrees.

    Every pixel is looked up at its own true place: a picture drawn in metres and merely stretched would be off by some
    hundred metres at its corners. A pixel is never finer than a quarter of the bandwidth, since nothing is.
    """
    west, south, east, north = _mercator_bounds(visible_bounds(found))
    stretch = 1 / math.cos(2 * math.atan(math.exp((south + north) / 2 / EARTH_M)) - math.pi / 2)
    finest = found.density.bandwidth_m / _PIXELS_A_BANDWIDTH * stretch
    size = max((east - west) / MAX_SIDE, (north - south) / MAX_SIDE, finest)
    columns, rows = max(1, math.ceil((east - west) / size)), max(1, math.ceil((north - south) / size))
    x = west + (np.arange(columns) + 0.5) * (east - west) / columns
    y = north - (np.arange(rows) + 0.5) * (north - south) / rows
    grid_x, grid_y = np.meshgrid(x, y)
    places = transformer(MERCATOR, STORE).transform(grid_x, grid_y)
    rgba = heat_rgba(sampled(found, *places))
    degrees = transformer(MERCATOR, WGS84).transform
    (low_lon, low_lat), (high_lon, high_lat) = degrees(west, south), degrees(east, north)
    return _data_address(rgba), [[low_lat, low_lon], [high_lat, high_lon]]


def _mercator_bounds(bounds: Bounds) -> Bounds:
    west, south, east, north = transformer(STORE, MERCATOR).transform_bounds(*bounds, densify_pts=21)
    return west, south, east, north


def _data_address(rgba: np.ndarray) -> str:
    buffer = io.BytesIO()
    # 128 colours with their transparency are indistinguishable from all of them here, and a fourth of the size.
    picture = Image.fromarray(rgba, "RGBA").quantize(128, method=Image.Quantize.FASTOCTREE)
    picture.save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def framed_picture(found: Heat, frame: Frame, scale: int) -> Image.Image:
    """The same for a frame in EPSG:3006, `scale` pixels to each of the frame's."""
    size = frame.metres_per_pixel / scale
    east = frame.west + (np.arange(frame.width * scale) + 0.5) * size
    north = frame.north - (np.arange(frame.height * scale) + 0.5) * size
    return Image.fromarray(heat_rgba(sampled(found, *np.meshgrid(east, north))), "RGBA")


def busy_boxes(found: Heat, frame: Frame) -> list[tuple[float, float, float, float]]:
    """Where the picture is dark, in boxes of the frame's pixels: names there would hide what the map is about."""
    columns, rows = math.ceil(frame.width / _BUSY_PX), math.ceil(frame.height / _BUSY_PX)
    x, y = (np.arange(columns) + 0.5) * _BUSY_PX, (np.arange(rows) + 0.5) * _BUSY_PX
    east, north = frame.west + x * frame.metres_per_pixel, frame.north - y * frame.metres_per_pixel
    busy = np.argwhere(sampled(found, *np.meshgrid(east, north)) > _BUSY)
    return [
        (column * _BUSY_PX, row * _BUSY_PX, (column + 1) * _BUSY_PX, (row + 1) * _BUSY_PX)
        for row, column in busy.tolist()
    ]
