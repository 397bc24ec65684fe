"""What a view is made for: the odd place far away is left out of it, a part of the town is not."""

import numpy as np
import pytest

from mapdialog.geo.strays import together


def near(*places: tuple[float, int], at_least_m: float = 500) -> list[bool]:
    """Whether each of the places (metres to the east, how many lie there) is in the view."""
    east, weight = np.array([east for east, _n in places], float), np.array([n for _east, n in places], float)
    return list(together(east, np.zeros_like(east), weight, at_least_m=at_least_m))


@pytest.mark.parametrize(
    "strays,lie_far_away",
    [((900_000, 1), True), ((900_000, 2), True), ((900_000, 30), False), ((1_500, 1), False)],
)
def test_a_few_far_away_are_left_out_and_a_part_of_the_town_is_not(
    strays: tuple[float, int], lie_far_away: bool
) -> None:
    assert near((0, 40), (300, 40), (600, 40), strays) == [True, True, True, not lie_far_away]


def test_few_places_are_all_shown() -> None:
    assert near((0, 1), (900_000, 1)) == [True, True]
    assert near((5, 1)) == [True]
