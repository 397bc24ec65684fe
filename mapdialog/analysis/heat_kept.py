"""Where what is public lies, from the map's kept squares: some thousand rows instead of a million contributions."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.analysis.scope import Scope
from mapdialog.geo.bbox import Bounds
from mapdialog.geo.crs import transformer

FROM = 50_000  # Fewer are read one by one, which is exact to the metre and takes no longer.
LEVELS = (18, 20)  # The coarsest first.
_WIDEST_M = {18: 153.0, 20: 39.0}  # A square's side at the equator; in Sweden it is half of that.


class Places(NamedTuple):
    """Middles of what lies in each kept square, EPSG:3006, and how many lie there."""

    east: npt.NDArray[np.float64]
    north: npt.NDArray[np.float64]
    number: npt.NDArray[np.int64]

    @property
    def bounds(self) -> Bounds:
        """The extent in metres."""
        return float(self.east.min()), float(self.north.min()), float(self.east.max()), float(self.north.max())


_PLACES = text("""
    select array_agg(n), array_agg(lon), array_agg(lat) from (
        select sum(n)::bigint as n, sum(lon)::bigint as lon, sum(lat)::bigint as lat from (
            select cell, category_id, count as n, sum_lon_e6 as lon, sum_lat_e6 as lat from grid_count
            where dialogue_id = :dialogue and level = :level
            union all
            select grid_key >> 2 * (31 - :level), category_id, change, change * lon_e6::bigint, change * lat_e6::bigint
            from grid_delta where dialogue_id = :dialogue and change <> 0) part
        where cast(:every as boolean) or category_id = any(cast(:categories as integer[]))
        group by cell having sum(n) > 0) square
""")


def places(session: Session, scope: Scope, level: int) -> Places | None:
    """The scope's kept squares of a level, exact in number; None where nothing is kept of what the scope asks."""
    values = {
        "dialogue": scope.dialogue_id, "level": level, "every": not scope.category_ids,
        "categories": list(scope.category_ids),
    }  # fmt: skip
    count, lon, lat = (np.array(column or [], dtype=np.int64) for column in session.execute(_PLACES, values).one())
    if not scope.is_kept or not len(count):
        return None
    east, north = transformer(4326, 3006).transform(lon / count / 1e6, lat / count / 1e6)
    return Places(np.asarray(east), np.asarray(north), count)


def level_for(size_m: float) -> int | None:
    """The coarsest kept level whose squares are about half a cell at most, so that few stand in a neighbour's cell."""
    return next((level for level in LEVELS if _WIDEST_M[level] <= size_m), None)


def binned(found: Places, size_m: float) -> npt.NDArray[np.float64]:
    """Rows of column, row, count and weight, as `aggregate.binned` gives: each square in the cell of its middle."""
    cells = np.floor(np.column_stack([found.east, found.north]) / size_m).astype(np.int64)
    unique, where = np.unique(cells, axis=0, return_inverse=True)
    count = np.bincount(where.ravel(), weights=found.number)
    return np.column_stack([unique, count, count])
