"""Counts over contributions: totals, per category, per day, per channel, and what waits for an answer."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from mapdialog.analysis.counts import Answer, CategoryCount, ChannelCount, DayCount, OpenMatter, Tally, Totals
from mapdialog.analysis.scope import Scope
from mapdialog.contributions.models import (
    AbuseReport,
    Contribution,
    GridCount,
    GridDelta,
    OfficialResponse,
    State,
)
from mapdialog.core.clock import local
from mapdialog.dialogues.models import Category

_EXCERPT = 160
# Written as in the statistics that tell the planner how few hours there are.
_HOUR: Any = func.date_trunc(
    literal_column("'hour'"), func.timezone(literal_column("'UTC'"), Contribution.submitted_at)
).label("hour")


def tally(session: Session, scope: Scope) -> Tally:
    """One pass over the scope: how many, answered, supported, replied to, with photo, first and last, days, channels.

    SELECT date_trunc('hour', submitted_at), channel, count(*), … GROUP BY 1, 2: hours, since the clock in Stockholm is
    whole hours from UTC, and turning some thousand hours to days costs nothing beside turning a million moments.
    """
    rows = session.execute(
        select(
            _HOUR,
            Contribution.channel,
            func.count(),
            func.count(Contribution.answered_at),
            func.sum(Contribution.support_count),
            func.sum(Contribution.reply_count),
            func.count().filter(Contribution.photo_count > 0),
            func.min(Contribution.submitted_at),
            func.max(Contribution.submitted_at),
        )
        .where(*scope.conditions())
        .group_by(_HOUR, Contribution.channel)
    ).all()
    days: Counter[date] = Counter()
    channels: Counter[str] = Counter()
    for found, channel, count, *_ in rows:
        days[local(found.replace(tzinfo=UTC)).date()] += count
        channels[channel] += count
    count, answered, supports, replies, with_photo = (sum(row[column] for row in rows) for column in range(2, 7))
    first, last = min((row[7] for row in rows), default=None), max((row[8] for row in rows), default=None)
    return Tally(
        Totals(count, answered, supports, replies, with_photo, first, last),
        [DayCount(*one) for one in sorted(days.items())],
        [ChannelCount(*one) for one in sorted(channels.items(), key=lambda one: (-one[1], one[0]))],
    )


def get_totals(session: Session, scope: Scope) -> Totals:
    """How many, answered, supported, replied to, with photo, and when first and last."""
    return tally(session, scope).totals


def count_by_state(session: Session, scope: Scope) -> dict[str, int]:
    """How many stand in each state, zeros included; the scope's own states are not heeded.

    Where the kept counts tell how many are public, only the others are counted: few, and found by their index.
    """
    states = [State.PENDING, State.HIDDEN, State.WITHDRAWN] if scope.is_kept else list(State)
    rows = session.execute(
        select(Contribution.state, func.count().label("n"))
        .where(*scope.everything().conditions(), Contribution.state.in_([state.value for state in states]))
        .group_by(Contribution.state)
    )
    counts = {state.value: 0 for state in State} | {row.state: row.n for row in rows}
    if scope.is_kept:
        counts[State.APPROVED.value] = sum(count_by_category(session, scope).values())
    return counts


def list_categories(session: Session, scope: Scope) -> list[CategoryCount]:
    """Every category of the scope with its counts, in the dialogue's own order, zeros included."""
    found = count_by_category(session, scope)
    total = sum(found.values())
    categories = session.scalars(
        select(Category).where(Category.dialogue_id == scope.dialogue_id).order_by(Category.position, Category.id)
    )
    return [
        CategoryCount(
            one.id,
            one.key,
            one.label_sv,
            one.label_en or one.label_sv,
            one.color,
            found.get(one.id, 0),
            found.get(one.id, 0) / total if total else 0.0,
        )
        for one in categories
        if not scope.category_ids or one.id in scope.category_ids
    ]


def count_by_category(session: Session, scope: Scope) -> dict[int, int]:
    """How many per category id, without zeros. What is public in all time comes from the top of the map's pyramid."""
    counts: Select[int, int]
    if scope.is_kept:
        counts = _kept_by_category(scope)
    else:
        counts = (
            select(Contribution.category_id, func.count()).where(*scope.conditions()).group_by(Contribution.category_id)
        )
    return {
        category: int(count)
        for category, count in session.execute(counts)
        if count and (not scope.category_ids or category in scope.category_ids)
    }


