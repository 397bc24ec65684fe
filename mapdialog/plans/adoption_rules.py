"""Pure rules of adopting a plan: the order of its days, what must be done first, and when it can have legal force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mapdialog.core.text import N_
from mapdialog.plans import deadlines, rules
from mapdialog.plans.kinds import PhaseKind, PhaseStatus, PlanKind
from mapdialog.plans.problems import Problem, Weight
from mapdialog.plans.rule_sets import RuleSet
from mapdialog.plans.rule_types import When

_REVIEWS = (PhaseKind.REVIEW, PhaseKind.SECOND_REVIEW)


@dataclass(frozen=True)
class PhaseFact:
    """What adoption needs to know of a phase; `reported` tells whether its report is finished here."""

    kind: str
    status: str
    ends_on: date
    major_change: bool
    reported: bool


@dataclass(frozen=True)
class AdoptionDraft:
    """The decision and its days, as they are typed. `is_settled` tells that every appeal has been decided."""

    decided_on: date | None = None
    body: str = ""
    section: str = ""
    minutes_adjusted_on: date | None = None
    announced_on: date | None = None
    announced_url: str = ""
    appealed_on: date | None = None
    appeal_note: str = ""
    is_settled: bool = False
    legal_force_on: date | None = None
    sent_note: str = ""


def why_not_adopted(
    rule_set: RuleSet,
    procedure: str,
    plan_kind: str,
    phases: Sequence[PhaseFact],
    decided_on: date | None,
    *,
    is_discontinued: bool = False,
) -> list[Problem]:
    """What stands in the way of adopting: the law's order stops, what may have been done elsewhere needs a reason."""
    if plan_kind == PlanKind.PLAN_PROGRAMME:
        message = N_("Ett planprogram antas inte. Det är underlag för en detaljplan.")
        return [Problem("programme", message, Weight.STOPS, "5 kap. 10 § PBL")]
    found = []
    if is_discontinued:
        found.append(Problem("discontinued", N_("Planarbetet är avbrutet. Ta upp det igen först."), Weight.STOPS))
    found += _unfinished(rule_set, procedure, plan_kind, phases, decided_on)
    if (again := _forced_review(rule_set, procedure, phases)) is not None:
        message = N_("Förslaget ändrades väsentligt, så det ska granskas på nytt innan det antas.")
        reference = "3 kap. 18 § PBL" if plan_kind == PlanKind.COMPREHENSIVE_PLAN else "5 kap. 25 § PBL"
        found.append(Problem("second_review", message, Weight.STOPS, reference, {"phase": again}))
    if phases and (last := _last(phases)) and not last.reported:
        report = rule_set.procedure(procedure).phase(PhaseKind(last.kind))
        if report is not None and report.report is not None and report.report.is_required:
            message = N_("Redogörelsen efter det sista skedet är inte färdigställd här.")
            reference = rules.REPORT_REFERENCES.get(report.report.kind, "")
            found.append(Problem("no_report", message, Weight.NEEDS_REASON, reference))
    return found


def check_days(rule_set: RuleSet, plan_kind: str, draft: AdoptionDraft, today: date) -> dict[str, Problem]:
    """What is wrong with the days, by field: each after the one before, none in the future but legal force's own."""
    found: dict[str, Problem] = {}
    order = (
        ("decided_on", draft.decided_on, None, None),
        (
            "minutes_adjusted_on",
            draft.minutes_adjusted_on,
            draft.decided_on,
            N_("Protokollet kan inte justeras före beslutet."),
        ),
        (
            "announced_on",
            draft.announced_on,
            draft.minutes_adjusted_on,
            N_("Justeringen tillkännages tidigast den dag protokollet justerades."),
        ),
        (
            "appealed_on",
            draft.appealed_on,
            draft.decided_on,
            N_("Beslutet kan inte överklagas innan det är fattat."),
        ),
    )
    for name, day, before, message in order:
        if day is not None and day > today:
            found[name] = Problem("future", N_("Dagen har inte varit än."), Weight.STOPS)
        elif day is not None and before is not None and message and day < before:
            found[name] = Problem("order", message, Weight.STOPS)
    if draft.announced_on is not None and draft.minutes_adjusted_on is None:
        message = N_("Skriv också vilken dag protokollet justerades.")
        found["minutes_adjusted_on"] = Problem("no_adjusting", message, Weight.STOPS, "8 kap. 10 § kommunallagen")
    if draft.legal_force_on is not None:
        found |= _check_legal_force(rule_set, plan_kind, draft)
    return found


def earliest_legal_force(
    rule_set: RuleSet, plan_kind: str, announced_on: date | None, *, county_received_on: date | None = None
) -> date | None:
    """The first day of legal force when nobody appeals; None before the announcement."""
    if announced_on is None:
        return None
    return deadlines.legal_force_on(announced_on, rule_set, plan_kind, county_received_on=county_received_on)


