"""What is typed about a walk, before it is stored: plain values, checked in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import shapely

from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.walks.rules import LINE_MAX, MOST_GROUPS, MOST_STOPS, TEXT_MAX, TITLE_MAX

LINES = ("title", "organiser", "contact", "registry_number", "area_name", "meeting_place")
TEXTS = ("purpose", "invitation_text")
TIMES = ("pre_meeting_at", "starts_at", "ends_at", "follow_up_at")
CONDITIONS = ("light", "weather", "ground", "foliage")
LIGHTS: dict[str, str] = {
    "daylight": N_("Dagsljus"),
    "dusk": N_("Skymning"),
    "dark_lit": N_("Mörkt, med belysning"),
    "dark_unlit": N_("Mörkt, utan belysning"),
}
WEATHERS: dict[str, str] = {
    "clear": N_("Klart"),
    "cloudy": N_("Mulet"),
    "fog": N_("Dimma"),
    "rain": N_("Regn"),
    "snow": N_("Snöfall"),
    "windy": N_("Blåsigt"),
}
GROUNDS: dict[str, str] = {
    "dry": N_("Torrt"),
    "wet": N_("Blött"),
    "snow": N_("Snö"),
    "ice": N_("Is"),
    "leaves": N_("Löv"),
}
FOLIAGES: dict[str, str] = {"in_leaf": N_("Träden har löv"), "bare": N_("Träden är kala")}
_CHOICES = {"light": LIGHTS, "weather": WEATHERS, "ground": GROUNDS, "foliage": FOLIAGES}


@dataclass(frozen=True)
class StopDraft:
    """A stop in its place among the others; `place` in EPSG:3006, found by the name `place_words`; `id` None for a new
    one."""

    name: str
    questions: str = ""
    place: shapely.Point | None = None
    id: int | None = None
    place_words: str = ""


@dataclass(frozen=True)
class GroupDraft:
    """A group; `id` None for a new one."""

    name: str
    leader: str = ""
    id: int | None = None


@dataclass(frozen=True)
class WalkDraft:
    """Everything the editor holds. `route` is a LineString in EPSG:3006; moments are aware; no choice is None."""

    title: str
    purpose: str = ""
    organiser: str = ""
    contact: str = ""
    registry_number: str = ""
    area_name: str = ""
    meeting_place: str = ""
    invitation_text: str = ""
    district_id: int | None = None
    repeat_of_id: int | None = None
    checklist_version_id: int | None = None
    route: shapely.LineString | None = None
    pre_meeting_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    follow_up_at: datetime | None = None
    light: str | None = None
    weather: str | None = None
    ground: str | None = None
    foliage: str | None = None
    stops: tuple[StopDraft, ...] = ()
    groups: tuple[GroupDraft, ...] = ()


def check(draft: WalkDraft) -> None:
    """Raise Invalid with every field that does not hold."""
    if wrong := problems(draft):
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)


def problems(draft: WalkDraft) -> dict[str, DomainError]:
    """Every field that does not hold, with why."""
    wrong: dict[str, DomainError] = {}
    if not clean_line(draft.title):
        wrong["title"] = Invalid(N_("Ge vandringen en rubrik."))
    for names, most, cleaned in ((LINES, LINE_MAX, clean_line), (TEXTS, TEXT_MAX, clean)):
        _check_lengths(draft, names, most, cleaned, wrong)
    _check_times(draft, wrong)
    for name, choices in _CHOICES.items():
        if getattr(draft, name) is not None and getattr(draft, name) not in choices:
            wrong[name] = Invalid(N_("Välj något i listan."))
    _check_rows(draft, wrong)
    return wrong


def _check_lengths(
    draft: WalkDraft, names: tuple[str, ...], most: int, cleaned: Callable[[str], str], wrong: dict[str, DomainError]
) -> None:
    for name in names:
        limit = TITLE_MAX if name == "title" else most
        if (length := len(cleaned(getattr(draft, name)))) > limit:
            wrong[name] = Invalid(
                N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."), length=length, most=limit
            )


def _check_times(draft: WalkDraft, wrong: dict[str, DomainError]) -> None:
    start = draft.starts_at
    if start is None:
        for name in ("pre_meeting_at", "ends_at", "follow_up_at"):
            if getattr(draft, name) is not None:
                wrong["starts_at"] = Invalid(N_("Skriv också när själva vandringen börjar."))
        return
    if draft.ends_at is not None and draft.ends_at <= start:
        wrong["ends_at"] = Invalid(N_("Vandringen slutar innan den börjar. Ändra tiden."))
    if draft.pre_meeting_at is not None and draft.pre_meeting_at > start:
        wrong["pre_meeting_at"] = Invalid(N_("Förmötet är före vandringen. Ändra tiden."))
    if draft.follow_up_at is not None and draft.follow_up_at < start:
        wrong["follow_up_at"] = Invalid(N_("Återträffen är efter vandringen. Ändra tiden."))


def _check_rows(draft: WalkDraft, wrong: dict[str, DomainError]) -> None:
    if any(not clean_line(stop.name) for stop in draft.stops):
        wrong["stops"] = Invalid(N_("Varje hållpunkt behöver ett namn."))
    if len(draft.stops) > MOST_STOPS:
        wrong["stops"] = Invalid(N_("En vandring har högst %(most)s hållpunkter."), most=MOST_STOPS)
    names = [clean_line(group.name).casefold() for group in draft.groups]
    if not all(names) or len(set(names)) != len(names):
        wrong["groups"] = Invalid(N_("Varje grupp behöver ett eget namn."))
    if len(names) > MOST_GROUPS:
        wrong["groups"] = Invalid(N_("En vandring har högst %(most)s grupper."), most=MOST_GROUPS)
