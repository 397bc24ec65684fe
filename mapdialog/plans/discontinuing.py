"""Writes of a plan whose planning is broken off, and taken up again: what that means for its phases. Callers commit."""

from datetime import datetime

from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.clock import local
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_, clean
from mapdialog.plans import phasing, planning
from mapdialog.plans.kinds import PhaseStatus
from mapdialog.plans.models import Plan, PlanPhase

REASON_MAX = 4_000


def discontinue_plan(session: Session, plan: Plan, *, reason: str, at: datetime, actor_id: int | None) -> None:
    """The planning is broken off for a reason that everybody may read.

    A phase that is open is closed that day, with the reason, and what was received in it stays; one that was announced
    but not opened is in preparation again. Raises Invalid (`reason`), Conflict for one that is broken off already.
    """
    why = clean(reason)
    if not why:
        raise Invalid(N_("Skriv varför planarbetet avbryts."), field="reason")
    if len(why) > REASON_MAX:
        raise Invalid(N_("Texten är för lång. Gränsen är %(most)s tecken."), field="reason", most=REASON_MAX)
    planning.lock(session, plan, None)
    if plan.discontinued_on is not None:
        raise Conflict(N_("Planarbetet är redan avbrutet."))
    for phase in plan.phases:
        phasing.lock(session, phase, None)
        if phase.status == PhaseStatus.OPEN:
            _break_off(session, phase, why, at, actor_id)
        elif phase.status == PhaseStatus.ANNOUNCED:
            phase.status = PhaseStatus.DRAFT.value
            audit.record(session, actor_id, "plan.phase_withdraw", plan, phase=phase.id, kind=phase.kind)
    plan.discontinued_on, plan.discontinued_reason = local(at).date(), why
    session.flush()
    audit.record(session, actor_id, "plan.discontinue", plan, reason=why)


def resume_plan(session: Session, plan: Plan, *, actor_id: int | None) -> None:
    """Take up a plan again that was broken off. A phase that was broken off then stays closed, and is held again."""
    planning.lock(session, plan, None)
    if plan.discontinued_on is None:
        raise Conflict(N_("Planarbetet är redan upptaget igen."))
    was = plan.discontinued_on.isoformat()
    plan.discontinued_on, plan.discontinued_reason = None, ""
    session.flush()
    audit.record(session, actor_id, "plan.resume", plan, discontinued=was)


def _break_off(session: Session, phase: PlanPhase, why: str, at: datetime, actor_id: int | None) -> None:
    """Close it as it is, read or unread; its time was cut short unless its last day had been."""
    today = local(at).date()
    phase.status, phase.closed_at = PhaseStatus.CLOSED.value, at
    if today <= phase.ends_on:
        phase.broken_off_on, phase.broken_off_reason = today, why
    event = "plan.phase_break_off" if phase.broken_off_on else "plan.phase_close"
    audit.record(session, actor_id, event, phase.plan, phase=phase.id, kind=phase.kind)
