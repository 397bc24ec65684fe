"""Writes of dialogues: create, change, publish, unpublish, report back. Callers commit."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.events import announce
from mapdialog.core.text import N_, clean, clean_line, slugify
from mapdialog.dialogues import area, parts
from mapdialog.dialogues.drafts import PLAIN_FIELDS, CategoryDraft, Draft, PhaseDraft
from mapdialog.dialogues.models import Category, Dialogue, Moderation
from mapdialog.dialogues.publishing import obstacles
from mapdialog.geo.geometry import from_element

PLAIN_INFLUENCE = "Dina synpunkter är underlag till beslutet. De förtroendevalda beslutar."
FIXED_SLUG = N_("Adressen kan inte ändras när dialogen är publicerad: länkar och QR-koder leder dit.")
TAKEN_SLUG = N_("En annan dialog med samma adress sparades just. Välj en annan adress.")
HAS_RECEIVED = N_("Dialogen har redan fått synpunkter och kan inte avpubliceras. Ändra slutdatum för att stänga den.")
CHANGED_MEANWHILE = N_("Någon annan har ändrat dialogen sedan du öppnade den. Det du skrivit finns kvar.")
# Of letters in an address of our own making: a number must find room behind them. And how often to try another.
_LONGEST, _TRIES = 60, 5
PLAIN_USE = "Vi läser alla synpunkter, sammanställer dem områdesvis och berättar här vad de ledde till."


def create_dialogue(session: Session, draft: Draft, *, actor_id: int | None = None) -> Dialogue:
    """A new, unpublished dialogue with at least the category `other`. An empty slug is made from the title.

    Raises Invalid with the fields that do not hold.
    """
    parts.check(session, draft)
    dialogue = Dialogue(created_by_id=actor_id, settings={})
    parts.copy_plain(dialogue, draft)
    parts.copy_phases(dialogue, draft.phases)
    parts.copy_categories(dialogue, draft.categories, ())
    _add(session, dialogue, draft)
    audit.record(session, actor_id, "dialogue.create", dialogue, slug=dialogue.slug)
    return dialogue


def update_dialogue(
    session: Session,
    dialogue: Dialogue,
    draft: Draft,
    *,
    version: datetime | None,
    used_category_ids: Collection[int] = (),
    actor_id: int | None = None,
) -> list[str]:
    """Change a dialogue to what the draft says; returns the names of what changed.

    `version` is the `updated_at` that the editor saw: raises Conflict when somebody saved since. Categories in
    `used_category_ids` are put to rest rather than removed. Raises Invalid, also when a published dialogue would lose
    what publishing demands.
    """
    lock(session, dialogue, version)
    parts.check(session, draft, own_id=dialogue.id)
    if dialogue.published_at is not None:
        if draft.slug and draft.slug != dialogue.slug:
            raise Invalid(FIXED_SLUG, field="slug")
        _demand(draft)
    before = _snapshot(dialogue)
    slug = dialogue.slug
    parts.copy_plain(dialogue, draft)
    dialogue.slug = dialogue.slug or slug
    parts.copy_phases(dialogue, draft.phases)
    parts.copy_categories(dialogue, draft.categories, used_category_ids)
    dialogue.updated_at = now()
    _flush(session)
    after = _snapshot(dialogue)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        audit.record(session, actor_id, "dialogue.update", dialogue, fields=changed)
    return changed


def publish(session: Session, dialogue: Dialogue, *, actor_id: int | None = None) -> None:
    """Show the dialogue to citizens. Raises Invalid with what must be said first."""
    if dialogue.published_at is not None:
        return
    _demand(dialogue)
    dialogue.published_at = now()
    dialogue.updated_at = now()
    session.flush()
    audit.record(session, actor_id, "dialogue.publish", dialogue)
    announce(session, "dialogue_published", dialogue=dialogue)


def unpublish(session: Session, dialogue: Dialogue, *, received: int, actor_id: int | None = None) -> None:
    """Take a dialogue back to draft, which is allowed only while `received`, its number of contributions, is none."""
    lock(session, dialogue, None)
    if received:
        raise Conflict(HAS_RECEIVED)
    dialogue.published_at = None
    dialogue.updated_at = now()
    session.flush()
    audit.record(session, actor_id, "dialogue.unpublish", dialogue)


def save_feedback(
    session: Session,
    dialogue: Dialogue,
    text: str,
    *,
    publishes: bool,
    version: datetime | None,
    actor_id: int | None = None,
) -> None:
    """Keep or publish what the dialogue led to. Raises Invalid when there is nothing to publish, Conflict as above."""
    lock(session, dialogue, version)
    text = clean(text)
    if not text and (publishes or dialogue.feedback_published_at is not None):
        raise Invalid(N_("Skriv vad synpunkterna ledde till innan du publicerar."), field="feedback_text")
    dialogue.feedback_text = text
    dialogue.updated_at = now()
    first = publishes and dialogue.feedback_published_at is None
    if first:
        dialogue.feedback_published_at = now()
    session.flush()
    audit.record(session, actor_id, "dialogue.feedback_publish" if first else "dialogue.feedback_save", dialogue)
    if first:
        announce(session, "feedback_published", dialogue=dialogue)


def ensure_category(session: Session, dialogue: Dialogue, key: str, label: str = "") -> Category:
    """The dialogue's category with that key or Swedish label, made if it is missing: for imported files."""
    label = clean_line(label) or clean_line(key)
    for category in dialogue.categories:
        if category.key == key or category.label_sv.casefold() == label.casefold():
            return category
    made = Category(
        key=parts.free_key(key or label, {one.key for one in dialogue.categories}),
        label_sv=label[:200],
        color=parts.next_color(dialogue.categories),
        position=max((one.position for one in dialogue.categories), default=0) + 1,
    )
    dialogue.categories.append(made)
    session.flush()
    return made


