"""The map of a plan report: the plan's area, and where the views that were given a place lie."""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from PIL import Image, ImageDraw
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from mapdialog.basemap.drawing import Overlay, font, static_image
from mapdialog.basemap.frame import Frame, fit
from mapdialog.geo.geometry import from_element, to_store
from mapdialog.plans.models import Plan
from mapdialog.reports.plan_report_reading import StatementRow
from mapdialog.reports.plan_report_telling import is_placed
from mapdialog.walks.paper_pictures import SCALE, Picture

SIZE = (960, 560)
SQUARE_M = 100  # on the web a mark tells of a block, not of somebody's home
MOST_NUMBERS = 80
_AREA, _MARK, _HALO = "#0a5a78", "#b3261e", "#ffffff"
_PART, _LINE = "#cfdde0", "#4c5c66"


@dataclass(frozen=True)
class Spot:
    """A mark in EPSG:3006: how many statements, and the number of the one there where it is told."""

    east: float
    north: float
    count: int
    number: int | None


def draw_map(
    session: Session, plan: Plan, rows: Sequence[StatementRow], *, is_web: bool, municipality_code: str
) -> tuple[Picture | None, str]:
    """The picture and what to know of it; (None, '') for a plan without an area. Protected identities have no mark."""
    if plan.area is None:
        return None, ""
    area = from_element(plan.area)
    spots = _spots(rows, is_web=is_web)
    frame = fit(_bounds(area, spots), *SIZE, margin=0.08)
    picture = _draw(session, frame, plan, area, spots=spots, municipality_code=municipality_code)
    placed = sum(is_placed(row) for row in rows)
    alt = f"Karta över planområdet med {placed} yttranden som har en plats."
    note = "Den kraftiga linjen visar planområdet. "
    if any(one.is_active for one in plan.features):
        note += "Ytorna med beteckning är delar av plankartan. "
    if is_web:
        note += f"Varje cirkel visar hur många yttranden som rör platsen, avrundat till rutor om {SQUARE_M} meter."
    elif any(one.number is not None for one in spots):
        note += "Siffrorna är yttrandenas nummer."
    else:
        note += "Varje cirkel visar hur många yttranden som rör platsen."
    return Picture(picture[0], "image/png", *picture[1], alt), note


def describe_map(plan: Plan, rows: Sequence[StatementRow], *, is_web: bool) -> str:
    """SHA-256 (hexadecimal) of what the picture shows over its ground; '' for a plan without an area."""
    if plan.area is None:
        return ""
    shapes = [from_element(plan.area), *_plan_map(plan)]
    parts = [(one.code, from_element(one.geom).wkb_hex) for one in plan.features if one.is_active]
    shown = (_spots(rows, is_web=is_web), parts, [one.wkb_hex for one in shapes])
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def _spots(rows: Sequence[StatementRow], *, is_web: bool) -> list[Spot]:
    """Statements one by one where there is room for their numbers, else counted in squares."""
    placed = [(row, spot) for row in rows if is_placed(row) for spot in _places(row)]
    if not is_web and len(placed) <= MOST_NUMBERS:
        return [Spot(*spot, 1, row.number) for row, spot in placed]
    seen = {(_square(spot), row.id) for row, spot in placed}
    squares = Counter(square for square, _ in seen)
    return [Spot((x + 0.5) * SQUARE_M, (y + 0.5) * SQUARE_M, count, None) for (x, y), count in sorted(squares.items())]


def _places(row: StatementRow) -> list[tuple[float, float]]:
    """Where the sender pointed, and where single views of theirs lie."""
    return list(dict.fromkeys([*row.spots, *(spot for point in row.points for spot in point.spots)]))


def _square(spot: tuple[float, float]) -> tuple[int, int]:
    return int(spot[0] // SQUARE_M), int(spot[1] // SQUARE_M)


def _bounds(area: BaseGeometry, spots: Sequence[Spot]) -> tuple[float, float, float, float]:
    """The plan and the marks near it; one somewhere else in the land may not make the plan a dot."""
    reach = shapely.box(*shapely.bounds(area.buffer(1_500)))
    near = [point for one in spots if reach.contains(point := shapely.Point(one.east, one.north))]
    west, south, east, north = shapely.total_bounds(shapely.GeometryCollection([area, *near]))
    # Enough of what lies round it to see where it is.
    extent = max(east - west, north - south)
    rim = max(0.3 * extent, 160.0 - extent / 2)
    return float(west - rim), float(south - rim), float(east + rim), float(north + rim)


def _draw(
    session: Session, frame: Frame, plan: Plan, area: BaseGeometry, *, spots: Sequence[Spot], municipality_code: str
) -> tuple[bytes, tuple[int, int]]:
    parts = [(one.code, from_element(one.geom)) for one in plan.features if one.is_active]
    overlays = [Overlay(shape, line=_AREA, fill=_PART, width=1) for _, shape in parts]
    overlays += [Overlay(shape, line=_LINE, width=0.7) for shape in _plan_map(plan)]
    overlays += [Overlay(area, line=_HALO, width=6), Overlay(area, line=_AREA, width=3)]
    image = static_image(session, frame, *SIZE, overlays=overlays, scale=SCALE, municipality_code=municipality_code)
    pen = ImageDraw.Draw(image)
    for code, shape in parts:
        x, y = frame.to_pixel(*shapely.get_coordinates(shape.representative_point())[0])
        pen.text((x * SCALE, y * SCALE), code, _AREA, font(12 * SCALE, bold=True), anchor="mm")
    for one in sorted(spots, key=lambda one: -one.count):
        _mark(pen, frame.to_pixel(one.east, one.north), one)
    out = io.BytesIO()
    image.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue(), (image.width, image.height)


def _plan_map(plan: Plan) -> list[BaseGeometry]:
    """The lines of the plan map, where it was given as shapes: property borders, provisions, streets."""
    found = [one for overlay in plan.overlays if overlay.shapes for one in overlay.shapes.get("features", ())]
    return [to_store(shapely.from_geojson(json.dumps(one["geometry"]))) for one in found if one.get("geometry")]


def _mark(pen: ImageDraw.ImageDraw, place: tuple[float, float], one: Spot) -> None:
    """A disc with its number, in a white ring that keeps it apart from the ground."""
    x, y = place[0] * SCALE, place[1] * SCALE
    words = str(one.number if one.number is not None else one.count)
    radius = 9 + 2 * len(words) + (min(one.count, 60) ** 0.5 if one.number is None else 0)
    for r, color in ((radius + 2, _HALO), (radius, _MARK)):
        pen.ellipse((x - r * SCALE, y - r * SCALE, x + r * SCALE, y + r * SCALE), fill=color)
    pen.text((x, y), words, _HALO, font(12 * SCALE, bold=True), anchor="mm")
