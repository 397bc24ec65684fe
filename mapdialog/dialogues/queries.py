"""Reads of dialogues; the vessels of walks and plans are none."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Dialogue, Kind
from mapdialog.dialogues.rules import Status, status_at

_IS_DIALOGUE = Dialogue.kind == Kind.DIALOGUE.value
# What lies in these is read on the pages of its walk or plan, which know who may.
VESSELS = select(Dialogue.id).where(Dialogue.kind != Kind.DIALOGUE.value)
_WITH_PARTS = (selectinload(Dialogue.phases), selectinload(Dialogue.categories))


def find_dialogue(session: Session, slug: str) -> Dialogue | None:
    """The dialogue with its phases and categories, published or not."""
    return session.scalar(select(Dialogue).where(Dialogue.slug == slug, _IS_DIALOGUE).options(*_WITH_PARTS))


def get_dialogue(session: Session, slug: str) -> Dialogue:
    """The same, or NotFound."""
    dialogue = find_dialogue(session, slug)
    if dialogue is None:
        raise NotFound(N_("Dialogen finns inte."))
    return dialogue


def get_published(session: Session, slug: str) -> Dialogue:
    """A dialogue citizens may see, or NotFound."""
    dialogue = find_dialogue(session, slug)
    if dialogue is None or dialogue.published_at is None:
        raise NotFound(N_("Dialogen finns inte eller är inte publicerad än."))
    return dialogue


def list_published(session: Session) -> list[Dialogue]:
    """Every published dialogue, newest first."""
    found = session.scalars(
        select(Dialogue)
        .where(Dialogue.published_at.is_not(None))
        .options(*_WITH_PARTS)
        .order_by(Dialogue.published_at.desc(), Dialogue.id)
    )
    return list(found)


def list_all(session: Session) -> list[Dialogue]:
    """Every dialogue, drafts too, the latest changed first: for staff."""
    query = select(Dialogue).where(_IS_DIALOGUE).options(*_WITH_PARTS)
    return list(session.scalars(query.order_by(Dialogue.updated_at.desc(), Dialogue.id)))


def list_published_by_status(session: Session, at: datetime) -> dict[Status, list[Dialogue]]:
    """Published dialogues in the order ongoing, planned, finished."""
    groups: dict[Status, list[Dialogue]] = {"ongoing": [], "planned": [], "finished": []}
    for dialogue in list_published(session):
        groups[status_at(dialogue.phases, at)].append(dialogue)
    return groups


def list_names(session: Session) -> list[tuple[str, str]]:
    """Slug and title of every dialogue, the latest changed first: to choose among."""
    query = select(Dialogue.slug, Dialogue.title).where(_IS_DIALOGUE).order_by(Dialogue.updated_at.desc(), Dialogue.id)
    return [(row.slug, row.title) for row in session.execute(query)]


def list_without_feedback(session: Session, at: datetime) -> list[Dialogue]:
    """Published dialogues that are finished but have not told what they led to, the oldest first."""
    query = select(Dialogue).where(Dialogue.published_at.is_not(None), Dialogue.feedback_published_at.is_(None))
    found = session.scalars(query.options(*_WITH_PARTS).order_by(Dialogue.published_at))
    return [dialogue for dialogue in found if status_at(dialogue.phases, at) == "finished"]
