"""Writes of a plan itself: started, changed, taken away. Callers commit."""

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account
from mapdialog.core import audit
from mapdialog.core.clock import local, now
from mapdialog.core.errors import Conflict, DomainError, Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo.geometry import to_element
from mapdialog.plans import deadlines, held_phases, plan_drafts
from mapdialog.plans.kinds import PhaseStatus
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.plan_drafts import PlanDraft
from mapdialog.plans.problems import Problem
from mapdialog.plans.rule_sets import RuleSet, list_rule_sets, rule_set, rule_set_on
from mapdialog.plans.rule_types import MinimumPeriod
from mapdialog.plans.starting import PlanStart, start_plan

CHANGED_MEANWHILE = N_("En kollega har ändrat planen sedan du öppnade den. Det du skrev finns kvar; jämför och spara.")
_PLAIN = (
    "deviates_from_comprehensive_plan",
    "significant_impact_assumed",
    "impact_decided_on",
    "officer_id",
    "kind",
    "procedure",
)
UNDER_WAY = (PhaseStatus.ANNOUNCED, PhaseStatus.OPEN)


class LacksReason(Invalid):
    """Another procedure without a reason; `problems` are the demands of it that phases which were held don't meet."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(N_("Skriv varför förfarandet ändras. Skälet står kvar i loggen."), field="change_reason")
        self.problems = problems


def rules_for(started_on: date) -> RuleSet:
    """The rules a plan started that day keeps; the oldest known for an earlier day, where nobody may start one."""
    return rule_set_on(max(started_on, min(one.used_from for one in list_rule_sets())))


def create_plan(session: Session, draft: PlanDraft, *, actor_id: int | None, language: str = "sv") -> Plan:
    """A plan with its vessel, kept to the rules of the day it was started. Raises Invalid with every field at fault."""
    rules = rules_for(draft.started_on)
    _check(session, draft, rules, language)
    start = PlanStart(
        registry_number=draft.registry_number,
        name=draft.name,
        kind=draft.kind,
        procedure=draft.procedure,
        started_on=draft.started_on,
        rule_set=rules.key,
        grounds=_grounds(draft, rules),
        area=draft.area,
        officer_id=draft.officer_id,
    )
    plan = start_plan(session, start, actor_id=actor_id)
    _copy(plan, draft, rules)
    session.flush()
    return plan


def update_plan(
    session: Session, plan: Plan, draft: PlanDraft, *, version: int | None, actor_id: int | None, language: str = "sv"
) -> None:
    """Change what the form holds. Raises Invalid, Conflict when it is no longer the `version` one saw."""
    rules = rule_set(plan.rule_set)
    lock(session, plan, version)
    _check(session, draft, rules, language)
    if draft.area is None and any(one.status != PhaseStatus.DRAFT for one in plan.phases):
        raise Invalid(N_("Planen har börjat kungöras och behöver sitt område."), field="area_choice")
    _check_phases(plan, draft, rules, language)
    changed = _check_change(plan, draft, rules)
    before = _shown(plan)
    _copy(plan, draft, rules)
    plan.area = to_element(draft.area) if draft.area is not None else None
    plan.dialogue.title = plan.name
    session.flush()
    session.refresh(plan)
    after = _shown(plan)
    told = changed if changed is not None else {}
    audit.record(
        session,
        actor_id,
        "plan.procedure_change" if changed is not None else "plan.update",
        plan,
        fields=sorted(name for name in after if after[name] != before[name]),
        **told,
    )


def delete_plan(session: Session, plan: Plan, *, actor_id: int | None) -> None:
    """Take away a plan put up by mistake, that holds nothing yet. Raises Conflict for any other."""
    lock(session, plan, None)
    holds = N_(
        "Planen har skeden, handlingar, ett register eller annat och kan inte tas bort. Avbryt planarbetet i stället."
    )
    if plan.phases or plan.overlays or plan.published_at is not None:
        raise Conflict(holds)
    audit.record(session, actor_id, "plan.delete", plan, registry_number=plan.registry_number)
    session.flush()
    try:
        with session.begin_nested():
            session.execute(delete(Plan).where(Plan.id == plan.id))
            session.execute(delete(Dialogue).where(Dialogue.id == plan.dialogue_id))
    except IntegrityError:  # Everything that belongs to a plan keeps it.
        raise Conflict(holds) from None
    session.expunge(plan)


def lock(session: Session, plan: Plan, version: int | None) -> None:
    """Hold the plan's row until the transaction ends. Raises Conflict when it is no longer the `version` one saw."""
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    session.refresh(plan)
    if version is not None and version != plan.version:
        raise Conflict(CHANGED_MEANWHILE)
    plan.version += 1


