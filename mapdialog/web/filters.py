"""How templates write dates, numbers and paragraphs, in the reader's language and Stockholm's time."""

import re
from datetime import date, datetime, timedelta

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal, get_locale
from markupsafe import Markup, escape

THIN_SPACE = "\u202f"


def date_long(value: date | datetime | None) -> str:
    """'15 december 2026'; empty for None."""
    return format_date(value, "d MMMM yyyy", rebase=isinstance(value, datetime)) if value else ""


def last_day(closes_at: datetime | None) -> str:
    """The last day on which something that closes at this moment is open: midnight closes the day before."""
    return date_long(closes_at - timedelta(seconds=1)) if closes_at else ""


def date_short(value: date | datetime | None) -> str:
    """'2026-12-15'; empty for None."""
    return format_date(value, "yyyy-MM-dd", rebase=isinstance(value, datetime)) if value else ""


def last_day_short(closes_at: datetime | None) -> str:
    """The same as '2026-12-15'."""
    return date_short(closes_at - timedelta(seconds=1)) if closes_at else ""


def datetime_long(value: datetime | None) -> str:
    """'15 december 2026 kl. 14.32', in English '15 December 2026 at 14:32'; empty for None."""
    is_english = str(get_locale() or "").startswith("en")
    pattern = "d MMMM yyyy 'at' HH:mm" if is_english else "d MMMM yyyy 'kl.' HH.mm"
    return format_datetime(value, pattern) if value else ""


def datetime_exact(value: datetime | None) -> str:
    """'2026-12-15 14:32:07', to the second, as a receipt says it; empty for None."""
    return format_datetime(value, "yyyy-MM-dd HH:mm:ss") if value else ""


def datetime_short(value: datetime | None) -> str:
    """'2026-12-15 14:32'; empty for None."""
    return format_datetime(value, "yyyy-MM-dd HH:mm") if value else ""


def number(value: float | None, digits: int | None = None) -> str:
    """'1 234' with a thin space, in English '1,234'; the language's decimal mark; an en dash for None."""
    if value is None:
        return "–"
    return str(format_decimal(round(value, digits) if digits is not None else value)).replace("\xa0", THIN_SPACE)


def file_size(size: int) -> str:
    """Bytes as '1 kB' (never nought) or '1,4 MB'."""
    return f"{number(max(1, round(size / 1_000)))} kB" if size < 1_000_000 else f"{number(size / 1_000_000, 1)} MB"


def paragraphs(text: str | None) -> Markup:
    """Plain text as <p> and <br>, with http(s) addresses as links; everything else escaped."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text or "") if part.strip()]
    return Markup("\n").join(Markup("<p>{}</p>").format(_lines(part)) for part in parts)


_ADDRESS = re.compile(r"(https?://[^\s<>\"']+[^\s<>\"'.,;:!?)])")


def _lines(part: str) -> Markup:
    linked = Markup("").join(
        Markup('<a href="{0}" rel="noopener nofollow ugc">{0}</a>').format(piece)
        if _ADDRESS.fullmatch(piece)
        else escape(piece)
        for piece in _ADDRESS.split(part)
    )
    return Markup(str(linked).replace("\n", "<br>\n"))  # noqa: S704 - every piece was escaped above


def register(app: Flask) -> None:
    """Give the filters to templates."""
    app.jinja_env.filters.update(
        date_long=date_long,
        date_short=date_short,
        datetime_long=datetime_long,
        datetime_short=datetime_short,
        datetime_exact=datetime_exact,
        number=number,
        file_size=file_size,
        paragraphs=paragraphs,
        date_sv=date_long,
        last_day=last_day,
        last_day_short=last_day_short,
        datetime_sv=datetime_long,
        number_sv=number,
    )
