"""What a member of staff asks to download, read from an address: which contributions, which format, which options."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mapdialog.analysis.scope import PUBLIC, Scope
from mapdialog.contributions.models import State
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Dialogue
from mapdialog.reports.contribution_rows import Audience
from mapdialog.reports.file_kinds import FileKind, pick

ALL_STATES = "all"
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class Wanted:
    """The checked wishes. `set_key` and `epsg` are None where nothing was chosen."""

    kind: FileKind
    scope: Scope
    audience: Audience
    set_key: str | None
    epsg: int
    decimal_comma: bool
    pins: bool
    weighted: bool

    @property
    def is_public(self) -> bool:
        """True when the file holds nothing that citizens could not read themselves."""
        return self.scope.is_public and self.audience != "personal"


def read(given: Mapping[str, str], dialogue: Dialogue, known: Mapping[str, FileKind]) -> Wanted:
    """Check an address's arguments. Raises Invalid with the field that can't be understood."""
    kind = pick(known, given.get("format", ""))
    return Wanted(
        kind,
        _scope(given, dialogue),
        "personal" if given.get("personal") else "staff",
        given.get("set") or None,
        _epsg(given.get("crs", ""), kind.epsg),
        given.get("decimal") == "comma",
        bool(given.get("pins")),
        bool(given.get("weighted")),
    )


def _scope(given: Mapping[str, str], dialogue: Dialogue) -> Scope:
    since, until = _day(given, "since"), _day(given, "until")
    if since and until and until < since:
        raise Invalid(N_("Sista dagen ligger före den första."), field="until")
    state = given.get("state") or State.APPROVED.value
    if state not in {ALL_STATES, *State}:
        raise Invalid(N_("Välj vilka synpunkter som ska med ur listan."), field="state")
    states = PUBLIC if state == State.APPROVED else () if state == ALL_STATES else (state,)
    asked = given.get("category", "")
    found = [category.id for category in dialogue.categories if category.key == asked]
    if asked and not found:
        raise Invalid(N_("Kategorin finns inte i dialogen. Välj en ur listan."), field="category")
    return Scope(dialogue.id, tuple(found), since, until, states)


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Invalid(N_("Skriv datumet så här: 2026-11-21."), field=name)
    return day


def _epsg(text: str, default: int) -> int:
    if not text:
        return default
    if not (text.isdecimal() and text.isascii() and len(text) <= 6):
        raise Invalid(N_("Skriv koordinatsystemet som ett EPSG-nummer, till exempel 3006."), field="crs")
    return int(text)
