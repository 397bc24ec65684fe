"""A map as a picture for slides: title, map, legend and source, ready to be shown as it is."""

import shapely
from sqlalchemy.orm import Session

from mapdialog.basemap.drawing import Overlay, corners_taken, static_map
from mapdialog.basemap.frame import Frame, fit
from mapdialog.basemap.ground import get_ground
from mapdialog.core.text import N_
from mapdialog.reports import district_names, legends
from mapdialog.reports.district_report import DistrictReport, shaped_rows
from mapdialog.reports.heat_pictures import busy_boxes, framed_picture
from mapdialog.reports.heat_report import HeatReport
from mapdialog.reports.looks import Look
from mapdialog.reports.map_frame import About, notes
from mapdialog.reports.opening import opening_bounds
from mapdialog.reports.ramps import color_of
from mapdialog.reports.slide_paper import HEIGHT, MUTED, SCALE, WIDTH, Paper, broken, fitted, text_width

_TOP, _SIDE, _FOOT, _RIM = 70, 236, 40, 16
_MAP = (WIDTH - _SIDE - _RIM, HEIGHT - _TOP - _FOOT)
_LEFT, _ROOM = WIDTH - _SIDE + _RIM, _SIDE - 2 * _RIM


def districts_slide(session: Session, report: DistrictReport, look: Look) -> bytes:
    """The districts in the colours of their counts, each with its number, as a PNG."""
    frame = fit(opening_bounds(session, look.municipality_code, report, None), *_MAP)
    classes = report.count_classes
    shapes = [
        (row, shapely.from_wkb(wkb)) for row, wkb in shaped_rows(session, report, drawn_to_m=frame.metres_per_pixel / 2)
    ]
    slide, about = Paper(), About(report.heading, report, report.table.total, _attribution(session, look))
    below = _draw_legend(slide, legends.district_part(report, "count"), about)
    written = district_names.lay_out(report, frame, shapes, corners_taken(frame), (_ROOM, _TOP + _MAP[1] - below))
    drawn = static_map(
        session,
        frame,
        *_MAP,
        overlays=[
            Overlay(shape, line="#16242d", fill=color_of(classes, row.count), width=0.8) for row, shape in shapes
        ],
        scale=SCALE,
        municipality_code=look.municipality_code,
        unnamed=shapely.union_all([shape for _, shape in shapes]),
        keep_clear=written.taken,
    )
    slide.picture(_RIM, _TOP, drawn)
    district_names.draw(slide, written, (_RIM, _TOP), classes)
    district_names.draw_list(slide, report.heading, written, (_LEFT, below), _ROOM)
    return _finished(slide, about)


def heat_slide(session: Session, report: HeatReport, look: Look) -> bytes:
    """The density on the built-in ground, as a PNG."""
    frame = fit(opening_bounds(session, look.municipality_code, None, report), *_MAP)
    slide = Paper()
    about = About(report.heading, None, report.cells.total, _attribution(session, look), look.weighted)
    slide.picture(_RIM, _TOP, _heat_map(session, report, frame, look))
    _draw_legend(slide, legends.heat_part(report), about)
    return _finished(slide, about)


def _heat_map(session: Session, report: HeatReport, frame: Frame, look: Look) -> bytes:
    return static_map(
        session,
        frame,
        *_MAP,
        veil=framed_picture(report.heat, frame, SCALE) if report.heat else None,
        scale=SCALE,
        municipality_code=look.municipality_code,
        keep_clear=busy_boxes(report.heat, frame) if report.heat else (),
    )


def _attribution(session: Session, look: Look) -> str:
    return get_ground(session, look.municipality_code).attribution


def _finished(slide: Paper, about: About) -> bytes:
    """Title, facts and source round the map."""
    title, size = fitted(about.heading.title, 24, WIDTH - 2 * _RIM, smallest=15)
    slide.text(_RIM, 13 + (24 - size) / 2, title, size, bold=True)
    facts = about.facts
    slide.text(_RIM, 43, facts["count"], 13, bold=True)
    rest = f" · {facts['period']} · {facts['what']}"
    slide.text(_RIM + text_width(facts["count"], 13, True), 43, rest, 13, color=MUTED)
    slide.frame(_RIM, _TOP, *_MAP)
    translate, districts = about.heading.translate, about.districts
    sources = ", ".join(part for part in ((districts.table.source if districts else ""), about.attribution) if part)
    source = translate(
        N_("Källa: publicerade synpunkter, %(municipality)s, %(made)s. Områden och bakgrund: %(sources)s.")
        if sources
        else N_("Källa: publicerade synpunkter, %(municipality)s, %(made)s."),
        municipality=about.heading.municipality,
        made=about.heading.made,
        sources=sources,
    )
    slide.lines(_RIM, HEIGHT - _FOOT + 9, broken(source, WIDTH - 2 * _RIM, 10)[:2], 10)
    return slide.png()


def _draw_legend(slide: Paper, part: legends.Part, about: About) -> float:
    """The map's colours in words; gives the y below."""
    y = float(_TOP)
    for line in broken(part.title, _ROOM, 14, bold=True):
        slide.text(_LEFT, y, line, 14, bold=True)
        y += 19
    y += 6
    if part.ramp:
        y = _draw_ramp(slide, part, y)
    for entry in part.entries:
        slide.box(_LEFT, y, 26, 14, entry.color)
        slide.text(_LEFT + 36, y, entry.name, 12)
        slide.text(_LEFT + _ROOM, y, entry.range, 12, color=MUTED, anchor="ra")
        y += 19.5
    for note in (part.note, *(notes(about)[:1] if about.districts and about.districts.table.outside else ())):
        if note:
            y = slide.lines(_LEFT, y + 6, broken(note, _ROOM, 11), 11)
    return y


def _draw_ramp(slide: Paper, part: legends.Part, y: float) -> float:
    slide.ramp(_LEFT, y, _ROOM, 14, part.ramp)
    for place, (words, tick) in enumerate(zip((part.ends[0], "", part.ends[1]), part.ticks, strict=False)):
        x, anchor = _LEFT + _ROOM * place / 2, ("la", "ma", "ra")[place]
        slide.text(x, y + 19, words, 12, anchor=anchor)
        slide.text(x, y + 35, tick, 11, color=MUTED, anchor=anchor)
    return y + 54
