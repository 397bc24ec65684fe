"""Where contributions lie thick: binned to few cells in the database, smoothed to a density of a stated bandwidth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from mapdialog.analysis import heat_kept
from mapdialog.analysis.scope import Scope
from mapdialog.contributions.models import Contribution
from mapdialog.geo import aggregate, expressions
from mapdialog.geo.aggregate import Density
from mapdialog.geo.bbox import Bounds

MAX_CELLS = 5_000
SMALLEST_CELL_M = 10.0
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
# A picture is made of what lies together; a few stray pins far away must not shrink it to a dot.
CORE_SHARE = 0.99
_WIDEST_CELLS = 1_500


@dataclass(frozen=True)
class Cells:
    """Square cells with contributions in them: column, row, how many, their weight. Side in metres, EPSG:3006."""

    ix: npt.NDArray[np.int64]
    iy: npt.NDArray[np.int64]
    count: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]
    size_m: float

    @property
    def total(self) -> int:
        """How many contributions all cells hold together: exactly the scope's."""
        return int(self.count.sum())

    def __len__(self) -> int:
        return len(self.ix)


def binned_cells(session: Session, scope: Scope, *, weighted: bool = False, max_cells: int = MAX_CELLS) -> Cells:
    """The scope's contributions as at most `max_cells` square cells, however many they are.

    The side follows from the extent, and is made finer while the cells in use stay few: a step that divides the side by
    k gives at most k² times as many. `weighted` lets support count: a contribution weighs 1 + its supporters.
    From 50,000 on, what is public in all time is read from the map's kept squares: the number stays exact, places are
    those of squares about half a cell wide at most.
    """
    kept = None if weighted or not scope.is_kept else _kept(session, scope, heat_kept.LEVELS[0])
    bounds = kept.bounds if kept else _bounds(session, scope)
    if bounds is None:
        return _cells([], SMALLEST_CELL_M)
    size = _first_size(bounds, max_cells)
    while True:
        rows = _binned(session, scope, size, weighted=weighted, is_kept=kept is not None)
        finer = _finer(size, len(rows), max_cells)
        if finer is None:
            return _cells(rows, size)
        size = finer


def _kept(session: Session, scope: Scope, level: int) -> heat_kept.Places | None:
    """The kept squares, where they stand for so many contributions that reading each would take seconds."""
    found = heat_kept.places(session, scope, level)
    return found if found is not None and found.number.sum() >= heat_kept.FROM else None


def _binned(session: Session, scope: Scope, size: float, *, weighted: bool, is_kept: bool) -> Sequence[Any]:
    level = heat_kept.level_for(size) if is_kept else None
    kept = _kept(session, scope, level) if level is not None else None
    if kept is not None:
        return list(heat_kept.binned(kept, size))
    return session.execute(aggregate.binned(_points(scope, weighted), size)).all()


def _points(scope: Scope, weighted: bool) -> Select[Any]:
    columns: list[Any] = [Contribution.anchor.label("geom")]
    if weighted:
        columns.append((1 + Contribution.support_count).label("weight"))
    return select(*columns).where(*scope.conditions())


def _bounds(session: Session, scope: Scope) -> Bounds | None:
    found: Any = session.execute(select(*expressions.bounds(Contribution.anchor)).where(*scope.conditions())).one()
    return None if found[0] is None else (found[0], found[1], found[2], found[3])


def _first_size(bounds: Bounds, max_cells: int) -> float:
    west, south, east, north = bounds
    # One more row and column than the extent needs, since the grid does not begin at its corner.
    wide, high = east - west, north - south
    size = nice_size(max(SMALLEST_CELL_M, math.sqrt(wide * high / max_cells), max(wide, high) / max_cells))
    while (wide // size + 2) * (high // size + 2) > max_cells:
        size = nice_size(size * 1.01)
    return size


def _finer(size: float, used: int, max_cells: int) -> float | None:
    if size <= SMALLEST_CELL_M or not used:
        return None
    factor = math.floor(math.sqrt(max_cells / used))
    if factor < 2:
        return None
    wanted = max(SMALLEST_CELL_M, nice_size(size / factor))
    return wanted if wanted < size else None


def coarser(cells: Cells, metres: float) -> Cells:
    """The same contributions in cells whose side is at least `metres`: a whole number of the old ones, nothing lost."""
    factor = 1
    while cells.size_m * factor < metres:
        factor = max(factor + 1, round(nice_size(factor * 1.01)))
    if factor == 1 or not len(cells):
        return cells
    places = np.column_stack([cells.ix // factor, cells.iy // factor])
    found, which = np.unique(places, axis=0, return_inverse=True)
    count = np.zeros(len(found), dtype=np.int64)
    weight = np.zeros(len(found))
    np.add.at(count, which.reshape(-1), cells.count)
    np.add.at(weight, which.reshape(-1), cells.weight)
    return Cells(found[:, 0], found[:, 1], count, weight, cells.size_m * factor)


def nice_size(metres: float) -> float:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `metres`."""
    power = 10.0 ** math.floor(math.log10(metres))
    return next(step * power for step in _NICE if step * power >= metres * (1 - 1e-9))


def _cells(rows: Sequence[Any], size: float) -> Cells:
    table = np.array([tuple(row) for row in rows], dtype=float).reshape(-1, 4)
    whole = table[:, :3].astype(np.int64)
    return Cells(whole[:, 0], whole[:, 1], whole[:, 2], table[:, 3], size)


@dataclass(frozen=True)
class Heat:
    """A density raster, and how many contributions lie too far away from the rest to be in the picture."""

    density: Density
    cells: Cells
    left_out: int


def heat(cells: Cells, bandwidth_m: float | None = None) -> Heat | None:
    """Smooth cells to a density; None where there is nothing. Without a bandwidth one is suggested from the spread."""
    if not len(cells):
        return None
    core, bandwidth = cells, bandwidth_m
    while True:
        bandwidth = bandwidth_m or aggregate.suggested_bandwidth(core.ix, core.iy, core.weight, core.size_m)
        bandwidth = max(bandwidth, core.size_m)
        span = max(int(np.ptp(core.ix)), int(np.ptp(core.iy))) * core.size_m
        smaller = _without_farthest(core) if span > _WIDEST_CELLS * max(bandwidth / 2, core.size_m) else core
        if len(smaller) == len(core) or smaller.total < cells.total * CORE_SHARE:
            break
        core = smaller
    raster = aggregate.density(core.ix, core.iy, core.weight, core.size_m, bandwidth)
    return Heat(raster, core, cells.total - core.total)


def _without_farthest(cells: Cells) -> Cells:
    """The cells without the tenth of them that lie farthest from the weighted middle."""
    middle = np.array([np.average(cells.ix, weights=cells.weight), np.average(cells.iy, weights=cells.weight)])
    away = np.hypot(cells.ix - middle[0], cells.iy - middle[1])
    keep = away <= np.quantile(away, 0.9)
    return Cells(cells.ix[keep], cells.iy[keep], cells.count[keep], cells.weight[keep], cells.size_m)
