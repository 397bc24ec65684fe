"""Writes the points of a plan as a workbook to be edited: text only, choices as lists, and a sheet that says how."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from mapdialog.core.clock import local
from mapdialog.core.text import N_
from mapdialog.core.wording import Translate
from mapdialog.geo.spreadsheet import excel_text
from mapdialog.plans.labels import ANSWER_STATUSES, GROUP_LABELS, OUTCOMES, PHASE_KINDS
from mapdialog.plans.point_sheet import COLUMNS, EDITED, EXPORTED, FIXED, fixed_marks, marks

MARK = "mapdialog-plan"
LAST_ROW = 20_000
_KEYS = {"phase": PHASE_KINDS, "group": GROUP_LABELS, "outcome": OUTCOMES, "status": ANSWER_STATUSES}
HOW = (
    N_("Ändra bara i de vita kolumnerna: sammanfattning, tema, utfall, svar, skäl och skickad vidare till."),
    N_("Lägg inte till rader. Rader som du tar bort ur filen ändras inte."),
    N_("Skriv skäl för alla utfall utom ”Tillgodosedd”. Filen läses inte in utan dem."),
    N_("Samma svar på flera rader är ett gemensamt svar. Ändrar du det på några av dem får de ett eget."),
    N_("Samma nya text på flera obesvarade rader blir ett gemensamt svar."),
    N_("Färdiga svar ändras inte genom filen. Öppna dem igen först."),
    N_("Läs in filen på sidan Svar. Du ser vad som ändras innan något sparas."),
    N_("Har en kollega ändrat samma svar sedan filen hämtades sparas båda lydelserna, och du får välja."),
    N_("Synpunkter från personer med skyddade personuppgifter finns inte i filen."),
    N_("Filen innehåller personuppgifter. Radera den när du är klar."),
)


def write_points(path: Path, rows: Iterable[Any], *, slug: str, title: str, themes: Sequence[str], _: Translate) -> int:
    """Write the workbook; how many points. Text is always text, never formula or link."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": excel_text(title)})
        book.set_custom_property(MARK, slug)
        page = book.add_worksheet(_(N_("Synpunkter"))[:31])
        looks = _looks(book)
        _head(page, looks, _)
        count = 0
        for count, row in enumerate(rows, 1):
            _line(page, count + 1, row, looks, _)
        _choices(page, len(themes), _)
        _explain(book.add_worksheet(_(N_("Så gör du"))[:31]), title, looks, _)
        lists = book.add_worksheet("Listor")
        for at, label in enumerate(themes):
            lists.write_string(at, 0, excel_text(label))
        lists.hide()
    return count


def _looks(book: Any) -> dict[str, Any]:
    top = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#c9d3d8"}
    fixed = top | {"bg_color": "#eef2f3", "font_color": "#4c5c66"}
    return {
        "head": book.add_format(
            {"bold": True, "font_color": "#ffffff", "bg_color": "#07435a", "text_wrap": True, "valign": "vcenter"}
        ),
        "edited": book.add_format(top),
        "fixed": book.add_format(fixed),
        "date": book.add_format(fixed | {"num_format": "yyyy-mm-dd"}),
        "title": book.add_format({"bold": True, "font_size": 16}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _head(page: Any, looks: dict[str, Any], _: Translate) -> None:
    # The first row names the columns for reading the file back, whatever language and order the second has.
    page.set_row(0, None, None, {"hidden": True})
    for at, column in enumerate(COLUMNS):
        page.set_column(at, at, column.width)
        page.write_string(0, at, column.key)
    page.set_column(len(COLUMNS), len(COLUMNS) + 1, None, None, {"hidden": True})
    page.write_string(0, len(COLUMNS), EXPORTED)
    page.write_string(0, len(COLUMNS) + 1, FIXED)
    page.set_row(1, 32)
    for at, column in enumerate(COLUMNS):
        page.write_string(1, at, _(column.heading), looks["head"])
    page.freeze_panes(2, 6)
    page.autofilter(1, 0, LAST_ROW, len(COLUMNS) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(1)


def _line(page: Any, number: int, row: Any, looks: dict[str, Any], _: Translate) -> None:
    cells = {column.key: _cell(column.key, getattr(row, column.key), _) for column in COLUMNS}
    for at, column in enumerate(COLUMNS):
        value, look = cells[column.key], looks["edited" if column.is_edited else "fixed"]
        if value is None:
            page.write_blank(number, at, None, look)
        elif isinstance(value, int):
            page.write_number(number, at, value, look)
        elif isinstance(value, datetime):
            page.write_datetime(number, at, value, looks["date"])
        else:
            page.write_string(number, at, value, look)
    page.write_string(number, len(COLUMNS), marks({key: getattr(row, key) for key in EDITED}))
    page.write_string(number, len(COLUMNS) + 1, fixed_marks(cells))


def _cell(key: str, value: Any, _: Translate) -> Any:
    """What stands in the cell: whole numbers, times in Stockholm, words, or nothing."""
    if value is None:
        return None
    if isinstance(value, int | float):
        return round(value)
    if isinstance(value, datetime):
        return local(value).replace(tzinfo=None)
    words = _KEYS.get(key, {}).get(value)
    return excel_text(_(words) if words else value)


def _choices(page: Any, themes: int, _: Translate) -> None:
    at = {column.key: number for number, column in enumerate(COLUMNS)}
    wrong = {"error_title": _(N_("Välj i listan")), "error_message": _(N_("Välj ett av utfallen i listan."))}
    outcomes = [_(words) for words in OUTCOMES.values()]
    page.data_validation(2, at["outcome"], LAST_ROW, at["outcome"], {"validate": "list", "source": outcomes, **wrong})
    if themes:
        source = f"=Listor!$A$1:$A${themes}"
        # Another theme may be written: it is made when the file is read.
        page.data_validation(
            2, at["theme"], LAST_ROW, at["theme"], {"validate": "list", "source": source, "show_error": False}
        )


def _explain(page: Any, title: str, looks: dict[str, Any], _: Translate) -> None:
    page.set_column(0, 0, 100)
    page.write_string(0, 0, excel_text(title), looks["title"])
    for number, words in enumerate(HOW, 2):
        page.write_string(number, 0, f"{number - 1}. {_(words)}", looks["text"])
