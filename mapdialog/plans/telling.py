"""Who is to be told what became of their views, once for each report, the adoption or its end. Callers commit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy.orm import Session, selectinload

from mapdialog.core import audit, events
from mapdialog.core.audit import AuditEvent
from mapdialog.core.clock import local
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.report_models import PlanReport
from mapdialog.plans.statement_models import PlanStatement

TOLD = "plan_participants_told"
ADOPTION, DISCONTINUED = "adoption", "discontinued"
_ACTION = "statement.told"


@dataclass(frozen=True)
class News:
    """What somebody is told in one mail: that the report of `phase` is finished, or (None) what `about` says.

    `about` is the report's kind, ADOPTION or DISCONTINUED: that the plan is adopted, or broken off. `statements` are
    all that came from that address.
    """

    plan: Plan
    phase: PlanPhase | None
    about: str
    email: str
    language: str
    statements: tuple[PlanStatement, ...]


def tell(session: Session, *, at: datetime) -> list[News]:
    """Announce TOLD for every address that has not been told; the protected are told by the officer.

    Only plans that the public has been told of: without them the page that answers by receipt number is not there.
    """
    told: list[News] = []
    query = select(Plan).where(Plan.published_at.is_not(None)).options(selectinload(Plan.phases))
    for plan in session.scalars(query.order_by(Plan.id)):
        for phase in plan.phases:
            if kind := _finished_report(session, phase):
                told += _tell(session, plan, phase, kind, _of_phase(session, phase))
        adoption = plan.adoption
        if adoption is not None and adoption.announced_on and adoption.announced_on <= local(at).date():
            told += _tell(session, plan, None, ADOPTION, _of_plan(session, plan))
        if plan.discontinued_on is not None:
            told += _tell(session, plan, None, DISCONTINUED, _of_plan(session, plan))
    return told


def _finished_report(session: Session, phase: PlanPhase) -> str | None:
    """The kind of the phase's report when one is finished."""
    query = select(PlanReport.kind).where(PlanReport.phase_id == phase.id, PlanReport.frozen_at.is_not(None))
    return session.scalar(query.order_by(PlanReport.frozen_at, PlanReport.id).limit(1))


def _of_phase(session: Session, phase: PlanPhase) -> Iterable[PlanStatement]:
    return _with_address(session, PlanStatement.phase_id == phase.id)


def _of_plan(session: Session, plan: Plan) -> Iterable[PlanStatement]:
    return _with_address(session, PlanStatement.plan_id == plan.id)


def _with_address(session: Session, which: ColumnElement[bool]) -> Iterable[PlanStatement]:
    query = select(PlanStatement).where(
        which,
        func.coalesce(PlanStatement.contact_email, "") != "",
        PlanStatement.is_protected.is_(False),
    )
    return session.scalars(query.order_by(PlanStatement.number))


def _tell(
    session: Session, plan: Plan, phase: PlanPhase | None, about: str, statements: Iterable[PlanStatement]
) -> list[News]:
    of = f"{about}-{phase.id}" if phase else about
    if about == DISCONTINUED:  # Taken up again, it may be broken off once more.
        of = f"{about}-{plan.discontinued_on}"
    known = _known(session, plan, of)
    by_address: dict[str, list[PlanStatement]] = {}
    for one in statements:
        if one.id not in known:
            by_address.setdefault((one.contact_email or "").lower(), []).append(one)
    made = []
    for ones in by_address.values():
        first = ones[0]
        news = News(plan, phase, about, first.contact_email or "", first.language, tuple(ones))
        for one in ones:
            audit.record(session, None, _ACTION, one, of=of)
        events.announce(session, TOLD, news=news)
        made.append(news)
    return made


def _known(session: Session, plan: Plan, of: str) -> set[int]:
    """The statements whose senders have been told of it."""
    ids = select(cast(PlanStatement.__table__.c.id, Text)).where(PlanStatement.__table__.c.plan_id == plan.id)
    query = select(AuditEvent.object_id).where(
        AuditEvent.action == _ACTION,
        AuditEvent.object_type == PlanStatement.__tablename__,
        AuditEvent.object_id.in_(ids),
        AuditEvent.detail["of"].astext == of,
    )
    return {int(one) for one in session.scalars(query)}
