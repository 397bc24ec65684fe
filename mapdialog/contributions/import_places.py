"""Places of imported rows: to EPSG:3006, checked against the earth and the dialogue's area, many at once."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.geo import geometry, reach
from mapdialog.geo.crs import STORE, WGS84, guess_crs, transformer
from mapdialog.geo.problems import GeoProblem
from mapdialog.geo.readers import Batch, Source, number

MISSING = N_("Platsen saknas.")
UNREADABLE = N_("Koordinaterna går inte att läsa.")
IMPOSSIBLE = N_("Koordinaterna ligger inte på jorden, eller inte i det valda koordinatsystemet.")
OUTSIDE = N_("Platsen ligger utanför dialogens område.")
SWAPPED = N_("Platsen ligger utanför dialogens område. Nord och öst verkar ha bytt plats.")


class Places(NamedTuple):
    """Shapes in EPSG:3006 (None where there is a problem) and each row's problem (msgid or None)."""

    shapes: npt.NDArray[np.object_]
    problems: npt.NDArray[np.object_]


class PlaceReader:
    """Knows one file's coordinate system and one dialogue's area."""

    def __init__(
        self,
        source: Source,
        layer: str | None,
        x: str | None,
        y: str | None,
        *,
        crs: int | None,
        area: BaseGeometry | None,
        local_zone: int | None,
    ) -> None:
        """Decide the system from what is given, what the file says, or its first 1,000 places; raises Invalid."""
        self._x, self._y, self._area = x, y, area
        near = _middle(area)
        guess = source.crs_of(layer, given=crs, local_zone=local_zone, near=near, x=x, y=y)
        if guess.epsg is None:
            raise Invalid(
                N_("Det går inte att avgöra vilket koordinatsystem filen har. Ange det (till exempel EPSG:3006)."),
                field="crs",
            )
        self.epsg, self.reason = guess.epsg, guess.reason
        sample = source.sample(layer, rows=1000)
        self.swapped = self._is_swapped(*_columns(sample, x, y)) if x and y else False
        if area is not None:
            shapely.prepare(area)

    def _is_swapped(self, xs: npt.NDArray[np.float64], ys: npt.NDArray[np.float64]) -> bool:
        """Did the file put north first? The dialogue's area decides where there is one, else what they look like."""
        if self._area is not None:
            straight, turned = (self._inside(self._transformed(*pair)) for pair in ((xs, ys), (ys, xs)))
            return bool(turned.sum() > straight.sum())
        guess = guess_crs(xs, ys, local_zone=self.epsg)
        return guess.swapped and self.epsg in guess.candidates

    def _inside(self, xy: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        return np.asarray(shapely.intersects_xy(self._area, xy[:, 0], xy[:, 1]))

    def _transformed(self, xs: npt.NDArray[np.float64], ys: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """EPSG:3006 metres of shape (n, 2); infinite where there is no such place."""
        east, north = transformer(self.epsg, STORE).transform(xs, ys)
        xy = np.column_stack([east, north])
        if self.epsg == WGS84:
            xy[(np.abs(xs) > 180) | (np.abs(ys) > 90)] = np.inf
        return xy

    def read(self, batch: Batch) -> Places:
        """The batch's places, in order."""
        if batch.geometries is not None:
            return self._from_shapes(batch.geometries)
        xs, ys = _columns(batch, self._x, self._y)
        if self.swapped:
            xs, ys = ys, xs
        problems = np.full(len(batch), None, dtype=object)
        xy = self._transformed(xs, ys)
        fits = _reaches(xy)
        problems[~fits] = IMPOSSIBLE
        for index in np.flatnonzero(~(np.isfinite(xs) & np.isfinite(ys))):
            given = [str(batch.columns[name][index] or "").strip() for name in (self._x or "", self._y or "")]
            problems[index] = UNREADABLE if any(given) else MISSING
        if self._area is not None:
            inside = self._inside(np.where(fits[:, None], xy, 0.0))
            problems[fits & ~inside] = OUTSIDE
            outside = np.flatnonzero(~inside & np.isfinite(xs) & np.isfinite(ys))
            if len(outside):
                turned = self._transformed(ys[outside], xs[outside])
                problems[outside[_reaches(turned) & self._inside(np.where(np.isfinite(turned), turned, 0.0))]] = SWAPPED
        shapes = np.full(len(batch), None, dtype=object)
        good = np.array([problem is None for problem in problems], dtype=bool)
        shapes[good] = shapely.points(np.round(xy[good], 3))
        return Places(shapes, problems)

    def _from_shapes(self, found: npt.NDArray[np.object_]) -> Places:
        shapes, problems = np.full(len(found), None, dtype=object), np.full(len(found), None, dtype=object)
        for index, shape in enumerate(found):
            if shape is None or shape.is_empty:
                problems[index] = MISSING
                continue
            try:
                stored = geometry.to_store(geometry.repair(_single(shape)).geometry, self.epsg)
            except GeoProblem:
                problems[index] = IMPOSSIBLE
                continue
            if stored.is_empty or stored.geom_type == "GeometryCollection" or not shapely.is_valid(stored):
                problems[index] = UNREADABLE
            elif self._area is not None and not self._area.intersects(stored):
                problems[index] = OUTSIDE
            else:
                shapes[index] = stored
        return Places(shapes, problems)


def _single(shape: BaseGeometry) -> BaseGeometry:
    """A multi-part shape of one part as that part: map files often say 'Multi' for everything."""
    parts = getattr(shape, "geoms", None)
    return parts[0] if parts is not None and len(parts) == 1 else shape


def _columns(batch: Batch, x: str | None, y: str | None) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    xs, ys = (np.array([number(value) for value in batch.columns.get(name or "", [])], dtype=float) for name in (x, y))
    return xs, ys


def _reaches(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which places EPSG:3006 can hold; the whole batch is asked first, single places only when it fails."""
    finite: npt.NDArray[np.bool_] = np.asarray(np.isfinite(xy).all(axis=1))
    try:
        reach.check(xy[finite])
    except GeoProblem:
        for index in np.flatnonzero(finite):
            try:
                reach.check(xy[index : index + 1])
            except GeoProblem:
                finite[index] = False
    return finite


def _middle(area: BaseGeometry | None) -> tuple[float, float] | None:
    if area is None:
        return None
    point = geometry.from_store(area.centroid)
    return point.x, point.y  # type: ignore[attr-defined]
