"""Writes of a plan's phases: planned, announced, opened, extended, closed. Callers commit."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.clock import local, now, start_of_day
from mapdialog.core.errors import Conflict, DomainError, Invalid, NotFound
from mapdialog.core.text import N_, clean
from mapdialog.plans import held_phases, opened_without, phase_guards, planning
from mapdialog.plans.kinds import PhaseStatus
from mapdialog.plans.models import Plan, PlanAnnouncement, PlanPhase, PlanPhaseDocument
from mapdialog.plans.phase_guards import Stopped
from mapdialog.plans.problems import Problem, that_stop
from mapdialog.plans.rule_sets import RuleSet, rule_set
from mapdialog.plans.statement_models import PlanPhaseExtension, ServiceOutage
from mapdialog.plans.timing import recompute_in_time

CHANGED_MEANWHILE = N_("En kollega har ändrat skedet sedan du öppnade sidan. Läs om sidan och försök igen.")
TEXTS = ("override_reason", "all_agreed_evidence", "available_text", "held_text")
TEXT_MAX = 20_000


@dataclass(frozen=True)
class PhaseDraft:
    """What is typed about a phase. Both days count whole."""

    kind: str
    starts_on: date
    ends_on: date
    override_reason: str = ""
    all_agreed_evidence: str = ""
    available_text: str = ""
    held_text: str = ""


def get_phase(session: Session, plan: Plan, phase_id: int) -> PlanPhase:
    """That phase of the plan, or NotFound."""
    found = session.scalar(select(PlanPhase).where(PlanPhase.id == phase_id, PlanPhase.plan_id == plan.id))
    if found is None:
        raise NotFound(N_("Skedet finns inte."))
    return found


def add_phase(session: Session, plan: Plan, draft: PhaseDraft, *, actor_id: int | None) -> PlanPhase:
    """A phase in preparation. Raises Invalid by field."""
    rules = rule_set(plan.rule_set)
    if plan.discontinued_on is not None:
        raise Invalid(N_("Planarbetet är avbrutet. Ta upp det igen först."), field="kind")
    planning.lock(session, plan, None)
    if draft.kind not in held_phases.allowed(rules, plan):
        raise Invalid(N_("Det skedet kan inte planeras nu. Läs stegen i förfarandet."), field="kind")
    rounds = select(func.max(PlanPhase.round)).where(PlanPhase.plan_id == plan.id, PlanPhase.kind == draft.kind)
    phase = PlanPhase(kind=draft.kind, round=(session.scalar(rounds) or 0) + 1, starts_on=draft.starts_on)
    _fill(plan, phase, draft, rules)
    phase.plan_id = plan.id
    session.add(phase)
    session.flush()
    session.refresh(plan, ["phases"])
    audit.record(session, actor_id, "plan.phase_add", plan, phase=phase.id, kind=phase.kind, **_told(phase))
    return phase


def update_phase(
    session: Session, plan: Plan, phase: PlanPhase, draft: PhaseDraft, *, version: int | None, actor_id: int | None
) -> None:
    """Change its days, while it is not opened, and its texts. Raises Invalid by field, Conflict."""
    lock(session, phase, version)
    is_opened, before = phase.opened_at is not None, _told(phase)
    if is_opened and (draft.starts_on, draft.ends_on) != (phase.starts_on, phase.ends_on):
        raise Invalid(N_("Skedet är öppnat. Tiden ändras bara genom att förlängas."), field="ends_on")
    if is_opened:
        _check_texts(draft)
        phase.available_text, phase.held_text = clean(draft.available_text), clean(draft.held_text)
    else:
        _fill(plan, phase, draft, rule_set(plan.rule_set))
    session.flush()
    recompute_in_time(session, phase)
    after = _told(phase)
    told = {name: words for name, words in after.items() if words != before.get(name)}
    told |= {"was": before["days"]} if "days" in told else {}
    audit.record(session, actor_id, "plan.phase_update", plan, phase=phase.id, kind=phase.kind, **told)


def remove_phase(session: Session, plan: Plan, phase: PlanPhase, *, actor_id: int | None) -> None:
    """Take away a phase that nobody was told of. Raises Conflict."""
    lock(session, phase, None)
    is_posted = any(one.board_posted_on for one in phase.announcements)
    if phase.status != PhaseStatus.DRAFT or is_posted:
        raise Conflict(N_("Skedet har börjat kungöras och tas inte bort. Avbryt planarbetet i stället, om det behövs."))
    audit.record(session, actor_id, "plan.phase_remove", plan, phase=phase.id, kind=phase.kind)
    session.execute(delete(PlanAnnouncement).where(PlanAnnouncement.phase_id == phase.id))
    session.execute(delete(PlanPhaseDocument).where(PlanPhaseDocument.phase_id == phase.id))
    session.delete(phase)
    session.flush()
    session.refresh(plan, ["phases"])


def announce_phase(session: Session, plan: Plan, phase: PlanPhase, *, actor_id: int | None, at: datetime) -> None:
    """The announcement is up: the plan is shown to the public, and open from the phase's first day on.

    Raises Invalid with everything that stands in the way, of opening it too.
    """
    lock(session, phase, None)
    _demand(phase.status == PhaseStatus.DRAFT, N_("Skedet visas redan för alla."))
    _check_ready(session, plan, phase, at)
    phase.status = PhaseStatus.ANNOUNCED.value
    audit.record(session, actor_id, "plan.phase_announce", plan, phase=phase.id, kind=phase.kind)
    if phase.starts_on <= local(at).date():
        _open(session, plan, phase, "plan.phase_open", actor_id=actor_id, at=at)
    session.flush()
    recompute_in_time(session, phase)


def open_phase(session: Session, plan: Plan, phase: PlanPhase, *, actor_id: int | None, at: datetime) -> None:
    """Ask for views from the phase's first day on. Raises Invalid with everything that stands in the way."""
    lock(session, phase, None)
    _demand(not phase.has_opened, N_("Skedet är redan öppnat."))
    _demand(phase.status == PhaseStatus.DRAFT, N_("Skedet visas för alla och öppnar av sig självt på sin första dag."))
    _check_ready(session, plan, phase, at)
    _open(session, plan, phase, "plan.phase_open", actor_id=actor_id, at=at)
    session.flush()
    recompute_in_time(session, phase)


