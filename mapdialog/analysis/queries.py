"""Counts over contributions: totals, per category, per day, per channel, and what waits for an answer."""

from datetime import datetime, timedelta

from sqlalchemy import Date, Select, cast, func, select
from sqlalchemy.orm import Session

from mapdialog.analysis.counts import CategoryCount, ChannelCount, DayCount, OpenMatter, Totals
from mapdialog.analysis.scope import Scope
from mapdialog.contributions.models import Contribution, State
from mapdialog.dialogues.models import Category

_EXCERPT = 160


def get_totals(session: Session, scope: Scope) -> Totals:
    """One pass over the scope: how many, answered, supported, replied to, with photo, and when first and last."""
    row = session.execute(select(
        func.count(), func.count(Contribution.answered_at), func.coalesce(func.sum(Contribution.support_count), 0),
        func.coalesce(func.sum(Contribution.reply_count), 0), func.count().filter(Contribution.photo_count > 0),
        func.min(Contribution.submitted_at), func.max(Contribution.submitted_at),
    ).where(*scope.conditions())).one()
    return Totals(*row)


def count_by_state(session: Session, scope: Scope) -> dict[str, int]:
    """How many stand in each state, zeros included; the scope's own states are not heeded."""
    rows = session.execute(select(Contribution.state, func.count()).where(*scope.everything().conditions())
                           .group_by(Contribution.state))
    return {state.value: 0 for state in State} | {state: count for state, count in rows}


def list_categories(session: Session, scope: Scope) -> list[CategoryCount]:
    """Every category of the dialogue with its counts, in the dialogue's own order, zeros included."""
    found = {row[0]: (row[1], row[2]) for row in session.execute(
        select(Contribution.category_id, func.count(), func.count(Contribution.answered_at))
        .where(*scope.conditions()).group_by(Contribution.category_id))}
    total = sum(count for count, _ in found.values())
    categories = session.scalars(select(Category).where(Category.dialogue_id == scope.dialogue_id)
                                 .order_by(Category.position, Category.id))
    made = []
    for category in categories:
        if scope.category_ids and category.id not in scope.category_ids:
            continue
        count, answered = found.get(category.id, (0, 0))
        made.append(CategoryCount(category.id, category.key, category.label_sv, category.label_en or category.label_sv,
                                  category.color, count, answered, count / total if total else 0.0))
    return made


def list_days(session: Session, scope: Scope) -> list[DayCount]:
    """Contributions per day in Stockholm, days with none left out, in order.

        SELECT (submitted_at AT TIME ZONE 'Europe/Stockholm')::date, count(*) … GROUP BY 1 ORDER BY 1
    """
    day = cast(func.timezone("Europe/Stockholm", Contribution.submitted_at), Date).label("day")
    rows = session.execute(select(day, func.count()).where(*scope.conditions()).group_by(day).order_by(day))
    return [DayCount(found, count) for found, count in rows]


def list_channels(session: Session, scope: Scope) -> list[ChannelCount]:
    """Contributions per channel, most first."""
    rows = session.execute(select(Contribution.channel, func.count().label("n")).where(*scope.conditions())
                           .group_by(Contribution.channel).order_by(func.count().desc(), Contribution.channel))
    return [ChannelCount(channel, count) for channel, count in rows]


def list_most_discussed_open(session: Session, scope: Scope, at: datetime, limit: int = 8) -> list[OpenMatter]:
    """Unanswered ones with most support and replies (at least one), the oldest first among equals."""
    weight = Contribution.support_count + Contribution.reply_count
    statement = _open(scope).where(weight > 0).order_by(weight.desc(), Contribution.received_at, Contribution.id)
    return _matters(session, statement.limit(limit), at)


def list_overdue(session: Session, scope: Scope, at: datetime, promise_days: int, limit: int = 8) -> list[OpenMatter]:
    """Unanswered ones that have waited longer than promised, the oldest first.

    Imported contributions were never promised an answer here, so they are left out.
    """
    statement = _open(scope).where(*_beyond(at, promise_days)).order_by(Contribution.received_at, Contribution.id)
    return _matters(session, statement.limit(limit), at)


def count_overdue(session: Session, scope: Scope, at: datetime, promise_days: int) -> int:
    """How many unanswered ones have waited longer than promised."""
    return session.scalar(select(func.count()).where(*scope.conditions(), Contribution.answered_at.is_(None),
                                                     *_beyond(at, promise_days))) or 0


def _beyond(at: datetime, promise_days: int) -> tuple:
    return Contribution.received_at < at - timedelta(days=promise_days), Contribution.channel != "import"


def _open(scope: Scope) -> Select:
    text = func.left(func.coalesce(Contribution.public_text, Contribution.raw_text), _EXCERPT + 1)
    return (select(Contribution.receipt, text, Category.label_sv, Category.color, Contribution.received_at,
                   Contribution.support_count, Contribution.reply_count)
            .join(Category, Category.id == Contribution.category_id)
            .where(*scope.conditions(), Contribution.answered_at.is_(None)))


def _matters(session: Session, statement: Select, at: datetime) -> list[OpenMatter]:
    made = []
    for receipt, text, category, color, received_at, support, replies in session.execute(statement):
        excerpt = " ".join(text.split())
        excerpt = excerpt if len(text) <= _EXCERPT else excerpt[:_EXCERPT].rsplit(" ", 1)[0] + " …"
        made.append(OpenMatter(receipt, excerpt, category, color, received_at, support, replies, (at - received_at).days))
    return made
