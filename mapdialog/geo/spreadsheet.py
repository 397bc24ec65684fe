"""Writes a stream of rows for spreadsheets: CSV as Swedish Excel wants it, and XLSX; nothing in them is a formula."""

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from mapdialog.geo.tables import Field

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_RISKY = tuple("=+-@\t\r\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
MAX_ROWS = 1_048_575
MAX_CELL = 32_767


def safe_text(text: str) -> str:
    """Text that a spreadsheet will not run when it opens a CSV: an apostrophe before = + - @ and control characters."""
    return "'" + text if text.startswith(_RISKY) else text


def csv_stream(
    reader: pa.RecordBatchReader,
    fields: Sequence[Field],
    *,
    delimiter: str = ";",
    decimal_comma: bool = True,
    bom: bool = True,
) -> Iterator[bytes]:
    """CSV in pieces: UTF-8 with BOM, `;`, decimal comma, times in Stockholm; the shape is left out."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    if bom:
        buffer.write("\ufeff")
    writer.writerow([field.label for field in fields])
    for batch in reader:
        columns = [
            [_csv_value(value, decimal_comma) for value in batch.column(field.name).to_pylist()] for field in fields
        ]
        writer.writerows(zip(*columns, strict=True))
        yield buffer.getvalue().encode("utf-8", "replace")
        buffer.seek(0)
        buffer.truncate()
    rest = buffer.getvalue()
    if rest:
        yield rest.encode("utf-8", "replace")


def _csv_value(value: Any, decimal_comma: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return repr(value).replace(".", ",") if decimal_comma else repr(value)
    if isinstance(value, datetime):
        return value.astimezone(_STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S")
    return str(value)


def write_xlsx(
    path: Path,
    reader: pa.RecordBatchReader,
    fields: Sequence[Field],
    *,
    sheet: str = "Data",
    widths: dict[str, int] | None = None,
    wrapped: frozenset[str] = frozenset(),
    on_paper: int | None = None,
) -> int:
    """Write an Excel file with constant memory; returns the number of rows. Text is always text, never formula or link.

    The head row is bold, frozen and filtered. Past 1,048,575 rows the table goes on in the next sheet; a cell's text
    past Excel's 32,767 characters ends in an ellipsis. The fields `wrapped` break their lines within the cell. Only the
    first `on_paper` fields are printed, on as many pages as it takes: all of a wide table on one would be too small.
    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        formats = {
            "head": book.add_format(
                {"bold": True, "font_color": "#ffffff", "bg_color": "#07435a", "text_wrap": True, "valign": "vcenter"}
            ),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"}),
            "text": book.add_format({"valign": "top"}),
            "wrapped": book.add_format({"valign": "top", "text_wrap": True}),
        }
        texts = [formats["wrapped" if field.name in wrapped else "text"] for field in fields]
        rooms = [(at, (widths or {}).get(field.name, 50)) for at, field in enumerate(fields) if field.name in wrapped]
        total, row, page, number = 0, MAX_ROWS, None, 0
        for batch in reader:
            for values in zip(*(batch.column(field.name).to_pylist() for field in fields), strict=True):
                if row >= MAX_ROWS:
                    _print_only(page, row, on_paper)
                    number += 1
                    page = _new_sheet(
                        book, sheet if number == 1 else f"{sheet} {number}", fields, formats, widths or {}
                    )
                    row = 0
                row += 1
                total += 1
                lines = max((_lines(values[column], room) for column, room in rooms), default=1)
                if page is not None and lines > 1:
                    page.set_row(row, min(409, 15 * lines))
                _write_row(page, row, values, texts, formats["time"])
        _print_only(page or _new_sheet(book, sheet, fields, formats, widths or {}), row if page else 0, on_paper)
    return total


def _print_only(page: Any, rows: int, columns: int | None) -> None:
    if page is not None and columns:
        page.print_area(0, 0, rows, columns - 1)


def _lines(text: Any, room: int) -> int:
    """About how many lines a text takes where `room` letters fit: not every program grows a row to fit its text."""
    return sum(1 + len(line) // room for line in str(text or "")[:MAX_CELL].split("\n"))


def _new_sheet(book: Any, name: str, fields: Sequence[Field], formats: dict[str, Any], widths: dict[str, int]) -> Any:
    page = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", name)[:31])
    page.set_row(0, 32)
    for column, field in enumerate(fields):
        page.set_column(column, column, widths.get(field.name, max(10, min(50, len(field.label) + 2))))
        page.write_string(0, column, field.label, formats["head"])
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    page.repeat_rows(0)
    page.autofilter(0, 0, MAX_ROWS, max(0, len(fields) - 1))
    return page


def _write_row(page: Any, row: int, values: tuple[Any, ...], texts: Sequence[Any], time: Any) -> None:
    """One row; `texts` are the formats of the columns, `time` that of moments and days."""
    for column, (value, style) in enumerate(zip(values, texts, strict=True)):
        if value is None:
            continue
        if isinstance(value, str):
            page.write_string(row, column, excel_text(value), style)
        elif isinstance(value, bool):
            page.write_boolean(row, column, value, style)
        elif isinstance(value, int | float):
            if math.isfinite(value):
                page.write_number(row, column, value, style)
        elif isinstance(value, datetime):
            page.write_datetime(row, column, value.astimezone(_STOCKHOLM).replace(tzinfo=None), time)
        elif isinstance(value, date):
            page.write_datetime(row, column, datetime(value.year, value.month, value.day), time)  # noqa: DTZ001
        else:
            page.write_string(row, column, excel_text(str(value)))


def excel_text(text: str) -> str:
    """Text as a cell can hold it: no control characters, at most 32,767 characters."""
    clean = _CONTROL.sub("", text)
    return clean if len(clean) <= MAX_CELL else clean[: MAX_CELL - 1] + "…"
