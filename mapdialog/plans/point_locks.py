"""Holds rows while they are changed, and tells what a finished report has made unchangeable."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint
from mapdialog.plans.kinds import AnswerStatus
from mapdialog.plans.report_models import PlanCorrection, PlanReport, PlanReportHolding
from mapdialog.plans.statement_models import PlanStatement

IN_A_REPORT = N_("Svaret står i en färdig redogörelse. Rätta det, med skäl, om det är fel.")
IS_FINAL = N_("Svaret är färdigt. Öppna det igen innan du ändrar synpunkten.")
CHANGED = N_("En kollega har ändrat synpunkten sedan du öppnade den. Läs den igen.")
_HOLDS = aliased(PlanReport)
# The very version that a report gives was opened, or the statement that it tells of.
IS_CORRECTION_OF_IT = or_(
    and_(
        PlanCorrection.answer_id == PlanReportHolding.answer_id,
        PlanCorrection.was_version == PlanReportHolding.answer_version,
    ),
    and_(
        PlanCorrection.statement_id == PlanReportHolding.statement_id,
        PlanCorrection.opened_at
        > select(_HOLDS.frozen_at).where(_HOLDS.id == PlanReportHolding.report_id).scalar_subquery(),
    ),
)
_STATEMENT = PlanStatement.__table__.c


def is_reported(session: Session, answer: PlanAnswer) -> bool:
    """True when the answer is final and a finished report gives it in the version that it has."""
    if answer.status != AnswerStatus.FINAL:
        return False
    return _is_held(session, *_given(answer))


def is_told(session: Session, point: PlanPoint) -> bool:
    """True when a finished report tells of the point, whatever was answered there."""
    return _is_held(session, PlanReportHolding.point_id == point.id)


def _is_held(session: Session, *which: ColumnElement[bool]) -> bool:
    return bool(session.scalar(select(exists().where(*which))))


def _given(answer: PlanAnswer) -> tuple[ColumnElement[bool], ...]:
    return PlanReportHolding.answer_id == answer.id, PlanReportHolding.answer_version == answer.version


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
    """Raise Conflict when the point stands in a finished report with the final answer that it has."""
    answer = session.get(PlanAnswer, point.answer_id) if point.answer_id else None
    if answer is None or answer.status != AnswerStatus.FINAL:
        return
    if _is_held(session, PlanReportHolding.point_id == point.id, *_given(answer)):
        raise Conflict(IN_A_REPORT)


def demand_point_untold(session: Session, *points: PlanPoint) -> None:
    """Raise Conflict when a finished report tells of any of the points by its number."""
    if any(is_told(session, one) for one in points):
        raise Conflict(N_("Synpunkten står i en färdig redogörelse och behåller sitt nummer."))


def is_locked(session: Session, statement: PlanStatement) -> bool:
    """True when a finished report tells of the statement; one that was registered later may be divided, and one that
    was opened to be corrected since, itself or an answer of it."""
    told = PlanReportHolding.statement_id == statement.id
    reports = select(PlanReportHolding.report_id).where(told)
    last = session.scalar(select(func.max(PlanReport.frozen_at)).where(PlanReport.id.in_(reports)))
    return last is not None and not _is_held(session, told, IS_CORRECTION_OF_IT, PlanCorrection.opened_at > last)


def demand_untold(session: Session, statement: PlanStatement) -> None:
    """Raise Conflict for a statement that is locked."""
    if is_locked(session, statement):
        raise Conflict(N_("Yttrandet står i en färdig redogörelse. Öppna det, eller ett av dess svar, för rättelse."))


def demand_not_final(session: Session, point: PlanPoint) -> None:
    """Raise Conflict when the point has a final answer."""
    answer = session.get(PlanAnswer, point.answer_id) if point.answer_id else None
    if answer is not None and answer.status == AnswerStatus.FINAL:
        raise Conflict(IS_FINAL)


def demand_some(points: Sequence[object]) -> None:
    """Raise Invalid (`ids`) when nothing was chosen."""
    if not points:
        raise Invalid(N_("Markera minst en synpunkt först."), field="ids")
