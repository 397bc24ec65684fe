"""Deadlines: how periods are counted, which days they roll over, and the last moment of a last day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdialog.core.clock import STOCKHOLM
from mapdialog.plans import deadlines
from mapdialog.plans.rule_sets import newest, rule_set

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
START = date(2026, 12, 7)


@pytest.mark.parametrize(
    ("start", "count", "unit", "end"),
    [
        (date(2026, 12, 3), 3, "weeks", date(2026, 12, 24)),
        (date(2026, 12, 7), 3, "weeks", date(2026, 12, 28)),
        (date(2026, 12, 7), 30, "days", date(2027, 1, 6)),
        (date(2026, 12, 31), 2, "months", date(2027, 2, 28)),
        (date(2027, 12, 31), 2, "months", date(2028, 2, 29)),
        (date(2028, 2, 29), 12, "months", date(2029, 2, 28)),
        (date(2026, 3, 31), 1, "months", date(2026, 4, 30)),
        (date(2026, 11, 15), 2, "months", date(2027, 1, 15)),
        (date(2026, 10, 31), 24, "months", date(2028, 10, 31)),
    ],
)
def test_a_period_ends_on_the_same_weekday_or_date_and_a_missing_date_is_the_months_last(
    start: date, count: int, unit: str, end: date
) -> None:
    assert deadlines.period_end(start, count, unit) == end


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="years"):
        deadlines.period_end(START, 1, "years")


@pytest.mark.parametrize(
    ("day", "next_weekday"),
    [
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2027, 1, 6), date(2027, 1, 7)),
        (date(2026, 6, 19), date(2026, 6, 22)),
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2026, 4, 2), date(2026, 4, 2)),
        (date(2026, 4, 3), date(2026, 4, 7)),
        (date(2026, 5, 14), date(2026, 5, 15)),
        (date(2025, 6, 6), date(2025, 6, 9)),
        (date(2026, 10, 31), date(2026, 11, 2)),
        (date(2026, 1, 5), date(2026, 1, 5)),
        (date(2027, 12, 24), date(2027, 12, 27)),
        (date(2024, 12, 24), date(2024, 12, 27)),
    ],
)
def test_a_last_day_rolls_over_weekends_holidays_and_the_three_eves(day: date, next_weekday: date) -> None:
    assert deadlines.roll_forward(day) == next_weekday


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 6, 19), "Midsommarafton"),
        (date(2026, 12, 24), "Julafton"),
        (date(2026, 12, 31), "Nyårsafton"),
        (date(2026, 6, 6), "Nationaldagen"),
        (date(2026, 10, 31), "Alla helgons dag"),
        (date(2026, 4, 6), "Annandag påsk"),
        (date(2026, 4, 4), None),
        (date(2026, 1, 5), None),
        (date(2026, 4, 30), None),
    ],
)
def test_the_calendar_knows_the_eves_of_the_law_and_no_other_eves(day: date, name: str | None) -> None:
    assert deadlines.holiday_name(day) == name


@given(DAYS)
def test_rolling_gives_a_weekday_soon_and_never_goes_back(day: date) -> None:
    rolled = deadlines.roll_forward(day)
    assert day <= rolled <= day + timedelta(days=5)
    assert not deadlines.is_free_day(rolled)
    assert deadlines.roll_forward(rolled) == rolled
    assert all(deadlines.is_free_day(day + timedelta(days=gone)) for gone in range((rolled - day).days))


@given(DAYS, st.integers(1, 60), st.sampled_from(["days", "weeks", "months"]))
def test_a_longer_period_never_ends_earlier(start: date, count: int, unit: str) -> None:
    assert start < deadlines.period_end(start, count, unit) < deadlines.period_end(start, count + 1, unit)


@given(DAYS, st.integers(1, 60))
def test_weeks_keep_the_weekday_and_months_the_date_or_the_last_of_the_month(start: date, count: int) -> None:
    assert deadlines.period_end(start, count, "weeks").weekday() == start.weekday()
    end = deadlines.period_end(start, count, "months")
    assert end.day == start.day or (end + timedelta(days=1)).day == 1
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count


def least(procedure: str, grounds: list[str], phase: str, start: date = START) -> tuple[date, str] | None:
    found = deadlines.minimum_end(newest(), procedure, grounds, phase, start)
    return found and (found[0], found[1].key)


@pytest.mark.parametrize(
    ("procedure", "grounds", "phase", "expected"),
    [
        ("standard", [], "consultation", None),
        ("standard", [], "review", (date(2026, 12, 21), "dp_review_standard")),
        ("extended", ["2"], "consultation", (date(2026, 12, 28), "dp_consult_extended")),
        ("extended", ["1"], "review", (date(2026, 12, 28), "dp_review_extended_1_2")),
        ("extended", ["3"], "review", (date(2027, 1, 6), "dp_review_extended_3")),
        ("extended", ["1", "2", "3"], "review", (date(2027, 1, 6), "dp_review_extended_3")),
        ("extended", ["op_not_current"], "review", (date(2026, 12, 28), "dp_review_op_not_current")),
        ("extended", [], "review", (date(2027, 1, 6), "dp_review_extended_3")),
        ("extended", ["2"], "second_review", (date(2026, 12, 28), "dp_review_extended_1_2")),
        ("coordinated", [], "review", (date(2026, 12, 28), "dp_review_coordinated")),
        ("simplified", [], "consultation", None),
        ("comprehensive", [], "consultation", None),
        ("comprehensive", [], "review", (date(2027, 2, 7), "op_review")),
        ("comprehensive_part", [], "review", (date(2027, 1, 18), "op_review_part")),
        ("extended", ["1"], "programme_consultation", None),
    ],
)
def test_every_procedure_has_its_shortest_time_and_the_longest_ground_wins(
    procedure: str, grounds: list[str], phase: str, expected: tuple[date, str] | None
) -> None:
    assert least(procedure, grounds, phase) == expected


def test_an_older_case_has_no_period_the_tool_knows() -> None:
    assert deadlines.minimum_end(rule_set("legacy"), "legacy", [], "review", START) is None
    assert deadlines.suggested_end(rule_set("legacy"), "legacy", [], "review", START) is None


@pytest.mark.parametrize(
    ("procedure", "grounds", "phase", "expected"),
    [
        ("extended", ["3"], "review", date(2027, 1, 7)),
        ("extended", ["2"], "consultation", date(2026, 12, 28)),
        ("standard", [], "consultation", date(2026, 12, 28)),
        ("comprehensive", [], "review", date(2027, 2, 8)),
    ],
)
def test_what_is_suggested_is_the_shortest_or_customary_time_on_a_weekday(
    procedure: str, grounds: list[str], phase: str, expected: date
) -> None:
    assert deadlines.suggested_end(newest(), procedure, grounds, phase, START) == expected


def test_an_appeal_period_over_christmas_ends_on_the_monday_after() -> None:
    assert deadlines.appeal_last_day(date(2026, 12, 3)) == date(2026, 12, 28)
    assert deadlines.appeal_last_day(date(2026, 12, 3), newest(), "comprehensive_plan") == date(2026, 12, 28)
    assert deadlines.appeal_last_day(date(2026, 9, 1)) == date(2026, 9, 22)


def test_legal_force_waits_for_the_appeals_and_for_the_county() -> None:
    rules, announced = newest(), date(2026, 12, 3)
    assert deadlines.legal_force_on(announced, rules, "detailed_plan") == date(2026, 12, 29)
    late = deadlines.legal_force_on(announced, rules, "detailed_plan", county_received_on=date(2026, 12, 9))
    assert late == date(2026, 12, 31)
    untouched = deadlines.legal_force_on(announced, rules, "comprehensive_plan", county_received_on=date(2026, 12, 9))
    assert untouched == date(2026, 12, 29)


def test_duties_are_due_by_the_calendar_even_on_a_holiday() -> None:
    due = {one.key: deadlines.due_on(one, date(2026, 12, 23)) for one in newest().dispatches}
    assert due["dp_review_notice"] == date(2026, 12, 23)
    assert due["dp_adoption_unmet"] == date(2026, 12, 24)
    assert due["dp_legal_force"] == date(2027, 1, 6)
    assert due["op_legal_force"] == date(2027, 2, 3)


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (date(2026, 12, 28), datetime(2026, 12, 28, 23, tzinfo=UTC)),
        (date(2026, 7, 1), datetime(2026, 7, 1, 22, tzinfo=UTC)),
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
def test_the_last_moment_is_midnight_in_stockholm_also_when_the_clock_is_changed(day: date, instant: datetime) -> None:
    assert deadlines.deadline_moment(day) == instant


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 28), date(2028, 2, 29)])
def test_the_last_second_is_in_time_and_two_minutes_past_midnight_is_late(day: date) -> None:
    last = datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=STOCKHOLM)
    assert deadlines.is_in_time(last, day)
    assert not deadlines.is_in_time(deadlines.deadline_moment(day), day)
    assert not deadlines.is_in_time(deadlines.deadline_moment(day) + timedelta(minutes=2), day)


def test_both_of_the_nights_two_half_past_twos_are_in_time() -> None:
    day = date(2026, 10, 25)
    for fold in (0, 1):
        assert deadlines.is_in_time(datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=fold), day)
        assert not deadlines.is_in_time(datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM, fold=fold), date(2026, 10, 24))


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        deadlines.is_in_time(datetime(2026, 12, 28, 12), date(2026, 12, 28))


@given(DAYS, st.integers(0, 86_399))
def test_whatever_the_clock_in_stockholm_shows_on_the_last_day_is_in_time(day: date, second: int) -> None:
    shown = datetime(day.year, day.month, day.day, tzinfo=STOCKHOLM) + timedelta(seconds=second)
    assert deadlines.is_in_time(shown, day)
    assert not deadlines.is_in_time(shown, day - timedelta(days=1))