def open_those_due(session: Session, at: datetime) -> int:
    """Store that every announced phase whose first day has come is open, since that day's first moment; returns how
    many. To the public they were open already (`PlanPhase.standing`)."""
    due = select(PlanPhase).where(PlanPhase.status == PhaseStatus.ANNOUNCED, PlanPhase.starts_on <= local(at).date())
    found = session.scalars(due.order_by(PlanPhase.id).with_for_update(skip_locked=True)).all()
    return sum(_open_if_due(session, one, at) for one in found)


def _open_if_due(session: Session, phase: PlanPhase, at: datetime) -> bool:
    if phase.status != PhaseStatus.ANNOUNCED or phase.standing_on(local(at).date()) != PhaseStatus.OPEN:
        return False
    first = start_of_day(phase.starts_on)
    rules = rule_set(phase.plan.rule_set)
    lacking = phase_guards.why_not_open(session, rules, phase.plan, phase, phase.starts_on)
    opened_without.keep(phase, lacking)
    _open(session, phase.plan, phase, "plan.phase_open_on_its_day", actor_id=None, at=first)
    session.flush()
    return True


def _open(session: Session, plan: Plan, phase: PlanPhase, event: str, *, actor_id: int | None, at: datetime) -> None:
    phase.status, phase.opened_at = PhaseStatus.OPEN.value, at
    audit.record(session, actor_id, event, plan, phase=phase.id, kind=phase.kind)


def _check_ready(session: Session, plan: Plan, phase: PlanPhase, at: datetime) -> None:
    """Stop at what is missing, else keep the least last day and publish the plan."""
    rules, today = rule_set(plan.rule_set), local(at).date()
    if found := phase_guards.why_not_open(session, rules, plan, phase, today):
        raise Stopped(found, "status")
    dates = phase_guards.dates_of(plan, phase, today=phase_guards.readable_on(phase, today))
    least = phase_guards.least_of(rules, plan, dates)
    phase.min_end_on = least[0] if least else None
    plan.published_at = plan.published_at or at


