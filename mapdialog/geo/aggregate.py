"""From many points to a picture: binned to a grid in the database, smoothed to a density, sorted into named classes."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Select, func, select
from sqlalchemy.types import Float

from mapdialog.geo import expressions
from mapdialog.geo.problems import N_, GeoProblem

Shape = Literal["square", "hex"]
MAX_CELLS = 4_000_000


def binned(points: Select[Any], size_m: float, *, shape: Shape = "square") -> Select[Any]:
    """Count points per grid cell in one pass: rows of (column, row, count, weight).

    `points` selects a point column labelled `geom` (EPSG:3006) and, when points count differently, one labelled
    `weight`. The answer's size depends on the area and the cell, never on the number of points.

        SELECT floor(ST_X(geom)/:s), floor(ST_Y(geom)/:s), count(*), sum(weight) FROM (…) p GROUP BY 1, 2
    """
    if size_m <= 0:
        raise GeoProblem(N_("Rutans storlek måste vara större än noll."))
    source = points.subquery("p")
    cell = (expressions.square_cell if shape == "square" else expressions.hex_cell)(source.c.geom, size_m)
    weight = func.sum(source.c.weight) if "weight" in source.c else func.count()
    column, row = cell[0].label("ix"), cell[1].label("iy")
    statement = select(column, row, func.count().label("count"), weight.cast(Float).label("weight"))
    return statement.where(source.c.geom.is_not(None)).group_by(column, row)


def cell_centres(
    ix: npt.ArrayLike, iy: npt.ArrayLike, size_m: float, *, shape: Shape = "square"
) -> npt.NDArray[np.float64]:
    """Centres of cells from `binned`, EPSG:3006 metres, array of shape (n, 2)."""
    column, row = np.asarray(ix, dtype=float), np.asarray(iy, dtype=float)
    if shape == "square":
        return np.column_stack([(column + 0.5) * size_m, (row + 0.5) * size_m])
    return np.column_stack([column * size_m / 2, row * size_m * 3**0.5 / 2])


def cell_polygons(
    ix: npt.ArrayLike, iy: npt.ArrayLike, size_m: float, *, shape: Shape = "square"
) -> npt.NDArray[np.object_]:
    """The cells themselves as Shapely polygons in EPSG:3006."""
    centres = cell_centres(ix, iy, size_m, shape=shape)
    if shape == "square":
        low, high = centres - size_m / 2, centres + size_m / 2
        return np.asarray(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]), dtype=object)
    angles = np.radians(np.arange(30, 390 + 1, 60))
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * (size_m / 3**0.5)
    return np.asarray(shapely.polygons(centres[:, None, :] + ring[None, :, :]), dtype=object)


@dataclass(frozen=True)
class Density:
    """A raster in EPSG:3006: `values[row, column]` per km², row 0 in the north; `west`/`north` is its outer corner."""

    values: npt.NDArray[np.float64]
    west: float
    north: float
    cell_m: float
    bandwidth_m: float

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(min east, min north, max east, max north), metres."""
        rows, columns = self.values.shape
        return self.west, self.north - rows * self.cell_m, self.west + columns * self.cell_m, self.north


def density(ix: npt.ArrayLike, iy: npt.ArrayLike, weight: npt.ArrayLike, size_m: float, bandwidth_m: float) -> Density:
    """Gaussian kernel density of square cells from `binned`: weight per km², `bandwidth_m` is the kernel's sigma.

    A rim of four bandwidths is kept round the data, so that the total weight stays what it was. Where cells lie so far
    apart that the raster would pass 4 million cells, it is coarsened in whole steps. Raises GeoProblem without cells.
    """
    from scipy.ndimage import gaussian_filter

    column, row = np.asarray(ix, dtype=np.int64), np.asarray(iy, dtype=np.int64)
    if not len(column):
        raise GeoProblem(N_("Det finns inga punkter att visa."))
    cell_m, factor = float(size_m), 1
    while True:
        rim = int(np.ceil(4 * bandwidth_m / cell_m)) + 1
        across = np.ptp(column // factor) + 1 + 2 * rim
        down = np.ptp(row // factor) + 1 + 2 * rim
        if across * down <= MAX_CELLS:
            break
        factor *= 2
        cell_m = size_m * factor
    column, row = column // factor, row // factor
    first_column, last_row = int(column.min()) - rim, int(row.max()) + rim
    grid = np.zeros((int(down), int(across)))
    np.add.at(grid, (last_row - row, column - first_column), np.asarray(weight, dtype=float))
    smooth = gaussian_filter(grid, bandwidth_m / cell_m, mode="constant", truncate=4.0)
    return Density(smooth / (cell_m / 1000) ** 2, first_column * cell_m, (last_row + 1) * cell_m, cell_m, bandwidth_m)


def suggested_bandwidth(ix: npt.ArrayLike, iy: npt.ArrayLike, weight: npt.ArrayLike, size_m: float) -> float:
    """A kernel sigma in metres: Silverman's rule on the middle half of the points, at least one cell.

    The rule assumes one smooth hill; comments clump, so half of it is used, which keeps separate places apart.
    """
    centres = cell_centres(ix, iy, size_m)
    counts = np.asarray(weight, dtype=float)
    total = counts.sum()
    if total <= 0:
        return float(size_m)
    spread = [_weighted_iqr(centres[:, axis], counts) / 1.34 for axis in (0, 1)]
    sigma = float(np.mean(spread)) * total ** (-1 / 6) / 2
    return float(max(size_m, round(sigma / 10) * 10))


def _weighted_iqr(values: npt.NDArray[np.float64], weight: npt.NDArray[np.float64]) -> float:
    order = np.argsort(values)
    share = np.cumsum(weight[order]) / weight.sum()
    low, high = np.interp([0.25, 0.75], share, values[order])
    return float(high - low)
