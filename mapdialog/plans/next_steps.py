"""What to do next in a plan, by when, and by which section of law: read out of where its phases stand."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core.text import N_
from mapdialog.plans import (
    adopting,
    adoption_rules,
    completeness,
    consenting,
    correcting,
    dispatching,
    duties,
    extending,
    held_phases,
    phase_guards,
    report_gaps,
    rules,
)
from mapdialog.plans.duties import Occasion
from mapdialog.plans.kinds import DispatchKind, PartyGroup, PhaseKind, PhaseStatus, PlanKind
from mapdialog.plans.models import Plan, PlanAdoption, PlanPhase
from mapdialog.plans.party_models import PlanDispatch, PlanParty
from mapdialog.plans.rule_sets import RuleSet, rule_set
from mapdialog.plans.rule_types import When

SOON = timedelta(days=31)
_TO_POST = N_("Sätt upp på anslagstavlan: %(title)s.")
_TO_POST_IN = N_("Sätt upp på anslagstavlan: %(title)s. Det gäller: %(phase)s.")
_TO_SEND, _TO_SEND_IN = N_("Skicka: %(title)s."), N_("Skicka: %(title)s. Det gäller: %(phase)s.")
_OVER = (PhaseStatus.CLOSED, PhaseStatus.REPORTED)
# Where a step is taken: the endpoint, which may not be mounted.
EDIT, PHASES, NEW_PHASE, PHASE = "plans_staff.edit", "plans_staff.phases", "plans_staff.new_phase", "plans_staff.phase"
ANNOUNCEMENT, DOCUMENTS = "plans_staff.announcement", "plans_staff.documents"
STATEMENTS, ANSWERS = "plan_statements_staff.index", "plan_answers_staff.index"
DISPATCHES, PARTIES = "plan_parties_staff.dispatches", "plan_parties_staff.index"
REPORTS, ADOPTION = "plan_reports_staff.index", "plan_adoption_staff.index"
# The sections by what they are about: of plans that chapter 5 governs, and of comprehensive plans.
_LAW = {
    "documents": ("5 kap. 13 och 21 §§ PBL", "3 kap. 9 och 12 §§ PBL"),
    "adoption": ("5 kap. 27 § PBL", "3 kap. 19 § PBL"),
    "legal_force": ("5 kap. 32 § PBL", "3 kap. 21–22 §§ PBL"),
}


@dataclass(frozen=True)
class NextStep:
    """One thing to do. `message` is a Swedish msgid whose %(name)s are in `params`; a msgid of a phase is translated.

    `by` is the last day to do it, None where no day is set; `is_waiting` means that nothing can be done until `by`.
    """

    message: str
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    legal_ref: str = ""
    by: date | None = None
    is_waiting: bool = False


def list_steps(session: Session, plan: Plan, today: date) -> list[NextStep]:
    """What there is to do now, the most urgent first; empty for a plan that is broken off or has legal force."""
    if plan.discontinued_on is not None:
        return []
    if plan.adoption is not None:
        return _until_legal_force(session, plan, plan.adoption, today)
    found = _of_the_plan(plan)
    ongoing = [one for one in plan.phases if one.status not in _OVER]
    if ongoing:
        found += _whom_it_concerns(session, plan)
    found += _falling_short(plan, today) + _approvals(session, plan)
    for phase in plan.phases:
        found += _of_a_phase(session, plan, phase, today)
    if correcting.list_to_renew(session, plan):
        found.append(NextStep(N_("Ett svar i en färdig redogörelse har rättats. Gör en ny version av den."), REPORTS))
    lacking = report_gaps.list_steps(session, plan)
    found += [NextStep(message, REPORTS, params=about, legal_ref=reference) for message, about, reference in lacking]
    return found if ongoing else found + _what_comes_after(session, plan)


def list_sendings(session: Session, plan: Plan, today: date) -> list[NextStep]:
    """What the law asks to be sent within a month, or should have been sent before, the most urgent first."""
    found = [
        NextStep(
            _TO_SEND if one.phase is None or not _is_reviewed_twice(plan) else _TO_SEND_IN,
            DISPATCHES,
            params={"title": one.duties[0].label, "phase": one.phase},
            legal_ref=one.duties[0].basis.legal_ref,
            by=one.due_on,
        )
        for one in duties.list_occasions(session, plan)
        if one.due_on is not None
        and not one.is_done
        and one.due_on <= today + SOON
        and _is_still_asked_for(session, plan, one)
    ]
    return sorted(found, key=lambda one: one.by or today)


def _is_still_asked_for(session: Session, plan: Plan, one: Occasion) -> bool:
    """Of a plan that is broken off only the message of that is, unless there is nobody to send it to."""
    if plan.discontinued_on is None:
        return True
    is_notice = one.kind == DispatchKind.DISCONTINUED_NOTICE
    return is_notice and bool(dispatching.propose(session, plan, one).addressees)


def law_of(plan: Plan, matter: str) -> str:
    """The section that a plan of that kind finds the matter in."""
    return _LAW[matter][plan.kind == PlanKind.COMPREHENSIVE_PLAN]


def _until_legal_force(session: Session, plan: Plan, adoption: PlanAdoption, today: date) -> list[NextStep]:
    if adoption.legal_force_on is not None:
        return []
    law = rule_set(plan.rule_set)
    if adoption.announced_on is None:
        message = N_(
            "Tillkännage protokollets justering på anslagstavlan och skriv in dagen. Överklagandetiden börjar då."
        )
        return [NextStep(message, ADOPTION, legal_ref="8 kap. 10 § kommunallagen", by=adoption.minutes_adjusted_on)]
    if adoption.appealed_on is not None:
        message = N_("Beslutet är överklagat. Skriv in hur det avgjordes, och dagen för laga kraft.")
        return [NextStep(message, ADOPTION, legal_ref=law_of(plan, "legal_force"))]
    county_on = adopting.county_received_on(session, plan)
    day = adoption_rules.earliest_legal_force(law, plan.kind, adoption.announced_on, county_received_on=county_on)
    waits = day is not None and today < day
    message = N_("Se efter om någon har överklagat, och skriv annars in dagen för laga kraft.")
    return [
        NextStep(message, ADOPTION, legal_ref=law_of(plan, "legal_force"), by=day if waits else None, is_waiting=waits)
    ]


def _of_the_plan(plan: Plan) -> list[NextStep]:
    found = []
    if plan.area is None:
        found.append(NextStep(N_("Rita eller läs in planområdet."), EDIT))
    is_announced = plan.phases and all(one.status != PhaseStatus.DRAFT for one in plan.phases)
    if not plan.area_words and not is_announced and plan.kind != PlanKind.COMPREHENSIVE_PLAN:
        message = N_("Skriv området i ord: anslagstavlan och breven har ingen karta.")
        found.append(NextStep(message, EDIT, {"_anchor": "area_words"}, legal_ref="5 kap. 11 d § 2 PBL"))
    if not plan.submit_to or not plan.contact:
        found.append(NextStep(N_("Skriv vart yttranden skickas och vem som svarar på frågor."), EDIT))
    if not plan.summary:
        found.append(NextStep(N_("Beskriv planen kort, på klarspråk."), EDIT))
    return found


def _falling_short(plan: Plan, today: date) -> list[NextStep]:
    """What was held and does not meet the demands of the plan's procedure, which may be another than it was then."""
    law, found = rule_set(plan.rule_set), []
    for one in held_phases.list_shortfalls(law, plan, plan.procedure, plan.grounds):
        about: dict[str, Any] = {"phase": one.phase}
        if one.announcement is not None:
            message = N_("%(phase)s saknar bevis på att det kungjordes. Skriv in det, eller håll skedet igen.")
            where: dict[str, Any] = {"phase_id": one.phase.id, "kind": one.announcement}
            found.append(NextStep(message, ANNOUNCEMENT, where, about, one.problem.legal_ref))
        elif one.problem.key == "opened_without":
            if one.phase.standing == PhaseStatus.OPEN:
                message = N_("%(phase)s öppnade fast något saknades. Se vad, och kungör på nytt eller förläng tiden.")
                found.append(NextStep(message, PHASE, {"phase_id": one.phase.id, "_anchor": "steps"}, about))
        elif one.phase.standing == PhaseStatus.OPEN and today <= one.phase.ends_on:
            message = N_("%(phase)s är för kort: förläng tiden till och med %(least)s.")
            about["least"], where = one.problem.params["least"], {"phase_id": one.phase.id, "_anchor": "extend"}
            found.append(NextStep(message, PHASE, where, about, one.problem.legal_ref, one.phase.ends_on))
        elif one.problem.key == "broken_off":
            message = N_("%(phase)s avbröts innan tiden var slut och ska hållas igen.")
            found.append(NextStep(message, NEW_PHASE, {"kind": one.phase.kind}, about, one.problem.legal_ref))
        else:
            message = N_("%(phase)s var för kort och ska hållas igen: den skulle ha pågått till och med %(least)s.")
            about["least"] = one.problem.params["least"]
            again = PhaseKind.SECOND_REVIEW.value if one.phase.kind == PhaseKind.REVIEW else one.phase.kind
            found.append(NextStep(message, NEW_PHASE, {"kind": again}, about, one.problem.legal_ref))
    return found


