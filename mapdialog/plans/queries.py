"""Reads of plans: lists, one by its address, the phase of a day, and who may read protected identities."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mapdialog.accounts.models import Account, Role
from mapdialog.core.clock import local
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_, clean_line
from mapdialog.plans.kinds import PhaseStatus
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.statement_models import PlanStatement

NO_SUCH_PLAN = N_("Planen finns inte.")


def get_plan(session: Session, slug: str) -> Plan:
    """The plan with its phases, or NotFound."""
    plan = session.scalar(select(Plan).where(Plan.slug == slug).options(selectinload(Plan.phases)))
    if plan is None:
        raise NotFound(NO_SUCH_PLAN)
    return plan


def get_published(session: Session, slug: str) -> Plan:
    """A plan that the public has been told of, or NotFound."""
    plan = get_plan(session, slug)
    if plan.published_at is None:
        raise NotFound(NO_SUCH_PLAN)
    return plan


def list_plans(session: Session) -> list[Plan]:
    """Every plan, the latest started first."""
    query = select(Plan).options(selectinload(Plan.phases))
    return list(session.scalars(query.order_by(Plan.started_on.desc(), Plan.id.desc())))


def find_phase_of(plan: Plan, received_at: datetime) -> tuple[PlanPhase | None, bool | None]:
    """The phase that a statement received then belongs to, and whether it was in time; (None, None) before all of them.

    A phase's first and last day count whole, Europe/Stockholm. What comes after a phase's end, and before the next one
    begins, belongs to the phase that ended, late.
    """
    day = local(received_at).date()
    begun = [one for one in plan.phases if one.status != PhaseStatus.DRAFT and one.starts_on <= day]
    if not begun:
        return None, None
    # Of two that overlap the one still running is meant.
    phase = max(begun, key=lambda one: (day <= one.ends_on, one.starts_on, one.id))
    return phase, day <= phase.ends_on


def find_statement(session: Session, receipt: str) -> PlanStatement | None:
    """The statement of that receipt number, of whichever plan."""
    number = clean_line(receipt).upper().replace(" ", "")
    return session.scalar(select(PlanStatement).where(PlanStatement.receipt == number))


def may_read_protected(plan: Plan, account: Account) -> bool:
    """Whether the account may read protected identities in this plan: administrators, and the plan's own officer."""
    return account.role == Role.ADMINISTRATOR or (plan.officer_id is not None and plan.officer_id == account.id)
