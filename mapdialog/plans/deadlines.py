"""The arithmetic of deadlines: periods counted as lag 1930:173 says, holidays, and the last moment of a last day."""

import calendar
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache

import holidays

from mapdialog.core import clock
from mapdialog.plans.kinds import PhaseKind
from mapdialog.plans.rule_sets import RuleSet, newest
from mapdialog.plans.rule_types import DispatchDuty, MinimumPeriod, Unit

# No row of free days in Sweden is longer than from julafton over a Sunday; the bound only stops a broken calendar.
_LONGEST_REST = 14


def period_end(start: date, count: int, unit: str) -> date:
    """The last day of a period that begins on `start`: the same weekday, or the same date of the month.

    Days are counted after the start. Where the month has no such date it is the month's last (lag 1930:173 1 §).
    """
    match Unit(unit):
        case Unit.DAYS:
            return start + timedelta(days=count)
        case Unit.WEEKS:
            return start + timedelta(weeks=count)
        case Unit.MONTHS:
            years, month = divmod(start.month - 1 + count, 12)
            year, month = start.year + years, month + 1
            return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def holiday_name(day: date) -> str | None:
    """What a public holiday, or one of the three eves that count as one, is called in Swedish; None on other days."""
    return _holidays(day.year).get(day)


def is_free_day(day: date) -> bool:
    """Whether a last day may not fall on it: Saturday, Sunday, holiday, midsommarafton, julafton, nyårsafton (2 §)."""
    return day.weekday() >= calendar.SATURDAY or holiday_name(day) is not None


def roll_forward(day: date) -> date:
    """That day, or the next weekday that is no holiday where it is a free one."""
    for days in range(_LONGEST_REST):
        if not is_free_day(rolled := day + timedelta(days=days)):
            return rolled
    raise RuntimeError(f"no weekday follows {day}")


def minimum_period(
    rules: RuleSet, procedure: str, grounds: Iterable[str], phase_kind: str, start: date
) -> MinimumPeriod | None:
    """The shortest time the law gives the phase, None where it gives none; of several grounds the longest wins.

    A procedure by grounds for which none is chosen yet is held to the longest of them all.
    """
    phase = rules.procedure(procedure).phase(PhaseKind(phase_kind))
    if phase is None:
        return None
    keys = [phase.period] if phase.period else []
    if phase.by_ground:
        chosen = set(grounds) or {one.key for one in rules.grounds_for(procedure)}
        keys += [period for key in sorted(chosen) if (period := rules.ground(key).review_period)]
    periods = [rules.period(key) for key in keys]
    return max(periods, key=lambda one: period_end(start, one.count, one.unit), default=None)


def minimum_end(
    rules: RuleSet, procedure: str, grounds: Iterable[str], phase_kind: str, start: date
) -> tuple[date, MinimumPeriod] | None:
    """The earliest day the phase may end on and the period it follows from; None where the law sets no period.

    `start` is the first day on which the phase is announced, the documents are there and the web page is up.
    """
    period = minimum_period(rules, procedure, grounds, phase_kind, start)
    return None if period is None else (period_end(start, period.count, period.unit), period)


def suggested_end(rules: RuleSet, procedure: str, grounds: Iterable[str], phase_kind: str, start: date) -> date | None:
    """A last day to begin from: the shortest or customary time, moved on to a weekday. None where nothing is known."""
    least = minimum_end(rules, procedure, grounds, phase_kind, start)
    if least is not None:
        return roll_forward(least[0])
    phase = rules.procedure(procedure).phase(PhaseKind(phase_kind))
    if phase is None or phase.practice is None:
        return None
    custom = rules.period(phase.practice)
    return roll_forward(period_end(start, custom.count, custom.unit))


def appeal_last_day(announced_on: date, rules: RuleSet | None = None, plan_kind: str = "detailed_plan") -> date:
    """The last day to appeal, counted from the day the adjusted minutes were announced on the notice board."""
    rules = rules or newest()
    period = rules.period(rules.appeal(plan_kind).period)
    return roll_forward(period_end(announced_on, period.count, period.unit))


def legal_force_on(
    announced_on: date, rules: RuleSet, plan_kind: str, *, county_received_on: date | None = None
) -> date:
    """The first day the decision can have legal force, when nobody appeals.

    A detailed plan also waits for the county, which has its own weeks from the day the notice reached it (11:10).
    """
    last = appeal_last_day(announced_on, rules, plan_kind)
    review = next((one for one in rules.periods if one.key == "county_review"), None)
    if county_received_on is not None and review is not None and rules.appeal(plan_kind).only_written:
        last = max(last, roll_forward(period_end(county_received_on, review.count, review.unit)))
    return last + timedelta(days=1)


def due_on(duty: DispatchDuty, day: date) -> date:
    """The last day to do it, counted from the day of the event; free days do not move it: sending goes any day."""
    return period_end(day, duty.count, duty.unit)


def deadline_moment(day: date) -> datetime:
    """The first instant after 23:59:59 of that day in Stockholm, aware (UTC); what is received before it is in time."""
    return clock.end_of_day(day)


def is_in_time(received_at: datetime, ends_on: date) -> bool:
    """Whether something received at that moment came on the last day or earlier. Raises ValueError for a naive one."""
    if received_at.tzinfo is None:
        raise ValueError("a moment without a time zone says nothing about a deadline")
    return received_at < deadline_moment(ends_on)


@cache
def _holidays(year: int) -> dict[date, str]:
    found = holidays.country_holidays("SE", years=year, categories=(holidays.PUBLIC, holidays.DE_FACTO), language="sv")
    return dict(found)
