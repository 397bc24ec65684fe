"""Where on earth the stored system, EPSG:3006, holds a place: everywhere but two spots on the equator."""

import numpy as np
import numpy.typing as npt
import pyproj

from mapdialog.geo.crs import STORE, WGS84, transformer
from mapdialog.geo.problems import N_, GeoProblem

# Northern Europe and far around it: the projection is exact there, and nothing needs to be measured.
_NEAR = (-2.5e6, 3.5e6, 4.0e6, 1.2e7)
TOLERANCE_M = 0.5


def is_near(east: float, north: float) -> bool:
    """True where the projection is exact and nothing needs to be checked; one place at a time, without arrays."""
    return _NEAR[0] < east < _NEAR[1] and _NEAR[2] < north < _NEAR[3]


def check(xy: npt.NDArray[np.float64]) -> None:
    """Raise GeoProblem when coordinates in EPSG:3006 (shape (n, 2), metres) do not lead back to where they came from.

    Transverse Mercator breaks down 90 degrees from its central meridian, which is 15° E. Measured on a grid of the
    whole earth with PROJ 9, a place and its way back differ by less than a micrometre nearly everywhere, but by metres
    within some 12 degrees of 0° N 75° W (Colombia) and 0° N 105° E (Sumatra), and are lost in the middle.
    """
    east, north = xy[:, 0], xy[:, 1]
    inside = (east > _NEAR[0]) & (east < _NEAR[1]) & (north > _NEAR[2]) & (north < _NEAR[3])
    if inside.all():
        return
    far = xy[~inside]
    if not np.isfinite(far).all() or (_drift_m(far) > TOLERANCE_M).any():
        raise GeoProblem(N_("Platsen ligger nära ekvatorn vid 75° V eller 105° Ö, där SWEREF 99 TM inte fungerar."))


def _drift_m(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How far, in metres, each place in EPSG:3006 moves on the way to degrees and back; infinite where it is lost."""
    lon, lat = transformer(STORE, WGS84).transform(xy[:, 0], xy[:, 1])
    east, north = transformer(WGS84, STORE).transform(lon, lat)
    again_lon, again_lat = transformer(STORE, WGS84).transform(east, north)
    lost = ~(np.isfinite(lon) & np.isfinite(again_lon))
    ends = (np.where(lost, 0.0, one) for one in (lon, lat, again_lon, again_lat))
    before_lon, before_lat, after_lon, after_lat = ends
    metres = pyproj.Geod(ellps="GRS80").inv(before_lon, before_lat, after_lon, after_lat)[2]
    return np.where(lost, np.inf, metres)
