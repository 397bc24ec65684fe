"""What is typed about a plan, before it is stored: plain values, and everything in them that does not hold."""

from dataclasses import dataclass
from datetime import date

from shapely.geometry import MultiPolygon

from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.plans.kinds import Ground, Procedure
from mapdialog.plans.labels import PLAN_KINDS
from mapdialog.plans.rule_sets import RuleSet

LINES = ("registry_number", "name", "committee", "adopting_body", "contact", "submit_to", "other_country", "area_words")
TEXTS = ("grounds_text", "summary", "description")
LINE_MAX = 300
LIMITS = {"registry_number": 60, "name": 200, "summary": 1_000, "description": 20_000, "grounds_text": 4_000}


@dataclass(frozen=True)
class PlanDraft:
    """Everything the form of a plan holds. `area` in EPSG:3006; what is not known yet is None.

    `change_reason` is why the procedure or its grounds are other than they were, once the plan is under way.
    """

    registry_number: str
    name: str
    kind: str
    procedure: str
    started_on: date
    grounds: tuple[str, ...] = ()
    grounds_text: str = ""
    summary: str = ""
    description: str = ""
    committee: str = ""
    adopting_body: str = ""
    officer_id: int | None = None
    contact: str = ""
    submit_to: str = ""
    deviates_from_comprehensive_plan: bool | None = None
    significant_impact_assumed: bool | None = None
    impact_decided_on: date | None = None
    other_country: str = ""
    area: MultiPolygon | None = None
    area_words: str = ""
    change_reason: str = ""


def problems(draft: PlanDraft, rules: RuleSet, today: date, language: str = "sv") -> dict[str, DomainError]:
    """Every field that does not hold, with why and by which section of law."""
    wrong: dict[str, DomainError] = {}
    if not clean_line(draft.registry_number):
        wrong["registry_number"] = Invalid(
            N_("Skriv planens diarienummer. Det står på kvittot till den som lämnar ett yttrande.")
        )
    if not clean_line(draft.name):
        wrong["name"] = Invalid(N_("Ge planen ett namn, till exempel ”Detaljplan för Övre 3”."))
    for name in (*LINES, *TEXTS):
        value, most = getattr(draft, name), LIMITS.get(name, LINE_MAX)
        if (length := len(clean(value))) > most:
            wrong[name] = Invalid(
                N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."), length=length, most=most
            )
    if draft.started_on > today:
        wrong["started_on"] = Invalid(N_("Dagen har inte varit än. Skriv dagen då planarbetet startade."))
    if draft.impact_decided_on is not None and draft.impact_decided_on > today:
        wrong["impact_decided_on"] = Invalid(N_("Dagen har inte varit än. Skriv dagen då beslutet togs."))
    wrong |= _procedure_problems(draft, rules, language)
    return wrong


def _procedure_problems(draft: PlanDraft, rules: RuleSet, language: str) -> dict[str, DomainError]:
    """Kind, procedure and grounds that do not go together."""
    wrong: dict[str, DomainError] = {}
    if draft.kind not in PLAN_KINDS:
        return {"kind": Invalid(N_("Välj vilket slags plan det är."))}
    rule = next((one for one in rules.procedures if one.key == draft.procedure), None)
    if rule is None:
        return {"procedure": Invalid(N_("Välj ett förfarande."))}
    if draft.kind not in rule.plan_kinds:
        fitting = ", ".join(one.label.text(language) for one in rules.procedures_for(draft.kind))
        return {
            "procedure": Invalid(
                N_("Det förfarandet finns inte för den sortens plan. Välj något av: %(fitting)s."), fitting=fitting
            )
        }
    known = {str(one.key) for one in rules.grounds_for(rule.key)}
    if rule.has_grounds and not set(draft.grounds) & known:
        wrong["grounds"] = Invalid(N_("Välj minst en grund för förfarandet (%(legal)s)."), legal=rule.basis.legal_ref)
    has_impact_ground = Ground.SIGNIFICANT_IMPACT in draft.grounds
    impact = next((one for one in rules.grounds if one.key == Ground.SIGNIFICANT_IMPACT), None)
    if draft.significant_impact_assumed and impact is not None:
        if impact.key in known and not has_impact_ground and "grounds" not in wrong:
            wrong["grounds"] = Invalid(
                N_("Planen antas medföra betydande miljöpåverkan. Välj också den grunden (%(legal)s)."),
                legal=impact.basis.legal_ref,
            )
        elif draft.procedure in (Procedure.STANDARD, Procedure.STANDARD_LIMITED):
            wrong["procedure"] = Invalid(
                N_("Antas planen medföra betydande miljöpåverkan krävs utökat förfarande (%(legal)s)."),
                legal=impact.basis.legal_ref,
            )
    if Ground.SIGNIFICANT_IMPACT in known and has_impact_ground and draft.significant_impact_assumed is False:
        wrong["significant_impact_assumed"] = Invalid(
            N_("Grunden är betydande miljöpåverkan, men här står att den inte antas. Ändra det ena.")
        )
    return wrong
