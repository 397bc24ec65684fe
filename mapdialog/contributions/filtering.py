"""Reads what a reader asks to see (category, time, words) from an address: the same names on pages and in the API."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from mapdialog.contributions.queries import Filters
from mapdialog.contributions.rules import Complaints
from mapdialog.core.clock import end_of_day, start_of_day
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_, clean_line

LONGEST_SEARCH = 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SUMMARY = N_("Något i filtret går inte att förstå.")


def read_filters(categories: Iterable[str], since: str, until: str, q: str, ids: Mapping[str, int]) -> Filters:
    """Filters from texts; `ids` are the dialogue's categories, key to id.

    A day is Stockholm's, and `until` includes it whole; a moment is ISO 8601, and `until` leaves it out. Raises Invalid
    with every field that can't be understood.
    """
    wrong = Complaints()
    made = Filters(
        category_ids=wrong.take("category", lambda: _category_ids(categories, ids), ()),
        since=wrong.take("since", lambda: read_moment(since, ends=False)),
        until=wrong.take("until", lambda: read_moment(until, ends=True)),
        q=wrong.take("q", lambda: _words(q), ""),
    )
    wrong.stop_if_any(_SUMMARY)
    return made


def _category_ids(asked: Iterable[str], ids: Mapping[str, int]) -> tuple[int, ...]:
    keys = {key.strip() for one in asked for key in one.split(",") if key.strip()}
    if not keys <= ids.keys():
        raise Invalid(N_("Kategorin finns inte i den här dialogen. Välj en av dem som visas."))
    return tuple(sorted(ids[key] for key in keys))


def read_moment(text: str, *, ends: bool) -> datetime | None:
    """A moment in UTC from a day or an ISO 8601 moment; None for nothing. `ends`: a day means its end."""
    text = text.strip().replace(" ", "+")  # a + that was not encoded in an address arrives as a space
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text)
            return end_of_day(day) if ends else start_of_day(day)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(N_("Skriv datumet så här: 2026-11-21.")) from None


def _words(text: str) -> str:
    words = clean_line(text)
    if len(words) > LONGEST_SEARCH:
        raise Invalid(N_("Sök på högst %(most)s tecken."), most=LONGEST_SEARCH)
    return words
