"""How many public contributions lie in each square of a window, exactly, whatever the window's edges cut through."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.contributions import grid
from mapdialog.contributions.feed_tallies import Columns, Tallies, tallied
from mapdialog.contributions.queries import Filters
from mapdialog.geo.bbox import BBox


@dataclass(frozen=True)
class Question:
    """A dialogue's window: `box` in EPSG:4326, `view` the same on the grid; `categories` are the dialogue's ids."""

    dialogue_id: int
    categories: grid.Ints
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
        wanted = self.filters.category_ids or self.categories.tolist()
        return {
            "dialogue": self.dialogue_id, "west": ceil(west), "south": ceil(south), "east": floor(east),
            "north": floor(north), "categories": array(wanted),
        }  # fmt: skip


def array(numbers: Iterable[int]) -> str:
    """An array as one literal, which PostgreSQL reads far faster than a list of hundreds of constants."""
    return "{" + ",".join(map(str, numbers)) + "}"


# The rows of all parts come as one row of arrays. OFFSET 0 keeps the planner, which thinks that every range holds
# thousands, from reading everything.
_CELLS = text("""
    select array_agg(cell), array_agg(category_id), array_agg(n), array_agg(lon), array_agg(lat) from (
        select g.cell, g.category_id, g.count as n, g.sum_lon_e6 as lon, g.sum_lat_e6 as lat
        from unnest(cast(:firsts as bigint[]), cast(:lasts as bigint[])) r (first, last)
        cross join lateral (
            select * from grid_count
            where dialogue_id = :dialogue and level = :level and cell between r.first and r.last
                and category_id = any(cast(:categories as integer[]))
            offset 0) g
        union all
        select grid_key >> :shift, category_id, change, change * lon_e6::bigint, change * lat_e6::bigint
        from grid_delta
        where dialogue_id = :dialogue and change <> 0
            and lon_e6 between :west and :east and lat_e6 between :south and :north
            and category_id = any(cast(:categories as integer[]))
    ) part
""")
_FRAME = text("""
    select logged, array_agg(cell), array_agg(category_id), array_agg(n), array_agg(lon), array_agg(lat) from (
        select false as logged, g.cell >> 2 * (r.level - :level) as cell, g.category_id, g.count as n,
            g.sum_lon_e6 as lon, g.sum_lat_e6 as lat
        from unnest(cast(:levels as integer[]), cast(:firsts as bigint[]), cast(:lasts as bigint[]))
            r (level, first, last)
        cross join lateral (
            select * from grid_count
            where dialogue_id = :dialogue and level = r.level and cell between r.first and r.last
                and category_id = any(cast(:categories as integer[]))
            offset 0) g
        union all
        select false, c.grid_key >> :shift, c.category_id, count(*), sum(c.lon_e6), sum(c.lat_e6)
        from unnest(cast(:key_firsts as bigint[]), cast(:key_lasts as bigint[])) r (first, last)
        cross join lateral (
            select grid_key, category_id, lon_e6, lat_e6 from contribution
            where dialogue_id = :dialogue and state = 'approved' and grid_key between r.first and r.last
                and lon_e6 between :west and :east and lat_e6 between :south and :north
                and category_id = any(cast(:categories as integer[]))
            offset 0) c
        group by 2, 3
        union all
        select true, grid_key, category_id, change, change * lon_e6::bigint, change * lat_e6::bigint
        from grid_delta
        where dialogue_id = :dialogue and change <> 0
            and lon_e6 between :west and :east and lat_e6 between :south and :north
            and category_id = any(cast(:categories as integer[]))
    ) part group by 1
""")


def survey(session: Session, asked: Question, wanted_level: int, most: int) -> Tallies:
    """Tallies at `wanted_level`, or at a coarser level that keeps to `most` squares. Squares that the box's edge cuts
    are counted whole; `resolved` tells what lies inside."""
    wanted_level = min(wanted_level, grid.DEEPEST)
    level = grid.level_for(asked.view, wanted_level, most)
    tallies = _read_cells(session, asked, level, grid.cells_in(asked.view, level))
    while level < wanted_level and len(tallies.cells):
        # A box far larger than the screen: what lies in it decides how fine the squares can be, not its size.
        steps = min(2 if len(tallies.cells) < most // 8 else 1, wanted_level - level)
        below = grid.children(tallies.cells, steps)
        level += steps
        finer = _read_cells(session, asked, level, below[grid.place(below, level, asked.view)[0]])
        if len(finer.cells) > most:
            break
        tallies = finer
    return tallies


def _read_cells(session: Session, asked: Question, level: int, cells: grid.Ints) -> Tallies:
    firsts, lasts = grid.ranges(cells)
    values = {"level": level, "shift": 2 * (grid.FINEST - level), "firsts": array(firsts), "lasts": array(lasts)}
    row = session.execute(_CELLS, asked.binds() | values).one()
    return tallied(level, asked.categories, row)


def resolved(session: Session, asked: Question, surveyed: Tallies) -> Tallies:
    """The survey's tallies, exact: squares that the box's edge cuts are counted anew, only what lies inside.

    They are resolved from finer squares and, along the very edge, from the contributions themselves. That and the
    survey are two statements; each adds the changes not folded in yet, so each sees one truth, and a contribution is
    counted in exactly one of the two.
    """
    level = surveyed.level
    touches, inside = grid.place(surveyed.cells, level, asked.view)
    cut = surveyed.only(touches & ~inside)
    whole = surveyed.only(inside)
    if not len(cut.cells):
        return whole
    frame = grid.resolve(cut.cells, level, cut.count, asked.view)
    values: dict[str, Any] = {name: array(numbers) for name, numbers in frame._asdict().items()}
    values |= {"level": level, "shift": 2 * (grid.FINEST - level)}
    parts = [
        _logged(columns, level, cut.cells, frame) if is_logged else columns
        for is_logged, *columns in session.execute(_FRAME, asked.binds() | values)
    ]
    return whole.beside(tallied(level, asked.categories, *parts))


def _logged(columns: Columns, level: int, cut: grid.Ints, frame: grid.Frame) -> Columns:
    """Logged changes in cut squares, except where the contributions themselves were looked at: those hold them.

    The first column comes as finest keys and leaves as squares.
    """
    keys = np.asarray(columns[0], dtype=np.int64)
    squares = keys >> 2 * (grid.FINEST - level)
    firsts, lasts = (np.asarray(ends, dtype=np.int64) for ends in (frame.key_firsts, frame.key_lasts))
    at = np.searchsorted(firsts, keys, side="right") - 1
    looked_at = (at >= 0) & (keys <= lasts[at]) if len(firsts) else np.zeros(len(keys), dtype=bool)
    wanted = np.isin(squares, cut) & ~looked_at
    return [np.asarray(column, dtype=np.int64)[wanted].tolist() for column in (squares, *columns[1:])]
