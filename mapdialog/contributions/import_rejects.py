"""Hands back every rejected row with its number and reason, in a CSV that no spreadsheet runs."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

_RISKY = tuple("=+-@\t\r\n")


class Rejects:
    """Counts rejected rows by reason, and writes them to a file when one is wanted."""

    def __init__(
        self, path: Path | None, fields: Sequence[str], *, delimiter: str = ";", translate: Callable[[str], str] = str
    ) -> None:
        """The file's columns: `row` (as a spreadsheet counts, the header being 1), `reason`, then the file's own."""
        self.count, self.by_reason = 0, dict[str, int]()
        self._fields, self._translate = tuple(fields), translate
        self._file = path.open("w", encoding="utf-8-sig", newline="", errors="replace") if path else None
        self._writer = csv.writer(self._file, delimiter=delimiter, lineterminator="\r\n") if self._file else None
        if self._writer:
            self._writer.writerow(["row", "reason", *(_safe(name) for name in self._fields)])

    def add(self, row: int, reason: str, values: Sequence[Any]) -> None:
        """One rejected row with its original values, in the fields' order."""
        self.count += 1
        self.by_reason[reason] = self.by_reason.get(reason, 0) + 1
        if self._writer:
            self._writer.writerow([row, self._translate(reason), *(_safe(value) for value in values)])

    def close(self) -> None:
        """Finish the file."""
        if self._file:
            self._file.close()


def _safe(value: Any) -> str:
    """A value as a cell that is read, not run. A plain negative number is left as it is: coordinates stay numbers."""
    if value is None:
        return ""
    text = str(value)
    return "'" + text if text.startswith(_RISKY) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return text[0] in "+-" and text[1:2].isdigit()
