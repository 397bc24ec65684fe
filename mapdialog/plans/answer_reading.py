"""Reads of the answering: one statement's points, one point, one answer with its wordings, answers to use again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from mapdialog.accounts.models import Account, Role
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.plans.answer_models import PlanAnswer, PlanAnswerWording, PlanPoint, PlanTheme
from mapdialog.plans.completeness import STATEMENT, is_undivided
from mapdialog.plans.models import Plan
from mapdialog.plans.statement_models import PlanStatement

SUGGESTED = 20


@dataclass(frozen=True)
class Reusable:
    """An answer that could be used again, how many points have it, and how many of those are of the theme asked for."""

    answer: PlanAnswer
    points: int
    of_theme: int


def get_point(session: Session, plan: Plan, point_id: int) -> PlanPoint:
    """One of the plan's points, or NotFound."""
    point = session.get(PlanPoint, point_id) if point_id < 2**63 else None
    if point is None or point.plan_id != plan.id:
        raise NotFound(N_("Synpunkten finns inte i den här planen."))
    return point


def find_point(session: Session, plan: Plan, number: int, seq: int) -> PlanPoint:
    """The point that is called '12.3': the third of statement 12. NotFound."""
    query = select(PlanPoint).join(PlanStatement.__table__, STATEMENT.id == PlanPoint.statement_id)
    found = None
    if max(number, seq) < 2**31:
        found = session.scalar(
            query.where(STATEMENT.plan_id == plan.id, STATEMENT.number == number, PlanPoint.seq == seq)
        )
    if found is None:
        raise NotFound(N_("Synpunkten finns inte i den här planen."))
    return found


def list_points(session: Session, statement: PlanStatement) -> Sequence[PlanPoint]:
    """The statement's points in their order, with theme and answer."""
    query = select(PlanPoint).where(PlanPoint.statement_id == statement.id).order_by(PlanPoint.seq)
    return session.scalars(query.options(joinedload(PlanPoint.theme), joinedload(PlanPoint.answer))).all()


def get_answer(session: Session, plan: Plan, answer_id: int) -> PlanAnswer:
    """One of the plan's answers with who wrote, reviewed and approved it, or NotFound."""
    query = select(PlanAnswer).where(PlanAnswer.id == answer_id, PlanAnswer.plan_id == plan.id)
    people = (joinedload(PlanAnswer.author), joinedload(PlanAnswer.reviewer), joinedload(PlanAnswer.approver))
    found = session.scalar(query.options(*people)) if answer_id < 2**63 else None
    if found is None:
        raise NotFound(N_("Svaret finns inte i den här planen."))
    return found


def list_wordings(session: Session, answer: PlanAnswer) -> Sequence[PlanAnswerWording]:
    """Every wording of the answer that somebody saved, the latest first."""
    query = select(PlanAnswerWording).where(PlanAnswerWording.answer_id == answer.id)
    query = query.options(joinedload(PlanAnswerWording.actor)).order_by(PlanAnswerWording.id.desc())
    return session.scalars(query).all()


def list_reusable(
    session: Session, plan: Plan, words: str = "", *, theme_id: int | None = None, limit: int = SUGGESTED
) -> list[Reusable]:
    """Answers that hold all of the words, the most used first; those used within the theme before others."""
    of_theme = func.count(PlanPoint.id).filter(PlanPoint.theme_id == theme_id)
    query = (
        select(PlanAnswer, func.count(PlanPoint.id), of_theme)
        .outerjoin(PlanPoint, PlanPoint.answer_id == PlanAnswer.id)
        .where(PlanAnswer.plan_id == plan.id)
        .group_by(PlanAnswer.id)
        .order_by(of_theme.desc(), func.count(PlanPoint.id).desc(), PlanAnswer.id.desc())
    )
    for word in words.split()[:10]:
        query = query.where((PlanAnswer.text + " " + PlanAnswer.reason).icontains(word, autoescape=True))
    return [Reusable(*row) for row in session.execute(query.limit(limit))]


def list_themes(session: Session, plan: Plan) -> list[tuple[PlanTheme, int]]:
    """The plan's themes in their order, each with how many points it has."""
    query = (
        select(PlanTheme, func.count(PlanPoint.id))
        .outerjoin(PlanPoint, PlanPoint.theme_id == PlanTheme.id)
        .where(PlanTheme.plan_id == plan.id)
        .group_by(PlanTheme.id)
        .order_by(PlanTheme.position, PlanTheme.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def list_officers(session: Session) -> Sequence[Account]:
    """Who may answer: active administrators and planners, by name."""
    roles = (Role.ADMINISTRATOR.value, Role.PLANNER.value)
    query = select(Account).where(Account.is_active, Account.role.in_(roles))
    return session.scalars(query.order_by(Account.name, Account.id)).all()


def find_undivided(session: Session, plan: Plan, after: int = 0, *, protected: bool = False) -> int | None:
    """The number of the next statement without points after that number, else of the first; None when all have some."""
    query = select(STATEMENT.number).where(STATEMENT.plan_id == plan.id, is_undivided())
    if not protected:
        query = query.where(STATEMENT.is_protected.is_(False))
    return session.scalar(query.order_by(case((STATEMENT.number > after, 0), else_=1), STATEMENT.number).limit(1))


def list_answered_points(session: Session, answer: PlanAnswer, limit: int = 500) -> list[PlanPoint]:
    """The points that have the answer, with their statements; at most `limit` of them."""
    query = select(PlanPoint).where(PlanPoint.answer_id == answer.id).options(selectinload(PlanPoint.statement))
    return list(session.scalars(query.order_by(PlanPoint.statement_id, PlanPoint.seq).limit(limit)))
