"""The window of a map drawn on the server: which place a pressed pixel is, and where it goes when it is moved."""

from dataclasses import dataclass, replace

from mapdialog.basemap.frame import Frame, fit
from mapdialog.geo.bbox import Bounds

# A press counts pixels as they are shown, so the picture must never be scaled: one size for phones, one for desks.
SIZES = {"map_small": (300, 300), "map_large": (620, 420)}
FINEST, COARSEST = 0.25, 2_000.0  # metres a pixel
CLOSE = 1.0
_STEPS = {"north": (0, 1), "south": (0, -1), "west": (-1, 0), "east": (1, 0)}
_ZOOMS = {"zoom_in": 0.5, "zoom_out": 2.0}
MOVES = frozenset(_STEPS) | frozenset(_ZOOMS)


@dataclass(frozen=True)
class MapWindow:
    """Centre in EPSG:3006 (metres) and how much ground a pixel shows."""

    east: float
    north: float
    metres_per_pixel: float

    @classmethod
    def showing(cls, bounds: Bounds) -> "MapWindow":
        """A window that shows a whole rectangle in EPSG:3006, in either size."""
        frame = fit(bounds, *SIZES["map_small"])
        return cls((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, _bounded(frame.metres_per_pixel))

    def frame(self, width: int, height: int) -> Frame:
        """The frame of a picture of that size."""
        half_wide, half_tall = self.metres_per_pixel * width / 2, self.metres_per_pixel * height / 2
        edges = (self.east - half_wide, self.north - half_tall, self.east + half_wide, self.north + half_tall)
        west, south, east, north = (round(edge, 1) for edge in edges)
        return Frame(west, south, east, north, width, height)

    def moved(self, move: str) -> "MapWindow":
        """One of MOVES: half a small picture in a direction, or one step of zoom."""
        if move in _ZOOMS:
            return replace(self, metres_per_pixel=_bounded(self.metres_per_pixel * _ZOOMS[move]))
        dx, dy = _STEPS.get(move, (0, 0))
        step = self.metres_per_pixel * SIZES["map_small"][0] / 2
        return replace(self, east=self.east + dx * step, north=self.north + dy * step)

    def centred(self, east: float, north: float, *, at_most: float = COARSEST) -> "MapWindow":
        """The window round another place, showing at most so many metres a pixel."""
        return MapWindow(east, north, min(self.metres_per_pixel, at_most))


def _bounded(metres_per_pixel: float) -> float:
    return min(COARSEST, max(FINEST, metres_per_pixel))
