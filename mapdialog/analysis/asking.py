"""What a reader of results asks for, read from an address: which contributions, which districts, which measure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from mapdialog.analysis.scope import PUBLIC, Scope
from mapdialog.core.text import N_

NAMES = ("category", "since", "until", "district", "set", "measure")
MEASURES = ("count", "per_1000")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
BAD_DAY = N_("Skriv datumet så här: 2026-11-21.")
BACKWARDS = N_("Sista dagen ligger före den första.")
NO_CATEGORY = N_("Kategorin finns inte i dialogen. Välj en ur listan.")
NO_DISTRICT = N_("Området finns inte i indelningen. Välj ett ur listan.")


@dataclass(frozen=True)
class Asked:
    """The scope, and what was asked as text (to fill the form again) with what of it can't be understood (msgids)."""

    scope: Scope
    measure: str
    texts: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_narrowed(self) -> bool:
        """True when something is left out."""
        return bool(self.scope.category_ids or self.scope.has_period or self.scope.district_id)

    def address(self, **changed: str) -> dict[str, str]:
        """The arguments of an address that asks the same, with some of them changed."""
        return {name: value for name, value in (dict(self.texts) | changed).items() if value}


def read(
    given: Mapping[str, str], dialogue_id: int, categories: Mapping[str, int], district_ids: Iterable[int]
) -> Asked:
    """Read an address's arguments; what can't be understood is told and left out, so that there is always an answer."""
    texts = {name: given.get(name, "").strip()[:100] for name in NAMES}
    problems: dict[str, str] = {}
    since, until = (_day(texts[name], name, problems) for name in ("since", "until"))
    if since and until and until < since:
        problems["until"], until = BACKWARDS, None
    if texts["category"] and texts["category"] not in categories:
        problems["category"] = NO_CATEGORY
    chosen = int(texts["district"]) if texts["district"].isdecimal() and len(texts["district"]) < 10 else None
    if texts["district"] and chosen not in set(district_ids):
        problems["district"], chosen = NO_DISTRICT, None
    found = categories.get(texts["category"])
    scope = Scope(dialogue_id, (found,) if found else (), since, until, PUBLIC, chosen)
    measure = texts["measure"] if texts["measure"] in MEASURES else "count"
    return Asked(scope, measure, texts, problems)


def _day(text: str, name: str, problems: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        problems[name] = BAD_DAY
        return None
    return day
