"""Days gathered to series."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdialog.analysis.counts import DayCount
from mapdialog.analysis.periods import series


def test_empty_days_in_between_are_there_with_zero() -> None:
    found = series([DayCount(date(2026, 3, 1), 2), DayCount(date(2026, 3, 4), 1)])
    assert [period.count for period in found.periods] == [2, 0, 0, 1]


def test_a_long_time_is_told_per_week_that_begins_on_monday() -> None:
    found = series([DayCount(date(2026, 1, 1), 1), DayCount(date(2026, 3, 15), 4)])
    assert found.unit == "week"
    assert found.periods[0].first == date(2025, 12, 29)
    assert found.periods[-1].last == date(2026, 3, 15)


@pytest.mark.parametrize(("days", "unit"), [(0, "day"), (44, "day"), (45, "week"), (500, "month"), (4000, "year")])
def test_the_unit_follows_from_the_length(days: int, unit: str) -> None:
    first = date(2020, 1, 1)
    assert series([DayCount(first, 1), DayCount(first + timedelta(days=days), 1)]).unit == unit


def test_a_chosen_period_is_shown_whole() -> None:
    found = series([DayCount(date(2026, 3, 5), 1)], date(2026, 3, 1), date(2026, 3, 10))
    assert len(found.periods) == 10


def test_no_days_give_no_periods() -> None:
    assert series([]).periods == ()


@given(st.dictionaries(st.dates(date(1990, 1, 1), date(2040, 12, 31)), st.integers(1, 10**6), min_size=1, max_size=40))
def test_nothing_is_lost_nothing_overlaps_and_the_scale_holds_all(counts: dict[date, int]) -> None:
    found = series([DayCount(day, count) for day, count in sorted(counts.items())])
    assert sum(period.count for period in found.periods) == sum(counts.values())
    for one, following in zip(found.periods, found.periods[1:], strict=False):
        assert following.first == one.last + timedelta(days=1)
    assert found.top >= max(period.count for period in found.periods)
