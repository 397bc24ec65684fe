"""Reads the CSV that people really have: with BOM, in old encodings, with tabs, with rows that do not fit."""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from mapdialog.geo.headings import LOOKED_AT, count_above
from mapdialog.geo.problems import N_, GeoProblem

_LONGEST_FIELD = 1_000_000
_SEP = re.compile(r'"?sep=([;,\t|])"?', re.IGNORECASE)


class Row(NamedTuple):
    """One record: the line it ends on (1 is the header), its values by field, what is wrong with it (msgid), and the
    values beyond the last field."""

    line: int
    values: dict[str, str]
    problem: str | None = None
    extra: tuple[str, ...] = ()


@dataclass(frozen=True)
class CsvTable:
    """An opened CSV file: where it is, how it is written, and its header, which `skipped` lines stand before."""

    path: Path
    encoding: str
    delimiter: str
    fields: tuple[str, ...]
    skipped: int = 0

    def rows(self) -> Iterator[Row]:
        """Every record after the header, in order; one that does not fit the header carries its problem."""
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            lines = itertools.islice(_without_nul(file), self.skipped, None)
            reader = csv.reader(lines, delimiter=self.delimiter)
            next(reader, None)
            yield from self._records(reader)

    def _records(self, reader: Any) -> Iterator[Row]:
        width = len(self.fields)
        while True:
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Row(
                    self.skipped + reader.line_num, {}, N_("Raden går inte att läsa; ett citattecken saknas troligen.")
                )
                continue
            if not any(value.strip() for value in record):
                continue
            values, line = dict(zip(self.fields, record, strict=False)), self.skipped + reader.line_num
            if len(record) < width:
                values.update(dict.fromkeys(self.fields[len(record) :], ""))
                yield Row(line, values, N_("Raden har färre kolumner än rubrikraden."))
            elif len(record) > width and any(value.strip() for value in record[width:]):
                yield Row(line, values, N_("Raden har fler kolumner än rubrikraden."), tuple(record[width:]))
            else:
                yield Row(line, values)


def open_csv(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> CsvTable:
    """Look at a CSV file's beginning and whole encoding; raises GeoProblem when it is empty or the encoding is unknown.

    Without `encoding`: a BOM decides, then UTF-8 when every byte fits, else Windows-1252 (as old systems do).
    Without `delimiter`: what Excel's own first line says (`sep=;`), else the one of tab, semicolon, comma and bar that
    splits the header into most columns. Empty lines and titles before the header are passed over.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    encoding = _checked_encoding(encoding) if encoding else detect_encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        head = "".join(_without_nul(io.StringIO(file.read(65536), newline="")))
    if not head.strip():
        raise GeoProblem(N_("Filen är tom."))
    lines = list(io.StringIO(head, newline=""))
    skipped, said = _before_header(lines)
    head = "".join(lines[skipped:])
    delimiter = (delimiter.replace("\\t", "\t") if delimiter else None) or said or _detect_delimiter(head)
    if len(delimiter) != 1:
        raise GeoProblem(N_("Avgränsaren måste vara ett tecken."))
    above = _count_titles(lines[skipped:], delimiter)
    skipped, head = skipped + above, "".join(lines[skipped + above :])
    try:
        header = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
    except (csv.Error, StopIteration):
        raise GeoProblem(N_("Filens rubrikrad går inte att läsa.")) from None
    return CsvTable(path, encoding, delimiter, _unique(header), skipped)


def _count_titles(lines: list[str], delimiter: str) -> int:
    """How many lines with a title, and empty ones, stand before the header."""
    try:
        rows = list(csv.reader(lines[:LOOKED_AT], delimiter=delimiter, strict=True))
    except csv.Error:
        return 0
    above = count_above(rows)
    # Where a value goes on over several lines, rows are not lines; and a title is alone or has the table's empty cells.
    are_lines = len(rows) == len(lines[:LOOKED_AT])
    return above if are_lines and all(len(row) in (0, 1, len(rows[above])) for row in rows[:above]) else 0


def _before_header(lines: list[str]) -> tuple[int, str]:
    """How many lines stand before the header (empty ones, and Excel's `sep=;`), and the delimiter they name."""
    named = ""
    for number, line in enumerate(lines):
        words = line.strip().lstrip("\ufeff")
        marked = _SEP.fullmatch(words)
        if words and not marked:
            return number, named
        named = marked[1] if marked else named
    raise GeoProblem(N_("Filen är tom."))


def detect_encoding(path: Path) -> str:
    """utf-8-sig, utf-16 or cp1252; the whole file is read once, since one byte at the end can decide."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        start = file.read(4)
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        file.seek(0)
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _checked_encoding(name: str) -> str:
    try:
        codec = codecs.lookup(name)
    except LookupError:
        raise GeoProblem(N_("Teckenkodningen ”%(name)s” är okänd. Prova utf-8 eller cp1252."), name=name[:40]) from None
    return "utf-8-sig" if codec.name == "utf-8" else codec.name


def _detect_delimiter(head: str) -> str:
    said = [line for line in head.splitlines()[:LOOKED_AT] if line.strip()]
    first = said[0] if said else ""
    # A sentence with an empty line below it is a title, and what it has commas for is another matter.
    if len(said) > 1 and not re.search(r"[;\t|]", first) and not head.splitlines()[1].strip():
        first = said[1]

    def columns(mark: str) -> int:
        try:
            return len(next(csv.reader([first], delimiter=mark)))
        except (csv.Error, StopIteration):
            return 0

    return max("\t;,|", key=columns)


def _unique(header: list[str]) -> tuple[str, ...]:
    """Column names as they are, trimmed; empty ones numbered and doubles told apart, so that no value is lost."""
    names: list[str] = []
    for index, raw in enumerate(header, start=1):
        name = raw.strip().lstrip("\ufeff") or f"kolumn_{index}"
        while name in names:
            name += "_2"
        names.append(name)
    return tuple(names)


def _without_nul(lines: "io.TextIOBase | io.StringIO") -> Iterator[str]:
    for line in lines:
        yield line.replace("\0", "") if "\0" in line else line
