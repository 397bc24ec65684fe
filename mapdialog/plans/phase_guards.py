"""What stands in the way of each step of a stored phase: its plan and its papers, held against the pure rules."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.core.clock import local
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.plans import announcement_facts, completeness, deadlines, phase_dates, report_gaps, rules
from mapdialog.plans.kinds import AnnouncementKind, PhaseKind, PhaseStatus, PlanKind, ReportKind
from mapdialog.plans.models import Plan, PlanAnnouncement, PlanDocument, PlanPhase, PlanPhaseDocument
from mapdialog.plans.phase_dates import PhaseDates
from mapdialog.plans.problems import Problem, Weight, that_stop
from mapdialog.plans.rule_sets import RuleSet, rule_set
from mapdialog.plans.rule_types import AnnouncementNeed, Checklist, ChecklistItem, MinimumPeriod, PhaseRule, When

_OVER = (PhaseStatus.CLOSED, PhaseStatus.REPORTED)
# What was said and shown in a phase that was held before the tool was taken up stands in the case's own papers.
_IN_THE_PAPERS = frozenset({"items_missing", "items_stale", "no_documents"})


class Stopped(Invalid):
    """A step that can't be taken: `problems` says everything that stands in its way."""

    def __init__(self, problems: list[Problem], field: str) -> None:
        params: dict[str, Any] = dict(problems[0].params)
        super().__init__(problems[0].message, field=field, **params)
        self.problems = problems


@dataclass(frozen=True)
class AnnouncementState:
    """An announcement that a phase needs, what is written of it, what it lacks and what no longer holds in it."""

    need: AnnouncementNeed
    checklist: Checklist
    written: PlanAnnouncement | None
    missing: tuple[ChecklistItem, ...]
    stale: tuple[ChecklistItem, ...]
    problems: tuple[Problem, ...]

    @property
    def is_unknown(self) -> bool:
        """Whether nobody knows if what is stale holds: it was written before marks of what was known were kept."""
        unmarked = announcement_facts.unmarked(self.written.items) if self.written else frozenset()
        return bool(self.stale) and all(one.key in unmarked for one in self.stale)

    @property
    def is_required(self) -> bool:
        """Whether the phase can't open without it."""
        return self.need.when != When.OPTIONAL


def rule_of(rule_set: RuleSet, plan: Plan, kind: str) -> PhaseRule | None:
    """What the plan's procedure says of a phase of that kind; None where it has no such phase."""
    if kind not in set(PhaseKind):
        return None
    return rule_set.procedure(plan.procedure).phase(PhaseKind(kind))


def allowed(rule_set: RuleSet, plan: Plan, *, short: Collection[int] = ()) -> tuple[PhaseKind, ...]:
    """The kinds of phase that may be planned now; a programme is consulted on before the plan it is for.

    `short` are the ids of phases that fall short of what the law asks (see held_phases.allowed).
    """
    # One that was broken off is held again.
    held = [one for one in plan.phases if one.broken_off_on is None]
    states = [rules.PhaseState(one.kind, one.status, one.major_change, one.id in short) for one in held]
    found = rules.allowed_phases(rule_set, plan.procedure, plan.kind, states)
    has_begun = any(one.kind != PhaseKind.PROGRAMME_CONSULTATION for one in plan.phases)
    return tuple(kind for kind in found if not (has_begun and kind == PhaseKind.PROGRAMME_CONSULTATION))


def earlier(plan: Plan, phase: PlanPhase | None) -> list[PlanPhase]:
    """The plan's phases that come before this one; all of them for one that is not stored yet."""
    order = list(PhaseKind)
    if phase is None:
        return list(plan.phases)
    own = (order.index(PhaseKind(phase.kind)), phase.round)
    return [one for one in plan.phases if (order.index(PhaseKind(one.kind)), one.round) < own]


def dates_of(
    plan: Plan, phase: PlanPhase | None, draft: tuple[str, date, date, bool] | None = None, today: date | None = None
) -> PhaseDates:
    """The days of a phase, as they are stored or (`draft`: kind, first day, last day, all agreed) as they are typed.

    With `today` the proposal can be read from that day on: what is opened late counts from then.
    """
    if draft is None:
        if phase is None:
            raise ValueError("neither a phase nor a draft of one")
        draft = (phase.kind, phase.starts_on, phase.ends_on, bool(phase.all_agreed_evidence))
    before = [one.ended_on for one in earlier(plan, phase)]
    is_opened = phase is not None and phase.has_opened
    posted = [_announced_on(plan, phase, one) for one in phase.announcements if one.kind in _BEFORE] if phase else []
    return PhaseDates(
        kind=draft[0],
        starts_on=draft[1],
        ends_on=draft[2],
        announced_on=max((day for day in posted if day is not None), default=None),
        available_on=today or (phase.readable_on if phase is not None else None),
        all_agreed=draft[3],
        follows=max(before, default=None),
        opened_with=(phase.starts_on, phase.ends_on) if phase is not None and is_opened else None,
    )


