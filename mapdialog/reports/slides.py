"""A map as a picture for slides, 1920 × 1080: title, map, legend and source, ready to be shown as it is."""

import io
import textwrap

import shapely
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy.orm import Session

from mapdialog.basemap.drawing import Overlay, font, static_map
from mapdialog.basemap.frame import fit
from mapdialog.basemap.ground import get_ground
from mapdialog.core.text import N_
from mapdialog.reports import legends
from mapdialog.reports.district_report import DistrictReport, shaped_rows
from mapdialog.reports.heat_pictures import framed_picture
from mapdialog.reports.heat_report import HeatReport
from mapdialog.reports.looks import Look
from mapdialog.reports.map_frame import About, notes
from mapdialog.reports.opening import opening_bounds
from mapdialog.reports.ramps import color_of

WIDTH, HEIGHT, SCALE = 960, 540, 2
_TOP, _SIDE, _FOOT, _RIM = 70, 226, 40, 16
_MAP = (WIDTH - _SIDE - 2 * _RIM, HEIGHT - _TOP - _FOOT)
_INK, _MUTED, _PAPER, _LINE = "#16242d", "#4c5c66", "#ffffff", "#d5dee0"


def districts_slide(session: Session, report: DistrictReport, look: Look) -> bytes:
    """The districts in the colours of their counts, as a PNG."""
    frame = fit(opening_bounds(session, look.municipality_code, report, None), *_MAP)
    classes = report.count_classes
    overlays = [
        Overlay(shapely.from_wkb(wkb), line=_INK, fill=color_of(classes, row.count), width=0.8)
        for row, wkb in shaped_rows(session, report, drawn_to_m=frame.metres_per_pixel / 2)
    ]
    drawn = static_map(session, frame, *_MAP, overlays=overlays, scale=SCALE, municipality_code=look.municipality_code)
    about = About(report.heading, report, report.table.total, _attribution(session, look))
    return _composed(about, drawn, legends.district_part(report, "count"))


def heat_slide(session: Session, report: HeatReport, look: Look) -> bytes:
    """The density on the built-in ground, as a PNG."""
    frame = fit(opening_bounds(session, look.municipality_code, None, report), *_MAP)
    veil = framed_picture(report.heat, frame, SCALE) if report.heat else None
    drawn = static_map(session, frame, *_MAP, veil=veil, scale=SCALE, municipality_code=look.municipality_code)
    about = About(report.heading, None, report.cells.total, _attribution(session, look), look.weighted)
    return _composed(about, drawn, legends.heat_part(report))


def _attribution(session: Session, look: Look) -> str:
    return get_ground(session, look.municipality_code).attribution


