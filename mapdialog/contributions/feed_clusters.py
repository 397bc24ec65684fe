"""Which tallies become clusters and which single pins, so that what is drawn on the screen does not overlap."""

import numpy as np
import numpy.typing as npt

from mapdialog.contributions import grid
from mapdialog.contributions.feed_tallies import Tallies

TOGETHER_PX = 44  # A pin's and a small cluster's width: nearer than this they would cover each other.
_TILE_PX = 256


def arranged(tallies: Tallies, zoom: int) -> tuple[grid.Ints, Tallies]:
    """The squares whose only contribution stands alone, and the others as clusters.

    Squares split neighbours that lie on both sides of a border; those nearer than a pin's width become one cluster. The
    biggest takes first, so the answer depends on nothing but the tallies. A cluster keeps its biggest square's key.
    """
    if not len(tallies.cells):
        return tallies.cells, tallies
    count = tallies.count
    owner = _owners(tallies, count, zoom)
    by, lon, lat = tallies.by.copy(), tallies.lon.copy(), tallies.lat.copy()
    taken = np.flatnonzero(owner != np.arange(len(owner)))
    for sums in (by, lon, lat):
        np.add.at(sums, owner[taken], sums[taken])
    stands = np.ones(len(owner), dtype=bool)
    stands[taken] = False
    is_alone = stands & (by.sum(axis=1) == 1)
    merged = Tallies(tallies.level, tallies.cells, by, lon, lat)
    return tallies.cells[is_alone], merged.only(stands & ~is_alone)


def _owners(tallies: Tallies, count: grid.Ints, zoom: int) -> grid.Ints:
    """For each square the one it is drawn with: itself, or a bigger one nearby."""
    owner = np.arange(len(count))
    x, y = _pixels(tallies, count, zoom)
    near = (x[:, None] - x[None, :]) ** 2 + (y[:, None] - y[None, :]) ** 2 < TOGETHER_PX**2
    crowded = np.flatnonzero(near.sum(axis=1) > 1)
    free = np.ones(len(count), dtype=bool)
    for one in crowded[np.argsort(-count[crowded], kind="stable")]:
        if free[one]:
            group = near[one] & free
            owner[group] = one
            free &= ~group
    return owner


def _pixels(tallies: Tallies, count: grid.Ints, zoom: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Where on the zoomed Web Mercator plane the means lie, in screen pixels."""
    size = _TILE_PX * 2.0**zoom
    lat = np.radians(np.clip(tallies.lat / count / 1e6, -85.0, 85.0))
    return tallies.lon / count / 360e6 * size, -np.arcsinh(np.tan(lat)) / (2 * np.pi) * size
