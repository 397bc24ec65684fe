"""The grid of the map feed: squares of a Web Mercator pyramid, numbered along a Z-curve; pure arithmetic in numpy.

Level 0 is one square that holds the earth, each level halves the side, level 31 is finest (about a centimetre in
Sweden). A square's key interleaves the bits of its column and row, so its descendants on a finer level are one unbroken
range of keys. It orders and counts what is shown on screens; nothing is measured in it. Columns and rows of the finest
level agree with the database's `grid_x` and `grid_y` within one unit, and nothing here relies on more.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mapdialog.geo.bbox import BBox

FINEST = 31
DEEPEST = 20  # The finest level whose counts are kept; a side of some 22 m in Sweden.
_SIDE = 1 << FINEST
_WEIGHT = 0.06  # What looking at one contribution costs, in readings of a range; measured (docs/performance.md).
Ints = npt.NDArray[np.int64]


class Window(NamedTuple):
    """A box as columns and rows of the finest level: whatever lies outside `outer` is not in the box, whatever lies
    inside `inner` is; only places in the thin frame between must be compared degree by degree. Both as (first column,
    first row, last column, last row); `inner` may be empty (last before first)."""

    outer: tuple[int, int, int, int]
    inner: tuple[int, int, int, int]


def window(box: BBox) -> Window:
    """The window of a box in EPSG:4326. There is no frame along an edge at the end of the earth."""
    west, east, north, south = _x(box.west), _x(box.east), _y(box.north), _y(box.south)
    outer = (max(0, west - 1), max(0, north - 1), min(_SIDE - 1, east + 1), min(_SIDE - 1, south + 1))
    inner = (
        0 if box.west <= -180 else west + 2,
        0 if box.north >= 90 else north + 2,
        _SIDE - 1 if box.east >= 180 else east - 2,
        _SIDE - 1 if box.south <= -90 else south - 2,
    )
    return Window(outer, inner)


def _x(lon: float) -> int:
    return min(_SIDE - 1, max(0, math.floor((lon + 180) / 360 * _SIDE)))


def _y(lat: float) -> int:
    # The northern- and southernmost rows also hold the poles, which Mercator can't show.
    bounded = math.radians(max(-85.06, min(85.06, lat)))
    return min(_SIDE - 1, max(0, math.floor((0.5 - math.asinh(math.tan(bounded)) / (2 * math.pi)) * _SIDE)))


def keys(columns: Ints, rows: Ints) -> Ints:
    """Z-curve keys of squares of any one level: bits interleaved, the row's in the odd places."""
    return _spread(columns) | (_spread(rows) << 1)


def columns_rows(cells: Ints) -> tuple[Ints, Ints]:
    """The columns and rows that keys are made of."""
    return _gather(cells), _gather(cells >> 1)


def _spread(value: Ints) -> Ints:
    value = (value | value << 16) & 0x0000FFFF0000FFFF
    value = (value | value << 8) & 0x00FF00FF00FF00FF
    value = (value | value << 4) & 0x0F0F0F0F0F0F0F0F
    value = (value | value << 2) & 0x3333333333333333
    return (value | value << 1) & 0x5555555555555555


def _gather(value: Ints) -> Ints:
    value = value & 0x5555555555555555
    value = (value | value >> 1) & 0x3333333333333333
    value = (value | value >> 2) & 0x0F0F0F0F0F0F0F0F
    value = (value | value >> 4) & 0x00FF00FF00FF00FF
    value = (value | value >> 8) & 0x0000FFFF0000FFFF
    return (value | value >> 16) & 0x00000000FFFFFFFF


def level_for(view: Window, wanted: int, most: int) -> int:
    """The finest level, at most `wanted`, on which the window touches at most `most` squares."""
    first_column, first_row, last_column, last_row = view.outer
    for level in range(min(wanted, FINEST), 0, -1):
        shift = FINEST - level
        across = (last_column >> shift) - (first_column >> shift) + 1
        down = (last_row >> shift) - (first_row >> shift) + 1
        if across * down <= most:
            return level
    return 0


