"""Pictures for printed papers: the walk's map with numbered stops, and photos at the size they are printed."""

import io
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import shapely
from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from mapdialog.basemap.drawing import Overlay, font, static_image
from mapdialog.basemap.frame import fit
from mapdialog.core.errors import NotFound
from mapdialog.core.files import FileStore
from mapdialog.geo.geometry import from_element
from mapdialog.walks.models import SafetyWalk, WalkStop

SCALE = 2
# 80 mm at some 250 dots an inch; a protocol of a hundred photos stays a file that can be mailed.
PHOTO_SIDE, PHOTO_QUALITY = 800, 76
FEELING_COLORS = {"insecure": "#b3261e", "secure": "#00674a", "neutral": "#5b6b75"}
_INK, _HALO, _ROUTE = "#16242d", "#ffffff", "#0a5a78"
_STOP_R, _MARK_R = 13, 7
Place = tuple[float, float]


@dataclass(frozen=True)
class Picture:
    """A picture in a paper: the file's bytes (JPEG or PNG), its size in pixels, and what it shows in words."""

    data: bytes
    mime: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class Mark:
    """Where something was found (EPSG:3006), and how it felt."""

    east: float
    north: float
    polarity: str


def shrunk(data: bytes, alt: str) -> Picture:
    """A stored JPEG at the size it is printed in."""
    image = Image.open(io.BytesIO(data), formats=("JPEG",))
    image.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
    if max(image.size) > PHOTO_SIDE:
        image.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=PHOTO_QUALITY, optimize=True)
    return Picture(out.getvalue(), "image/jpeg", image.width, image.height, alt)


def photo(files: FileStore, file_key: str, alt: str) -> Picture | None:
    """A photo out of the store, shrunk; None where the file is gone, which must not cost the whole paper."""
    try:
        return shrunk(files.get(file_key), alt)
    except (NotFound, OSError):
        return None


def route_map(
    session: Session,
    walk: SafetyWalk,
    marks: Sequence[Mark],
    alt: str,
    *,
    municipality_code: str,
    size: tuple[int, int] = (960, 500),
) -> Picture:
    """The route, numbered stops and what was found, on the built-in ground; `size` in CSS pixels, each two dots."""
    route = from_element(walk.route) if walk.route is not None else None
    stops = [stop for stop in walk.stops if stop.place is not None]
    frame = fit(_bounds(route, stops, marks), *size, margin=0.1)
    places = _apart([frame.to_pixel(*_xy(stop)) for stop in stops], _STOP_R)
    beside = _beside([frame.to_pixel(one.east, one.north) for one in marks], places)
    dense = shapely.get_coordinates(shapely.segmentize(route, 8 * frame.metres_per_pixel)) if route else ()
    way = [frame.to_pixel(east, north) for east, north in dense]
    image = static_image(
        session,
        frame,
        *size,
        overlays=[Overlay(route, line=_HALO, width=8), Overlay(route, line=_ROUTE, width=4)] if route else [],
        scale=SCALE,
        municipality_code=municipality_code,
        keep_clear=[
            (x - radius, y - radius, x + radius, y + radius)
            for drawn_at, radius in ((places, _STOP_R + 2), (beside, _MARK_R + 2), (way, 4))
            for x, y in drawn_at
        ],
    )
    pen = ImageDraw.Draw(image)
    for mark, place in zip(marks, beside, strict=True):
        _draw_mark(pen, place, mark.polarity)
    for stop, place in zip(stops, places, strict=True):
        _draw_stop(pen, place, stop.seq)
    out = io.BytesIO()
    image.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return Picture(out.getvalue(), "image/png", image.width, image.height, alt)


def _bounds(
    route: shapely.Geometry | None, stops: Iterable[WalkStop], marks: Iterable[Mark]
) -> tuple[float, float, float, float]:
    shapes = [shapely.Point(_xy(stop)) for stop in stops] + [shapely.Point(one.east, one.north) for one in marks]
    west, south, east, north = shapely.total_bounds(shapely.GeometryCollection([*shapes, *([route] if route else [])]))
    rim = max(0.0, 150.0 - max(east - west, north - south) / 2)
    return float(west - rim), float(south - rim), float(east + rim), float(north + rim)


def _xy(stop: WalkStop) -> Place:
    assert stop.place is not None
    east, north = shapely.get_coordinates(from_element(stop.place))[0]
    return float(east), float(north)


def _apart(places: Sequence[Place], radius: float) -> list[Place]:
    """The same places; one that would hide an earlier one moves to its right."""
    found: list[Place] = []
    for x, y in places:
        while any(abs(x - other[0]) < radius and abs(y - other[1]) < radius for other in found):
            x += 2 * radius  # noqa: PLW2901
        found.append((x, y))
    return found


def _beside(marks: Sequence[Place], stops: Sequence[Place]) -> list[Place]:
    """The same places; what lies under a stop's number, where most is found, stands in a ring round it instead."""
    found: list[Place] = []
    rings: Counter[Place] = Counter()
    for place in marks:
        stop = next((one for one in stops if math.dist(one, place) < _STOP_R + _MARK_R), None)
        if stop is None:
            found.append(place)
            continue
        turn, lap = rings[stop] % 10 * math.tau / 10, rings[stop] // 10
        far = _STOP_R + (1.6 + 2.2 * lap) * _MARK_R
        found.append((stop[0] + far * math.sin(turn), stop[1] - far * math.cos(turn)))
        rings[stop] += 1
    return found


def _draw_stop(pen: ImageDraw.ImageDraw, place: Place, number: int) -> None:
    x, y = place[0] * SCALE, place[1] * SCALE
    for radius, color in ((_STOP_R + 2, _HALO), (_STOP_R, _INK)):
        pen.ellipse((x - radius * SCALE, y - radius * SCALE, x + radius * SCALE, y + radius * SCALE), fill=color)
    pen.text((x, y), str(number), _HALO, font(14 * SCALE, bold=True), anchor="mm")


def _draw_mark(pen: ImageDraw.ImageDraw, place: Place, polarity: str) -> None:
    """A triangle is insecure, a disc secure, a diamond neither: told apart without colours too."""
    x, y = place[0] * SCALE, place[1] * SCALE
    for radius, color in ((_MARK_R + 2.0, _HALO), (_MARK_R, FEELING_COLORS[polarity])):
        r = radius * SCALE
        if polarity == "secure":
            pen.ellipse((x - r, y - r, x + r, y + r), fill=color)
        elif polarity == "insecure":
            pen.polygon([(x, y - 1.15 * r), (x + 1.1 * r, y + 0.85 * r), (x - 1.1 * r, y + 0.85 * r)], fill=color)
        else:
            pen.polygon([(x, y - 1.2 * r), (x + 1.2 * r, y), (x, y + 1.2 * r), (x - 1.2 * r, y)], fill=color)
