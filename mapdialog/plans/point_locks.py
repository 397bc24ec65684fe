"""Holds rows while they are changed, and tells what a finished report has made unchangeable."""

from collections.abc import Sequence

from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import Session, aliased

from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint
from mapdialog.plans.kinds import AnswerStatus
from mapdialog.plans.models import PlanPhase
from mapdialog.plans.report_models import PlanReport
from mapdialog.plans.statement_models import PlanStatement

IN_A_REPORT = N_("Svaret står i en färdig redogörelse och ändras inte mer.")
IS_FINAL = N_("Svaret är färdigt. Öppna det igen innan du ändrar synpunkten.")
CHANGED = N_("En kollega har ändrat synpunkten sedan du öppnade den. Läs den igen.")
_STATEMENT = PlanStatement.__table__.c


def list_frozen_phases(session: Session, plan_id: int) -> frozenset[int]:
    """Ids of the phases whose views a finished report tells of: its own phase and every one before it."""
    reported = aliased(PlanPhase)
    is_frozen = exists().where(
        PlanReport.plan_id == plan_id,
        PlanReport.frozen_at.is_not(None),
        PlanReport.phase_id == reported.id,
        tuple_(PlanPhase.starts_on, PlanPhase.id) <= tuple_(reported.starts_on, reported.id),
    )
    return frozenset(session.scalars(select(PlanPhase.id).where(PlanPhase.plan_id == plan_id, is_frozen)))


def is_reported(session: Session, answer: PlanAnswer) -> bool:
    """True when the answer is final and a finished report holds one of its points."""
    if answer.status != AnswerStatus.FINAL:
        return False
    frozen = list_frozen_phases(session, answer.plan_id)
    query = select(PlanPoint.id).join(PlanStatement.__table__, _STATEMENT.id == PlanPoint.statement_id)
    return bool(frozen) and bool(
        session.scalar(query.where(PlanPoint.answer_id == answer.id, _STATEMENT.phase_id.in_(frozen)).limit(1))
    )


def take_point(session: Session, point: PlanPoint, version: int | None) -> None:
    """Hold the point until commit and count its version up; Conflict when somebody changed or removed it meanwhile."""
    current = session.scalar(select(PlanPoint.version).where(PlanPoint.id == point.id).with_for_update())
    if current is None:
        raise Conflict(N_("En kollega har tagit bort synpunkten."))
    session.refresh(point)
    if version is not None and current != version:
        raise Conflict(CHANGED)
    point.version += 1


def take_points(session: Session, points: Sequence[PlanPoint]) -> list[PlanPoint]:
    """Hold all of them, by id so that two who change many wait for each other; the ones that still exist, read anew."""
    ids = sorted({one.id for one in points})
    query = select(PlanPoint).where(PlanPoint.id.in_(ids)).order_by(PlanPoint.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def take_answer(session: Session, answer: PlanAnswer, version: int | None) -> None:
    """Hold the answer until commit and count its version up; Conflict when somebody changed it meanwhile."""
    if hold_answer(session, answer) != version and version is not None:
        raise Conflict(N_("En kollega har ändrat svaret sedan du öppnade det. Läs det igen."))
    answer.version += 1


def hold_answer(session: Session, answer: PlanAnswer) -> int:
    """Hold the answer until commit, read anew; its version now."""
    session.execute(select(PlanAnswer.id).where(PlanAnswer.id == answer.id).with_for_update())
    session.refresh(answer)
    return answer.version


def hold_statement(session: Session, statement: PlanStatement) -> None:
    """Hold the statement until commit: its points get their numbers one after the other."""
    session.execute(select(_STATEMENT.id).where(_STATEMENT.id == statement.id).with_for_update())


def demand_unreported(session: Session, point: PlanPoint) -> None:
    """Raise Conflict when the point stands with a final answer in a finished report."""
    answer = session.get(PlanAnswer, point.answer_id) if point.answer_id else None
    if answer is None or answer.status != AnswerStatus.FINAL:
        return
    phase = session.scalar(select(_STATEMENT.phase_id).where(_STATEMENT.id == point.statement_id))
    if phase in list_frozen_phases(session, point.plan_id):
        raise Conflict(IN_A_REPORT)


def demand_untold(session: Session, statement: PlanStatement) -> None:
    """Raise Conflict when a finished report tells of the statement; one that was registered later may be divided."""
    reported = aliased(PlanPhase)
    told = exists().where(
        PlanReport.plan_id == statement.plan_id,
        PlanReport.frozen_at > statement.registered_at,
        PlanReport.phase_id == reported.id,
        tuple_(PlanPhase.starts_on, PlanPhase.id) <= tuple_(reported.starts_on, reported.id),
    )
    if statement.phase_id is not None and session.scalar(
        select(PlanPhase.id).where(PlanPhase.id == statement.phase_id, told)
    ):
        raise Conflict(N_("Yttrandet står i en färdig redogörelse. Dess synpunkter ändras inte mer."))


def demand_not_final(session: Session, point: PlanPoint) -> None:
    """Raise Conflict when the point has a final answer."""
    answer = session.get(PlanAnswer, point.answer_id) if point.answer_id else None
    if answer is not None and answer.status == AnswerStatus.FINAL:
        raise Conflict(IS_FINAL)


def demand_some(points: Sequence[object]) -> None:
    """Raise Invalid (`ids`) when nothing was chosen."""
    if not points:
        raise Invalid(N_("Markera minst en synpunkt först."), field="ids")
