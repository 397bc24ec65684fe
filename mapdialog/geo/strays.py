"""The few places so far from all others that a view would be lost on them: counted, but not what a map opens on."""

from typing import Any

import numpy as np
import numpy.typing as npt

FAR = 4.0  # times as far from the middle as nine tenths of all lie
MOST = 0.02  # of all; what is more than this is a part of the town, however far away


def together(
    east: npt.NDArray[Any], north: npt.NDArray[Any], weight: npt.NDArray[Any], *, at_least_m: float
) -> npt.NDArray[np.bool_]:
    """Which places (metres, EPSG:3006; `weight` is how many lie there) a view is made for: all but the strays.

    Strays are at most two in a hundred, or a single one; nothing nearer than `FAR` times `at_least_m` is one.
    """
    middle = _share(east, weight, 0.5), _share(north, weight, 0.5)
    away = np.hypot(east - middle[0], north - middle[1])
    near = np.asarray(away <= FAR * max(_share(away, weight, 0.9), at_least_m))
    lost = weight[~near].sum()
    return near if lost <= max(1, MOST * weight.sum()) else np.ones_like(near)


def _share(values: npt.NDArray[Any], weight: npt.NDArray[Any], share: float) -> float:
    """The value that `share` of the weight does not exceed."""
    order = np.argsort(values)
    reached = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(reached, share * reached[-1])])
