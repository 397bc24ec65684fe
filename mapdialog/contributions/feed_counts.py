"""How many public contributions lie in each square of a window, exactly, whatever the window's edges cut through."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.contributions import grid
from mapdialog.contributions.queries import Filters
from mapdialog.geo.bbox import BBox


@dataclass(slots=True)
class Tally:
    """What lies together: how many, the sums of their places in millionths of a degree, and counts per category id."""

    count: int = 0
    sum_lon: int = 0
    sum_lat: int = 0
    by: dict[int, int] = field(default_factory=dict)

    def add(self, category_id: int, count: int, sum_lon: int, sum_lat: int) -> None:
        """Count some more, or fewer."""
        self.count += count
        self.sum_lon += sum_lon
        self.sum_lat += sum_lat
        self.by[category_id] = self.by.get(category_id, 0) + count


Tallies = dict[int, Tally]


@dataclass(frozen=True)
class Question:
    """A dialogue's window: `box` in EPSG:4326, `view` the same on the grid."""

    dialogue_id: int
    box: BBox
    view: grid.Window
    zoom: int
    filters: Filters

    @property
    def needs_rows(self) -> bool:
        """True where the pyramid can't answer, since it knows nothing of time and words."""
        return bool(self.filters.since or self.filters.until or self.filters.q)

    def binds(self) -> dict[str, Any]:
        """Values of the statements' common parameters; the box's edges are taken inwards to millionths of a degree."""
        # Rounded first, since 13.1569 · 10⁶ is a hair more than 13156900 and would shut out what lies on the edge.
        west, south, east, north = (round(edge * 1e6, 3) for edge in self.box)
        return {
            "dialogue": self.dialogue_id, "west": ceil(west), "south": ceil(south), "east": floor(east),
            "north": floor(north), "categories": list(self.filters.category_ids), "since": self.filters.since,
            "until": self.filters.until, "q": _pattern(self.filters.q),
        }  # fmt: skip


