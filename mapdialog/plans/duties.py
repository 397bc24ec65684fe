"""What has to be sent in a plan and by when, and how far it has come: the rule set's duties on the plan's days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.core.clock import local
from mapdialog.plans import deadlines
from mapdialog.plans.kinds import DispatchKind, PhaseKind
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.party_models import PlanDispatch, PlanRecipient
from mapdialog.plans.report_models import PlanReport
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.rule_types import DispatchDuty, Event

_CONSULTATIONS = (PhaseKind.PROGRAMME_CONSULTATION, PhaseKind.CONSULTATION)
_REVIEWS = (PhaseKind.REVIEW, PhaseKind.SECOND_REVIEW)
_PHASES_OF = {Event.OPENED: _CONSULTATIONS, Event.ANNOUNCED: _REVIEWS, Event.REPORTED: _REVIEWS}
# A list that was used may have recipients who cannot be written to; they are handled one by one.
NOT_MADE, DRAFT, LOCKED, SENT = "not_made", "draft", "locked", "sent"


@dataclass(frozen=True)
class Occasion:
    """One sending that the law asks for: its kind, the phase it belongs to (None: the adoption), the duties behind it.

    `event_on` is the day its time runs from, None while that has not come; `due_on` the last day to send.
    """

    kind: DispatchKind
    phase: PlanPhase | None
    duties: tuple[DispatchDuty, ...]
    event_on: date | None
    due_on: date | None
    dispatches: tuple[PlanDispatch, ...]
    state: str

    @property
    def key(self) -> str:
        """What addresses and logs call it: 'review_notice-12', or 'adoption_notice-0' for the adoption."""
        return f"{self.kind}-{self.phase.id if self.phase else 0}"

    @property
    def is_done(self) -> bool:
        """Whether everything has been sent."""
        return self.state == SENT

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been sent before today."""
        return not self.is_done and self.due_on is not None and self.due_on < today


def list_occasions(session: Session, plan: Plan) -> list[Occasion]:
    """Every sending of the plan in the order of the procedure, also those whose day has not come.

    Of one that is broken off those that were begun, and the message of that.
    """
    made: dict[tuple[str, int | None], list[PlanDispatch]] = {}
    query = select(PlanDispatch).where(PlanDispatch.plan_id == plan.id).order_by(PlanDispatch.id)
    for dispatch in session.scalars(query):
        made.setdefault((dispatch.kind, dispatch.phase_id), []).append(dispatch)
    unsent = _count_unsent(session, plan)
    found: dict[tuple[str, int | None], list[tuple[DispatchDuty, PlanPhase | None, date | None]]] = {}
    for duty in rule_set(plan.rule_set).duties(plan.kind):
        if not duty.is_for(plan.procedure, plan.grounds):
            continue
        for phase in _phases(plan, duty):
            key = (str(duty.kind), phase.id if phase else None)
            if made.get(key) or (duty.event == Event.DISCONTINUED) == (plan.discontinued_on is not None):
                found.setdefault(key, []).append((duty, phase, _event_on(session, plan, duty, phase)))
    return [_occasion(key, ones, made.get(key, []), unsent) for key, ones in found.items()]


def find_occasion(occasions: Sequence[Occasion], kind: str, phase_id: int | None) -> Occasion | None:
    """The one of that kind and phase."""
    return next(
        (one for one in occasions if one.kind == kind and (one.phase.id if one.phase else None) == phase_id), None
    )


def last_frozen_report(session: Session, plan: Plan, phase: PlanPhase) -> PlanReport | None:
    """The phase's latest report that is finished, in whichever edition."""
    query = select(PlanReport).where(PlanReport.phase_id == phase.id, PlanReport.frozen_at.is_not(None))
    return session.scalars(query.order_by(PlanReport.frozen_at.desc(), PlanReport.id.desc()).limit(1)).first()


def _phases(plan: Plan, duty: DispatchDuty) -> list[PlanPhase | None]:
    kinds = (duty.phase,) if duty.phase is not None else _PHASES_OF.get(duty.event)
    if kinds is None:
        return [None]
    return [one for one in plan.phases if one.kind in kinds]


def _event_on(session: Session, plan: Plan, duty: DispatchDuty, phase: PlanPhase | None) -> date | None:
    adoption = plan.adoption
    if duty.event == Event.ADOPTION_ANNOUNCED:
        return adoption.announced_on if adoption else None
    if duty.event == Event.LEGAL_FORCE:
        return adoption.legal_force_on if adoption else None
    if duty.event == Event.DISCONTINUED:
        return plan.discontinued_on
    assert phase is not None
    if duty.event == Event.REPORTED:
        report = last_frozen_report(session, plan, phase)
        return local(report.frozen_at).date() if report and report.frozen_at else None
    if duty.event == Event.ANNOUNCED:
        posted = [one.board_posted_on for one in phase.announcements if one.board_posted_on]
        return min(posted, default=phase.starts_on)
    return phase.starts_on


def _count_unsent(session: Session, plan: Plan) -> dict[int, int]:
    query = (
        select(PlanRecipient.dispatch_id, func.count())
        .join(PlanDispatch, PlanDispatch.id == PlanRecipient.dispatch_id)
        .where(PlanDispatch.plan_id == plan.id, PlanRecipient.sent_on.is_(None))
        .group_by(PlanRecipient.dispatch_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _occasion(
    key: tuple[str, int | None],
    ones: list[tuple[DispatchDuty, PlanPhase | None, date | None]],
    dispatches: list[PlanDispatch],
    unsent: dict[int, int],
) -> Occasion:
    days = [day for _duty, _phase, day in ones if day is not None]
    due = [deadlines.due_on(duty, day) for duty, _phase, day in ones if day is not None]
    frozen = [one for one in dispatches if one.frozen_at is not None]
    if frozen and not any(unsent.get(one.id) for one in frozen):
        state = SENT
    else:
        state = LOCKED if frozen else DRAFT if dispatches else NOT_MADE
    return Occasion(
        kind=DispatchKind(key[0]),
        phase=ones[0][1],
        duties=tuple(duty for duty, _phase, _day in ones),
        event_on=min(days, default=None),
        due_on=min(due, default=None),
        dispatches=tuple(dispatches),
        state=state,
    )