def _approvals(session: Session, plan: Plan) -> list[NextStep]:
    """Who has still to approve, from when the consultation opened until a review is announced in its place."""
    if not consenting.is_needed(plan) or not any(one.has_opened for one in plan.phases):
        return []
    held = consenting.count_consents(session, plan)
    if held.is_whole:
        return []
    message = N_(
        "%(approved)s av %(total)s i samrådskretsen har godkänt förslaget, %(declined)s säger nej. Hämta in alla "
        "godkännanden, eller planera en granskning."
    )
    counts = {"approved": held.approved, "total": held.total, "declined": held.declined}
    return [NextStep(message, PARTIES, params=counts, legal_ref=consenting.LEGAL_REF)]


def _whom_it_concerns(session: Session, plan: Plan) -> list[NextStep]:
    """Those who are always to have the proposal, while the register holds none of them."""
    duty = next(
        (one for one in rule_set(plan.rule_set).duties(plan.kind) if PartyGroup.AUTHORITY_MANDATORY in one.groups), None
    )
    known = select(PlanParty.id).where(
        PlanParty.plan_id == plan.id,
        PlanParty.party_group == PartyGroup.AUTHORITY_MANDATORY,
        PlanParty.merged_into_id.is_(None),
    )
    if duty is None or session.scalar(known.limit(1)) is not None:
        return []
    message = N_("Lägg till länsstyrelsen och de andra myndigheter som alltid ska ha förslaget i registret.")
    return [NextStep(message, PARTIES, legal_ref=duty.basis.legal_ref)]


