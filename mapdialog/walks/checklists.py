"""Checklists in versions: the standard one from data, new versions from the desk, and a walk's categories from one."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from mapdialog.core import audit
from mapdialog.core.errors import Invalid, NotFound
from mapdialog.core.text import N_, clean, clean_line, slugify
from mapdialog.dialogues.models import Category, Dialogue, Polarity
from mapdialog.dialogues.palette import COLOR_VALUES, ICON_VALUES
from mapdialog.walks.models import ChecklistItem, ChecklistSet, ChecklistVersion

STANDARD = Path(__file__).parent / "checklist.toml"
LEANINGS: dict[str, str] = {
    "both": N_("Trygg eller otrygg"),
    "insecure": N_("Oftast otrygg"),
    "secure": N_("Oftast trygg"),
}
MOST_ITEMS = 60
_POLARITY = {"both": Polarity.NEUTRAL, "insecure": Polarity.INSECURE, "secure": Polarity.SECURE}


@dataclass(frozen=True)
class ItemDraft:
    """One category as somebody typed it; an empty key is made from the label. Questions: one a line."""

    label_sv: str
    key: str = ""
    label_en: str = ""
    questions_sv: str = ""
    questions_en: str = ""
    leaning: str = "both"
    icon: str = "message-circle"
    color: str = "#0072B2"


@cache
def _standard() -> dict[str, Any]:
    with STANDARD.open("rb") as file:
        return tomllib.load(file)


def standard_items() -> list[ItemDraft]:
    """The categories of checklist.toml, in order."""
    return [
        ItemDraft(
            label_sv=one["sv"],
            key=one["key"],
            label_en=one["en"],
            questions_sv="\n".join(one["questions_sv"]),
            questions_en="\n".join(one["questions_en"]),
            leaning=one["leaning"],
            icon=one["icon"],
            color=one["color"],
        )
        for one in _standard()["item"]
    ]


def ensure_standard(session: Session) -> ChecklistVersion:
    """The newest version of the default checklist; the standard one is stored first where there is none. No commit."""
    session.execute(select(func.pg_advisory_xact_lock(7_203_781)))
    found = session.scalar(select(ChecklistSet).where(ChecklistSet.is_default))
    if found is None:
        data = _standard()
        found = ChecklistSet(key=data["key"], title=data["title"], is_default=True)
        session.add(found)
        session.flush()
        return add_version(session, found, standard_items(), actor_id=None)
    return latest(session, found)


def create_set(session: Session, title: str, items: Sequence[ItemDraft], *, actor_id: int | None) -> ChecklistVersion:
    """A new list of its own, in its first version. Raises Invalid (`title`, `items`)."""
    title = clean_line(title)
    if not title:
        raise Invalid(N_("Ge checklistan ett namn."), field="title")
    keys = set(session.scalars(select(ChecklistSet.key)))
    found = ChecklistSet(key=_free(slugify(title), keys), title=title[:160])
    session.add(found)
    session.flush()
    return add_version(session, found, items, actor_id=actor_id)


def add_version(
    session: Session, checklist: ChecklistSet, items: Sequence[ItemDraft], *, actor_id: int | None
) -> ChecklistVersion:
    """The list's next version; earlier ones, and walks that use them, stay as they are. Raises Invalid (`items`)."""
    rows = check_items(items)
    session.execute(select(ChecklistSet.id).where(ChecklistSet.id == checklist.id).with_for_update())
    highest = select(func.max(ChecklistVersion.number)).where(ChecklistVersion.checklist_set_id == checklist.id)
    made = ChecklistVersion(number=(session.scalar(highest) or 0) + 1, checklist=checklist, created_by_id=actor_id)
    made.items = [
        ChecklistItem(**{name: getattr(row, name) for name in ItemDraft.__dataclass_fields__}, position=number)
        for number, row in enumerate(rows, start=1)
    ]
    session.add(made)
    session.flush()
    audit.record(session, actor_id, "checklist.version", checklist, number=made.number)
    return made