_BEFORE = (AnnouncementKind.KUNGORELSE, AnnouncementKind.UNDERRATTELSE)


def _announced_on(plan: Plan, phase: PlanPhase, written: PlanAnnouncement) -> date | None:
    """The day from which all could know: on the board, and in the newspaper where the law asks for that too."""
    law = rule_set(plan.rule_set)
    rule = rule_of(law, plan, phase.kind)
    wanted = (
        law.checklist(one.checklist).newspaper
        for one in (rule.announcements if rule else ())
        if one.kind == written.kind
    )
    days = (written.board_posted_on, written.newspaper_on if any(wanted) else None)
    return max((day for day in days if day is not None), default=None)


def date_problems(rule_set: RuleSet, plan: Plan, dates: PhaseDates) -> list[Problem]:
    """Everything there is to say of these days."""
    return phase_dates.check_phase_dates(rule_set, plan.procedure, plan.grounds, dates)


def least_of(rule_set: RuleSet, plan: Plan, dates: PhaseDates) -> tuple[date, MinimumPeriod] | None:
    """The earliest day the phase may end on, and why; None where the law sets none."""
    return deadlines.minimum_end(rule_set, plan.procedure, plan.grounds, dates.kind, dates.counts_from)


def announcements(rule_set: RuleSet, plan: Plan, phase: PlanPhase, *, after: bool = False) -> list[AnnouncementState]:
    """The announcements that go before the phase, or `after` its report, each with what it lacks."""
    rule = rule_of(rule_set, plan, phase.kind)
    if rule is None:
        return []
    needs = rules.announcements_after(rule) if after else needs_before(rule_set, plan, phase, plan.procedure)
    return [_state(rule_set, plan, phase, need) for need in needs]


def needs_before(rule_set: RuleSet, plan: Plan, phase: PlanPhase, procedure: str) -> tuple[AnnouncementNeed, ...]:
    """What that procedure announces before the phase; nothing where it has no such phase."""
    rule = rule_set.procedure(procedure).phase(PhaseKind(phase.kind))
    if rule is None:
        return ()
    before = earlier(plan, phase)
    return rules.announcements_before(
        rule,
        announced_before=any(
            one.kind == AnnouncementKind.KUNGORELSE and one.board_posted_on
            for was in before
            for one in was.announcements
        ),
        changed_much=any(was.major_change for was in before),
    )


def _state(rule_set: RuleSet, plan: Plan, phase: PlanPhase, need: AnnouncementNeed) -> AnnouncementState:
    checklist = rule_set.checklist(need.checklist)
    written = next((one for one in phase.announcements if one.kind == need.kind), None)
    items = written.items if written else {}
    missing = rules.missing_items(checklist, items, has_meeting=bool(phase.meetings))
    stale = announcement_facts.stale_items(checklist, items, announcement_facts.marks(checklist, plan, phase))
    problems = rules.why_not_announced(
        checklist,
        missing=len(missing),
        stale=[one.number for one in stale],
        is_unknown={one.key for one in stale} <= announcement_facts.unmarked(items),
        posted_on=written.board_posted_on if written else None,
        newspaper_on=written.newspaper_on if written else None,
        starts_on=phase.starts_on,
    )
    return AnnouncementState(need, checklist, written, missing, stale, tuple(problems))


def is_afterwards(phase: PlanPhase) -> bool:
    """Whether the phase was held before the tool was taken up, and put in when its last day had been."""
    return phase.opened_at is not None and local(phase.opened_at).date() > phase.ends_on


def readable_on(phase: PlanPhase, today: date) -> date | None:
    """The day the proposal can be read from when the phase is opened today; None where its last day has been."""
    return max(today, phase.starts_on) if today <= phase.ends_on else None


