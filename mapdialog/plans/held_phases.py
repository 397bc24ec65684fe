"""What a phase that was held lacks of what a procedure demands: its announcement with proof, and its time."""

from collections.abc import Iterable
from dataclasses import dataclass

from mapdialog.core.text import N_
from mapdialog.plans import deadlines, opened_without, phase_guards
from mapdialog.plans.kinds import AnnouncementKind, PhaseKind, PhaseStatus
from mapdialog.plans.labels import ANNOUNCEMENT_KINDS, PHASE_KINDS
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.problems import Problem, Weight
from mapdialog.plans.rule_sets import RuleSet
from mapdialog.plans.rule_types import AnnouncementNeed, When

_JUDGED_ANEW = frozenset({"not_posted", "not_in_newspaper", "posted_late", "too_short"})
_REVIEWS = (PhaseKind.REVIEW, PhaseKind.SECOND_REVIEW)
_HELD = (PhaseStatus.OPEN, PhaseStatus.CLOSED, PhaseStatus.REPORTED)


@dataclass(frozen=True)
class Shortfall:
    """One demand that a held phase does not meet; `announcement` is the one it lacks, None where it was too short or
    broken off."""

    phase: PlanPhase
    problem: Problem
    announcement: AnnouncementKind | None = None

    @property
    def key(self) -> tuple[int, str, str]:
        """The same for the same demand of the same phase."""
        return self.phase.id, self.problem.key, str(self.announcement or "")


def list_shortfalls(law: RuleSet, plan: Plan, procedure: str, grounds: Iterable[str]) -> list[Shortfall]:
    """Every demand of the procedure that a phase which has begun does not meet. Of several rounds the last counts."""
    grounds = tuple(grounds)
    # A second review is the first held again.
    held = [phase for phase in plan.phases if phase.standing in _HELD]
    latest = {PhaseKind.REVIEW if phase.kind in _REVIEWS else phase.kind: phase for phase in held}
    found = []
    for phase in latest.values():
        found += [_unannounced(law, phase, one) for one in lacking_proof(law, plan, phase, procedure)]
        found += _too_short(law, plan, phase, procedure, grounds) or _broken_off(law, phase, procedure)
        found += _opened_without(phase)
    return found


def allowed(law: RuleSet, plan: Plan) -> tuple[PhaseKind, ...]:
    """The kinds of phase that may be planned now, among them again a review that was held and falls short."""
    found = list_shortfalls(law, plan, plan.procedure, plan.grounds)
    over = (PhaseStatus.CLOSED, PhaseStatus.REPORTED)
    return phase_guards.allowed(law, plan, short={one.phase.id for one in found if one.phase.status in over})


def lacking_proof(law: RuleSet, plan: Plan, phase: PlanPhase, procedure: str) -> list[AnnouncementNeed]:
    """The announcements the phase was to begin with that nothing tells were ever put up, or stood in a newspaper where
    they were to (a reason may say where they stood instead)."""
    posted = {one.kind for one in phase.announcements if one.board_posted_on is not None}
    printed = {one.kind for one in phase.announcements if one.newspaper_on is not None or phase.override_reason}
    return [
        need
        for need in phase_guards.needs_before(law, plan, phase, procedure)
        if need.when != When.OPTIONAL
        and (need.kind not in posted or (law.checklist(need.checklist).newspaper and need.kind not in printed))
    ]


def _unannounced(law: RuleSet, phase: PlanPhase, need: AnnouncementNeed) -> Shortfall:
    message = N_("%(phase)s: det finns inget bevis på att det kungjordes (%(what)s).")
    params = {"phase": PHASE_KINDS[phase.kind], "what": ANNOUNCEMENT_KINDS[need.kind]}
    reference = law.checklist(need.checklist).basis.legal_ref
    return Shortfall(phase, Problem("not_posted", message, Weight.NEEDS_REASON, reference, params), need.kind)


def _too_short(law: RuleSet, plan: Plan, phase: PlanPhase, procedure: str, grounds: tuple[str, ...]) -> list[Shortfall]:
    if phase.override_reason or phase.all_agreed_evidence:
        return []
    starts_on = phase_guards.dates_of(plan, phase).counts_from
    least = deadlines.minimum_end(law, procedure, grounds, phase.kind, starts_on)
    if least is None or phase.ended_on >= least[0]:
        return []
    message = N_("%(phase)s: tiden var för kort. Den slutade %(end)s och skulle ha pågått till och med %(least)s.")
    params = {"phase": PHASE_KINDS[phase.kind], "end": phase.ended_on, "least": least[0]}
    return [Shortfall(phase, Problem("too_short", message, Weight.NEEDS_REASON, least[1].legal_ref, params))]


def _opened_without(phase: PlanPhase) -> list[Shortfall]:
    # What is judged anew above, by the proof and the days there are now, is not told twice.
    if all(one.key in _JUDGED_ANEW for one in opened_without.list_kept(phase)):
        return []
    message = N_("%(phase)s öppnade av sig självt fast något saknades. Skedets sida säger vad.")
    problem = Problem("opened_without", message, Weight.NEEDS_REASON, params={"phase": PHASE_KINDS[phase.kind]})
    return [Shortfall(phase, problem)]


def _broken_off(law: RuleSet, phase: PlanPhase, procedure: str) -> list[Shortfall]:
    rule = law.procedure(procedure).phase(PhaseKind(phase.kind))
    if phase.broken_off_on is None or rule is None:
        return []
    message = N_("%(phase)s: skedet avbröts %(day)s, innan tiden var slut.")
    params = {"phase": PHASE_KINDS[phase.kind], "day": phase.broken_off_on}
    problem = Problem("broken_off", message, Weight.NEEDS_REASON, rule.basis.legal_ref, params)
    return [Shortfall(phase, problem)]
