"""What is written to a plan's parties, in the Swedish it is sent in: a first wording that the officer goes on with."""

from dataclasses import replace
from datetime import date

from mapdialog.plans import announcement_texts
from mapdialog.plans.announcement_facts import action_of, facts_of
from mapdialog.plans.announcement_texts import Facts, in_words, meetings_in_words, where
from mapdialog.plans.kinds import DispatchKind, PhaseKind, PlanKind
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.unmet import is_reviewed

_A_PLAN = {
    PlanKind.DETAILED_PLAN: "detaljplan",
    PlanKind.AREA_REGULATIONS: "områdesbestämmelser",
    PlanKind.COMPREHENSIVE_PLAN: "översiktsplan",
    PlanKind.PLAN_PROGRAMME: "planprogram",
}


def suggest(
    plan: Plan, kind: str, phase: PlanPhase | None, *, municipality: str, web_url: str, appeal_last_day: date | None
) -> tuple[str, str]:
    """(title, body), paragraphs parted by blank lines. It greets nobody by name: one text goes to all."""
    makers = {
        DispatchKind.CONSULTATION_INVITATION: _consultation,
        DispatchKind.REVIEW_NOTICE: _review,
        DispatchKind.REVIEW_DOCUMENTS: _review_documents,
        DispatchKind.STATEMENT_NOTICE: _statement,
        DispatchKind.ADOPTION_NOTICE: _adoption,
        DispatchKind.LEGAL_FORCE_DOCUMENTS: _legal_force,
        DispatchKind.DISCONTINUED_NOTICE: _discontinued,
    }
    facts = _facts(plan, phase, municipality, web_url, appeal_last_day)
    title, paragraphs = makers[DispatchKind(kind)](plan, facts)
    contact = f"Frågor? Kontakta {plan.contact}." if plan.contact else ""
    return title, "\n\n".join(part for part in (*paragraphs, contact) if part)


def _facts(plan: Plan, phase: PlanPhase | None, municipality: str, web_url: str, appeal_last_day: date | None) -> Facts:
    adoption = plan.adoption
    if phase is not None:
        known = facts_of(plan, phase, municipality=municipality, web_url=web_url)
    else:
        known = Facts(
            municipality=municipality,
            plan_name=plan.name,
            plan_kind=plan.kind,
            registry_number=plan.registry_number,
            phase_kind=PhaseKind.REVIEW,
            action=action_of(plan),
            web_url=web_url,
            send_to=plan.submit_to,
            is_reviewed=is_reviewed(plan),
        )
    return replace(
        known,
        adopting_body=adoption.body if adoption else plan.adopting_body,
        decided_on=adoption.decided_on if adoption else None,
        announced_on=adoption.announced_on if adoption else None,
        appeal_last_day=appeal_last_day,
    )


def _about(facts: Facts) -> str:
    kind = _A_PLAN[PlanKind(facts.plan_kind)]
    what = kind if facts.action == "anta" else f"att {facts.action} en {kind}"
    return (
        f"{facts.municipality} har tagit fram ett förslag till {what}: {facts.plan_name}, "
        f"diarienummer {facts.registry_number}."
    )


def _where_it_is(facts: Facts) -> str:
    return f"Förslaget gäller {facts.area.rstrip('.')}." if facts.area else ""


def _days(facts: Facts) -> str:
    if facts.starts_on is None or facts.ends_on is None:
        return ""
    return f"från och med den {in_words(facts.starts_on)} till och med den {in_words(facts.ends_on)}"


def _how(facts: Facts) -> str:
    to = f" eller till {facts.send_to.strip().rstrip('.')}" if facts.send_to else ""
    last = f" Synpunkterna ska ha kommit in senast den {in_words(facts.ends_on)}." if facts.ends_on else ""
    return f"Lämna synpunkter på {facts.web_url}{to}. Ange diarienummer {facts.registry_number}.{last}"


def _consultation(plan: Plan, facts: Facts) -> tuple[str, list[str]]:
    rules = rule_set(plan.rule_set)
    return f"Samråd om {plan.name}", [
        f"{_about(facts)} Du får det här brevet för att förslaget berör dig eller din organisation.",
        " ".join(part for part in (_where_it_is(facts), plan.summary) if part),
        f"Samrådet pågår {_days(facts)}. Förslaget finns {where(facts)}.",
        meetings_in_words(facts),
        _how(facts),
        _asked(plan, facts),
        announcement_texts.appeal_words(rules, facts),
    ]


def _asked(plan: Plan, facts: Facts) -> str:
    """What those consulted are asked for besides their views."""
    rule = rule_set(plan.rule_set).procedure(plan.procedure).phase(PhaseKind(facts.phase_kind))
    return rule.ask.sv if rule else ""


