"""Reads of contributions for staff: the inbox and its counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, union
from sqlalchemy.orm import Session, joinedload

from mapdialog.contributions.models import (
    AbuseReport,
    Contribution,
    ContributionDistrict,
    ModerationEntry,
    OfficialResponse,
    Reply,
    State,
)
from mapdialog.dialogues.models import Dialogue, Kind
from mapdialog.dialogues.queries import VESSELS

PAGE_SIZE = 50
# Wider than `hints.find_hints`, which decides: it only has to let through everything that function would find.
PERSONAL_DATA = r"\d{6,8}[-+ –]?\d{4}|@|(\+46|0)[-\s\d()]{7,}|[A-Z]{3} ?\d\d[A-Z0-9]"


@dataclass(frozen=True)
class InboxFilter:
    """What a moderator asks to see. `state` is one of TABS, `flag` one of FLAGS or empty."""

    dialogue_id: int | None = None
    state: str = "waiting"
    category_id: int | None = None
    district_id: int | None = None
    flag: str = ""
    q: str = ""
    order: str = "new"
    up_to_id: int | None = None
    unanswered_since: datetime | None = None


TABS = ("waiting", "pending", "replies", "reported", "approved", "hidden", "withdrawn", "all")
FLAGS = ("personal", "photo", "contact", "unanswered", "overdue", "answered", "draft")

_WITH_REPLIES = select(Reply.contribution_id).where(Reply.state == State.PENDING.value)
_REPORTED = select(AbuseReport.contribution_id).where(AbuseReport.resolved_at.is_(None))
_PENDING = select(Contribution.id).where(Contribution.state == State.PENDING.value)


def list_inbox(
    session: Session, wanted: InboxFilter, *, page: int = 1, size: int = PAGE_SIZE
) -> Sequence[Contribution]:
    """One page (from 1), newest received first unless `order` is 'old', with category and dialogue."""
    newest = (Contribution.received_at.desc(), Contribution.id.desc())
    order = newest if wanted.order != "old" else (Contribution.received_at, Contribution.id)
    query = (
        select(Contribution)
        .where(*conditions(wanted))
        .options(joinedload(Contribution.category), joinedload(Contribution.dialogue))
        .order_by(*order)
        .limit(size)
        .offset((page - 1) * size)
    )
    return session.scalars(query).all()


def count_inbox(session: Session, wanted: InboxFilter) -> int:
    """How many match."""
    return session.scalar(select(func.count()).select_from(Contribution).where(*conditions(wanted))) or 0


def list_ids(session: Session, wanted: InboxFilter, limit: int) -> list[int]:
    """Ids of all that match, the oldest first, at most `limit`."""
    return list(
        session.scalars(select(Contribution.id).where(*conditions(wanted)).order_by(Contribution.id).limit(limit))
    )


def newest_id(session: Session, wanted: InboxFilter) -> int:
    """The highest id among those that match; 0 when none does."""
    return session.scalar(select(func.max(Contribution.id)).where(*conditions(wanted))) or 0


def neighbours(session: Session, wanted: InboxFilter, contribution: Contribution) -> "str | None":
    """The receipt of the next one in the list after this, else the one before it: where to go when this is done."""
    moment = (Contribution.received_at, Contribution.id)
    here = (contribution.received_at, contribution.id)
    older = select(Contribution.receipt).where(*conditions(wanted), _row(moment) < _row(here))
    newer = select(Contribution.receipt).where(*conditions(wanted), _row(moment) > _row(here))
    down = older.order_by(*(one.desc() for one in moment)).limit(1)
    up = newer.order_by(*moment).limit(1)
    first, second = (up, down) if wanted.order == "old" else (down, up)
    return session.scalar(first) or session.scalar(second)


def conditions(wanted: InboxFilter) -> list[ColumnElement[bool]]:
    """What a contribution must hold to be asked for.

    SQL of `waiting`: `id in (select id … where state = 'pending' union select contribution_id from reply where state =
    'pending' union select contribution_id from abuse_report where resolved_at is null)`: three partial indexes.
    """
    found = [_in_state(wanted.state)]
    if wanted.dialogue_id is not None:
        found.append(Contribution.dialogue_id == wanted.dialogue_id)
    else:
        found.append(Contribution.dialogue_id.not_in(VESSELS))
    if wanted.category_id is not None:
        found.append(Contribution.category_id == wanted.category_id)
    if wanted.district_id is not None:
        within = select(ContributionDistrict.contribution_id).where(
            ContributionDistrict.district_id == wanted.district_id
        )
        found.append(Contribution.id.in_(within))
    if wanted.up_to_id is not None:
        found.append(Contribution.id <= wanted.up_to_id)
    if wanted.q:
        words = (Contribution.raw_text, Contribution.public_text, Contribution.place_label, Contribution.receipt)
        found.append(or_(*(column.icontains(wanted.q, autoescape=True) for column in words)))
    if wanted.flag:
        found.append(_flagged(wanted))
    return [one for one in found if one is not None]


def _in_state(state: str) -> "ColumnElement[bool] | None":
    if state == "waiting":
        return Contribution.id.in_(union(_PENDING, _WITH_REPLIES, _REPORTED))
    if state == "replies":
        return Contribution.id.in_(_WITH_REPLIES)
    if state == "reported":
        return Contribution.id.in_(_REPORTED)
    return Contribution.state == state if state != "all" else None


def _flagged(wanted: InboxFilter) -> "ColumnElement[bool] | None":
    drafts = select(OfficialResponse.contribution_id).where(OfficialResponse.published_at.is_(None))
    is_public = Contribution.state == State.APPROVED.value
    unanswered = is_public & Contribution.answered_at.is_(None)
    return {
        "personal": func.coalesce(Contribution.public_text, Contribution.raw_text).op("~")(PERSONAL_DATA),
        "photo": Contribution.photo_count > 0,
        "contact": Contribution.contact_email.is_not(None),
        "unanswered": unanswered,
        "overdue": unanswered & (Contribution.received_at < wanted.unanswered_since),
        "answered": Contribution.answered_at.is_not(None),
        "draft": Contribution.id.in_(drafts),
    }.get(wanted.flag)


def _row(columns: tuple) -> ColumnElement:
    from sqlalchemy import tuple_

    return tuple_(*columns)


def count_waiting(session: Session, *, dialogue_id: int | None = None, limit: int = 1000) -> int:
    """Contributions with something to look at, counted up to `limit`: the number in the navigation."""
    waiting = _limited(InboxFilter(dialogue_id=dialogue_id), limit)
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def count_tabs(session: Session, dialogue_id: int | None, limit: int = 1000) -> dict[str, int]:
    """The same for each of the tabs with work in them."""
    return {
        state: session.scalar(
            select(func.count()).select_from(
                _limited(InboxFilter(dialogue_id=dialogue_id, state=state), limit).subquery()
            )
        )
        or 0
        for state in ("waiting", "pending", "replies", "reported")
    }


def _limited(wanted: InboxFilter, limit: int) -> Select:
    return select(Contribution.id).where(*conditions(wanted)).limit(limit)


def count_overdue(session: Session, received_before: datetime) -> list[tuple[Dialogue, int]]:
    """Public contributions without an answer, received before a moment, per dialogue without published feedback."""
    count = func.count(Contribution.id)
    query = (
        select(Dialogue, count)
        .join(Contribution, Contribution.dialogue_id == Dialogue.id)
        .where(
            Contribution.state == State.APPROVED.value,
            Contribution.answered_at.is_(None),
            Contribution.received_at < received_before,
            Dialogue.kind == Kind.DIALOGUE.value,
            Dialogue.feedback_published_at.is_(None),
        )
        .group_by(Dialogue.id)
        .order_by(count.desc())
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def count_received(session: Session, dialogue_id: int) -> int:
    """How many contributions a dialogue has received, whatever became of them."""
    return session.scalar(select(func.count()).where(Contribution.dialogue_id == dialogue_id)) or 0


def received_by_dialogue(session: Session) -> dict[int, int]:
    """The same for every dialogue that has any."""
    query = select(Contribution.dialogue_id, func.count()).group_by(Contribution.dialogue_id)
    return {row[0]: row[1] for row in session.execute(query)}


def used_category_ids(session: Session, dialogue_id: int) -> set[int]:
    """Categories that contributions, also in their earlier wordings, point at."""
    from mapdialog.contributions.models import ContributionRevision

    now = select(Contribution.category_id).where(Contribution.dialogue_id == dialogue_id)
    before = (
        select(ContributionRevision.category_id)
        .join(Contribution, Contribution.id == ContributionRevision.contribution_id)
        .where(Contribution.dialogue_id == dialogue_id)
    )
    return set(session.scalars(union(now, before)))


@dataclass(frozen=True)
class LogFilter:
    """Which decisions to see: of whom, and of what kind; None and empty mean all."""

    actor_id: int | None = None
    action: str = ""


def list_log(
    session: Session, dialogue_id: int, wanted: LogFilter, *, page: int | None = 1, size: int = 100
) -> Sequence[ModerationEntry]:
    """Decisions in a dialogue, the latest first; `page` None gives all."""
    query = (
        _log_of(select(ModerationEntry), dialogue_id, wanted)
        .options(joinedload(ModerationEntry.actor), joinedload(ModerationEntry.contribution))
        .order_by(ModerationEntry.at.desc(), ModerationEntry.id.desc())
    )
    return session.scalars(query if page is None else query.limit(size).offset((page - 1) * size)).all()


def count_log(session: Session, dialogue_id: int, wanted: LogFilter) -> int:
    """How many decisions match."""
    return session.scalar(_log_of(select(func.count()).select_from(ModerationEntry), dialogue_id, wanted)) or 0


def _log_of(query: Select, dialogue_id: int, wanted: LogFilter) -> Select:
    query = query.join(Contribution, Contribution.id == ModerationEntry.contribution_id).where(
        Contribution.dialogue_id == dialogue_id
    )
    query = query.where(ModerationEntry.actor_id == wanted.actor_id) if wanted.actor_id else query
    return query.where(ModerationEntry.action == wanted.action) if wanted.action else query
