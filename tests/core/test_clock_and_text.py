"""Time in Stockholm and text as people type it."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mapdialog.core import clock
from mapdialog.core.text import clean, clean_line, slugify


def test_the_day_the_clocks_change_is_23_or_25_hours_long() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert clock.end_of_day(spring) - clock.start_of_day(spring) == timedelta(hours=23)
    assert clock.end_of_day(autumn) - clock.start_of_day(autumn) == timedelta(hours=25)


def test_a_day_begins_in_stockholm_not_in_greenwich() -> None:
    assert clock.start_of_day(date(2026, 12, 24)) == datetime(2026, 12, 23, 23, 0, tzinfo=UTC)


@given(st.text())
def test_cleaned_text_can_always_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")
    assert clean(cleaned) == cleaned


def test_letters_of_every_language_and_emoji_are_kept() -> None:
    assert clean("  Åsa träffade Ǆ 👩‍👩‍👧 i Ängen \r\n och gick  ") == "Åsa träffade Ǆ 👩‍👩‍👧 i Ängen \n och gick"


def test_lines_are_joined_where_one_line_is_meant() -> None:
    assert clean_line("Algatan\n  13\t") == "Algatan 13"


def test_addresses_are_plain_letters() -> None:
    assert slugify("Trygg väg till tåget & bussen!") == "trygg-vag-till-taget-bussen"
    assert slugify("Паркова") == "dialog"
