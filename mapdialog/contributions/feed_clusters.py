"""Which tallies become clusters and which single pins, so that what is drawn on the screen does not overlap."""

import math
from collections.abc import Iterable

import numpy as np

from mapdialog.contributions import grid
from mapdialog.contributions.feed_counts import Tallies, Tally

TOGETHER_PX = 44  # A pin's and a small cluster's width: nearer than this they would cover each other.
_TILE_PX = 256


def arranged(tallies: Tallies, level: int, zoom: int) -> tuple[list[int], list[Tally]]:
    """The squares whose only contribution stands alone, and the clusters of all others.

    Squares split neighbours that lie on both sides of a border; those nearer than a pin's width become one cluster. The
    biggest takes first, so the answer depends on nothing but the tallies.
    """
    cells = sorted(tallies, key=lambda cell: (-tallies[cell].count, cell))
    columns, rows = grid.columns_rows(np.array(cells, dtype=np.int64))
    spots = dict(zip(zip(columns.tolist(), rows.tolist(), strict=True), cells, strict=True))
    pixels = {cell: _pixel(tallies[cell], zoom) for cell in cells} if _TILE_PX * 2.0 ** (zoom - level) < 256 else {}
    taken: set[int] = set()
    alone: list[int] = []
    clusters: list[Tally] = []
    for (column, row), cell in spots.items():
        if cell in taken:
            continue
        near = [cell]
        if pixels:
            near += [
                other
                for other in _neighbours(spots, column, row)
                if other not in taken and math.dist(pixels[cell], pixels[other]) < TOGETHER_PX
            ]
        taken.update(near)
        if len(near) == 1 and tallies[cell].count == 1:
            alone.append(cell)
        else:
            clusters.append(_together(tallies[one] for one in near))
    return alone, clusters


def _neighbours(spots: dict[tuple[int, int], int], column: int, row: int) -> list[int]:
    around = ((column + dx, row + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
    return [spots[spot] for spot in around if spot in spots]


def _pixel(tally: Tally, zoom: int) -> tuple[float, float]:
    """Where on the zoomed Web Mercator plane the tally's mean lies, in screen pixels."""
    size = _TILE_PX * 2.0**zoom
    lat = math.radians(max(-85.0, min(85.0, tally.sum_lat / tally.count / 1e6)))
    return (tally.sum_lon / tally.count / 360e6) * size, -math.asinh(math.tan(lat)) / (2 * math.pi) * size


def _together(parts: Iterable[Tally]) -> Tally:
    whole = Tally()
    for part in parts:
        whole.count += part.count
        whole.sum_lon += part.sum_lon
        whole.sum_lat += part.sum_lat
        for category_id, count in part.by.items():
            whole.by[category_id] = whole.by.get(category_id, 0) + count
    return whole