def problems(session: Session, draft: PlanDraft, rules: RuleSet, language: str) -> dict[str, DomainError]:
    """Every field that does not hold, with why."""
    wrong: dict[str, DomainError] = plan_drafts.problems(draft, rules, local(now()).date(), language)
    if draft.officer_id is not None and session.get(Account, draft.officer_id) is None:
        wrong["officer_id"] = Invalid(N_("Välj någon i listan."))
    oldest = min(one.used_from for one in list_rule_sets())
    if draft.started_on < oldest:
        wrong["started_on"] = Invalid(N_("Vi har inga regler för planer som startade före %(day)s."), day=oldest)
    return wrong


def _check(session: Session, draft: PlanDraft, rules: RuleSet, language: str) -> None:
    if wrong := problems(session, draft, rules, language):
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)


def _check_phases(plan: Plan, draft: PlanDraft, rules: RuleSet, language: str) -> None:
    """Another procedure or ground may not leave a phase that is not over without a place, or too short."""
    rule = rules.procedure(draft.procedure)
    for phase in plan.phases:
        if rule.phase(phase.kind) is None:  # type: ignore[arg-type]
            raise Invalid(
                N_("Planen har ett skede som inte finns i det förfarandet. Ta bort skedet först."), field="procedure"
            )
        least = _least(phase, draft, rules)
        is_excused = phase.override_reason or phase.all_agreed_evidence
        if phase.status not in (PhaseStatus.DRAFT, *UNDER_WAY) or least is None or is_excused:
            continue
        if phase.ends_on < least[0]:
            raise Invalid(
                N_("Ett skede slutar %(end)s men får då tidigast sluta %(least)s (%(legal)s). Ändra det först."),
                field="procedure",
                end=phase.ends_on,
                least=least[0],
                legal=least[1].legal_ref,
            )
    for phase in plan.phases:
        if phase.status in (PhaseStatus.DRAFT, *UNDER_WAY):
            least = _least(phase, draft, rules)
            phase.min_end_on = least[0] if least else None


def _check_change(plan: Plan, draft: PlanDraft, rules: RuleSet) -> dict[str, object] | None:
    """What the log tells of another procedure or other grounds; None where both are as they were. Raises LacksReason
    once the plan is under way and no reason is given, with every demand that what was held does not meet."""
    grounds = _grounds(draft, rules)
    is_other = draft.procedure != plan.procedure
    if not is_other and set(grounds) == set(plan.grounds):
        return None
    known = {one.key for one in held_phases.list_shortfalls(rules, plan, plan.procedure, plan.grounds)}
    found = held_phases.list_shortfalls(rules, plan, draft.procedure, grounds)
    new = [one for one in found if one.key not in known]
    reason = clean_line(draft.change_reason)
    is_under_way = any(one.status != PhaseStatus.DRAFT for one in plan.phases)
    if not reason and (new or (is_other and is_under_way)):
        raise LacksReason([one.problem for one in new])
    told: dict[str, object] = {"procedure": draft.procedure, "was": plan.procedure}
    told |= {"grounds": list(grounds), "were": list(plan.grounds)}
    return told | ({"reason": reason} if reason else {})


def _least(phase: PlanPhase, draft: PlanDraft, rules: RuleSet) -> tuple[date, MinimumPeriod] | None:
    return deadlines.minimum_end(rules, draft.procedure, _grounds(draft, rules), phase.kind, phase.starts_on)


def _grounds(draft: PlanDraft, rules: RuleSet) -> tuple[str, ...]:
    """The grounds in the law's order; none where the procedure asks for none."""
    rule = rules.procedure(draft.procedure)
    return tuple(str(one.key) for one in rules.grounds_for(rule.key) if one.key in draft.grounds)


def _copy(plan: Plan, draft: PlanDraft, rules: RuleSet) -> None:
    for name in plan_drafts.LINES:
        setattr(plan, name, clean_line(getattr(draft, name)))
    for name in plan_drafts.TEXTS:
        setattr(plan, name, clean(getattr(draft, name)))
    for name in _PLAIN:
        setattr(plan, name, getattr(draft, name))
    plan.grounds = list(_grounds(draft, rules))
    plan.updated_at = now()


def _shown(plan: Plan) -> dict[str, object]:
    names = (*plan_drafts.LINES, *plan_drafts.TEXTS, *_PLAIN, "grounds")
    return {name: getattr(plan, name) for name in names} | {"area": plan.area.desc if plan.area is not None else None}