def cells_in(view: Window, level: int) -> Ints:
    """Keys of all squares of a level that the window touches, sorted. Choose the level with `level_for` first."""
    shift = FINEST - level
    first_column, first_row, last_column, last_row = (edge >> shift for edge in view.outer)
    columns = np.arange(first_column, last_column + 1, dtype=np.int64)
    rows = np.arange(first_row, last_row + 1, dtype=np.int64)
    return np.sort(keys(columns[None, :], rows[:, None]).ravel())


def children(cells: Ints, steps: int) -> Ints:
    """Keys of the squares `steps` levels below, in order."""
    return ((cells[:, None] << 2 * steps) + np.arange(4**steps, dtype=np.int64)).ravel()


def place(cells: Ints, level: "int | Ints", view: Window) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """For each square: does it touch the window, and does it lie wholly inside?"""
    columns, rows = columns_rows(cells)
    shift = FINEST - level
    left, top = columns << shift, rows << shift
    right, bottom = ((columns + 1) << shift) - 1, ((rows + 1) << shift) - 1
    touches = (right >= view.outer[0]) & (bottom >= view.outer[1]) & (left <= view.outer[2]) & (top <= view.outer[3])
    inside = (left >= view.inner[0]) & (top >= view.inner[1]) & (right <= view.inner[2]) & (bottom <= view.inner[3])
    return touches, inside


def ranges(cells: Ints) -> tuple[list[int], list[int]]:
    """Sorted keys as few unbroken ranges: the first and the last key of each."""
    if not len(cells):
        return [], []
    breaks = np.flatnonzero(np.diff(cells) != 1)
    firsts, lasts = cells[np.concatenate(([0], breaks + 1))], cells[np.concatenate((breaks, [len(cells) - 1]))]
    return firsts.tolist(), lasts.tolist()


class Frame(NamedTuple):
    """How squares that the window's edge cuts are resolved: squares wholly inside, counted from the pyramid, as ranges
    (level, first, last), and ranges of finest keys in which each contribution is looked at."""

    levels: list[int]
    firsts: list[int]
    lasts: list[int]
    key_firsts: list[int]
    key_lasts: list[int]


def resolve(cut: Ints, level: int, counts: Ints, view: Window) -> Frame:
    """Descend along the window's edge, deeper where more lie: `counts` says how many lie in each cut square.

    With n in a square and halving k times, about n/2^k must be looked at one by one and 2^k ranges be read; k is where
    both cost the same.
    """
    depth = np.clip(np.log2(np.maximum(counts, 1) * _WEIGHT) / 2, 0, None).round().astype(np.int64)
    last_level = np.minimum(level + depth, max(level, DEEPEST))
    whole: list[tuple[int, Ints]] = []
    starts: list[Ints] = [np.empty(0, dtype=np.int64)]
    ends: list[Ints] = [np.empty(0, dtype=np.int64)]
    here = level
    while len(cut):
        leaves = last_level <= here
        starts.append(cut[leaves] << 2 * (FINEST - here))
        ends.append(((cut[leaves] + 1) << 2 * (FINEST - here)) - 1)
        cut, last_level, here = children(cut[~leaves], 1), np.repeat(last_level[~leaves], 4), here + 1
        touches, inside = place(cut, here, view)
        whole.append((here, np.sort(cut[inside])))
        edge = touches & ~inside
        cut, last_level = cut[edge], last_level[edge]
    order = np.argsort(np.concatenate(starts))
    return _frame(whole, np.concatenate(starts)[order], np.concatenate(ends)[order])


def _frame(whole: list[tuple[int, Ints]], starts: Ints, ends: Ints) -> Frame:
    frame = Frame([], [], [], *_merged(starts, ends))
    for level, cells in whole:
        firsts, lasts = ranges(cells)
        frame.levels.extend([level] * len(firsts))
        frame.firsts.extend(firsts)
        frame.lasts.extend(lasts)
    return frame


def _merged(firsts: Ints, lasts: Ints) -> tuple[list[int], list[int]]:
    """Ranges in order, where one that begins right after another continues it."""
    if not len(firsts):
        return [], []
    breaks = np.flatnonzero(firsts[1:] != lasts[:-1] + 1)
    kept, kept_last = np.concatenate(([0], breaks + 1)), np.concatenate((breaks, [len(lasts) - 1]))
    return firsts[kept].tolist(), lasts[kept_last].tolist()
