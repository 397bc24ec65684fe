"""Starting points for a dialogue, read from templates.toml, and copies of earlier dialogues."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from mapdialog.dialogues.drafts import PLAIN_FIELDS, CategoryDraft, Draft, PhaseDraft
from mapdialog.dialogues.models import Category, Dialogue
from mapdialog.geo.geometry import from_element


@dataclass(frozen=True)
class Template:
    """A named draft; `about` says in one line when to choose it."""

    key: str
    title: str
    about: str
    draft: Draft


@cache
def list_templates() -> tuple[Template, ...]:
    """All templates in the file's order; the last is the free one."""
    with (Path(__file__).parent / "templates.toml").open("rb") as file:
        return tuple(_template(entry) for entry in tomllib.load(file)["template"])


def find_template(key: str) -> Template | None:
    """The template of that key."""
    return next((template for template in list_templates() if template.key == key), None)


def _template(entry: dict[str, Any]) -> Template:
    categories = tuple(
        CategoryDraft(
            key=one["key"],
            label_sv=one["sv"],
            label_en=one["en"],
            icon=one["icon"],
            color=one["color"],
            polarity=one["polarity"],
            question_sv=one["question_sv"],
            question_en=one["question_en"],
        )
        for one in entry["categories"]
    )
    texts = {name: entry[name].strip() for name in ("influence_text", "use_text", "frames_text")}
    draft = Draft(title="", summary=entry["question"], level=entry["level"], categories=categories, **texts)
    return Template(entry["key"], entry["title"], entry["about"], draft)


def draft_of(dialogue: Dialogue) -> Draft:
    """Everything a dialogue is, as a draft with the ids of its parts."""
    plain = {name: getattr(dialogue, name) for name in PLAIN_FIELDS}
    return Draft(
        **plain,
        area=from_element(dialogue.area) if dialogue.area is not None else None,
        start_view=from_element(dialogue.start_view) if dialogue.start_view is not None else None,
        map_layers=tuple(dialogue.map_layers or ()),
        categories=tuple(_category_draft(category) for category in dialogue.categories),
        phases=tuple(
            PhaseDraft(one.title, one.opens_at, one.closes_at, one.accepts_contributions, one.accepts_replies, one.id)
            for one in dialogue.phases
        ),
        settings=dict(dialogue.settings or {}),
    )


def copy_of(dialogue: Dialogue) -> Draft:
    """A draft for a new dialogue like an earlier one: no slug, decision date, registry number or phases of its own."""
    draft = draft_of(dialogue)
    categories = tuple(replace(category, id=None) for category in draft.categories if category.is_active)
    return replace(draft, slug="", decision_on=None, registry_number="", phases=(), categories=categories, settings={})


def _category_draft(category: Category) -> CategoryDraft:
    return CategoryDraft(
        key=category.key,
        label_sv=category.label_sv,
        label_en=category.label_en,
        icon=category.icon,
        color=category.color,
        polarity=category.polarity,
        question_sv=category.question_sv,
        question_en=category.question_en,
        is_active=category.is_active,
        id=category.id,
    )
