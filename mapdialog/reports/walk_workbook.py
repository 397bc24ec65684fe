"""Figures over safety walks as an Excel workbook: one sheet a table, numbers as numbers, nothing that is computed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from mapdialog.core.text import N_
from mapdialog.core.wording import Translate
from mapdialog.geo.spreadsheet import excel_text
from mapdialog.walks import tending
from mapdialog.walks.drafts import LIGHTS
from mapdialog.walks.figure_words import COLUMNS, HEADS, SEASONS, TITLES, label, values
from mapdialog.walks.figures import Row
from mapdialog.walks.following_up import STATUSES
from mapdialog.walks.head_words import DIMENSIONS, band
from mapdialog.walks.returning import VERDICTS
from mapdialog.walks.statistics import Statistics
from mapdialog.walks.yearly import ActionLine, Summary, Totals

Cell = str | int | float | date | None
_HEAD = {"bold": True, "font_color": "#ffffff", "bg_color": "#07435a", "text_wrap": True, "valign": "vcenter"}
_SHARE = N_("Klara i tid, andel")
_FOUND = (N_("Iakttagelser"), N_("Otrygga"), N_("Trygga"))


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
    """The year's sheets; who took part is not told where they were few, what was found always."""
    words = _Words(translate)
    return [
        _years(found, words),
        _held(found, words),
        _people(found, words),
        _categories(found, words),
        _places(found, words),
        _rows(words, N_("Årstid"), "season", found.seasons),
        _rows(words, N_("Ljus"), "light", found.lights),
        _actions(words, N_("Klara"), found.done),
        _actions(words, N_("Görs inte"), found.refused),
        _actions(words, N_("Till åtgärdsplanen"), found.carried),
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


class _Words:
    """What is said again and again, in the workbook's language."""

    def __init__(self, translate: Translate) -> None:
        self.say = translate
        self.few, self.uncounted = translate(N_("visas inte")), translate(N_("inte räknat"))

    def sheet(self, title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Sheet:
        """A sheet of msgids and rows."""
        return Sheet(self.say(title), tuple(self.say(one) for one in head), tuple(map(tuple, rows)))

    def people(self, count: int | None, *, is_counted: bool) -> Cell:
        """A number, or why there is none."""
        return (self.few if is_counted else self.uncounted) if count is None else count


def _years(found: Summary, words: _Words) -> Sheet:
    """The year beside the one before, a figure a row."""
    years = [found.now] if found.before is None else [found.now, found.before]
    names = (
        *(N_("Vandringar som hölls"), N_("Deltagare"), N_("Vandringar där deltagarna var färre än fem")),
        *(N_("Vandringar där ingen räknade"), N_("Iakttagelser"), N_("varav otrygga"), N_("varav trygga")),
        *(N_("Åtgärder"), N_("Klara"), N_("Försenade"), N_("Görs inte"), N_("Dagar till klart, median"), _SHARE),
        N_("Klara under året, alla vandringar"),
    )
    rows = list(zip(map(words.say, names), *(_figures(one, words) for one in years), strict=True))
    blank = ("",) * (len(years) - 1)
    rows.append(
        (words.say(N_("Går vidare till åtgärdsplanen")), len(found.carried) + found.carried_unpublished, *blank)
    )
    for key, count in found.verdicts.items():
        said = words.say(N_("Återvandringar: %(verdict)s"), verdict=words.say(VERDICTS[key]).lower())
        rows.append((said, count, *blank))
    return Sheet(
        words.say(N_("Året i siffror")), (words.say(N_("Vad")), *(str(one.year) for one in years)), tuple(rows)
    )


def _figures(of: Totals, words: _Words) -> tuple[Cell, ...]:
    how, who = of.outcome, of.people
    people = words.people(who.total, is_counted=who.few > 0)
    actions = (how.total, how.done, how.overdue, how.refused, how.median_days, how.within)
    return (
        of.walks,
        people,
        who.few,
        who.uncounted,
        of.observations,
        of.insecure,
        of.secure,
        *actions,
        of.done_in_year,
    )


def _held(found: Summary, words: _Words) -> Sheet:
    head = (N_("Vandring"), N_("Område"), N_("Datum"), N_("Årstid"), N_("Ljus"), N_("Deltagare"), N_("Iakttagelser"))
    rows = (
        (
            *(one.title, one.area, one.day, words.say(SEASONS[one.season])),
            words.say(LIGHTS[one.light]) if one.light else "",
            words.people(one.people, is_counted=one.is_counted),
            *(one.observations, one.repeats, *(one.verdicts.get(key) for key in VERDICTS)),
        )
        for one in found.held
    )
    return words.sheet(N_("Vandringar"), (*head, N_("Återvandring till"), *VERDICTS.values()), rows)


def _people(found: Summary, words: _Words) -> Sheet:
    rows = (
        (
            *(words.say(DIMENSIONS[dimension]), band(key, words.say), words.people(one.count, is_counted=True)),
            words.say(N_("minst så många")) if one.is_least else "",
        )
        for dimension, bands in found.bands.items()
        for key, one in bands.items()
    )
    return words.sheet(N_("Deltagare"), (N_("Indelning"), N_("Grupp"), N_("Antal"), N_("Anmärkning")), rows)


def _categories(found: Summary, words: _Words) -> Sheet:
    rows = ((one.label, one.total, one.insecure, one.secure, one.before) for one in found.categories)
    return words.sheet(N_("Kategorier"), (N_("Kategori"), *_FOUND, N_("Iakttagelser året före")), rows)


def _places(found: Summary, words: _Words) -> Sheet:
    rows: list[Sequence[Cell]] = []
    for place in found.places:
        name = place.whole.label or words.say(N_("Utanför alla områden"))
        for one in (replace(place.whole, label=words.say(N_("Alla"))), *place.categories):
            rows.append((name, one.label, one.total, one.insecure, one.secure))
    return words.sheet(N_("Platser"), (N_("Område"), N_("Kategori"), *_FOUND), rows)


def _rows(words: _Words, title: str, dimension: str, listed: Sequence[Row]) -> Sheet:
    rows = (
        (label(dimension, one.key, {}, words.say), one.walks, one.observations, one.insecure, one.secure)
        for one in listed
    )
    return words.sheet(title, (title, N_("Vandringar"), *_FOUND), rows)


def _actions(words: _Words, title: str, lines: Sequence[ActionLine]) -> Sheet:
    head = (N_("Åtgärd"), N_("Vandring"), N_("Var"), N_("Ansvarig"), N_("Ska vara klar"), N_("Klar"), N_("Status"))
    rows = (
        (
            *(one.title, one.walk, one.where, one.party or words.say(tending.OWNERS[one.owner_type]), one.deadline),
            *(one.done_on, words.say(STATUSES[one.status]), one.reason),
        )
        for one in lines
    )
    return words.sheet(title, (*head, N_("Skäl")), rows)