def _kept_by_category(scope: Scope) -> Select[int, int]:
    """SELECT category_id, sum(n) FROM (grid_count at level 0 UNION ALL grid_delta) GROUP BY 1."""
    kept = select(GridCount.category_id, GridCount.count.label("n")).where(
        GridCount.dialogue_id == scope.dialogue_id, GridCount.level == 0
    )
    logged = select(GridDelta.category_id, GridDelta.change.label("n")).where(
        GridDelta.dialogue_id == scope.dialogue_id
    )
    both = union_all(kept, logged).subquery()
    return select(both.c.category_id, func.sum(both.c.n)).group_by(both.c.category_id)


def list_most_discussed_open(session: Session, scope: Scope, at: datetime, limit: int = 8) -> list[OpenMatter]:
    """Unanswered ones with most support and replies (at least one), the oldest first among equals."""
    weight = Contribution.support_count + Contribution.reply_count
    statement = _open(scope).where(weight > 0).order_by(weight.desc(), Contribution.received_at, Contribution.id)
    return _matters(session, statement.limit(limit), at)


def list_oldest_open(session: Session, scope: Scope, at: datetime, limit: int = 8) -> list[OpenMatter]:
    """Unanswered ones that came in first. Imported ones were never promised an answer here, so they are left out."""
    statement = _open(scope).where(Contribution.channel != "import")
    return _matters(session, statement.order_by(Contribution.received_at, Contribution.id).limit(limit), at)


def list_reported_open(session: Session, scope: Scope, at: datetime, limit: int = 8) -> list[OpenMatter]:
    """Those that readers asked staff to look at and nobody has yet, the most reported first."""
    reports = (
        select(AbuseReport.contribution_id, func.count().label("n"))
        .where(AbuseReport.resolved_at.is_(None))
        .group_by(AbuseReport.contribution_id)
        .subquery()
    )
    statement = _open(scope, answered=True).join(reports, reports.c.contribution_id == Contribution.id)
    statement = statement.add_columns(reports.c.n).order_by(reports.c.n.desc(), Contribution.received_at)
    return _matters(session, statement.limit(limit), at)


def list_answers(session: Session, scope: Scope, limit: int = 20) -> list[Answer]:
    """The municipality's published answers, newest first."""
    rows = session.execute(
        select(
            Contribution.receipt,
            Contribution.public_text,
            Category.label_sv,
            Category.color,
            OfficialResponse.text,
            OfficialResponse.unit,
            OfficialResponse.published_at,
        )
        .join(Contribution, Contribution.id == OfficialResponse.contribution_id)
        .join(Category, Category.id == Contribution.category_id)
        .where(*scope.conditions(), OfficialResponse.published_at.is_not(None))
        .order_by(OfficialResponse.published_at.desc(), OfficialResponse.id.desc())
        .limit(limit)
    )
    answers: list[tuple[Any, ...]] = [tuple(row) for row in rows]
    return [Answer(receipt, _excerpt(text or ""), *rest) for receipt, text, *rest in answers]


def list_overdue(session: Session, scope: Scope, at: datetime, promise_days: int, limit: int = 8) -> list[OpenMatter]:
    """Unanswered ones that have waited longer than promised, the oldest first.

    Imported contributions were never promised an answer here, so they are left out.
    """
    statement = _open(scope).where(*_beyond(at, promise_days)).order_by(Contribution.received_at, Contribution.id)
    return _matters(session, statement.limit(limit), at)


def count_overdue(session: Session, scope: Scope, at: datetime, promise_days: int) -> int:
    """How many unanswered ones have waited longer than promised."""
    return (
        session.scalar(
            select(func.count()).where(
                *scope.conditions(), Contribution.answered_at.is_(None), *_beyond(at, promise_days)
            )
        )
        or 0
    )


def _beyond(at: datetime, promise_days: int) -> tuple[ColumnElement[bool], ...]:
    return Contribution.received_at < at - timedelta(days=promise_days), Contribution.channel != "import"


def _open(scope: Scope, *, answered: bool = False) -> Any:
    text = func.left(func.coalesce(Contribution.public_text, Contribution.raw_text), _EXCERPT + 1)
    return (
        select(
            Contribution.receipt,
            text,
            Category.label_sv,
            Category.color,
            Contribution.received_at,
            Contribution.support_count,
            Contribution.reply_count,
        )
        .join(Category, Category.id == Contribution.category_id)
        .where(*scope.conditions(), *(() if answered else (Contribution.answered_at.is_(None),)))
    )


def _matters(session: Session, statement: Any, at: datetime) -> list[OpenMatter]:
    made = []
    for receipt, text, category, color, received_at, support, replies, *reports in session.execute(statement):
        days = max(0, (at - received_at).days)
        made.append(OpenMatter(receipt, _excerpt(text), category, color, received_at, support, replies, days, *reports))
    return made


def _excerpt(text: str) -> str:
    """At most 160 characters on one line, cut between words."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[:_EXCERPT].rsplit(" ", 1)[0] + " …"
