"""Counts by square, as arrays: what the map feed adds up, arranges and writes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapdialog.contributions import grid

Columns = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Tallies:
    """One entry a square of a level, squares in key order and none of them empty.

    `by` has a row a square and a column for each of the dialogue's categories; `lon` and `lat` are sums of the members'
    places in millionths of a degree.
    """

    level: int
    cells: grid.Ints
    by: grid.Ints
    lon: grid.Ints
    lat: grid.Ints

    @property
    def count(self) -> grid.Ints:
        """How many lie in each square."""
        return self.by.sum(axis=1)

    @property
    def total(self) -> int:
        """How many lie in all of them."""
        return int(self.by.sum())

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Tallies":
        """Some of the squares."""
        return Tallies(self.level, self.cells[chosen], self.by[chosen], self.lon[chosen], self.lat[chosen])

    def beside(self, other: "Tallies") -> "Tallies":
        """These squares and others of the same level, none of which is among these."""
        cells = np.concatenate([self.cells, other.cells])
        order = np.argsort(cells)
        by, lon, lat = (
            np.concatenate([getattr(one, name) for one in (self, other)])[order] for name in ("by", "lon", "lat")
        )
        return Tallies(self.level, cells[order], by, lon, lat)


def tallied(level: int, categories: grid.Ints, *parts: Columns) -> Tallies:
    """Tallies from columns of cells, category ids, counts and sums of lon and lat; the same cell may come many times.

    `categories` are the dialogue's ids in order. Sums pass through 64-bit floats, which hold them exactly up to fifty
    million members a square.
    """
    nothing = np.empty(0, dtype=np.int64)
    cells, category_ids, counts, lons, lats = (
        np.concatenate([nothing, *(np.asarray(part[column] or [], dtype=np.int64) for part in parts)])
        for column in range(5)
    )
    unique, where = np.unique(cells, return_inverse=True)
    size, width = len(unique), max(1, len(categories))
    slot = where * width + np.searchsorted(categories, category_ids)
    by = np.bincount(slot, weights=counts, minlength=size * width).astype(np.int64).reshape(size, width)
    lon, lat = (np.bincount(where, weights=sums, minlength=size).astype(np.int64) for sums in (lons, lats))
    some = by.sum(axis=1) > 0
    return Tallies(level, unique[some], by[some], lon[some], lat[some])
