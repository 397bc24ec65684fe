"""The districts' names and numbers on a slide: on the map where there is room, else as a numbered list beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapdialog.analysis.counts import DistrictRow
from mapdialog.basemap.frame import Frame
from mapdialog.core.text import N_
from mapdialog.geo.classes import Classes
from mapdialog.reports import figures, map_labels
from mapdialog.reports.district_report import DistrictReport
from mapdialog.reports.heading import Heading
from mapdialog.reports.map_labels import Box, Key, Label, Wanted
from mapdialog.reports.ramps import color_of
from mapdialog.reports.slide_paper import INK, MUTED, WHITE, Paper, broken, text_width

_SIZE, _LEADING, _GAP, _KEY, _NUMBER, _HEAD = 10.0, 1.25, 4.0, 24, 34, 28
_REST = 2 * _SIZE * _LEADING + _GAP
# Pixels: borders are not followed finer.
_FINEST = 0.5


@dataclass(frozen=True)
class Written:
    """What stands on the map, what in the list, how many districts have neither, and the boxes taken on the map."""

    labels: tuple[Label, ...]
    keys: tuple[Key, ...]
    left_out: int
    taken: tuple[Box, ...]


def lay_out(
    report: DistrictReport,
    frame: Frame,
    shapes: Sequence[tuple[DistrictRow, BaseGeometry]],
    taken: Sequence[Box],
    list_size: tuple[float, float],
) -> Written:
    """Find a place for each district; a list of that width and height holds those that the map can't name."""
    room, tall = list_size
    wanted = [_wanted(report, frame, row, shape) for row, shape in shapes]
    boxes, size = list(taken), (float(frame.width), float(frame.height))
    labels, rest = map_labels.place_labels(wanted, size, text_width, boxes)
    rest = [about for about in rest if about.count]
    keys = map_labels.place_keys(_that_fit(rest, room, tall - _HEAD), size, boxes)
    left_out = len(rest) - len(keys)
    return Written(tuple(labels), tuple(keys), left_out, tuple(boxes))


def _that_fit(districts: list[Wanted], room: float, tall: float) -> list[Wanted]:
    """The first of them that a list of that size holds, with room to say how many more there are."""
    heights = [_row_height(about, room) for about in districts]
    tall -= _REST if sum(heights) > tall else 0
    return [about for about, below in zip(districts, accumulate(heights), strict=True) if below <= tall]


def _wanted(report: DistrictReport, frame: Frame, row: DistrictRow, shape: BaseGeometry) -> Wanted:
    def to_pixels(xy: np.ndarray) -> np.ndarray:
        size = frame.metres_per_pixel
        return np.column_stack([(xy[:, 0] - frame.west) / size, (frame.north - xy[:, 1]) / size])

    drawn = shapely.make_valid(shapely.simplify(shapely.transform(shape, to_pixels), _FINEST))
    parts = [part for part in shapely.get_parts(drawn) if part.geom_type == "Polygon"]
    pixels = shapely.MultiPolygon(parts) if parts else shapely.Polygon()
    return Wanted(row.name, figures.number(row.count, report.heading.language), row.count, pixels)


def draw(slide: Paper, written: Written, corner: tuple[float, float], classes: Classes) -> None:
    """Write on the map whose top left corner is at `corner`: dark on light districts, light on dark ones."""
    left, top = corner
    for label in written.labels:
        is_dark = _is_dark(color_of(classes, label.about.count))
        ink, halo = (WHITE, INK) if is_dark else (INK, WHITE)
        tall = len(label.lines) * map_labels.NAME_SIZE * 1.25 + map_labels.COUNT_SIZE * 1.3
        x, y = left + label.x, top + label.y - tall / 2
        for line in label.lines:
            slide.text(x, y, line, map_labels.NAME_SIZE, bold=True, color=ink, anchor="ma", halo=halo)
            y += map_labels.NAME_SIZE * 1.25
        slide.text(x, y + 1, label.about.number, map_labels.COUNT_SIZE, bold=True, color=ink, anchor="ma", halo=halo)
    for key in written.keys:
        if key.at is not None:
            slide.lead((left + key.at[0], top + key.at[1]), (left + key.x, top + key.y))
    for key in written.keys:
        slide.disc(left + key.x, top + key.y, map_labels.RADIUS, key.number)


def _is_dark(color: str) -> bool:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 128


def draw_list(slide: Paper, heading: Heading, written: Written, corner: tuple[float, float], room: float) -> None:
    """The numbered districts with their counts, most first."""
    if not written.keys:
        return
    left, y = corner
    slide.text(left, y + 12, heading.translate(N_("Nummer på kartan")), 12, bold=True)
    y += _HEAD
    for key in written.keys:
        slide.rule(left, y, room)
        lines = broken(key.about.name, room - _KEY - _NUMBER, _SIZE)
        slide.disc(left + 9, y + _GAP + 6, map_labels.RADIUS - 1, key.number)
        slide.text(left + room, y + _GAP, key.about.number, _SIZE + 0.5, bold=True, anchor="ra")
        slide.lines(left + _KEY, y + _GAP, lines, _SIZE, color=INK, leading=_LEADING)
        y += _row_height(key.about, room)
    slide.rule(left, y, room)
    if written.left_out > 0:
        words = heading.translate(
            N_("Ytterligare %(count)s områden visas bara med färg."),
            count=figures.number(written.left_out, heading.language),
        )
        slide.lines(left, y + _GAP, broken(words, room, _SIZE), _SIZE, color=MUTED, leading=_LEADING)


def _row_height(about: Wanted, room: float) -> float:
    return len(broken(about.name, room - _KEY - _NUMBER, _SIZE)) * _SIZE * _LEADING + 2 * _GAP - 1
