"""The server's clock: UTC inside, Europe/Stockholm where a person reads or a deadline falls."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """The present moment, timezone-aware, UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on a clock in Stockholm."""
    return moment.astimezone(STOCKHOLM)


def start_of_day(day: date) -> datetime:
    """00:00:00 in Stockholm on that day, as UTC; summer time is handled by the zone."""
    # In UTC the first day of all would begin before the calendar does.
    day = max(day, date.min + timedelta(days=1))
    return datetime.combine(day, time.min, STOCKHOLM).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The first instant after that day in Stockholm, as UTC; compare with `<`."""
    return start_of_day(min(day, date.max - timedelta(days=1)) + timedelta(days=1))
