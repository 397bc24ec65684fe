"""Reminds a plan's officer of what has to be sent or noted, once for each thing and day. Callers commit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mapdialog.accounts.models import Account
from mapdialog.core import audit, events
from mapdialog.core.audit import AuditEvent
from mapdialog.core.text import N_
from mapdialog.plans import adopting, adoption_rules, duties
from mapdialog.plans.labels import DISPATCH_KINDS
from mapdialog.plans.models import Plan
from mapdialog.plans.next_steps import law_of
from mapdialog.plans.rule_sets import rule_set

REMINDED = "plan_officer_reminded"
SOON = timedelta(days=3)
# What was missed longer ago than this was dealt with elsewhere, or never will be: the page still shows it.
PAST = timedelta(days=30)
_ACTION = "plan.reminded"


@dataclass(frozen=True)
class Matter:
    """One thing to do: a Swedish msgid, its day, where the law says so and the page (path) where it is done."""

    key: str
    words: str
    day: date
    legal_ref: str
    path: str
    is_overdue: bool


@dataclass(frozen=True)
class Reminder:
    """What an officer is reminded of in one plan."""

    plan: Plan
    officer: Account
    matters: tuple[Matter, ...]


def remind(session: Session, *, today: date) -> list[Reminder]:
    """Announce REMINDED for every plan whose officer has something new to be reminded of."""
    made = []
    query = select(Plan).where(Plan.discontinued_on.is_(None), Plan.officer_id.is_not(None))
    for plan in session.scalars(query.options(selectinload(Plan.phases)).order_by(Plan.id)):
        officer = plan.officer
        if officer is None or not officer.is_active or not officer.email:
            continue
        known = _known(session, plan)
        matters = tuple(one for one in list_matters(session, plan, today) if one.key not in known)
        if not matters:
            continue
        for one in matters:
            audit.record(session, None, _ACTION, plan, of=one.key)
        reminder = Reminder(plan, officer, matters)
        events.announce(session, REMINDED, reminder=reminder)
        made.append(reminder)
    return made


def list_matters(session: Session, plan: Plan, today: date) -> list[Matter]:
    """What is due within days or overdue in the plan: sendings, and the days of the adoption."""
    found = [*_sendings(session, plan, today), *_adoption(session, plan, today)]
    return [one for one in found if today - PAST <= one.day <= today + SOON]


def _sendings(session: Session, plan: Plan, today: date) -> Iterator[Matter]:
    for one in duties.list_occasions(session, plan):
        if one.due_on is None or one.is_done:
            continue
        is_overdue = one.is_overdue(today)
        yield Matter(
            key=f"{one.key}:{one.due_on}:{'overdue' if is_overdue else 'soon'}",
            words=DISPATCH_KINDS[one.kind],
            day=one.due_on,
            legal_ref=one.duties[0].basis.legal_ref,
            path=f"/staff/plans/{plan.slug}/dispatches#{one.key}",
            is_overdue=is_overdue,
        )


def _adoption(session: Session, plan: Plan, today: date) -> Iterator[Matter]:
    adoption, path = plan.adoption, f"/staff/plans/{plan.slug}/adoption"
    if adoption is None:
        return
    if adoption.minutes_adjusted_on is not None and adoption.announced_on is None:
        day = adoption.minutes_adjusted_on
        words = N_("Tillkännage justeringen på anslagstavlan och anteckna dagen")
        yield Matter(f"announce:{day}", words, day, "8 kap. 10 § kommunallagen", path, day < today)
    if adoption.announced_on is not None and adoption.legal_force_on is None and adoption.appealed_on is None:
        rules = rule_set(plan.rule_set)
        county = adopting.county_received_on(session, plan)
        day = (
            adoption_rules.earliest_legal_force(rules, plan.kind, adoption.announced_on, county_received_on=county)
            or adoption.announced_on
        )
        if day <= today:
            words = N_("Se efter om någon har överklagat, och anteckna annars dagen för laga kraft")
            yield Matter(f"legal_force:{day}", words, day, law_of(plan, "legal_force"), path, is_overdue=False)


def _known(session: Session, plan: Plan) -> set[str]:
    query = select(AuditEvent.detail["of"].astext).where(
        AuditEvent.object_type == Plan.__tablename__,
        AuditEvent.object_id == str(plan.id),
        AuditEvent.action == _ACTION,
    )
    return set(session.scalars(query))
