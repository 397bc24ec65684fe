"""Which tallies become clusters and which single pins, so that what is drawn on the screen does not overlap."""

import numpy as np
import numpy.typing as npt

from mapdialog.contributions import grid
from mapdialog.contributions.feed_tallies import Tallies

PIN_PX = 44  # A pin with its edge: two nearer than this would cover each other.
_AIR_PX = 2  # between two clusters
_TILE_PX = 256
_ROUNDS = 8  # Each round joins at least two of a crowd; what still touches after so many may touch.


def arranged(tallies: Tallies, zoom: int) -> tuple[grid.Ints, Tallies]:
    """The squares whose only contribution stands alone, and the others as clusters.

    Squares split neighbours that lie on both sides of a border; those that would cover each other become one cluster,
    which is bigger and stands between them, so the question is asked again until nothing touches. The biggest takes
    first, so the answer depends on nothing but the tallies. A cluster keeps its biggest square's key.
    """
    if not len(tallies.cells):
        return tallies.cells, tallies
    for _ in range(_ROUNDS):
        count = tallies.count
        owner = _owners(tallies, count, zoom)
        taken = np.flatnonzero(owner != np.arange(len(owner)))
        if not len(taken):
            break
        tallies = _joined(tallies, owner, taken)
    is_alone = tallies.count == 1
    return tallies.cells[is_alone], tallies.only(~is_alone)


def _joined(tallies: Tallies, owner: grid.Ints, taken: grid.Ints) -> Tallies:
    """The tallies with those that are `taken` added to their owners."""
    by, lon, lat = tallies.by.copy(), tallies.lon.copy(), tallies.lat.copy()
    for sums in (by, lon, lat):
        np.add.at(sums, owner[taken], sums[taken])
    stands = np.ones(len(owner), dtype=bool)
    stands[taken] = False
    return Tallies(tallies.level, tallies.cells, by, lon, lat).only(stands)


def _owners(tallies: Tallies, count: grid.Ints, zoom: int) -> grid.Ints:
    """For each square the one it is drawn with: itself, or a bigger one nearby."""
    biggest_first = np.argsort(-count, kind="stable")
    rank = np.empty_like(biggest_first)
    rank[biggest_first] = np.arange(len(count))
    pairs = np.sort(rank[_touching(*_pixels(tallies, count, zoom), diameters(count) / 2)], axis=0)
    owner: dict[int, int] = {}
    for big, small in pairs[:, np.argsort(pairs[0])].T.tolist():
        if big not in owner and small not in owner:
            owner[small] = big
    owners = np.arange(len(count))
    owners[biggest_first[list(owner)]] = biggest_first[list(owner.values())]
    return owners


def _touching(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], reach: npt.NDArray[np.float64]) -> grid.Ints:
    """Every pair of circles that cover each other, once, as two rows of their numbers.

    Only so far to the right is looked as the widest two can reach: this is asked for every window, and most circles on
    a screen are far from each other.
    """
    order = np.argsort(x)
    x, y, reach = x[order], y[order], reach[order]
    to_the_right = np.searchsorted(x, x + 2 * reach.max()) - np.arange(1, len(x) + 1)
    one = np.repeat(np.arange(len(x)), to_the_right)
    first = np.cumsum(to_the_right) - to_the_right
    other = np.arange(len(one)) - first[one] + one + 1
    near = (x[other] - x[one]) ** 2 + (y[other] - y[one]) ** 2 < (reach[one] + reach[other]) ** 2
    return order[np.stack((one[near], other[near]))]


def diameters(count: grid.Ints) -> npt.NDArray[np.float64]:
    """What each takes of the screen, in pixels: as `clusterSize` in static/js/lib/ring.js draws it, and some air."""
    drawn = np.minimum(72.0, 40 + 9.8 * np.log10(count))
    return np.where(count > 1, drawn + _AIR_PX, float(PIN_PX))


def _pixels(tallies: Tallies, count: grid.Ints, zoom: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Where on the zoomed Web Mercator plane the means lie, in screen pixels."""
    size = _TILE_PX * 2.0**zoom
    lat = np.radians(np.clip(tallies.lat / count / 1e6, -85.0, 85.0))
    return tallies.lon / count / 360e6 * size, -np.arcsinh(np.tan(lat)) / (2 * np.pi) * size