def _of_a_phase(session: Session, plan: Plan, phase: PlanPhase, today: date) -> list[NextStep]:
    rules_of_plan = rule_set(plan.rule_set)
    match phase.standing_on(today):
        case PhaseStatus.DRAFT:
            return _preparing(session, rules_of_plan, plan, phase, today)
        case PhaseStatus.ANNOUNCED:
            return [*_before_opening(session, rules_of_plan, plan, phase), _waiting(phase)]
        case PhaseStatus.OPEN:
            return _open(session, phase, today)
        case PhaseStatus.CLOSED:
            return _answering(session, rules_of_plan, plan, phase)
    return [*_after_the_report(session, plan, phase), *_announcing_the_report(rules_of_plan, plan, phase)]


def _preparing(session: Session, law: RuleSet, plan: Plan, phase: PlanPhase, today: date) -> list[NextStep]:
    found = _before_opening(session, law, plan, phase)
    if not found or today > phase.starts_on:
        found.append(_opening(law, plan, phase))
    return found


def _before_opening(session: Session, law: RuleSet, plan: Plan, phase: PlanPhase) -> list[NextStep]:
    """What its announcements and its documents lack."""
    found = []
    for state in phase_guards.announcements(law, plan, phase):
        where: dict[str, Any] = {"phase_id": phase.id, "kind": state.need.kind}
        is_posted = state.written is not None and state.written.board_posted_on is not None
        if state.missing or state.stale or not is_posted:
            message = N_("Skriv om det som har ändrats: %(title)s.") if state.stale else _to_post(plan)
            if state.is_unknown:
                message = N_("Kontrollera texten: %(title)s.")
            if state.missing:
                message = N_("Skriv klart: %(title)s.")
            params: dict[str, Any] = {"title": state.checklist.label, "phase": phase}
            reference = state.checklist.basis.legal_ref
            found.append(NextStep(message, ANNOUNCEMENT, where, params, reference, phase.starts_on))
    if not phase_guards.has_documents(session, phase):
        found.append(_documents(phase))
    return found


