"""Classes of a choropleth."""

from collections.abc import Sequence

import numpy as np
import pytest

from mapdialog.geo.classes import METHODS, classify


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "values",
    [
        [],
        [0],
        [0, 0, 3],
        [5] * 9,
        [1, 2, 3],
        [None, float("nan"), 2.5],
        list(np.random.default_rng(1).lognormal(2, 1, 600).round()),
    ],
)
def test_every_value_has_one_named_class_that_holds_it(method: str, values: list) -> None:
    classes = classify(values, method=method)
    for value in values:
        index = classes.index(value)
        if value is None or np.isnan(value):
            assert index is None
        elif value == 0:
            assert classes.name(value) == "inga"
        else:
            low, high = classes.ranges()[index]
            assert low <= value <= high
            assert classes.names[index] == classes.name(value)
    assert len(set(classes.names)) == len(classes.upper) <= 5


def test_classes_follow_the_gaps_in_the_values() -> None:
    assert classify([1, 2, 3, 50, 51, 52, 90], count=3).ranges() == [(1, 3), (50, 52), (90, 90)]


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.filterwarnings("ignore:Numba")
def test_natural_breaks_are_as_good_as_those_of_the_library_that_geographers_use(seed: int, count: int) -> None:
    mapclassify = pytest.importorskip("mapclassify")
    values = np.random.default_rng(seed).lognormal(2, 1, 60).round() + 1
    ours = classify(values.tolist(), count=count)
    theirs = mapclassify.FisherJenks(values, k=count).bins
    assert _spread(values, ours.upper) == pytest.approx(_spread(values, theirs))


def _spread(values: np.ndarray, upper: Sequence[float]) -> float:
    """How much the values differ from their class's mean: the sum of squares that natural breaks make least."""
    which = np.searchsorted(upper, values)
    return sum(((values[which == one] - values[which == one].mean()) ** 2).sum() for one in np.unique(which))
