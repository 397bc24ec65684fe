"""Days gathered to a series that can be looked at: days, weeks, months or years, with the empty ones in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mapdialog.analysis.counts import DayCount

_MOST_DAYS, _MOST_WEEKS, _MOST_MONTHS = 45, 60 * 7, 72 * 31


@dataclass(frozen=True)
class Period:
    """A stretch of days, both ends included, and how many contributions fell in it."""

    first: date
    last: date
    count: int


@dataclass(frozen=True)
class Series:
    """Periods of one kind (`unit` is day, week, month or year) without gaps, and a scale to draw them by."""

    unit: str
    periods: tuple[Period, ...]

    @property
    def top(self) -> int:
        """The end of the scale: the smallest of 1, 2, 4, 5 and 10 times a power of ten that holds every count."""
        most = max((period.count for period in self.periods), default=0)
        power = 1
        while True:
            for step in (1, 2, 4, 5, 10):
                if step * power >= most:
                    return max(step * power, 2)
            power *= 10

    @property
    def busiest(self) -> Period | None:
        """The period with most contributions, the first of equals; None without any."""
        return max(self.periods, key=lambda period: period.count, default=None)


def series(days: Sequence[DayCount], since: date | None = None, until: date | None = None) -> Series:
    """Count per day up to 45 days, per week (Monday first) up to 60 weeks, per month up to six years, then per year.

    The series reaches over `since` and `until` too where they are given. No days give no periods.
    """
    if not days:
        return Series("day", ())
    first, last = min(days[0].day, since or days[0].day), max(days[-1].day, until or days[-1].day)
    unit = _unit((last - first).days)
    counts: dict[date, int] = {}
    for one in days:
        start = _start(one.day, unit)
        counts[start] = counts.get(start, 0) + one.count
    periods = []
    start = _start(first, unit)
    while start <= last:
        following = _next(start, unit)
        periods.append(Period(start, following - timedelta(days=1), counts.get(start, 0)))
        start = following
    return Series(unit, tuple(periods))


def _unit(length: int) -> str:
    for unit, most in (("day", _MOST_DAYS), ("week", _MOST_WEEKS), ("month", _MOST_MONTHS)):
        if length < most:
            return unit
    return "year"


def _start(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _next(start: date, unit: str) -> date:
    if unit == "month":
        return (start + timedelta(days=31)).replace(day=1)
    if unit == "year":
        return start.replace(year=start.year + 1)
    return start + timedelta(days=7 if unit == "week" else 1)