def _is_reviewed_twice(plan: Plan) -> bool:
    """Whether the same is put up and sent more than once, so that it has to be said for which review."""
    return any(one.kind == PhaseKind.SECOND_REVIEW for one in plan.phases)


def _to_post(plan: Plan) -> str:
    return _TO_POST_IN if _is_reviewed_twice(plan) else _TO_POST


def _documents(phase: PlanPhase) -> NextStep:
    where: dict[str, Any] = {"phase_id": phase.id, "_anchor": "documents"}
    message = N_("Välj vilka handlingar som visas i skedet: %(phase)s.")
    return NextStep(message, PHASE, where, {"phase": phase}, law_of(phase.plan, "documents"), phase.starts_on)


def _opening(law: RuleSet, plan: Plan, phase: PlanPhase) -> NextStep:
    rule = phase_guards.rule_of(law, plan, phase.kind)
    reference = rule.basis.legal_ref if rule else ""
    message = N_("Öppna skedet: %(phase)s.")
    if any(one.is_required for one in phase_guards.announcements(law, plan, phase)):
        message = N_("Intyga att det är kungjort, så att planen visas för alla: %(phase)s.")
    return NextStep(message, PHASE, {"phase_id": phase.id}, {"phase": phase}, reference, phase.starts_on)


def _waiting(phase: PlanPhase) -> NextStep:
    message = N_("%(phase)s visas för alla och öppnar av sig självt.")
    return NextStep(message, PHASE, {"phase_id": phase.id}, {"phase": phase}, by=phase.starts_on, is_waiting=True)


def _open(session: Session, phase: PlanPhase, today: date) -> list[NextStep]:
    found = _unread(session, phase)
    if today <= phase.ends_on:
        found += _extended(session, phase)
    if today <= phase.ends_on:
        message = N_("%(phase)s pågår. Stäng skedet när tiden är ute.")
        found.append(
            NextStep(
                message,
                PHASE,
                {"phase_id": phase.id},
                {"phase": phase},
                by=phase.ends_on + timedelta(days=1),
                is_waiting=True,
            )
        )
    else:
        found.append(NextStep(N_("Stäng skedet: %(phase)s."), PHASE, {"phase_id": phase.id}, {"phase": phase}))
    return found


def _unread(session: Session, phase: PlanPhase) -> list[NextStep]:
    if unread := completeness.count_unread(session, phase):
        message = N_("Läs yttrandena som ingen har läst: %(count)s.")
        return [NextStep(message, STATEMENTS, params={"count": unread})]
    return []


