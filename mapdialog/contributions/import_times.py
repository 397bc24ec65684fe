"""Reads moments as real tables hold them: ISO, day first, epoch, Excel's days; without a zone they are Stockholm's."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from mapdialog.core.clock import STOCKHOLM

_DAY_FIRST = re.compile(
    r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})"
    r"(?:[ ,T]+(\d{1,2})[.:](\d{2})(?:[.:](\d{2}))?(?:[.,]\d+)?\s*([AaPp][Mm])?)?"
)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(.*)", re.DOTALL)
_CLOCK_WITH_POINTS = re.compile(r"(\d{4}-\d{2}-\d{2}[ T])(\d{2})\.(\d{2})(?:\.(\d{2}))?$")
_IN_WORDS = re.compile(
    r"(?:den\s+)?(\d{1,2})[.:]?[ea]?\s+([a-zåäö]{3,9})\.?\s+(\d{4})(?:,?\s+(?:kl\.?\s*)?(\d{1,2}[.:]\d{2}(?:[.:]\d{2})?))?",
    re.IGNORECASE,
)
_YEAR_APART = re.compile(r"^(\d{1,2}[/.]\d{1,2})\s+(\d{4})(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_ALSO = {"may": "maj", "oct": "okt"}
_ZONE_WITHOUT_COLON = re.compile(r"([+-]\d{2})(\d{2})?$")
_EXCEL_EPOCH = date(1899, 12, 30)
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


class TimeReader:
    """Reads moments of one column; `month_first` says how 3/4/2016 is meant."""

    def __init__(self, sample: Iterable[Any] = ()) -> None:
        """Look at some values: a second number above 12 means that the month stands first, as in American tables."""
        pairs = [
            match.group(1, 2)
            for value in sample
            if isinstance(value, str) and (match := _DAY_FIRST.match(value.strip()))
        ]
        self.month_first = any(int(second) > 12 for _, second in pairs) and not any(
            int(first) > 12 for first, _ in pairs
        )

    def read(self, value: Any) -> datetime | None:
        """The moment in UTC; None when there is no value. Raises ValueError when there is one that can't be read."""
        if value is None or value == "":
            return None
        moment = self._moment(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=STOCKHOLM)
        moment = moment.astimezone(UTC)
        if moment < EARLIEST:
            raise ValueError(value)
        return moment

    def _moment(self, value: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime.combine(value, time.min)
        if isinstance(value, int | float):
            return _from_number(float(value))
        text = str(value).strip()
        if re.fullmatch(r"-?\d+([.,]\d+)?", text):
            if len(text) == 8 and text[:2] in ("19", "20"):
                return datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - its zone is set by the caller
            return _from_number(float(text.replace(",", ".")))
        return self._written(text)

    def _written(self, text: str) -> datetime:
        if match := _IN_WORDS.fullmatch(text):
            return _in_words(*match.groups())
        text = _YEAR_APART.sub(r"\1/\2", text)
        if match := _DAY_FIRST.fullmatch(text):
            return self._day_first(match)
        if match := _YEAR_FIRST.fullmatch(text):
            year, month, day, rest = match.groups()
            text = f"{year}-{int(month):02}-{int(day):02}{rest}"
        text = _CLOCK_WITH_POINTS.sub(lambda m: f"{m[1]}{m[2]}:{m[3]}:{m[4] or '00'}", text)
        text = (
            text.replace(" UTC", "+00:00")
            .replace(" GMT", "+00:00")
            .replace(" Z", "Z")
            .replace(" +", "+")
            .replace(" -", "-")
        )
        if ":" in text:
            text = _ZONE_WITHOUT_COLON.sub(lambda m: f"{m[1]}:{m[2] or '00'}", text)
        return datetime.fromisoformat(text)

    def _day_first(self, match: "re.Match[str]") -> datetime:
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        day, month = (second, first) if self.month_first else (first, second)
        year += 2000 if len(match[3]) == 2 else 0
        hour, minute, seconds = int(match[4] or 0), int(match[5] or 0), int(match[6] or 0)
        if match[7]:
            hour = hour % 12 + (12 if match[7].lower() == "pm" else 0)
        return datetime(year, month, day, hour, minute, seconds)  # noqa: DTZ001 - its zone is set by the caller


def _in_words(day: str, month: str, year: str, clock: str | None) -> datetime:
    """'12 november 2026', with a time after it or not; the month in Swedish or English, whole or three letters."""
    short = month[:3].casefold()
    number = _MONTHS.index(_ALSO.get(short, short)) + 1
    hour, minute, second = (*(int(one) for one in re.split("[.:]", clock or "0:0")), 0)[:3]
    return datetime(int(year), number, int(day), hour, minute, second)  # noqa: DTZ001 - its zone is set by the caller


def _from_number(number: float) -> datetime:
    """Milliseconds or seconds since 1970, or Excel's days since 1899, told apart by size."""
    if 1e11 <= number < 1e14:
        return datetime.fromtimestamp(number / 1000, UTC)
    if 1e8 <= number < 1e11:
        return datetime.fromtimestamp(number, UTC)
    if 10_000 <= number < 80_000:
        whole, part = divmod(number, 1)
        return datetime.combine(_EXCEL_EPOCH + timedelta(days=int(whole)), time.min) + timedelta(
            seconds=round(part * 86_400)
        )
    raise ValueError(number)