def extend_phase(
    session: Session,
    plan: Plan,
    phase: PlanPhase,
    *,
    ends_on: date,
    reason: str,
    outage_id: int | None = None,
    actor_id: int | None,
) -> PlanPhaseExtension:
    """Give an opened phase a later end; who was late then and no longer is, is in time. Raises Invalid by field."""
    lock(session, phase, None)
    wrong: dict[str, DomainError] = {}
    if phase.status != PhaseStatus.OPEN:
        wrong["new_end"] = Invalid(N_("Bara ett öppet skede förlängs."))
    elif ends_on <= phase.ends_on:
        wrong["new_end"] = Invalid(N_("Skedet slutar redan %(end)s. Det kan bara förlängas."), end=phase.ends_on)
    if not clean(reason):
        wrong["reason"] = Invalid(N_("Skriv varför tiden förlängs. Skälet står kvar i ärendet."))
    if outage_id is not None and session.get(ServiceOutage, outage_id) is None:
        wrong["outage_id"] = Invalid(N_("Avbrottet finns inte. Välj ett i listan."))
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    made = PlanPhaseExtension(
        phase_id=phase.id,
        was_on=phase.ends_on,
        ends_on=ends_on,
        reason=clean(reason),
        outage_id=outage_id,
        decided_by_id=actor_id,
    )
    session.add(made)
    phase.ends_on = ends_on
    session.flush()
    recompute_in_time(session, phase)
    told = _told(phase) | {"was": _days(phase.starts_on, made.was_on), "reason": made.reason}
    audit.record(session, actor_id, "plan.phase_extend", plan, phase=phase.id, kind=phase.kind, **told)
    return made


def close_phase(session: Session, plan: Plan, phase: PlanPhase, *, actor_id: int | None, at: datetime) -> None:
    """The time is over and everything that came is read. Raises Invalid with what stands in the way."""
    lock(session, phase, None)
    _demand(phase.status == PhaseStatus.OPEN, N_("Skedet är inte öppet."))
    if found := phase_guards.why_not_close(session, phase, local(at).date()):
        raise Stopped(found, "status")
    phase.status, phase.closed_at = PhaseStatus.CLOSED.value, at
    session.flush()
    audit.record(session, actor_id, "plan.phase_close", plan, phase=phase.id, kind=phase.kind)


def check_dates(plan: Plan, draft: PhaseDraft, phase: PlanPhase | None = None) -> list[Problem]:
    """What there is to say of these days, also what is only worth a thought."""
    dates = phase_guards.dates_of(plan, phase, _typed(draft))
    return phase_guards.date_problems(rule_set(plan.rule_set), plan, dates)


def lock(session: Session, phase: PlanPhase, version: int | None) -> None:
    """Hold the phase's row until the transaction ends, opened if its day has come.

    Raises Conflict when it is no longer the `version` one saw.
    """
    session.execute(select(PlanPhase.id).where(PlanPhase.id == phase.id).with_for_update())
    session.refresh(phase)
    if version is not None and version != phase.version:
        raise Conflict(CHANGED_MEANWHILE)
    phase.version += 1
    _open_if_due(session, phase, now())


def _fill(plan: Plan, phase: PlanPhase, draft: PhaseDraft, rules: RuleSet) -> None:
    _check_texts(draft)
    stored = phase if phase.id is not None else None
    has_reason = bool(clean(draft.override_reason))
    found = that_stop(check_dates(plan, draft, stored), has_reason=has_reason)
    if found:
        raise Stopped(found, "ends_on")
    dates = phase_guards.dates_of(plan, stored, _typed(draft))
    least = phase_guards.least_of(rules, plan, dates)
    phase.starts_on, phase.ends_on = draft.starts_on, draft.ends_on
    phase.min_end_on = least[0] if least else None
    for name in TEXTS:
        setattr(phase, name, clean(getattr(draft, name)))


def _told(phase: PlanPhase) -> dict[str, Any]:
    """What the log keeps of a phase: its days, and why it goes past what the law asks for, where it does."""
    days = _days(phase.starts_on, phase.ends_on)
    return {"days": days} | ({"reason": phase.override_reason} if phase.override_reason else {})


def _days(first: date, last: date) -> list[str]:
    return [first.isoformat(), last.isoformat()]


def _typed(draft: PhaseDraft) -> tuple[str, date, date, bool]:
    return draft.kind, draft.starts_on, draft.ends_on, bool(clean(draft.all_agreed_evidence))


def _check_texts(draft: PhaseDraft) -> None:
    wrong: dict[str, DomainError] = {
        name: Invalid(
            N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."), length=length, most=TEXT_MAX
        )
        for name in TEXTS
        if (length := len(getattr(draft, name))) > TEXT_MAX
    }
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)


def _demand(holds: bool, message: str) -> None:
    if not holds:
        raise Conflict(message)