def _extended(session: Session, phase: PlanPhase) -> list[NextStep]:
    """The latest extension has to be announced, with proof, and told to those who were written to."""
    latest = next(reversed(extending.list_extensions(session, phase)), None)
    if latest is None:
        return []
    found, about = [], {"phase": phase}
    where: dict[str, Any] = {"phase_id": phase.id, "_anchor": "extended"}
    if latest.board_posted_on is None and latest.newspaper_on is None:
        message = N_("Kungör att tiden är förlängd och skriv var och när: %(phase)s.")
        found.append(NextStep(message, PHASE, where, about, by=latest.was_on))
    told = select(PlanDispatch.id).where(PlanDispatch.phase_id == phase.id, PlanDispatch.frozen_at >= latest.decided_at)
    if session.scalar(told.limit(1)) is None:
        message = N_("Skriv till dem som har fått utskick att tiden är förlängd: %(phase)s.")
        found.append(NextStep(message, PHASE, where, about, by=latest.was_on))
    return found


def _answering(session: Session, law: RuleSet, plan: Plan, phase: PlanPhase) -> list[NextStep]:
    found, rule = _unread(session, phase), phase_guards.rule_of(law, plan, phase.kind)
    if rule is None or rule.report is None or not rule.report.is_required:
        return found
    left = completeness.count_left(session, plan, report_gaps.told_phases(session, plan, phase, rule.report.kind))
    reference = rules.REPORT_REFERENCES[rule.report.kind]
    count = left.undivided + left.unanswered + left.unfinished
    if count:
        message = N_("Dela upp och svara på det som kom in: %(count)s kvar.")
        return [*found, NextStep(message, ANSWERS, params={"count": count}, legal_ref=reference)]
    message = N_("Gör redogörelsen för skedet: %(phase)s.")
    return [*found, NextStep(message, REPORTS, params={"phase": phase}, legal_ref=reference)]


def _after_the_report(session: Session, plan: Plan, phase: PlanPhase) -> list[NextStep]:
    """What came in when the report was finished is read and answered as all else."""
    left = completeness.count_left(session, plan, [phase])
    found, count = _unread(session, phase), left.unanswered + left.unfinished
    if count:
        message = N_("Svara på det som kom in efter redogörelsen eller rättas: %(count)s kvar.")
        found.append(NextStep(message, ANSWERS, params={"count": count}))
    return found


def _announcing_the_report(law: RuleSet, plan: Plan, phase: PlanPhase) -> list[NextStep]:
    found = []
    for state in phase_guards.announcements(law, plan, phase, after=True):
        if state.written is None or state.missing or state.written.board_posted_on is None:
            found.append(
                NextStep(
                    _to_post(plan),
                    ANNOUNCEMENT,
                    {"phase_id": phase.id, "kind": state.need.kind},
                    {"title": state.checklist.label, "phase": phase},
                    state.checklist.basis.legal_ref,
                )
            )
    return found


def _what_comes_after(session: Session, plan: Plan) -> list[NextStep]:
    """The phase that the procedure has next; the adoption after the last."""
    law = rule_set(plan.rule_set)
    existing = {one.kind for one in plan.phases}
    last = plan.phases[-1] if plan.phases else None
    forced = None
    if last is not None:
        forced = rules.phase_after_change(law, plan.procedure, last.kind, major_change=last.major_change)
    for kind in held_phases.allowed(law, plan):
        rule = phase_guards.rule_of(law, plan, kind)
        if rule is not None and (kind == forced or (kind not in existing and rule.when == When.ALWAYS)):
            message, reference = N_("Planera nästa skede: %(kind)s."), rule.basis.legal_ref
            return [NextStep(message, NEW_PHASE, {"kind": kind}, {"kind": kind}, reference)]
    if last is None or last.kind == PhaseKind.PROGRAMME_CONSULTATION:
        return [NextStep(N_("Planera ett skede."), PHASES)]
    if last.status != PhaseStatus.REPORTED or _approvals(session, plan):
        return []
    return [NextStep(N_("Förbered antagandet."), ADOPTION, legal_ref=law_of(plan, "adoption"))]
