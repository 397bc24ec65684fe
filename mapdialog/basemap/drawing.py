"""Draws a map as a picture on the server: for forms without JavaScript, receipts and reports; calm as the look asks."""

import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ParamSpec

import numpy as np
import shapely
from PIL import Image, ImageDraw, ImageFont
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from mapdialog.basemap.frame import Frame, fit
from mapdialog.basemap.ground import DEMO_CODE, Ground, Name, get_ground
from mapdialog.geo.bbox import Bounds

# The light tokens of static/css/tokens.css; a picture is the same in both themes, as a printed map is.
SEA, LAND, OUTSIDE, TOWN, HALO = "#cfe0e8", "#f4f3ec", "#e3e2da", "#e7e3d8", "#f6f5ef"
EDGE, BORDER, LABEL, PRIMARY, INK = "#b3bcb6", "#b3bcb6", "#4b5a61", "#0a5a78", "#16242d"
# Size in pixels, bold, colour: the same hierarchy as .bg-label-* of static/css/map.css.
_WRITING = {
    "town": (16, True, "#2b3a42"), "village": (13, True, LABEL), "shore": (12, False, "#2f6079"),
    "green": (12, False, "#3f6149"), "place": (12, False, LABEL),
}  # fmt: skip
_EQUATOR_M, _LATITUDE, _EARLIER = (
    40_075_017.0,
    58.0,
    0.6,
)  # a still picture can't be zoomed: names come a little earlier
Box = tuple[float, float, float, float]
_SMOOTH = 2  # drawn twice as large and shrunk: soft edges


@dataclass(frozen=True)
class Marker:
    """A pin at a place in EPSG:3006, with its category's colour."""

    east: float
    north: float
    color: str = PRIMARY


@dataclass(frozen=True)
class Overlay:
    """A shape on top of the ground, in EPSG:3006: a dialogue's area, a contribution's line."""

    shape: BaseGeometry
    line: str = PRIMARY
    fill: str | None = None
    width: float = 2.0


def static_image(
    session: Session,
    bbox3006: Bounds | Frame,
    width: int,
    height: int,
    *,
    markers: Sequence[Marker] = (),
    overlays: Sequence[Overlay] = (),
    veil: Image.Image | None = None,
    scale: int = 1,
    municipality_code: str = DEMO_CODE,
    names: bool = True,
    unnamed: BaseGeometry | None = None,
    keep_clear: Sequence[Box] = (),
) -> Image.Image:
    """A picture of `width` × `height` CSS pixels (times `scale`) that shows at least the rectangle in EPSG:3006.

    Give a Frame to know exactly which pixel is which place (`Frame.to_point`); a plain rectangle is grown to the
    image's proportions. Land, borders and names as on the built-in map; overlays and markers on top; a scale bar. A
    `veil` is a half-transparent picture of the whole frame, such as a density, laid between ground and overlays. Names
    inside `unnamed` (EPSG:3006) are left out, the others keep clear of the boxes in CSS pixels.
    """
    frame = bbox3006 if isinstance(bbox3006, Frame) else fit(bbox3006, width, height, margin=0)
    canvas = _Canvas(frame, scale)
    ground = get_ground(session, municipality_code)
    _draw_ground(canvas, ground)
    if veil is not None:
        canvas.lay(veil)
    for overlay in overlays:
        canvas.shape(overlay.shape, fill=overlay.fill, line=overlay.line, width=overlay.width)
    image = canvas.shrunk()
    draw = ImageDraw.Draw(image)
    if names:
        shown = ground.names if unnamed is None else _outside(ground.names, unnamed)
        pins = [frame.to_pixel(pin.east, pin.north) for pin in markers]
        _draw_names(draw, frame, shown, scale, [*keep_clear, *((x - 15, y - 42, x + 15, y + 4) for x, y in pins)])
    _draw_scale_bar(draw, frame, scale)
    _draw_attribution(draw, frame, ground.attribution, scale)
    for marker in sorted(markers, key=lambda one: -one.north):
        _draw_marker(image, frame, marker, scale)
    return image


Asked = ParamSpec("Asked")


def _encoded(draw: Callable[Asked, Image.Image]) -> Callable[Asked, bytes]:
    def encode(*args: Asked.args, **kwargs: Asked.kwargs) -> bytes:
        buffer = io.BytesIO()
        draw(*args, **kwargs).save(buffer, "PNG", optimize=False, compress_level=6)
        return buffer.getvalue()

    return encode