def _review(plan: Plan, facts: Facts) -> tuple[str, list[str]]:
    rules = rule_set(plan.rule_set)
    title, since = "Granskning", "Efter samrådet har förslaget bearbetats, och nu kan det granskas."
    if facts.phase_kind == PhaseKind.SECOND_REVIEW:
        title = "Förnyad granskning"
        since = "Efter granskningen har förslaget ändrats väsentligt, och därför kan det granskas på nytt."
    return f"{title} av {plan.name}", [
        f"{_about(facts)} {since} Du får det här brevet för att förslaget berör dig eller din organisation.",
        _where_it_is(facts),
        f"Granskningen pågår {_days(facts)}. Förslaget och redogörelsen för samrådet finns {where(facts)}.",
        meetings_in_words(facts),
        _how(facts),
        "Den som inte har lämnat en skriftlig synpunkt senast under granskningstiden kan förlora rätten att överklaga."
        if rules.appeal(plan.kind).only_written
        else "",
        announcement_texts.appeal_words(rules, facts),
    ]


def _review_documents(plan: Plan, facts: Facts) -> tuple[str, list[str]]:
    return f"Granskning av {plan.name}: förslaget och samrådsredogörelsen", [
        f"{_about(facts)} Förslaget granskas {_days(facts)}.",
        f"Planförslaget och samrådsredogörelsen finns på {facts.web_url}.",
        _how(facts),
    ]


def _statement(plan: Plan, facts: Facts) -> tuple[str, list[str]]:
    report = "Samrådsredogörelse" if facts.phase_kind == PhaseKind.CONSULTATION else "Granskningsutlåtande"
    a_report, the_report = (
        ("en samrådsredogörelse", "Samrådsredogörelsen")
        if facts.phase_kind == PhaseKind.CONSULTATION
        else ("ett granskningsutlåtande", "Granskningsutlåtandet")
    )
    return f"{report} för {plan.name}", [
        f"Du har lämnat skriftliga synpunkter på {plan.name}, diarienummer {plan.registry_number}, som inte har "
        "tillgodosetts eller bara delvis har tillgodosetts.",
        f"Kommunen har nu sammanställt synpunkterna och sina svar i {a_report}. Där står också varför "
        f"synpunkter inte har tillgodosetts. {the_report} finns på {facts.web_url}.",
        f"Nästa steg är att {facts.adopting_body or 'kommunen'} tar ställning till om planen ska antas. Du får ett "
        "meddelande när det har skett. Då får du också veta hur du överklagar.",
    ]


def _adoption(plan: Plan, facts: Facts) -> tuple[str, list[str]]:
    place = f"Beslutet, utdraget ur protokollet och handlingarna finns på {facts.web_url}."
    texts: dict[str, str] = {}
    rules = rule_set(plan.rule_set)
    notice = next((one for one in rules.checklists if one.kind == "notice_of_adoption"), None)
    if notice is not None:
        texts = announcement_texts.item_texts(notice, facts)
    decided = texts.get("adoption") or f"{plan.name} har antagits."
    appeal = [texts.get("how_to_appeal", "")]
    rule = rules.appeal(plan.kind)
    if not rule.only_written:
        last = facts.appeal_last_day
        until = rule.until.sv.format(day=f"den {in_words(last)}") if last else ""
        appeal = [rule.full.sv.strip(), until, rule.send.sv.format(where=facts.send_to, number=plan.registry_number)]
    return f"{plan.name} har antagits", [f"{decided} Diarienummer {plan.registry_number}.", place, *appeal]


def _legal_force(plan: Plan, facts: Facts) -> tuple[str, list[str]]:
    adoption = plan.adoption
    since = f" den {in_words(adoption.legal_force_on)}" if adoption and adoption.legal_force_on else ""
    duties = rule_set(plan.rule_set).duties(plan.kind, "legal_force")
    what = duties[0].label.sv if duties else "Handlingarna"
    return f"{plan.name} har fått laga kraft", [
        f"{plan.name}, diarienummer {plan.registry_number}, fick laga kraft{since}.",
        # One text goes to all, and a mail carries no files.
        f"Till meddelandet hör {what[0].lower()}{what[1:]}. I ett brev ligger det med; till den som får "
        "meddelandet med e-post skickas det för sig.",
    ]


def _discontinued(plan: Plan, facts: Facts) -> tuple[str, list[str]]:
    on = f" den {in_words(plan.discontinued_on)}" if plan.discontinued_on else ""
    return f"Planarbetet är avbrutet: {plan.name}", [
        f"{facts.municipality} avbröt{on} arbetet med {plan.name}, diarienummer {plan.registry_number}. Planen antas "
        "inte. Du får det här brevet för att du har fått utskick i ärendet eller har lämnat synpunkter.",
        plan.discontinued_reason,
        f"De synpunkter som har kommit in finns kvar i ärendet. Mer står på {facts.web_url}.",
    ]
