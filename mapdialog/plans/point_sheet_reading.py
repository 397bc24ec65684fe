"""Reads a workbook of points that planners have edited: plain values, no formulas, within limits of our own."""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.core.wording import translator
from mapdialog.plans.labels import OUTCOMES
from mapdialog.plans.point_sheet import EDITED, EXPORTED, FIXED, KEYS, LOCKED, fixed_marks, marks, tidy
from mapdialog.plans.point_sheet_writing import MARK

MOST_ROWS = 50_000
MOST_UNPACKED = 300 * 1024 * 1024


@dataclass(frozen=True)
class SheetRow:
    """A row as it was read: `line` in the sheet, the point and versions it was made of, what may have been edited.

    `touched` names the cells that say another thing than when the file was made, or all of them when it doesn't tell;
    `was` holds the mark of what each edited cell said then, empty when it doesn't tell. `locked` names the locked cells
    that somebody has changed all the same, and `is_mixed` tells that the row's id and versions are not its own: sorted
    without all columns, or typed over. `faults` are Swedish msgids of what can't be read in it.
    """

    line: int
    id: int | None
    version: int | None
    answer_id: int | None
    answer_version: int | None
    summary: str = ""
    theme: str = ""
    outcome: str | None = None
    answer: str = ""
    reason: str = ""
    forwarded_to: str = ""
    touched: frozenset[str] = frozenset(EDITED)
    was: Mapping[str, str] = field(default_factory=dict)
    locked: tuple[str, ...] = ()
    is_mixed: bool = False
    faults: tuple[str, ...] = field(default=())


def read_points(path: Path, slug: str) -> list[SheetRow]:
    """The rows of the workbook. Raises Invalid (`file`) for one that is not ours, of another plan, or far too large."""
    import openpyxl

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise _unreadable(N_("Filen är för stor. Dela upp den."))
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except Invalid:
        raise
    except Exception:
        # Whatever is wrong inside: the library raises errors of a dozen kinds, and none of them helps the planner.
        raise _unreadable(
            N_("Filen går inte att läsa. Spara den som Excelarbetsbok (.xlsx) och försök igen.")
        ) from None
    try:
        about: Any = book
        made_for = {one.name: one.value for one in about.custom_doc_props.props}.get(MARK)
        if made_for is not None and made_for != slug:
            raise _unreadable(N_("Filen hör till en annan plan."))
        return list(_rows(book.worksheets[0]))
    except Invalid:
        raise
    except Exception:
        raise _unreadable(
            N_("Filen går inte att läsa. Spara den som Excelarbetsbok (.xlsx) och försök igen.")
        ) from None
    finally:
        book.close()


def _unreadable(message: str) -> Invalid:
    return Invalid(message, field="file")


def _rows(page: Any) -> Iterator[SheetRow]:
    page.reset_dimensions()  # what the file says of its own size is not believed
    places: dict[str, int] = {}
    outcomes = _outcome_words()
    for line, cells in enumerate(page.iter_rows(max_row=MOST_ROWS + 2, max_col=60), 1):
        if not places:
            names = {str(cell.value): at for at, cell in enumerate(cells) if isinstance(cell.value, str)}
            if {"id", "version", *EDITED} <= set(names):
                places = names
            elif line > 5:
                break
            continue
        if line > MOST_ROWS:
            raise _unreadable(N_("Filen är för stor. Dela upp den."))
        if (row := _row(line, cells, places, outcomes)) is not None:
            yield row
    if not places:
        raise _unreadable(N_("Det är inte en fil med planens synpunkter. Hämta den på nytt på sidan Svar."))


def _row(line: int, cells: tuple[Any, ...], places: dict[str, int], outcomes: dict[str, str]) -> SheetRow | None:
    """None for an empty row and for the headings."""

    def cell(key: str) -> Any:
        at = places.get(key)
        return cells[at] if at is not None and at < len(cells) else None

    numbers = {key: _number(cell(key)) for key in KEYS}
    texts = {key: _text(cell(key)) for key in EDITED}
    if numbers["id"] is None and line <= 3:
        return None
    if numbers["id"] is None and not any(texts.values()):
        return None
    faults = []
    if numbers["id"] is None:
        faults.append(N_("Raden saknar id. Nya rader kan inte läggas till i filen."))
    if any(getattr(cell(key), "data_type", "") == "f" for key in EDITED):
        faults.append(N_("En cell innehåller en formel. Skriv text i stället."))
    outcome = outcomes.get(texts["outcome"].casefold()) if texts["outcome"] else None
    if texts["outcome"] and outcome is None:
        faults.append(N_("Utfallet finns inte i listan."))
    read: dict[str, Any] = {key: tidy(key, words) for key, words in texts.items()} | {"outcome": outcome}
    read |= numbers | {"faults": tuple(faults)}
    was = dict(zip(EDITED, _text(cell(EXPORTED)).split(), strict=False))
    if len(was) == len(EDITED):
        now = dict(zip(EDITED, marks(read).split(), strict=True))
        read |= {"was": was, "touched": frozenset(key for key in EDITED if was[key] != now[key])}
    fixed = _text(cell(FIXED)).split()
    if len(fixed) == 1 + len(LOCKED):
        mixed, *others = (one != was for one, was in zip(_fixed_now(cell), fixed, strict=True))
        locked = tuple(key for key, is_changed in zip(LOCKED, others, strict=True) if is_changed)
        read |= {"is_mixed": mixed, "locked": locked}
    return SheetRow(line=line, **read)


def _fixed_now(cell: Callable[[str], Any]) -> list[str]:
    return fixed_marks({key: getattr(cell(key), "value", None) for key in (*KEYS, *LOCKED)}).split()


def _number(cell: Any) -> int | None:
    value = getattr(cell, "value", None)
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if number.is_integer() and 0 < number < 2**53 else None


def _text(cell: Any) -> str:
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    # A number written where text belongs, as "12", is text to us.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _outcome_words() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("sv", "en"):
        translate: Callable[..., str] = translator(language)
        found |= {translate(words).casefold(): str(key) for key, words in OUTCOMES.items()}
    return found | {str(key).casefold(): str(key) for key in OUTCOMES}
