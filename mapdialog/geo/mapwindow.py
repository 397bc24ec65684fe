"""The window of a map drawn on the server: which place a pressed pixel is, and where it goes when it is moved."""

import math
from dataclasses import dataclass, replace

from mapdialog.geo.bbox import BBox

TILE = 256
NEAREST, FARTHEST = 19, 3
_HIGHEST_LATITUDE = 85.05
_STEPS = {"north": (0, -1), "south": (0, 1), "west": (-1, 0), "east": (1, 0)}
MOVES = (*_STEPS, "zoom_in", "zoom_out")


@dataclass(frozen=True)
class MapWindow:
    """Centre in degrees (EPSG:4326), zoom as on the web, size in pixels. The picture is Web Mercator: pixels only."""

    lon: float
    lat: float
    zoom: int
    width: int = 640
    height: int = 480

    @classmethod
    def round(cls, box: BBox) -> "MapWindow":
        """The closest window that shows the whole box."""
        for zoom in range(NEAREST, FARTHEST, -1):
            centre = _from_world(
                (_world(box.west, box.north, zoom)[0] + _world(box.east, box.south, zoom)[0]) / 2,
                (_world(box.west, box.north, zoom)[1] + _world(box.east, box.south, zoom)[1]) / 2,
                zoom,
            )
            window = cls(*centre, zoom)
            shown = window.bbox
            if (
                shown.west <= box.west
                and shown.east >= box.east
                and shown.south <= box.south
                and shown.north >= box.north
            ):
                return window
        return cls((box.west + box.east) / 2, (box.south + box.north) / 2, FARTHEST)

    @property
    def bbox(self) -> BBox:
        """What it shows, in degrees."""
        west, north = self.point_at(0, 0)
        east, south = self.point_at(self.width, self.height)
        return BBox(west, south, east, north)

    def point_at(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of a pixel, counted from the upper left corner."""
        east, south = _world(self.lon, self.lat, self.zoom)
        return _from_world(east + x - self.width / 2, south + y - self.height / 2, self.zoom)

    def moved(self, move: str) -> "MapWindow":
        """One of MOVES: half a window in a direction, or one step of zoom."""
        if move in _STEPS:
            dx, dy = _STEPS[move]
            lon, lat = self.point_at(self.width / 2 + dx * self.width / 2, self.height / 2 + dy * self.height / 2)
            return replace(self, lon=lon, lat=lat)
        step = {"zoom_in": 1, "zoom_out": -1}.get(move, 0)
        return replace(self, zoom=min(NEAREST, max(FARTHEST, self.zoom + step)))

    def centred(self, lon: float, lat: float, *, at_least: int = 0) -> "MapWindow":
        """The same window round another place, zoomed in to `at_least`."""
        return replace(self, lon=lon, lat=lat, zoom=max(self.zoom, at_least))


def _world(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    """Pixels from the upper left corner of the Web Mercator world."""
    size = TILE * 2**zoom
    bounded = math.radians(max(-_HIGHEST_LATITUDE, min(_HIGHEST_LATITUDE, lat)))
    return (lon + 180) / 360 * size, (0.5 - math.asinh(math.tan(bounded)) / (2 * math.pi)) * size


def _from_world(x: float, y: float, zoom: int) -> tuple[float, float]:
    size = TILE * 2**zoom
    lon = max(-180.0, min(180.0, x / size * 360 - 180))
    return lon, math.degrees(math.atan(math.sinh((0.5 - max(0.0, min(size, y)) / size) * 2 * math.pi)))
