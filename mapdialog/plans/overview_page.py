"""What the list of plans and a plan's overview show: where it stands, and what was done."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account
from mapdialog.core import audit
from mapdialog.core.clock import local, now
from mapdialog.core.text import N_
from mapdialog.plans.kinds import PhaseStatus
from mapdialog.plans.labels import PHASE_KINDS, PHASE_STATUSES, PLAN_KINDS
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.web import languages

EVENTS: dict[str, str] = {
    "plan.start": N_("Lade upp planen"),
    "plan.update": N_("Ändrade uppgifterna"),
    "plan.discontinue": N_("Avbröt planarbetet"),
    "plan.resume": N_("Tog upp planarbetet igen"),
}


def list_context(session: Session, plans: list[Plan]) -> dict[str, Any]:
    """Rows of the list: plan, its procedure in words, the phase it is in, days left."""
    language, today = languages.choose(), local(now()).date()
    unread = _count_statements(session, [plan.id for plan in plans], only_unread=True)
    rows = []
    for plan in plans:
        phase = current_phase(plan)
        rows.append(
            {
                "plan": plan,
                "procedure": rule_set(plan.rule_set).procedure(plan.procedure).label.text(language),
                "phase": phase,
                "days_left": days_left(phase, today),
                "unread": unread.get(plan.id, 0),
            }
        )
    return {"rows": rows, "kinds": PLAN_KINDS, "phase_kinds": PHASE_KINDS, "statuses": PHASE_STATUSES}


def current_phase(plan: Plan) -> PlanPhase | None:
    """The phase that is open, else the next one that is prepared, else the last that was."""
    for statuses in ((PhaseStatus.OPEN,), (PhaseStatus.ANNOUNCED, PhaseStatus.DRAFT)):
        for phase in plan.phases:
            if phase.status in statuses:
                return phase
    return plan.phases[-1] if plan.phases else None


def days_left(phase: PlanPhase | None, today: date) -> int | None:
    """Days until the open phase's last day is over, that day counted; negative when it is past. None otherwise."""
    if phase is None or phase.status != PhaseStatus.OPEN:
        return None
    return (phase.ends_on - today).days + (1 if today <= phase.ends_on else 0)


def _count_statements(session: Session, plan_ids: list[int], *, only_unread: bool = False) -> dict[int, int]:
    query = select(PlanStatement.plan_id, func.count()).where(PlanStatement.plan_id.in_(plan_ids))
    if only_unread:
        query = query.where(PlanStatement.read_at.is_(None))
    return {row[0]: row[1] for row in session.execute(query.group_by(PlanStatement.plan_id))}


def context(session: Session, plan: Plan) -> dict[str, Any]:
    """Everything the overview's template needs."""
    rules = rule_set(plan.rule_set)
    language = languages.choose()
    return {
        "plan": plan,
        "tab": "overview",
        "rules": rules,
        "language": language,
        "procedure": rules.procedure(plan.procedure),
        "grounds": [one for one in rules.grounds if one.key in plan.grounds],
        "checked": rules.is_checked_for(plan.started_on),
        "kinds": PLAN_KINDS,
        "phase_kinds": PHASE_KINDS,
        "statuses": PHASE_STATUSES,
        "received": _count_statements(session, [plan.id]).get(plan.id, 0),
        "unread": _count_statements(session, [plan.id], only_unread=True).get(plan.id, 0),
        "event_names": EVENTS,
        "log": log(session, plan),
    }


def log(session: Session, plan: Plan) -> list[tuple[audit.AuditEvent, str]]:
    """What was done to the plan, the latest first, each with the name of who did it."""
    found = [event for event in audit.list_events(session, plan, limit=1_000) if event.action in EVENTS][:100]
    ids = {event.actor_id for event in found if event.actor_id}
    names = {row.id: row.name for row in session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))}
    return [(event, names.get(event.actor_id or 0, "")) for event in found]
