"""Values of a row as a plan's package writes them: text, numbers, and days and moments by ISO 8601."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any


def values(row: Any, names: Sequence[str]) -> dict[str, Any]:
    """The row's values of those names, by name."""
    return {name: plain(getattr(row, name)) for name in names}


def plain(value: Any) -> Any:
    """A day or a moment as text, anything else as it is."""
    return value.isoformat() if isinstance(value, date | datetime) else value
