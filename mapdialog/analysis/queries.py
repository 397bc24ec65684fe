"""Counts over contributions: totals, per category, per day, per channel, and what waits for an answer."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, cast, func, select, union_all
from sqlalchemy.orm import Session

from mapdialog.analysis.counts import Answer, CategoryCount, ChannelCount, DayCount, OpenMatter, Totals
from mapdialog.analysis.scope import Scope
from mapdialog.contributions.models import (
    AbuseReport,
    Contribution,
    GridCount,
    GridDelta,
    OfficialResponse,
    State,
)
from mapdialog.dialogues.models import Category

_EXCERPT = 160


def get_totals(session: Session, scope: Scope) -> Totals:
    """One pass over the scope: how many, answered, supported, replied to, with photo, and when first and last."""
    row = session.execute(
        select(
            func.count(),
            func.count(Contribution.answered_at),
            func.coalesce(func.sum(Contribution.support_count), 0),
            func.coalesce(func.sum(Contribution.reply_count), 0),
            func.count().filter(Contribution.photo_count > 0),
            func.min(Contribution.submitted_at),
            func.max(Contribution.submitted_at),
        ).where(*scope.conditions())
    ).one()
    return Totals(*row)


def count_by_state(session: Session, scope: Scope) -> dict[str, int]:
    """How many stand in each state, zeros included; the scope's own states are not heeded."""
    rows = session.execute(
        select(Contribution.state, func.count().label("n"))
        .where(*scope.everything().conditions())
        .group_by(Contribution.state)
    )
    return {state.value: 0 for state in State} | {row.state: row.n for row in rows}


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


def list_days(session: Session, scope: Scope) -> list[DayCount]:
    """Contributions per day in Stockholm, days with none left out, in order.

    SELECT (submitted_at AT TIME ZONE 'Europe/Stockholm')::date, count(*) … GROUP BY 1 ORDER BY 1
    """
    day = cast(func.timezone("Europe/Stockholm", Contribution.submitted_at), Date).label("day")
    rows = session.execute(select(day, func.count()).where(*scope.conditions()).group_by(day).order_by(day))
    return [DayCount(found, count) for found, count in rows]


def list_channels(session: Session, scope: Scope) -> list[ChannelCount]:
    """Contributions per channel, most first."""
    rows = session.execute(
        select(Contribution.channel, func.count().label("n"))
        .where(*scope.conditions())
        .group_by(Contribution.channel)
        .order_by(func.count().desc(), Contribution.channel)
    )
    return [ChannelCount(channel, count) for channel, count in rows]


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


def count_open(session: Session, scope: Scope) -> int:
    """How many have no answer."""
    return session.scalar(select(func.count()).where(*scope.conditions(), Contribution.answered_at.is_(None))) or 0


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