def open_dialogue(
    session: Session,
    *,
    slug: str,
    title: str,
    bbox: str = "",
    publish_at_once: bool = False,
    categories: tuple[CategoryDraft, ...] = (),
    actor_id: int | None = None,
) -> Dialogue:
    """A dialogue that is open from now without an end, with plain texts: for the command line.

    `bbox` is `w,s,e,n` in degrees, empty for anywhere on earth; with `publish_at_once` contributions are public before
    staff have read them. Raises Invalid.
    """
    draft = Draft(
        title=title,
        slug=slug,
        influence_text=PLAIN_INFLUENCE,
        use_text=PLAIN_USE,
        moderation=(Moderation.POST if publish_at_once else Moderation.PRE).value,
        area=area.from_box(bbox, "bbox") if bbox else None,
        categories=categories,
        phases=(PhaseDraft("Lämna synpunkter", now() - timedelta(seconds=1)),),
    )
    dialogue = create_dialogue(session, draft, actor_id=actor_id)
    publish(session, dialogue, actor_id=actor_id)
    return dialogue


def lock(session: Session, dialogue: Dialogue, version: datetime | None) -> None:
    """Take the dialogue's row until commit, and check that nobody saved after `version` (None: no matter)."""
    current = session.scalar(select(Dialogue.updated_at).where(Dialogue.id == dialogue.id).with_for_update())
    if version is not None and current != version:
        session.refresh(dialogue)
        raise Conflict(CHANGED_MEANWHILE)


def _demand(dialogue: "Dialogue | Draft") -> None:
    missing = obstacles(dialogue)
    if missing:
        raise Invalid(
            N_("Något saknas innan dialogen kan visas för medborgarna."),
            fields={name: Invalid(words) for name, words in missing.items()},
        )


def _snapshot(dialogue: Dialogue) -> dict[str, object]:
    plain: dict[str, object] = {name: getattr(dialogue, name) for name in PLAIN_FIELDS}
    shapes = {
        name: from_element(value).wkb if (value := getattr(dialogue, name)) is not None else None
        for name in ("area", "start_view")
    }
    return (
        plain
        | shapes
        | {
            "map_layers": list(dialogue.map_layers or []),
            "phases": [_values(one, _PHASE) for one in dialogue.phases],
            "categories": [_values(one, _CATEGORY) for one in dialogue.categories],
        }
    )


_PHASE = ("title", "opens_at", "closes_at", "accepts_contributions", "accepts_replies")
_CATEGORY = ("key", "label_sv", "label_en", "icon", "color", "polarity", "question_sv", "question_en", "is_active")


def _values(row: object, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in names)


def _add(session: Session, dialogue: Dialogue, draft: Draft) -> None:
    """Insert the dialogue; an address of our own making gives way to one that somebody took a moment ago."""
    chosen = dialogue.slug
    for _ in range(1 if chosen else _TRIES):
        dialogue.slug = chosen or _free_slug(session, draft.title)
        try:
            # Added within the savepoint, so that what fails leaves the session as it was.
            with session.begin_nested():
                session.add(dialogue)
            return
        except IntegrityError:
            continue
    raise Conflict(TAKEN_SLUG, field="slug")


def _free_slug(session: Session, title: str) -> str:
    """The title as an address, with the next free number behind it where it is taken."""
    base = slugify(title)[:_LONGEST].strip("-")
    base = "dialog" if base in parts.RESERVED else base
    taken = set(session.scalars(select(Dialogue.slug).where(Dialogue.slug.startswith(base))))
    return parts.free_key(base, taken)


def _flush(session: Session) -> None:
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Conflict(TAKEN_SLUG, field="slug") from None