static_map = _encoded(static_image)
"""The same as a PNG."""


class _Canvas:
    """Shapes in EPSG:3006 onto an enlarged picture."""

    def __init__(self, frame: Frame, scale: int) -> None:
        self.frame, self.factor = frame, scale * _SMOOTH
        self.image = Image.new("RGB", (frame.width * self.factor, frame.height * self.factor), SEA)
        self.draw = ImageDraw.Draw(self.image)
        rim = 20 * frame.metres_per_pixel
        west, south, east, north = frame.bounds
        self.window = (west - rim, south - rim, east + rim, north + rim)

    def shape(self, shape: BaseGeometry, *, fill: str | None = None, line: str | None = None, width: float = 1) -> None:
        """Draw what of a shape is seen."""
        seen = shapely.simplify(shapely.clip_by_rect(shape, *self.window), self.frame.metres_per_pixel / 4)
        for part in shapely.get_parts(seen):
            if part.is_empty:
                continue
            if part.geom_type == "Polygon" and fill:
                self._fill(part, fill)
            if line:
                rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
                for ring in rings:
                    if ring.geom_type in ("LineString", "LinearRing"):
                        self._line(ring, line, width)

    def lay(self, veil: Image.Image) -> None:
        """Lay a half-transparent picture over everything drawn so far."""
        large = veil.resize(self.image.size, Image.Resampling.BILINEAR)
        self.image.paste(large, mask=large.getchannel("A"))

    def _fill(self, polygon: shapely.Polygon, fill: str) -> None:
        if not polygon.interiors:
            self.draw.polygon(self._pixels(polygon.exterior), fill=fill)
            return
        mask = Image.new("1", self.image.size)
        pen = ImageDraw.Draw(mask)
        pen.polygon(self._pixels(polygon.exterior), fill=1)
        for hole in polygon.interiors:
            pen.polygon(self._pixels(hole), fill=0)
        self.image.paste(fill, mask=mask)

    def _line(self, line: BaseGeometry, color: str, width: float) -> None:
        self.draw.line(self._pixels(line), fill=color, width=max(1, round(width * self.factor)), joint="curve")

    def _pixels(self, line: BaseGeometry) -> list[tuple[float, float]]:
        points = shapely.get_coordinates(line)
        size = self.frame.metres_per_pixel / self.factor
        xy = np.column_stack([(points[:, 0] - self.frame.west) / size, (self.frame.north - points[:, 1]) / size])
        return [(float(x), float(y)) for x, y in xy]

    def shrunk(self) -> Image.Image:
        """The picture at its true size."""
        return self.image.reduce(_SMOOTH)


def _draw_ground(canvas: _Canvas, ground: Ground) -> None:
    if ground.has_sea:
        canvas.shape(ground.land, fill=OUTSIDE, line=EDGE, width=1)
        canvas.shape(shapely.difference(shapely.box(*canvas.window), ground.covered), fill=OUTSIDE)
    else:
        canvas.draw.rectangle((0, 0, *canvas.image.size), fill=OUTSIDE)
    if not ground.municipality.is_empty:
        canvas.shape(ground.municipality, fill=LAND, line=EDGE, width=1)
    canvas.shape(ground.built_up, fill=TOWN)
    canvas.shape(ground.borders, line=BORDER, width=1)


