"""Puts right the day a plan was started, and with it the rules it keeps, until the public is told. Callers commit."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Conflict, DomainError, Invalid
from mapdialog.core.text import N_, clean
from mapdialog.plans import deadlines, plan_drafts, planning
from mapdialog.plans.kinds import PhaseStatus
from mapdialog.plans.models import Plan
from mapdialog.plans.plan_drafts import LINES, TEXTS, PlanDraft
from mapdialog.plans.rule_sets import RuleSet

TOLD = N_("Planen har börjat kungöras. Då ligger startdagen fast, och med den reglerna som planen följer.")


@dataclass(frozen=True)
class StartDraft:
    """Another day, and why; `procedure` and `grounds` are those of the rules that follow from it."""

    started_on: date
    reason: str
    procedure: str
    grounds: tuple[str, ...] = ()


def is_told(plan: Plan) -> bool:
    """Whether the public has been told of the plan: a phase is announced, or a text of one was put up."""
    if plan.published_at is not None:
        return True
    return any(
        phase.status != PhaseStatus.DRAFT or any(one.board_posted_on or one.newspaper_on for one in phase.announcements)
        for phase in plan.phases
    )


def correct_start(
    session: Session, plan: Plan, draft: StartDraft, *, actor_id: int | None, language: str = "sv"
) -> RuleSet:
    """Let the plan have started another day; gives the rules it keeps from now on.

    Raises Conflict once the public was told, Invalid by field: no reason, a day to come, a procedure or planned phases
    that those rules don't allow.
    """
    planning.lock(session, plan, None)
    if is_told(plan):
        raise Conflict(TOLD)
    rules = planning.rules_for(draft.started_on)
    wrong = _problems(session, plan, draft, rules, language)
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    was = plan.started_on
    plan.started_on, plan.rule_set, plan.procedure = draft.started_on, rules.key, draft.procedure
    plan.grounds = [str(one.key) for one in rules.grounds_for(draft.procedure) if one.key in draft.grounds]
    for phase in plan.phases:
        least = deadlines.minimum_end(rules, plan.procedure, plan.grounds, phase.kind, phase.starts_on)
        phase.min_end_on = least[0] if least else None
    session.flush()
    told = {"started": plan.started_on.isoformat(), "was": was.isoformat(), "reason": clean(draft.reason)}
    audit.record(session, actor_id, "plan.start_correct", plan, rules=rules.key, **told)
    return rules


def _problems(session: Session, plan: Plan, draft: StartDraft, rules: RuleSet, language: str) -> dict[str, DomainError]:
    found = planning.problems(session, _as_draft(plan, draft), rules, language)
    wrong: dict[str, DomainError] = {
        name: found[name] for name in ("started_on", "procedure", "grounds") if name in found
    }
    if draft.started_on == plan.started_on:
        wrong["started_on"] = Invalid(N_("Planarbetet startade redan den dagen. Skriv en annan."))
    if not clean(draft.reason):
        wrong["reason"] = Invalid(N_("Skriv varför dagen rättas. Skälet står kvar i loggen."))
    if "procedure" in wrong or "grounds" in wrong:
        return wrong
    rule = rules.procedure(draft.procedure)
    for phase in plan.phases:
        if rule.phase(phase.kind) is None:  # type: ignore[arg-type]
            wrong["procedure"] = Invalid(
                N_("Planen har ett skede som inte finns i det förfarandet. Ta bort skedet först.")
            )
            continue
        least = deadlines.minimum_end(rules, draft.procedure, draft.grounds, phase.kind, phase.starts_on)
        if least is not None and phase.ends_on < least[0] and not (phase.override_reason or phase.all_agreed_evidence):
            wrong["started_on"] = Invalid(
                N_("Ett skede slutar %(end)s men får då tidigast sluta %(least)s (%(legal)s). Ändra det först."),
                end=phase.ends_on,
                least=least[0],
                legal=least[1].legal_ref,
            )
    return wrong


def _as_draft(plan: Plan, draft: StartDraft) -> PlanDraft:
    names = (*LINES, *TEXTS, "kind", "officer_id", "impact_decided_on")
    truths = ("deviates_from_comprehensive_plan", "significant_impact_assumed")
    return plan_drafts.PlanDraft(
        **{name: getattr(plan, name) for name in (*names, *truths)},
        procedure=draft.procedure,
        grounds=draft.grounds,
        started_on=draft.started_on,
    )
