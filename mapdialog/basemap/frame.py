"""The frame of a drawn map: which piece of EPSG:3006 an image shows, and exactly which place each pixel is."""

import math
from dataclasses import dataclass

from mapdialog.geo.bbox import Bounds
from mapdialog.geo.problems import N_, GeoProblem

MAX_PIXELS = 1_600
_SMALLEST_M, _LARGEST_M = 20.0, 3_000_000.0


@dataclass(frozen=True)
class Frame:
    """A north-up rectangle in EPSG:3006 (metres) and the size of its image; pixels are square."""

    west: float
    south: float
    east: float
    north: float
    width: int
    height: int

    @property
    def metres_per_pixel(self) -> float:
        """How much ground a pixel shows."""
        return (self.east - self.west) / self.width

    @property
    def bounds(self) -> Bounds:
        """(min east, min north, max east, max north)."""
        return self.west, self.south, self.east, self.north

    def to_pixel(self, east: float, north: float) -> tuple[float, float]:
        """Where a place lies in the image: x to the right, y downwards, from the corner in the north-west."""
        return (east - self.west) / self.metres_per_pixel, (self.north - north) / self.metres_per_pixel

    def to_point(self, x: float, y: float) -> tuple[float, float]:
        """The place in the middle of the pixel that was pressed, as a browser counts them (from 0)."""
        size = self.metres_per_pixel
        return self.west + (x + 0.5) * size, self.north - (y + 0.5) * size

    def as_text(self) -> str:
        """'w,s,e,n' in whole decimetres, as `parse_frame` reads it."""
        return ",".join(f"{edge:.1f}" for edge in self.bounds)


def fit(bounds: Bounds, width: int, height: int, *, margin: float = 0.04) -> Frame:
    """The smallest frame of that size that shows a rectangle, with a margin as a share of the larger side."""
    west, south, east, north = bounds
    middle = (west + east) / 2, (south + north) / 2
    size = max((east - west) / width, (north - south) / height, _SMALLEST_M / min(width, height)) * (1 + 2 * margin)
    size = math.ceil(size * 1000) / 1000  # whole millimetres a pixel: what is drawn and what is read back are the same
    left, top = round(middle[0] - size * width / 2, 1), round(middle[1] + size * height / 2, 1)
    return Frame(left, round(top - size * height, 1), round(left + size * width, 1), top, width, height)


def around(east: float, north: float, metres: float, width: int, height: int) -> Frame:
    """A frame `metres` wide with a place in its middle."""
    tall = metres * height / width
    return fit((east - metres / 2, north - tall / 2, east + metres / 2, north + tall / 2), width, height, margin=0)


def parse_frame(text: str, width: int, height: int) -> Frame:
    """A frame from 'w,s,e,n' in EPSG:3006, grown to the image's proportions. Raises GeoProblem."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise GeoProblem(N_("Rutan ska vara fyra tal: väst,syd,öst,nord.")) from None
    if not all(math.isfinite(edge) and abs(edge) < 2.5e7 for edge in (west, south, east, north)):
        raise GeoProblem(N_("Rutans tal ligger inte på jorden."))
    if not (0 < width <= MAX_PIXELS and 0 < height <= MAX_PIXELS):
        raise GeoProblem(N_("Bilden får vara högst %(limit)s bildpunkter bred och hög."), limit=MAX_PIXELS)
    if not (_SMALLEST_M / 10 <= east - west <= _LARGEST_M and _SMALLEST_M / 10 <= north - south <= _LARGEST_M):
        raise GeoProblem(N_("Rutan är för stor eller för liten."))
    given = Frame(west, south, east, north, width, height)
    if abs((north - south) / height - (east - west) / width) <= 0.5 / min(width, height):
        return given  # a frame of ours, given back: not a decimetre may move
    return fit(given.bounds, width, height, margin=0)


def pixel_to_point(bbox3006: str, width: int, height: int, x: float, y: float) -> tuple[float, float]:
    """The place (east, north; EPSG:3006) of a press on a drawn map, from the fields a form sends. Raises GeoProblem."""
    frame = parse_frame(bbox3006, width, height)
    if not (0 <= x < width and 0 <= y < height):
        raise GeoProblem(N_("Tryck inom kartans kanter."))
    return frame.to_point(x, y)
