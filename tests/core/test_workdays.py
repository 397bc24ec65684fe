"""Days on which a Swedish office works."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mapdialog.core.clock import local
from mapdialog.core.workdays import easter, is_working_day
from mapdialog.demo.content import Calendar

FREE = ("2026-12-26", "2026-04-03", "2026-04-06", "2026-05-14", "2026-06-19", "2027-01-06", "2026-11-21")


@pytest.mark.parametrize("day", FREE)
def test_weekends_and_holidays_are_free(day: str) -> None:
    assert not is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-11-23", "2026-12-28", "2026-04-07", "2026-06-22"])
def test_other_days_are_worked(day: str) -> None:
    assert is_working_day(date.fromisoformat(day))


def test_easter_is_when_the_calendar_says() -> None:
    found = [easter(year).isoformat() for year in (2024, 2025, 2026, 2027, 2030, 2038)]
    assert found == ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2030-04-21", "2038-04-25"]


def test_whatever_day_the_demo_is_loaded_decisions_and_answers_fall_on_working_days() -> None:
    for step in range(400):
        calendar = Calendar(datetime(2026, 11, 21, 12, tzinfo=UTC) + timedelta(days=step))
        assert is_working_day(calendar.working_day(96))
        received = calendar.moment(-20, "10:00")
        answered = calendar.answer(-13, "09:30", received)
        assert received < answered < calendar.loaded_at
        assert is_working_day(local(answered).date())
