"""Finds the row that names a table's columns, where a title and empty rows stand above it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

LOOKED_AT = 20  # rows from the top
_VALUE = re.compile(r"[\d\s.,:/%-]*\d[\d\s.,:/%-]*|\S+@\S+")  # a number, a day or an address names no column


def count_above(rows: Sequence[Sequence[Any]]) -> int:
    """How many of the first rows stand above the one that names the columns: 0 unless it is plain that some do.

    A title fills few columns; the names fill at least half as many as the fullest row does.
    """
    said = [[text for cell in row if (text := str("" if cell is None else cell).strip())] for row in rows]
    widest = max(map(len, said), default=0)
    at = next((number for number, texts in enumerate(said) if texts and len(texts) * 2 >= widest), 0)
    has_more = at + 1 < len(said) and any(said[at + 1 :])
    is_names = len(said[at]) > 1 and not any(_VALUE.fullmatch(text) for text in said[at]) if said else False
    return at if is_names and has_more else 0


@contextmanager
def below_titles(workbook: Path) -> Iterator[tuple[Path, int]]:
    """The workbook (XLSX), and how many rows of its first sheet stand above the columns' names.

    Where some do it is a copy of that sheet without them, which is removed afterwards.
    """
    above = _above_in(workbook)
    if not above:
        yield workbook, 0
        return
    with TemporaryDirectory(prefix="mapdialog-sheet-") as folder:
        copy = Path(folder) / workbook.name
        _copy(workbook, copy, above)
        yield copy, above


def _above_in(workbook: Path) -> int:
    import openpyxl

    try:
        book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            return count_above(list(sheet.iter_rows(max_row=LOOKED_AT, values_only=True)))
        finally:
            book.close()
    except Exception:  # What is wrong with the file is told by whoever reads all of it.
        return 0


def _copy(workbook: Path, copy: Path, above: int) -> None:
    import openpyxl

    book, made = openpyxl.load_workbook(workbook, read_only=True, data_only=True), openpyxl.Workbook(write_only=True)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        page = made.create_sheet(sheet.title)
        for row in sheet.iter_rows(min_row=above + 1, values_only=True):
            page.append(row)
        made.save(copy)
    finally:
        book.close()