def check_items(items: Sequence[ItemDraft]) -> list[ItemDraft]:
    """Items cleaned and with keys, `other` always among them. Raises Invalid, field `items`."""
    kept: list[ItemDraft] = []
    keys: set[str] = set()
    for item in items:
        label = clean_line(item.label_sv)[:80]
        if not label:
            raise Invalid(N_("Varje kategori behöver ett namn på svenska."), field="items")
        if any(label.casefold() == one.label_sv.casefold() for one in kept):
            raise Invalid(N_("Två kategorier heter ”%(label)s”. Ge dem olika namn."), field="items", label=label)
        key = item.key if re.fullmatch(r"[a-z][a-z0-9_]{0,60}", item.key) and item.key not in keys else ""
        if label.casefold() == "annat" and "other" not in keys:
            key = "other"
        key = key or _free("c_" + slugify(label).replace("-", "_"), keys)
        keys.add(key)
        kept.append(
            ItemDraft(
                label_sv=label,
                key=key,
                label_en=clean_line(item.label_en)[:80],
                questions_sv=clean(item.questions_sv)[:2000],
                questions_en=clean(item.questions_en)[:2000],
                leaning=item.leaning if item.leaning in LEANINGS else "both",
                icon=item.icon if item.icon in ICON_VALUES else "message-circle",
                color=item.color if item.color in COLOR_VALUES else "#0072B2",
            )
        )
    if not kept or len(kept) > MOST_ITEMS:
        raise Invalid(N_("En checklista har mellan en och %(most)s kategorier."), field="items", most=MOST_ITEMS)
    if "other" not in keys:
        kept.append(next(item for item in standard_items() if item.key == "other"))
    return kept


def _free(wanted: str, taken: set[str]) -> str:
    """`wanted`, or with a number after it where that is taken."""
    number, key = 2, wanted
    while key in taken:
        key, number = f"{wanted}_{number}", number + 1
    return key


def latest(session: Session, checklist: ChecklistSet) -> ChecklistVersion:
    """The newest version of a list."""
    query = select(ChecklistVersion).where(ChecklistVersion.checklist_set_id == checklist.id)
    return session.scalars(query.order_by(ChecklistVersion.number.desc()).limit(1)).one()


def get_version(session: Session, version_id: int) -> ChecklistVersion:
    """A version with its items, or NotFound."""
    found = session.get(ChecklistVersion, version_id, options=[selectinload(ChecklistVersion.items)])
    if found is None:
        raise NotFound(N_("Checklistan finns inte."))
    return found


def get_set(session: Session, key: str) -> ChecklistSet:
    """A list by its key, with its versions, or NotFound."""
    found = session.scalar(
        select(ChecklistSet).where(ChecklistSet.key == key).options(selectinload(ChecklistSet.versions))
    )
    if found is None:
        raise NotFound(N_("Checklistan finns inte."))
    return found


def list_sets(session: Session) -> list[ChecklistSet]:
    """Every list with its versions, the default first."""
    query = select(ChecklistSet).options(selectinload(ChecklistSet.versions).selectinload(ChecklistVersion.items))
    return list(session.scalars(query.order_by(ChecklistSet.is_default.desc(), ChecklistSet.title)))


def use_for(session: Session, vessel: Dialogue, version: ChecklistVersion) -> None:
    """Make the version's items the categories of a walk's vessel; what is no longer asked for stays, inactive."""
    known = {category.key: category for category in vessel.categories}
    wanted = {item.key for item in version.items}
    for key, category in known.items():
        category.is_active = key in wanted
    for item in version.items:
        category = known.get(item.key) or Category(key=item.key)
        category.label_sv, category.label_en = item.label_sv, item.label_en
        category.question_sv, category.question_en = item.questions_sv, item.questions_en
        category.icon, category.color, category.position = item.icon, item.color, item.position
        category.polarity = _POLARITY[item.leaning].value
        if item.key not in known:
            vessel.categories.append(category)
    session.flush()