def why_not_legal_force(
    rule_set: RuleSet, plan_kind: str, draft: AdoptionDraft, *, county_received_on: date | None, is_sent: bool
) -> list[Problem]:
    """What of the notice of adoption has to be there before legal force: the county's weeks run from it (11:10).

    `is_sent` tells that everybody who is to have it was sent it. All of it may have been done elsewhere, with a reason.
    """
    if draft.legal_force_on is None:
        return []
    is_comprehensive = plan_kind == PlanKind.COMPREHENSIVE_PLAN
    if not is_comprehensive and county_received_on is None:
        message = N_(
            "Underrättelsen om antagandet är inte skickad till länsstyrelsen, och dess tre veckor räknas från den. "
            "Skicka den först, eller skriv varför planen har fått laga kraft ändå."
        )
        return [Problem("county_not_told", message, Weight.NEEDS_REASON, "5 kap. 29 § och 11 kap. 10 § PBL")]
    if not is_sent:
        message = N_(
            "Underrättelsen om antagandet är inte skickad till alla som ska ha den. "
            "Skicka den först, eller skriv varför planen har fått laga kraft ändå."
        )
        reference = "3 kap. 19 a § PBL" if is_comprehensive else "5 kap. 29 och 30 §§ PBL"
        return [Problem("not_told", message, Weight.NEEDS_REASON, reference)]
    earliest = earliest_legal_force(rule_set, plan_kind, draft.announced_on, county_received_on=county_received_on)
    if not is_comprehensive and earliest is not None and draft.legal_force_on < earliest:
        message = N_(
            "Länsstyrelsens tid är inte slut: laga kraft blir tidigast %(day)s. "
            "Skriv varför, om den redan har beslutat att inte pröva planen."
        )
        params = {"day": earliest}
        return [Problem("county_has_time", message, Weight.NEEDS_REASON, "11 kap. 10 § PBL", params)]
    return []


def _check_legal_force(rule_set: RuleSet, plan_kind: str, draft: AdoptionDraft) -> dict[str, Problem]:
    reference = "3 kap. 21 § PBL" if plan_kind == PlanKind.COMPREHENSIVE_PLAN else "5 kap. 32 § PBL"
    if draft.announced_on is None or draft.legal_force_on is None:
        message = N_("Skriv först vilken dag justeringen tillkännagavs. Överklagandetiden räknas från den.")
        return {"legal_force_on": Problem("not_announced", message, Weight.STOPS, reference)}
    if draft.appealed_on is not None and not draft.is_settled:
        message = N_("Beslutet är överklagat. Det får laga kraft först när överklagandet är avgjort.")
        return {"legal_force_on": Problem("appealed", message, Weight.STOPS, reference)}
    if draft.appealed_on is not None and not draft.appeal_note.strip():
        message = N_("Skriv hur överklagandet avgjordes: domstol, målnummer och dag.")
        return {"appeal_note": Problem("no_outcome", message, Weight.STOPS)}
    last = deadlines.appeal_last_day(draft.announced_on, rule_set, plan_kind)
    if draft.legal_force_on <= last:
        message = N_("Överklagandetiden går ut %(day)s. Laga kraft kan tidigast bli dagen efter.")
        return {"legal_force_on": Problem("too_early", message, Weight.STOPS, reference, {"day": last})}
    return {}


def _unfinished(
    rule_set: RuleSet, procedure: str, plan_kind: str, phases: Sequence[PhaseFact], decided_on: date | None
) -> list[Problem]:
    found = []
    if any(one.status in (PhaseStatus.OPEN, PhaseStatus.ANNOUNCED) for one in phases):
        found.append(Problem("open", N_("Ett skede är inte stängt än."), Weight.STOPS))
    over = [one for one in phases if one.status in (PhaseStatus.CLOSED, PhaseStatus.REPORTED)]
    last = max((one.ends_on for one in over), default=None)
    if decided_on is not None and last is not None and decided_on <= last:
        message = N_("Beslutet kan inte fattas innan det sista skedet är slut, %(day)s.")
        found.append(Problem("too_early", message, Weight.STOPS, params={"day": last}))
    held = {one.kind for one in phases if one.status != PhaseStatus.DRAFT}
    for phase in rule_set.procedure(procedure).phases_for(plan_kind):
        if phase.when == When.ALWAYS and phase.kind not in held:
            message = {
                PhaseKind.CONSULTATION: N_("Något samråd har inte hållits här."),
                PhaseKind.REVIEW: N_("Någon granskning har inte hållits här."),
            }.get(phase.kind, N_("Ett skede som lagen kräver har inte hållits här."))
            found.append(Problem(f"no_{phase.kind}", message, Weight.NEEDS_REASON, phase.basis.legal_ref))
    return found


def _forced_review(rule_set: RuleSet, procedure: str, phases: Sequence[PhaseFact]) -> PhaseKind | None:
    """The review that a substantial change forces and that has not been held after it."""
    ordered = sorted(phases, key=lambda one: one.ends_on)
    for number, one in enumerate(ordered):
        forced = rules.phase_after_change(rule_set, procedure, one.kind, major_change=one.major_change)
        later = [each for each in ordered[number + 1 :] if each.kind in _REVIEWS]
        is_held = any(each.status in (PhaseStatus.CLOSED, PhaseStatus.REPORTED) for each in later)
        if forced is not None and not is_held:
            return forced
    return None


def _last(phases: Sequence[PhaseFact]) -> PhaseFact:
    return max(phases, key=lambda one: one.ends_on)