@lru_cache(maxsize=32)
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font that comes with matplotlib, so that the picture looks the same on every machine."""
    import matplotlib as mpl

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(mpl.get_data_path()) / "fonts/ttf" / name), size)


def _outside(names: Iterable[Name], unnamed: BaseGeometry) -> list[Name]:
    shapely.prepare(unnamed)
    return [name for name in names if not shapely.contains_xy(unnamed, name.east, name.north)]


def corners_taken(frame: Frame) -> list[Box]:
    """Where the scale bar and the words on whose data it is stand, in CSS pixels."""
    return [
        (0, frame.height - 30, frame.width / 4 + 20, frame.height),
        (frame.width - 170, frame.height - 16, frame.width, frame.height),
    ]


def _draw_names(
    draw: ImageDraw.ImageDraw, frame: Frame, names: Iterable[Name], scale: int, keep_clear: list[Box]
) -> None:
    """Names that fit, the most important first; none on another, on what is to be kept clear or across the edge."""
    taken = [*keep_clear, *corners_taken(frame)]
    zoom = math.log2(_EQUATOR_M * math.cos(math.radians(_LATITUDE)) / 256 / frame.metres_per_pixel) + _EARLIER
    for name in names:
        x, y = frame.to_pixel(name.east, name.north)
        if name.min_zoom > zoom or not (0 < x < frame.width and 0 < y < frame.height):
            continue
        size, bold, color = _WRITING.get(name.style, _WRITING["place"])
        chosen = font(size * scale, bold=bold)
        half, tall = draw.textlength(name.text, chosen) / scale / 2 + 4, size * 0.6 + 3
        spot = next((box for box in _spots(x, y, half, tall) if _is_free(box, frame, taken)), None)
        if spot is None:
            continue
        taken.append(spot)
        at = ((spot[0] + spot[2]) / 2 * scale, (spot[1] + spot[3]) / 2 * scale)
        draw.text(at, name.text, color, chosen, anchor="mm", stroke_width=2 * scale, stroke_fill=HALO)
        draw.text(at, name.text, color, chosen, anchor="mm")


def _spots(x: float, y: float, half: float, tall: float) -> Iterator[Box]:
    """Where a name may stand: at its place, above it, beside it, below it, where the sea may be."""
    for dx, dy in ((0, 0), (0, -1.7 * tall), (-half - 18, -18), (half + 18, -18), (0, -3.4 * tall), (0, 1.7 * tall)):
        yield x + dx - half, y + dy - tall, x + dx + half, y + dy + tall


def _is_free(box: Box, frame: Frame, taken: list[Box]) -> bool:
    inside = box[0] >= 0 and box[1] >= 0 and box[2] <= frame.width and box[3] <= frame.height
    return inside and not any(_meet(box, other) for other in taken)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _draw_scale_bar(draw: ImageDraw.ImageDraw, frame: Frame, scale: int) -> None:
    """A bar of a round length, at most a quarter of the width, in the lower left corner."""
    longest = frame.width / 4 * frame.metres_per_pixel
    power = 10 ** int(np.floor(np.log10(longest)))
    metres = max(step * power for step in (1, 2, 5) if step * power <= longest)
    text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    x, y, length = 10 * scale, (frame.height - 12) * scale, metres / frame.metres_per_pixel * scale
    for color, width in ((LAND, 5), (LABEL, 2)):
        draw.line(
            [(x, y - 5 * scale), (x, y), (x + length, y), (x + length, y - 5 * scale)], fill=color, width=width * scale
        )
    face = font(11 * scale)
    draw.text((x + 5 * scale, y - 4 * scale), text, LABEL, face, anchor="lb", stroke_width=2 * scale, stroke_fill=LAND)


def _draw_attribution(draw: ImageDraw.ImageDraw, frame: Frame, words: str, scale: int) -> None:
    """Whose data it is, in the lower right corner, as its licences ask."""
    at = ((frame.width - 5) * scale, (frame.height - 4) * scale)
    draw.text(at, words, LABEL, font(9 * scale), anchor="rb", stroke_width=2 * scale, stroke_fill=HALO)


def _draw_marker(image: Image.Image, frame: Frame, marker: Marker, scale: int) -> None:
    """A drop whose tip is at the place: white halo, ink outline, the category's colour, a white eye."""
    x, y = frame.to_pixel(marker.east, marker.north)
    over = 4
    size = (40 * scale * over, 48 * scale * over)
    pin = Image.new("RGBA", size)
    pen = ImageDraw.Draw(pin)
    unit = scale * over
    for grow, color in ((4.5, "#ffffff"), (2.0, INK), (0.5, marker.color)):
        radius = 11 + grow
        middle = (20 * unit, 18 * unit)
        pen.ellipse([(m - radius * unit) for m in middle] + [(m + radius * unit) for m in middle], fill=color)
        side = 9.4 + grow * 0.85
        tip = 42 + grow * 0.9
        pen.polygon(
            [((20 - side) * unit, 23.5 * unit), ((20 + side) * unit, 23.5 * unit), (20 * unit, tip * unit)], fill=color
        )
    pen.ellipse([15.5 * unit, 13.5 * unit, 24.5 * unit, 22.5 * unit], fill="#ffffff")
    pin = pin.resize((40 * scale, 48 * scale), Image.Resampling.LANCZOS)
    image.paste(pin, (round(x * scale) - 20 * scale, round(y * scale) - 43 * scale), pin)
