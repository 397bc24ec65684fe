"""What a heatmap contains, whatever the format: contributions binned in the database, and their density."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from mapdialog.analysis.heat import Cells, Heat, binned_cells, heat
from mapdialog.analysis.scope import Scope
from mapdialog.geo.bbox import Bounds
from mapdialog.geo.strays import together
from mapdialog.reports.heading import Heading
from mapdialog.reports.looks import Look

# Less than this share of the densest place is not drawn, so the picture may end there.
FAINTEST = 0.004
_NEARBY_M = 500.0


@dataclass(frozen=True)
class HeatReport:
    """Binned contributions with their heading. `heat` is None where there is nothing to show."""

    heading: Heading
    scope: Scope
    cells: Cells
    heat: Heat | None

    @property
    def highest(self) -> float:
        """The density of the densest place, per km²."""
        return float(self.heat.density.values.max()) if self.heat else 0.0


def make_heat(session: Session, heading: Heading, scope: Scope, look: Look) -> HeatReport:
    """Bin and smooth the scope; as large for a million contributions as for a thousand."""
    cells = binned_cells(session, scope, weighted=look.weighted)
    return HeatReport(heading, scope, cells, heat(cells, look.bandwidth_m))


def visible_bounds(found: Heat) -> Bounds:
    """The rectangle in EPSG:3006 outside which nothing is drawn."""
    raster = found.density
    shown = raster.values >= raster.values.max() * FAINTEST
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    west, north, size = raster.west, raster.north, raster.cell_m
    return (
        west + float(columns[0]) * size,
        north - float(rows[-1] + 1) * size,
        west + float(columns[-1] + 1) * size,
        north - float(rows[0]) * size,
    )


def opening_view(found: Heat) -> Bounds:
    """The rectangle in EPSG:3006 that a map opens on: where contributions lie, without the odd one far away."""
    cells, margin = found.cells, 3 * found.density.bandwidth_m
    size = cells.size_m
    near = together(cells.ix * size, cells.iy * size, cells.count, at_least_m=_NEARBY_M)
    ix, iy = cells.ix[near], cells.iy[near]
    west, south, east, north = visible_bounds(found)
    return (
        max(west, float(ix.min()) * size - margin),
        max(south, float(iy.min()) * size - margin),
        min(east, float(ix.max() + 1) * size + margin),
        min(north, float(iy.max() + 1) * size + margin),
    )


def sampled(found: Heat, east: npt.NDArray[Any], north: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The density at places in EPSG:3006 (arrays of one shape), as a share 0–1 of the densest; 0 outside."""
    from scipy.ndimage import map_coordinates

    raster = found.density
    row = (raster.north - north) / raster.cell_m - 0.5
    column = (east - raster.west) / raster.cell_m - 0.5
    values = map_coordinates(raster.values, [row, column], order=1, mode="constant", cval=0.0)
    highest = raster.values.max()
    return np.asarray(values / highest if highest > 0 else values, dtype=float)
