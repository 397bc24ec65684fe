"""Named classes for choropleths: few, honest breaks, the same in map, legend, tooltip and table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mapdialog.geo.problems import N_

Numbers = npt.NDArray[np.float64]
_MOST_COMPARED = 1_000
_NAMES: dict[int, tuple[str, ...]] = {
    0: (),
    1: (N_("några"),),
    2: (N_("få"), N_("många")),
    3: (N_("få"), N_("medel"), N_("många")),
    4: (N_("få"), N_("ganska få"), N_("ganska många"), N_("många")),
    5: (N_("minst"), N_("få"), N_("medel"), N_("många"), N_("flest")),
}
NONE_NAME = N_("inga")
METHODS: dict[str, str] = {
    "natural": N_("naturliga brott (Fisher–Jenks)"),
    "quantiles": N_("lika många områden i varje klass"),
    "equal": N_("lika breda klasser"),
}


@dataclass(frozen=True)
class Classes:
    """Class breaks of positive values; zero stands apart as 'inga'. `upper[i]` is the largest value of class i."""

    upper: tuple[float, ...]
    lower: tuple[float, ...]
    names: tuple[str, ...]
    method: str
    has_zero: bool

    def index(self, value: float | None) -> int | None:
        """The class of a value: 0-based, -1 for zero, None for no value; above the last break counts as the last."""
        if value is None or not np.isfinite(value):
            return None
        if value <= 0 or not self.upper:
            return -1
        return min(int(np.searchsorted(self.upper, value, side="left")), len(self.upper) - 1)

    def name(self, value: float | None) -> str | None:
        """The Swedish name (msgid) of a value's class."""
        index = self.index(value)
        return None if index is None else NONE_NAME if index < 0 else self.names[index]

    def ranges(self) -> list[tuple[float, float]]:
        """Smallest and largest value found in each class: what a legend may print without a gap being a lie."""
        return list(zip(self.lower, self.upper, strict=True))


def classify(values: Sequence[float | None], *, count: int = 5, method: str = "natural") -> Classes:
    """Sort values into at most `count` (1–5) classes by 'natural', 'quantiles' or 'equal' breaks.

    None and NaN are left out, zeros stand apart. Fewer distinct values give fewer classes; no values give none.
    """
    numbers = np.array([value for value in values if value is not None and np.isfinite(value)], dtype=float)
    positive = numbers[numbers > 0]
    distinct = np.unique(positive)
    wanted = min(count, 5, len(distinct))
    if wanted <= 1 or len(distinct) <= wanted:
        upper = distinct
    else:
        # Fisher–Jenks compares every pair of values; past a thousand areas quantiles do as well.
        if method == "natural" and len(distinct) > _MOST_COMPARED:
            method = "quantiles"
        upper = np.unique(_BREAKS[method](positive, wanted))
    return _trimmed(upper, positive, method, bool((numbers == 0).any()))


def _natural(values: Numbers, count: int) -> Numbers:
    """Fisher–Jenks: the classes whose values differ least from their means (least sum of squares), found exactly."""
    distinct, times = np.unique(values, return_counts=True)
    n, total, squares = (np.concatenate(([0.0], np.cumsum(times * distinct**power))) for power in (0, 1, 2))
    size = len(distinct)
    first, last = np.triu_indices(size)
    spread = np.full((size, size), np.inf)  # Of one class from value `first` to value `last`.
    mass = n[last + 1] - n[first]
    spread[first, last] = squares[last + 1] - squares[first] - (total[last + 1] - total[first]) ** 2 / mass
    least, starts = spread[0], []
    for _ in range(count - 1):
        ways = np.concatenate(([np.inf], least[:-1]))[:, None] + spread
        starts.append(ways.argmin(axis=0))
        least = ways.min(axis=0)
    ends = [size - 1]
    for start in reversed(starts):
        ends.append(int(start[ends[-1]]) - 1)
    return distinct[ends[::-1]]


def _quantiles(values: Numbers, count: int) -> Numbers:
    return np.quantile(values, np.arange(1, count + 1) / count)


def _equal(values: Numbers, count: int) -> Numbers:
    return np.linspace(values.min(), values.max(), count + 1)[1:]


_BREAKS: dict[str, Callable[[Numbers, int], Numbers]] = {
    "natural": _natural,
    "quantiles": _quantiles,
    "equal": _equal,
}


def _trimmed(upper: np.ndarray, positive: np.ndarray, method: str, has_zero: bool) -> Classes:
    """Drop classes nothing falls in, and take each class's ends from the values it really holds."""
    lows, highs = [], []
    for index, edge in enumerate(upper):
        below = upper[index - 1] if index else -np.inf
        inside = positive[(positive > below) & (positive <= edge)]
        if len(inside):
            lows.append(float(inside.min()))
            highs.append(float(inside.max()))
    return Classes(tuple(highs), tuple(lows), _NAMES[len(highs)], method, has_zero)
