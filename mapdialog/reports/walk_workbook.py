"""Figures over safety walks as an Excel workbook: one sheet a table, numbers as numbers, nothing that is computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mapdialog.core.text import N_
from mapdialog.core.wording import Translate
from mapdialog.geo.spreadsheet import excel_text
from mapdialog.walks import tending
from mapdialog.walks.figure_words import COLUMNS, HEADS, TITLES, label, values
from mapdialog.walks.figures import Lump
from mapdialog.walks.following_up import STATUSES
from mapdialog.walks.head_words import DIMENSIONS, band
from mapdialog.walks.returning import VERDICTS
from mapdialog.walks.statistics import Statistics
from mapdialog.walks.yearly import ActionLine, Summary

Cell = str | int | float | date | None
_HEAD = {"bold": True, "font_color": "#ffffff", "bg_color": "#07435a", "text_wrap": True, "valign": "vcenter"}
_SHARE = N_("Klara i tid, andel")


@dataclass(frozen=True)
class Sheet:
    """A table with its name; the column `shares` holds shares from 0 to 1."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shares: int | None = None


def statistics_sheets(made: Statistics, translate: Translate) -> list[Sheet]:
    """A sheet for each dimension."""
    columns = tuple(translate(one) for one in COLUMNS)
    return [
        Sheet(
            translate(TITLES[name]),
            (translate(HEADS[name]), *columns),
            tuple((label(name, row.key, made.facts.categories, translate), *values(row)) for row in rows),
            COLUMNS.index(_SHARE) + 1,
        )
        for name, rows in made.tables.items()
    ]


def summary_sheets(found: Summary, translate: Translate) -> list[Sheet]:
    """The year's sheets; few people are not told, few findings of a place are put together."""
    few = translate(N_("visas inte"))
    told = [_told(found.people, few), found.observations, found.insecure, found.secure]
    how = found.outcome
    names = (
        *(N_("Vandringar som hölls"), N_("Deltagare"), N_("Iakttagelser"), N_("varav otrygga"), N_("varav trygga")),
        *(N_("Åtgärder"), N_("Klara"), N_("Försenade"), N_("Görs inte"), N_("Dagar till klart, median"), _SHARE),
        *(N_("Klara under året, alla vandringar"), N_("Går vidare till åtgärdsplanen")),
    )
    returned = tuple(
        (translate(N_("Återvandringar: %(verdict)s"), verdict=translate(VERDICTS[key]).lower()), count)
        for key, count in found.verdicts.items()
    )
    carried = len(found.carried) + found.carried_unpublished
    sums = (len(found.held), *told, how.total, how.done, how.overdue, how.refused, how.median_days, how.within)
    pairs = tuple(zip((translate(one) for one in names), (*sums, found.done_in_year, carried), strict=True))
    return [
        Sheet(translate(N_("Året i siffror")), (translate(N_("Vad")), str(found.year)), (*pairs, *returned)),
        _held(found, translate, few),
        _people(found, translate, few),
        _categories(found, translate),
        _places(found, translate),
        _actions(translate(N_("Görs inte")), found.refused, translate),
        _actions(translate(N_("Till åtgärdsplanen")), found.carried, translate),
    ]


def write_book(path: Path, sheets: Sequence[Sheet], title: str) -> None:
    """Write the sheets. Text is always text, never formula or link."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": excel_text(title)})
        formats = {
            "head": book.add_format(_HEAD),
            "text": book.add_format({"valign": "top", "text_wrap": True}),
            "day": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"}),
            "share": book.add_format({"valign": "top", "num_format": "0 %"}),
            "number": book.add_format({"valign": "top", "num_format": "#,##0.#"}),
            "count": book.add_format({"valign": "top", "num_format": "#,##0"}),
        }
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.title[:31]), sheet, formats)


def _write_sheet(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    for column, words in enumerate(sheet.head):
        longest = max((len(str(row[column] or "")) for row in sheet.rows), default=0)
        page.set_column(column, column, max(10, min(46, longest + 2, 60), len(words) / 2 + 4))
        page.write_string(0, column, excel_text(words), formats["head"])
    page.set_row(0, 32)
    for number, row in enumerate(sheet.rows, 1):
        for column, value in enumerate(row):
            _write_cell(page, (number, column), value, formats, is_share=column == sheet.shares)
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _write_cell(page: Any, at: tuple[int, int], value: Cell, formats: dict[str, Any], *, is_share: bool) -> None:
    if value is None:
        return
    if isinstance(value, date):
        page.write_datetime(*at, value, formats["day"])
    elif isinstance(value, str):
        page.write_string(*at, excel_text(value), formats["text"])
    else:
        name = "share" if is_share else "count" if float(value).is_integer() else "number"
        page.write_number(*at, value, formats[name])


def _told(count: int | None, few: str) -> Cell:
    return few if count is None else count


def _held(found: Summary, translate: Translate, few: str) -> Sheet:
    head = (N_("Vandring"), N_("Område"), N_("Datum"), N_("Deltagare"), N_("Iakttagelser"), N_("Återvandring till"))
    rows = tuple(
        (one.title, one.area, one.day, _told(one.people, few), one.observations, one.repeats) for one in found.held
    )
    return Sheet(translate(N_("Vandringar")), tuple(translate(one) for one in head), rows)


def _people(found: Summary, translate: Translate, few: str) -> Sheet:
    rows = tuple(
        (translate(DIMENSIONS[dimension]), band(key, translate), _told(count, few))
        for dimension, bands in found.bands.items()
        for key, count in bands.items()
    )
    head = (translate(N_("Indelning")), translate(N_("Grupp")), translate(N_("Antal")))
    return Sheet(translate(N_("Deltagare")), head, rows)


def _categories(found: Summary, translate: Translate) -> Sheet:
    rows = tuple((one.label, one.total, one.insecure, one.secure) for one in found.categories)
    head = (N_("Kategori"), N_("Iakttagelser"), N_("Otrygga"), N_("Trygga"))
    return Sheet(translate(N_("Kategorier")), tuple(translate(one) for one in head), rows)


def _places(found: Summary, translate: Translate) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    for place, kinds in found.places.items():
        name = place or translate(N_("Utanför alla områden"))
        rows += [(name, category, count) for category, count in kinds.shown.items()]
        if kinds.others:
            rows.append((name, _others(kinds, translate), kinds.rest))
    head = (translate(N_("Område")), translate(N_("Kategori")), translate(N_("Iakttagelser")))
    return Sheet(translate(N_("Platser")), head, tuple(rows))


def _others(kinds: Lump, translate: Translate) -> str:
    return translate(N_("Övriga, få av varje: %(names)s"), names=", ".join(kinds.others))


def _actions(title: str, lines: Sequence[ActionLine], translate: Translate) -> Sheet:
    head = (N_("Åtgärd"), N_("Vandring"), N_("Var"), N_("Ansvarig"), N_("Ska vara klar"), N_("Status"), N_("Skäl"))
    rows = tuple(
        (
            *(one.title, one.walk, one.where, one.party or translate(tending.OWNERS[one.owner_type]), one.deadline),
            *(translate(STATUSES[one.status]), one.reason),
        )
        for one in lines
    )
    return Sheet(title, tuple(translate(one) for one in head), rows)
