"""Corrections of what a finished report gives: what each report holds, and what was opened since, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_, clean
from mapdialog.plans.answer_models import PlanAnswer, PlanAnswerWording, PlanPoint
from mapdialog.plans.approving import open_again
from mapdialog.plans.kinds import AnswerStatus
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.point_locks import (
    IS_CORRECTION_OF_IT,
    hold_answer,
    hold_statement,
    is_locked,
    is_reported,
    take_answer,
)
from mapdialog.plans.report_models import PlanCorrection, PlanReport, PlanReportHolding
from mapdialog.plans.statement_models import PlanStatement

REASON_MAX = 2_000
_NEVER = datetime.min.replace(tzinfo=UTC)
_S = PlanStatement.__table__.c


@dataclass(frozen=True)
class Corrected:
    """What of a finished report was opened to be corrected, when and why: the points' labels ('12.3'), or the number of
    a statement without points."""

    labels: tuple[str, ...]
    opened_at: datetime
    reason: str

    @property
    def is_statement(self) -> bool:
        """Whether it was a statement as a whole."""
        return all("." not in one for one in self.labels)


def correct(
    session: Session, plan: Plan, answer: PlanAnswer, reason: str, *, version: int | None, at: datetime, actor_id: int
) -> PlanCorrection:
    """Open an answer that a finished report gives: a draft again, to be written, reviewed and approved anew.

    The report stays as it is, and is told to be outdated for that reason. Raises Invalid (`why`), and Conflict for
    an answer that no finished report gives.
    """
    why = _checked(reason)
    was = hold_answer(session, answer)
    if not is_reported(session, answer):
        raise Conflict(N_("Svaret står inte i någon färdig redogörelse. Öppna det igen utan rättelse."))
    take_answer(session, answer, version)
    made = PlanCorrection(
        plan_id=plan.id, answer_id=answer.id, was_version=was, reason=why, opened_at=at, opened_by_id=actor_id
    )
    session.add(made)
    open_again(session, answer)
    audit.record(session, actor_id, "plan_answer.correct", answer, correction=made.id)
    audit.record(session, actor_id, "plan.answer_correct", plan, correction=made.id)
    return made


def correct_statement(
    session: Session, plan: Plan, statement: PlanStatement, reason: str, *, at: datetime, actor_id: int
) -> PlanCorrection:
    """Open a statement that a finished report tells of without points, so that it can be divided and answered.

    The report stays as it is, and is told to be outdated. Raises Invalid (`why`), and Conflict for one that has points
    or is open already.
    """
    why = _checked(reason)
    hold_statement(session, statement)
    if session.scalar(select(PlanPoint.id).where(PlanPoint.statement_id == statement.id).limit(1)) is not None:
        raise Conflict(N_("Yttrandet är redan delat i synpunkter. Öppna ett av svaren för rättelse."))
    if not is_locked(session, statement):
        raise Conflict(N_("Yttrandet är inte låst av någon färdig redogörelse. Dela upp det utan rättelse."))
    return _open_statement(session, plan, statement, why, at=at, actor_id=actor_id)


def mark_corrected(
    session: Session, plan: Plan, statement: PlanStatement, why: str, *, at: datetime, actor_id: int
) -> None:
    """Let the finished reports that tell of the statement be outdated, since how it came in was corrected."""
    told = select(PlanReportHolding.id).where(PlanReportHolding.statement_id == statement.id)
    if session.scalar(told.limit(1)) is not None:
        _open_statement(session, plan, statement, why, at=at, actor_id=actor_id)


def _open_statement(
    session: Session, plan: Plan, statement: PlanStatement, why: str, *, at: datetime, actor_id: int
) -> PlanCorrection:
    made = PlanCorrection(plan_id=plan.id, statement_id=statement.id, reason=why, opened_at=at, opened_by_id=actor_id)
    session.add(made)
    session.flush()
    audit.record(session, actor_id, "plan.statement_correct", plan, correction=made.id, statement=statement.id)
    return made


def _checked(reason: str) -> str:
    why = clean(reason)
    if not why:
        raise Invalid(N_("Skriv varför det rättas. Skälet står i nästa version av redogörelsen."), field="why")
    if len(why) > REASON_MAX:
        raise Invalid(N_("Skälet är för långt. Korta det till %(most)s tecken."), field="why", most=REASON_MAX)
    return why


def keep_holding(session: Session, report: PlanReport, statement_ids: Iterable[int], point_ids: Iterable[int]) -> None:
    """Note what the report tells as it is approved: those statements with their points, and single points of others."""
    told, single = sorted(set(statement_ids)), sorted(set(point_ids))
    query = (
        select(literal(report.id), _S.id, PlanPoint.id, PlanPoint.answer_id, PlanAnswer.version)
        .select_from(PlanStatement.__table__)
        .join(PlanPoint, PlanPoint.statement_id == _S.id, isouter=True)
        .join(PlanAnswer, PlanAnswer.id == PlanPoint.answer_id, isouter=True)
        .where(or_(_S.id.in_(told), PlanPoint.id.in_(single)))
    )
    columns = ["report_id", "statement_id", "point_id", "answer_id", "answer_version"]
    session.execute(insert(PlanReportHolding).from_select(columns, query))


def list_corrected(session: Session, plan: Plan) -> dict[int, list[Corrected]]:
    """What was corrected since, by the id of each finished report of the plan that gives it, the latest first."""
    label = func.concat_ws(".", _S.number, PlanPoint.seq)
    query = (
        select(
            PlanReportHolding.report_id,
            func.array_agg(label).label("labels"),
            PlanCorrection.opened_at,
            PlanCorrection.reason,
        )
        .select_from(PlanReportHolding)
        .join(PlanCorrection, IS_CORRECTION_OF_IT)
        .join(PlanPoint, PlanPoint.id == PlanReportHolding.point_id, isouter=True)
        .join(PlanStatement.__table__, _S.id == PlanReportHolding.statement_id)
        .where(PlanCorrection.plan_id == plan.id)
        .group_by(PlanReportHolding.report_id, PlanCorrection.id)
        .order_by(PlanCorrection.id.desc())
    )
    found: dict[int, list[Corrected]] = {}
    for row in session.execute(query):
        found.setdefault(row.report_id, []).append(Corrected(_in_order(row.labels), row.opened_at, row.reason))
    return found


def list_to_renew(session: Session, plan: Plan) -> list[PlanReport]:
    """The latest approved version of each report and edition in which an answer was corrected since."""
    query = select(PlanReport).where(PlanReport.plan_id == plan.id, PlanReport.frozen_at.is_not(None))
    latest = {
        (one.phase_id, one.kind, one.edition): one
        for one in session.scalars(query.order_by(PlanReport.frozen_at, PlanReport.id))
    }
    corrected = list_corrected(session, plan) if latest else {}
    return [one for one in latest.values() if one.id in corrected]


def list_corrections(session: Session, answer: PlanAnswer) -> list[PlanCorrection]:
    """Every time the answer was opened to be corrected, the first first."""
    query = select(PlanCorrection).where(PlanCorrection.answer_id == answer.id).order_by(PlanCorrection.id)
    return list(session.scalars(query))


def find_given(session: Session, points: Iterable[PlanPoint]) -> dict[int, PlanAnswerWording]:
    """By the id of each of the points that a finished report tells of: the wording that the latest one gives."""
    query = (
        select(PlanReportHolding.point_id, PlanAnswerWording)
        .join(PlanReport, PlanReport.id == PlanReportHolding.report_id)
        .join(PlanAnswerWording, PlanAnswerWording.answer_id == PlanReportHolding.answer_id)
        .where(
            PlanReportHolding.point_id.in_([one.id for one in points]),
            PlanAnswerWording.version <= PlanReportHolding.answer_version,
            PlanAnswerWording.status == AnswerStatus.FINAL,
        )
        .order_by(PlanReport.frozen_at, PlanAnswerWording.version, PlanAnswerWording.id)
    )
    return {row[0]: row[1] for row in session.execute(query) if row[0] is not None}


def list_frozen_phases(session: Session, plan_id: int, made_at: datetime | None = None) -> frozenset[int]:
    """Ids of the phases whose changes a finished report tells of: its own phase and every one before it.

    With `made_at` only reports that were approved after that moment count; without it a phase is open from when
    an answer in its report is corrected until the next version is approved.
    """
    reports = select(PlanReport.phase_id, PlanReport.frozen_at).where(PlanReport.plan_id == plan_id)
    frozen = [(row[0], row[1]) for row in session.execute(reports) if row[1] is not None]
    opened = {} if made_at else {row[0]: row[1] for row in session.execute(_opened(plan_id))}
    reported = {key for key, at in frozen if at > (made_at or opened.get(key) or _NEVER)}
    phases = session.scalars(select(PlanPhase).where(PlanPhase.plan_id == plan_id)).all()
    closed = [one for one in phases if one.id in reported]
    return frozenset(
        one.id for one in phases if any((one.starts_on, one.id) <= (later.starts_on, later.id) for later in closed)
    )


def _opened(plan_id: int) -> Select[Any]:
    """When each phase's report was last corrected."""
    last: Any = func.max(PlanCorrection.opened_at)
    return (
        select(PlanReport.phase_id, last)
        .join(PlanReportHolding, PlanReportHolding.report_id == PlanReport.id)
        .join(PlanCorrection, IS_CORRECTION_OF_IT)
        .where(PlanCorrection.plan_id == plan_id)
        .group_by(PlanReport.phase_id)
    )


def _in_order(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(labels, key=lambda one: [int(part) for part in one.split(".")]))