class _Slide:
    """A white slide on which text is set in CSS pixels."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), _PAPER)
        self.draw = ImageDraw.Draw(self.image)

    def text(self, x: float, y: float, text: str, size: float, *, bold: bool = False, color: str = _INK) -> None:
        """One line, its top left corner at (x, y)."""
        self.draw.text((x * SCALE, y * SCALE), text, color, self._font(size, bold=bold), anchor="la")

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a line is."""
        return self.draw.textlength(text, self._font(size, bold=bold)) / SCALE

    def fitted(self, text: str, size: float, room: float, *, smallest: float) -> tuple[str, float]:
        """The text at the largest size that fits, cut with an ellipsis where even the smallest does not."""
        while size > smallest and self.width(text, size, bold=True) > room:
            size -= 1
        while self.width(text, size, bold=True) > room and len(text) > 2:
            text = text[:-2].rstrip() + "…"
        return text, size

    def wrapped(self, x: float, y: float, text: str, room: float, *, size: float = 11) -> float:
        """Lines that fit in `room`; gives the y below the last."""
        letters = max(8, int(room / (self.width("nnnnnnnnnn", size) / 10) * 1.08))
        for line in textwrap.wrap(text, letters):
            self.text(x, y, line, size, color=_MUTED)
            y += size * 1.4
        return y

    def box(self, x: float, y: float, wide: float, tall: float, color: str) -> None:
        """A framed colour."""
        corners = (x * SCALE, y * SCALE, (x + wide) * SCALE, (y + tall) * SCALE)
        self.draw.rectangle(corners, fill=color, outline=_INK, width=SCALE)

    def ramp(self, x: float, y: float, wide: float, tall: float, colors: tuple[str, ...]) -> None:
        """Colours that flow into each other from left to right, framed."""
        strip = Image.new("RGB", (len(colors), 1))
        for index, color in enumerate(colors):
            strip.putpixel((index, 0), tuple(int(color[at : at + 2], 16) for at in (1, 3, 5)))
        size = (round(wide * SCALE), round(tall * SCALE))
        # Half a step more on each side, so that the ends are the true first and last colours.
        flowing = strip.resize(size, Image.Resampling.BILINEAR, box=(0.5, 0, len(colors) - 0.5, 1))
        self.image.paste(flowing, (round(x * SCALE), round(y * SCALE)))
        corners = (x * SCALE, y * SCALE, (x + wide) * SCALE, (y + tall) * SCALE)
        self.draw.rectangle(corners, outline=_INK, width=SCALE)

    @staticmethod
    def _font(size: float, *, bold: bool = False) -> ImageFont.FreeTypeFont:
        return font(round(size * SCALE), bold=bold)


def _composed(about: About, drawn: bytes, part: legends.Part) -> bytes:
    slide = _Slide()
    title, size = slide.fitted(about.heading.title, 24, WIDTH - 2 * _RIM, smallest=15)
    slide.text(_RIM, 13 + (24 - size) / 2, title, size, bold=True)
    facts = about.facts
    slide.text(_RIM, 43, f"{facts['count']} · {facts['period']} · {facts['what']}", 13, color=_MUTED)
    with Image.open(io.BytesIO(drawn)) as map_image:
        slide.image.paste(map_image, (_RIM * SCALE, _TOP * SCALE))
    corners = (_RIM * SCALE, _TOP * SCALE, (_RIM + _MAP[0]) * SCALE, (_TOP + _MAP[1]) * SCALE)
    slide.draw.rectangle(corners, outline=_LINE, width=SCALE)
    _draw_legend(slide, part, about)
    translate = about.heading.translate
    source = translate(
        N_("Källa: publicerade synpunkter, %(municipality)s, %(made)s. Bakgrund: %(sources)s."),
        municipality=about.heading.municipality,
        made=about.heading.made,
        sources=about.attribution,
    )
    slide.wrapped(_RIM, HEIGHT - _FOOT + 12, source, WIDTH - 2 * _RIM, size=10)
    buffer = io.BytesIO()
    slide.image.save(buffer, "PNG", optimize=False, compress_level=6)
    return buffer.getvalue()


def _draw_legend(slide: _Slide, part: legends.Part, about: About) -> None:
    left, y, room = WIDTH - _SIDE, float(_TOP), _SIDE - _RIM
    for line in textwrap.wrap(part.title, 24):
        slide.text(left, y, line, 14, bold=True)
        y += 19
    y += 6
    if part.ramp:
        slide.ramp(left, y, room, 14, part.ramp)
        y += 19
        slide.text(left, y, part.ends[0], 12)
        slide.text(left + room - slide.width(part.ends[1], 12), y, part.ends[1], 12)
        y += 24
    for entry in part.entries:
        slide.box(left, y, 26, 16, entry.color)
        slide.text(left + 36, y + 1, entry.name, 12)
        slide.text(left + room - slide.width(entry.range, 12), y + 1, entry.range, 12, color=_MUTED)
        y += 23
    for note in (part.note, *(notes(about)[:1] if about.districts and about.districts.table.outside else ())):
        if note:
            y = slide.wrapped(left, y + 6, note, room)
