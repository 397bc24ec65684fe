"""Counts what stands in the way of closing a phase or finishing its report: unread, undivided, unanswered."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from mapdialog.plans.answer_models import PlanAnswer, PlanPoint
from mapdialog.plans.kinds import AnswerStatus, Outcome
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.statement_models import PlanStatement

STATEMENT = PlanStatement.__table__.c
_final = PlanAnswer.status == AnswerStatus.FINAL


@dataclass(frozen=True)
class Completeness:
    """How much is left. `undivided` are statements without any point; `unanswered` points without an answer,
    `unfinished` those whose answer is not final yet, `without_reason` those whose answer owes a reason."""

    statements: int
    unread: int
    undivided: int
    points: int
    unanswered: int
    unfinished: int
    without_reason: int

    @property
    def is_whole(self) -> bool:
        """True when every statement is read and divided, and every point has a final answer with its reason."""
        return not (self.unread or self.undivided or self.unanswered or self.unfinished or self.without_reason)


def count_left(session: Session, plan: Plan, phases: Iterable[PlanPhase] | None = None) -> Completeness:
    """What is left of the plan's statements, or of those that came in those phases."""
    of_them = STATEMENT.plan_id == plan.id
    if phases is not None:
        of_them = and_(of_them, STATEMENT.phase_id.in_([one.id for one in phases]))
    statements = session.execute(
        select(
            func.count(),
            func.count().filter(STATEMENT.read_at.is_(None)),
            func.count().filter(is_undivided()),
        )
        .select_from(PlanStatement.__table__)
        .where(of_them)
    ).one()
    owes = and_(PlanAnswer.outcome != Outcome.MET, PlanAnswer.reason == "")
    points = session.execute(
        select(
            func.count(),
            func.count().filter(PlanPoint.answer_id.is_(None)),
            func.count().filter(PlanAnswer.id.is_not(None), PlanAnswer.status != AnswerStatus.FINAL),
            func.count().filter(owes),
        )
        .select_from(PlanPoint)
        .join(PlanStatement.__table__, STATEMENT.id == PlanPoint.statement_id)
        .outerjoin(PlanAnswer, PlanAnswer.id == PlanPoint.answer_id)
        .where(of_them)
    ).one()
    return Completeness(*statements, *points)


def count_unread(session: Session, phase: PlanPhase) -> int:
    """How many of the phase's statements nobody has read."""
    return (
        session.scalar(
            select(func.count())
            .select_from(PlanStatement.__table__)
            .where(STATEMENT.phase_id == phase.id, STATEMENT.read_at.is_(None))
        )
        or 0
    )


def is_undivided() -> ColumnElement[bool]:
    """SQL: the statement has no point, nor has the one that it repeats word for word."""
    point = aliased(PlanPoint)
    return ~exists().where(
        or_(point.statement_id == STATEMENT.id, point.statement_id == STATEMENT.duplicate_of_id)
    ).correlate(PlanStatement.__table__)
