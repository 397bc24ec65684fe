"""The district report as an Excel workbook: a table that sorts and adds up, and a sheet that explains its columns."""

from pathlib import Path
from typing import Any

from mapdialog.core.text import N_
from mapdialog.geo.spreadsheet import excel_text
from mapdialog.reports.district_report import DistrictReport, fields, meanings, values

_INK, _HEAD, _STRIPE = "#16242d", "#07435a", "#eef3f3"
_FORMATS = {"integer": "#,##0", "number": "#,##0.00"}
_WIDTHS = {"code": 12, "population": 11, "count": 12, "per_1000": 14}
_NARROWEST_NAME, _WIDEST_NAME = 24, 52


def write(path: Path, report: DistrictReport) -> None:
    """Write the workbook. Names and codes are always text, never formula or link; nothing is computed by Excel."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": excel_text(report.heading.title), "author": report.heading.municipality})
        _write_table(book, report)
        _write_about(book, report)


def _write_table(book: Any, report: DistrictReport) -> None:
    translate = report.heading.translate
    page = book.add_worksheet(translate(N_("Områden")))
    base = {"bold": True, "font_color": "#ffffff", "bg_color": _HEAD, "valign": "vcenter", "text_wrap": True}
    head = book.add_format(base)
    right = book.add_format({**base, "align": "right"})
    columns = fields(report.table)
    for column, (field, (_name, meaning)) in enumerate(zip(columns, meanings(report.table), strict=True)):
        title = excel_text(translate(meaning))
        page.set_column(column, column, _width(report, field.name, title))
        page.write_string(0, column, title, head if field.kind == "text" else right)
    page.set_row(0, 48)
    cells = {kind: _cell_formats(book, kind) for kind in ("text", "integer", "number")}
    for number, row in enumerate(report.table.rows, 1):
        for column, (field, value) in enumerate(zip(columns, values(row), strict=True)):
            style = cells[field.kind][number % 2]
            if value is None:
                page.write_blank(number, column, None, style)
            elif isinstance(value, str):
                page.write_string(number, column, excel_text(value), style)
            else:
                page.write_number(number, column, value, style)
    _write_sum(book, page, report)
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, max(1, len(report.table.rows)), len(columns) - 1)
    _prepare_print(page, report)


def _width(report: DistrictReport, field: str, title: str) -> float:
    """As wide as its values and the title's longest word need: heads break, so that a print stays readable."""
    if field == "name":
        longest = max((len(row.name) for row in report.table.rows), default=0)
        return max(_NARROWEST_NAME, min(_WIDEST_NAME, longest + 2))
    longest = max(map(len, title.split()), default=0)
    return _WIDTHS.get(field, max(9, min(22, max(longest, len(title) / 3) + 4)))


def _write_sum(book: Any, page: Any, report: DistrictReport) -> None:
    """The sums under the table, outside its filter; where a district has no population there is no sum of people."""
    base = {"bold": True, "font_color": _INK, "top": 1}
    words, figures = book.add_format(base), book.add_format(base | {"num_format": _FORMATS["integer"]})
    last = len(report.table.rows) + 1
    columns = fields(report.table)
    for column, field in enumerate(columns):
        found = [values(row)[column] for row in report.table.rows]
        if field.kind == "integer" and found and None not in found:
            page.write_number(last, column, sum(found), figures)
        else:
            page.write_blank(last, column, None, words)
    page.write_string(last, 0, report.heading.translate(N_("Summa")), words)


def _cell_formats(book: Any, kind: str) -> tuple[Any, Any]:
    """The format of every second row, and of those between."""
    base: dict[str, Any] = {"font_color": _INK, "bottom": 4, "bottom_color": "#d5dee0"}
    if kind in _FORMATS:
        base["num_format"] = _FORMATS[kind]
    return book.add_format(base | {"bg_color": _STRIPE}), book.add_format(base)


def _prepare_print(page: Any, report: DistrictReport) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)
    title = report.heading.title.replace("&", "&&")[:120]
    page.set_header(f"&L{title}&R{report.heading.made}")
    page.set_footer("&C&P/&N")


def _write_about(book: Any, report: DistrictReport) -> None:
    translate, table = report.heading.translate, report.table
    page = book.add_worksheet(translate(N_("Förklaring")))
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 60)
    title = book.add_format({"bold": True, "font_size": 16, "font_color": _HEAD})
    bold = book.add_format({"bold": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    page.write_string(0, 0, excel_text(report.heading.title), title)
    facts: list[tuple[str, str | int]] = [
        (translate(N_("Kommun")), report.heading.municipality),
        (translate(N_("Tid")), report.heading.period),
        (translate(N_("Framtagen")), report.heading.made),
        (translate(N_("Områdesindelning")), table.set_title),
        (translate(N_("Källa till områdena")), table.source),
        (translate(N_("Publicerade synpunkter")), table.total),
        (translate(N_("varav utanför alla områden")), table.outside),
        *((name, translate(meaning)) for name, meaning in meanings(table)),
    ]
    for row, (name, value) in enumerate(facts, 2):
        page.write_string(row, 0, excel_text(name), bold)
        if isinstance(value, int):
            page.write_number(row, 1, value, book.add_format({"num_format": "#,##0", "align": "left"}))
        else:
            page.write_string(row, 1, excel_text(value), text)
    page.set_portrait()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
