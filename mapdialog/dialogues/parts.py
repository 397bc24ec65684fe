"""Checks what a draft says and carries it over to a dialogue's row, its phases and its categories."""

import re
from collections.abc import Collection
from typing import Any

from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean, clean_line, slugify
from mapdialog.dialogues.drafts import PLAIN_FIELDS, CategoryDraft, Draft, PhaseDraft
from mapdialog.dialogues.ladder import STEPS
from mapdialog.dialogues.models import Category, Dialogue, Moderation, Phase, Polarity
from mapdialog.dialogues.palette import COLORS
from mapdialog.dialogues.publishing import OTHER, has_other
from mapdialog.geo.geometry import to_element

SLUG = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
RESERVED = {"new"}
_LINES = {"title", "slug", "decision_body", "committee", "contact", "registry_number"}


def check(session: Session, draft: Draft, *, own_id: int | None = None) -> None:
    """Raise Invalid with every field that does not hold; `own_id` is the dialogue being changed."""
    wrong: dict[str, DomainError] = {}
    if not clean_line(draft.title):
        wrong["title"] = Invalid(N_("Skriv en rubrik."))
    elif len(draft.title) > 200:
        wrong["title"] = Invalid(N_("Rubriken är för lång. Gränsen är 200 tecken."))
    if problem := _slug_problem(session, draft.slug, own_id):
        wrong["slug"] = Invalid(problem)
    if draft.level not in STEPS:
        wrong["level"] = Invalid(N_("Välj ett steg på delaktighetstrappan."))
    if draft.moderation not in {mode.value for mode in Moderation}:
        wrong["moderation"] = Invalid(N_("Välj om ni läser före eller efter att synpunkten syns."))
    if problem := _phase_problem(draft.phases):
        wrong["phases"] = Invalid(problem)
    if problem := _category_problem(draft.categories):
        wrong["categories"] = Invalid(problem)
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)


def _slug_problem(session: Session, slug: str, own_id: int | None) -> str | None:
    if not slug:
        return None
    if not SLUG.fullmatch(slug) or len(slug) > 80 or slug in RESERVED:
        return N_("Adressen får ha små bokstäver a–z, siffror och bindestreck, högst 80 tecken, och inte heta ”new”.")
    taken = session.scalar(select(Dialogue.id).where(Dialogue.slug == slug))
    return N_("En annan dialog har redan den adressen.") if taken is not None and taken != own_id else None


def _phase_problem(phases: tuple[PhaseDraft, ...]) -> str | None:
    if any(not clean_line(phase.title) for phase in phases):
        return N_("Varje period behöver ett namn, till exempel ”Lämna synpunkter”.")
    if any(phase.closes_at is not None and phase.closes_at <= phase.opens_at for phase in phases):
        return N_("En period slutar innan den börjar. Ändra datumen.")
    return None


def _category_problem(categories: tuple[CategoryDraft, ...]) -> str | None:
    labels = [clean_line(category.label_sv).casefold() for category in categories]
    if not all(labels):
        return N_("Varje kategori behöver ett namn på svenska.")
    if len(set(labels)) != len(labels):
        return N_("Två kategorier har samma namn. Ge dem olika namn.")
    for category in categories:
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", category.color) or category.polarity not in {
            one.value for one in Polarity
        }:
            return N_("En kategori har en färg eller form som inte finns att välja.")
    return None


def copy_plain(dialogue: Dialogue, draft: Draft) -> None:
    """Texts, choices, area and start view onto the row; texts lose control characters and outer blanks."""
    for name in PLAIN_FIELDS:
        value: Any = getattr(draft, name)
        if isinstance(value, str):
            value = clean_line(value) if name in _LINES else clean(value)
        setattr(dialogue, name, value)
    dialogue.map_layers = list(draft.map_layers)
    dialogue.settings = {**(dialogue.settings or {}), **draft.settings}
    dialogue.area = to_element(multi(draft.area)) if draft.area is not None else None
    dialogue.start_view = to_element(draft.start_view) if draft.start_view is not None else None


def multi(area: BaseGeometry) -> MultiPolygon:
    """A polygon as the multipolygon of one that the column holds."""
    return area if isinstance(area, MultiPolygon) else MultiPolygon([area])  # type: ignore[list-item]


def copy_phases(dialogue: Dialogue, drafts: tuple[PhaseDraft, ...]) -> None:
    """Make the dialogue's phases those of the draft; known ids keep their rows."""
    known = {phase.id: phase for phase in dialogue.phases}
    kept: list[Phase] = []
    for draft in drafts:
        phase = known.get(draft.id) if draft.id else None
        phase = phase or Phase()
        phase.title, phase.opens_at, phase.closes_at = clean_line(draft.title), draft.opens_at, draft.closes_at
        phase.accepts_contributions, phase.accepts_replies = draft.accepts_contributions, draft.accepts_replies
        kept.append(phase)
    dialogue.phases = sorted(kept, key=lambda phase: phase.opens_at)


def copy_categories(dialogue: Dialogue, drafts: tuple[CategoryDraft, ...], used: Collection[int]) -> None:
    """Make the dialogue's categories those of the draft, in that order, always with `other` last of its own.

    A category in `used` (ids that contributions point at) that the draft left out is put to rest instead of removed.
    """
    known = {category.id: category for category in dialogue.categories}
    kept: list[Category] = []
    for draft in drafts:
        category = known.pop(draft.id, None) if draft.id else None
        if category is None:
            category = Category(
                key=free_key(draft.key or draft.label_sv, {one.key for one in [*kept, *known.values()]})
            )
        _fill(category, draft)
        kept.append(category)
    for left in known.values():
        if left.id in used or left.key == OTHER:
            left.is_active = left.key == OTHER
            kept.append(left)
    if not has_other(kept):
        kept.append(
            Category(
                key=OTHER,
                label_sv="Annat",
                label_en="Other",
                icon="ellipsis",
                color="#5F6B73",
                polarity=Polarity.NEUTRAL.value,
            )
        )
    for position, category in enumerate(kept):
        category.position = position
    dialogue.categories = kept


def _fill(category: Category, draft: CategoryDraft) -> None:
    category.label_sv, category.label_en = clean_line(draft.label_sv), clean_line(draft.label_en)
    category.question_sv, category.question_en = clean_line(draft.question_sv), clean_line(draft.question_en)
    category.icon, category.color, category.polarity = draft.icon, draft.color, draft.polarity
    category.is_active = draft.is_active or category.key == OTHER


def free_key(wanted: str, taken: Collection[str]) -> str:
    """A key made of a label, with a number behind it where it is taken: 'Gröna ytor' gives 'grona-ytor'."""
    base = slugify(wanted)[:60] if wanted else "kategori"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key


def next_color(categories: Collection[Category]) -> str:
    """The palette's colour that the dialogue uses least, in the palette's order."""
    counts = {choice.value: 0 for choice in COLORS[:6]}
    for category in categories:
        if category.color in counts:
            counts[category.color] += 1
    return min(counts, key=lambda color: counts[color])