def why_not_open(session: Session, rule_set: RuleSet, plan: Plan, phase: PlanPhase, today: date) -> list[Problem]:
    """Everything that stands in the way of announcing the phase, or of opening one that needs no announcement.

    All is asked before it is announced: from its first day an announced phase is open, whatever it lacks.
    """
    has_reason = bool(phase.override_reason)
    found = rules.why_not_open(
        has_area=plan.area is not None,
        has_documents=has_documents(session, phase),
        earlier_unfinished=any(one.status not in _OVER for one in earlier(plan, phase)),
        date_problems=date_problems(rule_set, plan, dates_of(plan, phase, today=readable_on(phase, today))),
        has_reason=has_reason,
        has_uploads=any(one.is_public for one in plan.documents),
        is_comprehensive=plan.kind == PlanKind.COMPREHENSIVE_PLAN,
    )
    if plan.discontinued_on is not None:
        found.insert(0, Problem("discontinued", N_("Planarbetet är avbrutet."), Weight.STOPS))
    for state in announcements(rule_set, plan, phase):
        if state.is_required:
            found += that_stop(state.problems, has_reason=has_reason)
    before = earlier(plan, phase)
    lacking = report_gaps.list_problems(one for one in report_gaps.list_gaps(session, plan) if one.phase in before)
    found = _in_time_or_afterwards(phase, found, today) + _unreported(rule_set, plan, phase)
    return found + that_stop(lacking, has_reason=has_reason)


def why_not_post(session: Session, rule_set: RuleSet, plan: Plan, phase: PlanPhase, today: date) -> list[Problem]:
    """What has to be there before an announcement is put up, beside the announcement itself: its days are promised."""
    if phase.has_opened:
        return []
    own = {one.key for state in announcements(rule_set, plan, phase) for one in state.problems}
    return [one for one in why_not_open(session, rule_set, plan, phase, today) if one.key not in own]


def _in_time_or_afterwards(phase: PlanPhase, found: list[Problem], today: date) -> list[Problem]:
    """A phase whose last day has been is put in afterwards, with a reason and the proof that it was announced."""
    if today <= phase.ends_on:
        return found
    if phase.override_reason:
        return [one for one in found if one.key not in _IN_THE_PAPERS]
    message = N_(
        "Sista dagen har redan varit. Ändra tiden. Hölls skedet innan verktyget togs i bruk, skriv det "
        "som skäl att avvika: då förs det in i efterhand."
    )
    return [*found, Problem("is_past", message, Weight.NEEDS_REASON)]


def _unreported(rule_set: RuleSet, plan: Plan, phase: PlanPhase) -> list[Problem]:
    """The reports that have to be done before. The consultation's is sent along with the review (5:20); another review
    does not ask for the report of the one before (5:25, 3:18)."""
    found = []
    for one in earlier(plan, phase):
        rule, own = rule_of(rule_set, plan, one.kind), rule_of(rule_set, plan, phase.kind)
        if rule is None or rule.report is None or not rule.report.is_required or one.status != PhaseStatus.CLOSED:
            continue
        weight, reference = Weight.NEEDS_REASON, rules.REPORT_REFERENCES[rule.report.kind]
        if is_afterwards(one):
            message = N_(
                "Redogörelsen för det tidigare skedet, som fördes in i efterhand, är inte färdig här. "
                "Gör den, eller skriv som skäl att avvika var den finns."
            )
        elif rule.report.kind == ReportKind.SAMRADSREDOGORELSE:
            message = N_("Redogörelsen för det tidigare skedet är inte färdig. Den ska finnas när det här kungörs.")
            weight = Weight.STOPS
        else:
            message = N_(
                "Redogörelsen för det tidigare skedet är inte färdig. Gör den, eller skriv som skäl att avvika "
                "varför det här öppnar innan dess."
            )
            reference = own.basis.legal_ref if own else reference
        found.append(Problem("not_reported", message, weight, reference))
    return that_stop(found, has_reason=bool(phase.override_reason))


def has_documents(session: Session, phase: PlanPhase) -> bool:
    """Whether anything that the public may read is shown in the phase."""
    query = (
        select(func.count())
        .select_from(PlanPhaseDocument)
        .join(PlanDocument, PlanDocument.id == PlanPhaseDocument.document_id)
        .where(PlanPhaseDocument.phase_id == phase.id, PlanDocument.is_public)
    )
    return bool(session.scalar(query))


def why_not_close(session: Session, phase: PlanPhase, today: date) -> list[Problem]:
    """What stands in the way of closing the phase today."""
    return rules.why_not_close(completeness.count_unread(session, phase), ends_on=phase.ends_on, today=today)