def _pattern(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


# OFFSET 0 keeps the planner, which thinks that every range holds thousands, from reading everything.
_CELLS = """
    select g.cell, g.category_id, g.count, g.sum_lon_e6, g.sum_lat_e6
    from unnest(cast(:firsts as bigint[]), cast(:lasts as bigint[])) r (first, last)
    cross join lateral (
        select * from grid_count
        where dialogue_id = :dialogue and level = :level and cell between r.first and r.last
            and (:all_categories or category_id = any(cast(:categories as integer[])))
        offset 0) g
    union all
    select grid_key >> :shift, category_id, sum(change), sum(change * lon_e6::bigint)::bigint,
        sum(change * lat_e6::bigint)::bigint
    from grid_delta
    where dialogue_id = :dialogue and change <> 0
        and lon_e6 between :west and :east and lat_e6 between :south and :north
        and (:all_categories or category_id = any(cast(:categories as integer[])))
    group by 1, 2
"""
_FRAME = """
    select false, g.cell >> 2 * (r.level - :level), g.category_id, sum(g.count), sum(g.sum_lon_e6)::bigint,
        sum(g.sum_lat_e6)::bigint
    from unnest(cast(:levels as integer[]), cast(:firsts as bigint[]), cast(:lasts as bigint[])) r (level, first, last)
    cross join lateral (
        select * from grid_count
        where dialogue_id = :dialogue and level = r.level and cell between r.first and r.last
            and (:all_categories or category_id = any(cast(:categories as integer[])))
        offset 0) g
    group by 2, 3
    union all
    select false, c.grid_key >> :shift, c.category_id, count(*), sum(c.lon_e6), sum(c.lat_e6)
    from unnest(cast(:key_firsts as bigint[]), cast(:key_lasts as bigint[])) r (first, last)
    cross join lateral (
        select grid_key, category_id, lon_e6, lat_e6 from contribution
        where dialogue_id = :dialogue and state = 'approved' and grid_key between r.first and r.last
            and lon_e6 between :west and :east and lat_e6 between :south and :north
            and (:all_categories or category_id = any(cast(:categories as integer[])))
        offset 0) c
    group by 2, 3
    union all
    select true, grid_key, category_id, change, lon_e6, lat_e6
    from grid_delta
    where dialogue_id = :dialogue and change <> 0
        and lon_e6 between :west and :east and lat_e6 between :south and :north
        and (:all_categories or category_id = any(cast(:categories as integer[])))
"""
_cells, _frame = text(_CELLS), text(_FRAME)


def survey(session: Session, asked: Question, wanted_level: int, most: int) -> tuple[int, Tallies]:
    """A level, `wanted_level` or a coarser one that keeps to `most` squares, and tallies of its squares that are not
    empty. Squares that the box's edge cuts are counted whole; `resolved` tells what lies inside."""
    wanted_level = min(wanted_level, grid.DEEPEST)
    level = grid.level_for(asked.view, wanted_level, most)
    tallies = _read_cells(session, asked, level, grid.cells_in(asked.view, level))
    while level < wanted_level and tallies:
        # A box far larger than the screen: what lies in it decides how fine the squares can be, not its size.
        steps = min(2 if len(tallies) < most // 8 else 1, wanted_level - level)
        below = grid.children(np.sort(np.fromiter(tallies, dtype=np.int64)), steps)
        finer = _read_cells(session, asked, level + steps, below[grid.place(below, level + steps, asked.view)[0]])
        if len(finer) > most:
            break
        level, tallies = level + steps, finer
    return level, tallies


def _read_cells(session: Session, asked: Question, level: int, cells: grid.Ints) -> Tallies:
    firsts, lasts = grid.ranges(cells)
    rows = session.execute(_cells, _binds(asked, level) | {"firsts": firsts, "lasts": lasts})
    tallies: Tallies = {}
    count_rows(tallies, rows)
    return {cell: tally for cell, tally in tallies.items() if tally.count > 0}


def _binds(asked: Question, level: int) -> dict[str, Any]:
    return asked.binds() | {
        "level": level, "shift": 2 * (grid.FINEST - level), "all_categories": not asked.filters.category_ids,
    }  # fmt: skip


def count_rows(tallies: Tallies, rows: Iterable[Any]) -> None:
    """Add rows of (cell, category id, count, sum of lon_e6, sum of lat_e6)."""
    for cell, category_id, count, sum_lon, sum_lat in rows:
        tally = tallies.get(cell)
        if tally is None:
            tally = tallies[cell] = Tally()
        tally.add(category_id, count, sum_lon, sum_lat)


def resolved(session: Session, asked: Question, level: int, tallies: Tallies) -> Tallies:
    """The survey's tallies, exact: squares that the box's edge cuts are counted anew, only what lies inside.

    They are resolved from finer squares and, along the very edge, from the contributions themselves. That and the
    survey are two statements; each adds the changes not folded in yet, so each sees one truth, and a contribution is
    counted in exactly one of the two.
    """
    cells = np.fromiter(tallies, dtype=np.int64, count=len(tallies))
    touches, inside = grid.place(cells, level, asked.view)
    cut = cells[touches & ~inside]
    whole: Tallies = {cell: tallies[cell] for cell in cells[inside].tolist()}
    if not len(cut):
        return whole
    counts = np.array([tallies[cell].count for cell in cut.tolist()], dtype=np.int64)
    frame = grid.resolve(cut, level, counts, asked.view)
    rows = session.execute(_frame, _binds(asked, level) | frame._asdict()).all()
    count_rows(whole, (row[1:] for row in rows if not row[0]))
    count_rows(whole, _logged(rows, level, set(cut.tolist()), frame))
    return {cell: tally for cell, tally in whole.items() if tally.count > 0}


def _logged(rows: Iterable[Any], level: int, cut: set[int], frame: grid.Frame) -> Iterable[Any]:
    """Logged changes in cut squares, except where the contributions themselves were looked at: those hold them."""
    shift = 2 * (grid.FINEST - level)
    for is_logged, key, category_id, change, lon, lat in rows:
        if not is_logged or key >> shift not in cut:
            continue
        at = bisect_right(frame.key_firsts, key) - 1
        if at < 0 or key > frame.key_lasts[at]:
            yield key >> shift, category_id, change, change * lon, change * lat
