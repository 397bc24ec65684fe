"""What an announcement of a plan says, item by item of its checklist, in the Swedish it is put up in; pure.

The tool writes the text; the municipality's own notice board and newspaper announce it. A fact that is not known gives
an empty item, which the checklist then asks for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from babel.dates import format_date, format_datetime

from mapdialog.core.clock import STOCKHOLM
from mapdialog.plans.kinds import PhaseKind, PlanKind
from mapdialog.plans.rule_sets import RuleSet
from mapdialog.plans.rule_types import AppealRule, Checklist

_A_PLAN = {
    PlanKind.DETAILED_PLAN: "en detaljplan",
    PlanKind.AREA_REGULATIONS: "områdesbestämmelser",
    PlanKind.COMPREHENSIVE_PLAN: "en översiktsplan",
    PlanKind.PLAN_PROGRAMME: "ett planprogram",
}
_THE_PLAN = {
    PlanKind.DETAILED_PLAN: "planen",
    PlanKind.AREA_REGULATIONS: "områdesbestämmelserna",
    PlanKind.COMPREHENSIVE_PLAN: "översiktsplanen",
    PlanKind.PLAN_PROGRAMME: "programmet",
}


@dataclass(frozen=True)
class MeetingFacts:
    """A public meeting: an aware moment, and where."""

    starts_at: datetime
    place: str


@dataclass(frozen=True)
class Facts:
    """Everything an announcement may say, as plain values; what is not known yet is None or empty.

    `action` is what is proposed to be done with the plan, so that it follows "att". `area` describes the area so that
    it follows "gäller"; `content` is whole sentences.
    `places` are where the papers can be read besides the web. `other_country` None means that it is not decided, ''
    that none is consulted. `is_reviewed` is whether a review is held or is to be. The last five are of the decision.
    """

    municipality: str
    plan_name: str
    plan_kind: str
    registry_number: str
    phase_kind: str = PhaseKind.CONSULTATION
    action: str = "anta"
    area: str = ""
    content: str = ""
    deviates: bool | None = None
    deviation: str = ""
    significant_impact: bool | None = None
    other_country: str | None = ""
    starts_on: date | None = None
    ends_on: date | None = None
    web_url: str = ""
    places: tuple[str, ...] = ()
    send_to: str = ""
    meetings: tuple[MeetingFacts, ...] = ()
    is_reviewed: bool = True
    adopting_body: str = ""
    decided_on: date | None = None
    announced_on: date | None = None
    appeal_last_day: date | None = None
    court: str = "mark- och miljödomstolen"


def item_texts(checklist: Checklist, facts: Facts) -> dict[str, str]:
    """What each item of the checklist says, by its key and in its order; '' where a fact is missing."""
    return {one.key: _MAKERS[one.key](facts) for one in checklist.items}


def headline(checklist: Checklist, facts: Facts) -> str:
    """What the announcement is called: 'Kungörelse om samråd: Detaljplan för Övre 3'."""
    return f"{checklist.label.sv}: {facts.plan_name}"


def whole_text(checklist: Checklist, facts: Facts, items: Mapping[str, str] | None = None) -> str:
    """The announcement, paragraphs parted by blank lines: headline, the items that say something, who announces.

    `items` are the officer's own words by key; without them they are made of the facts.
    """
    said = item_texts(checklist, facts) if items is None else items
    paragraphs = [headline(checklist, facts)]
    paragraphs += [text for one in checklist.items if (text := said.get(one.key, "").strip())]
    return "\n\n".join([*paragraphs, f"{facts.municipality}\nDiarienummer {facts.registry_number}"])


def extension_text(facts: Facts, was_on: date) -> str:
    """What is announced when the time is extended: until when, what it was, and where views are sent."""
    time = _period(facts).capitalize()
    last = in_words(facts.ends_on) if facts.ends_on else ""
    said = f"{time} för {facts.plan_name}, diarienummer {facts.registry_number}, är förlängd till och med den {last}. "
    said += f"Den skulle ha slutat den {in_words(was_on)}."
    return "\n\n".join(part for part in (said, _send_to(facts)) if part)


def appeal_words(rules: RuleSet, facts: Facts, language: str = "sv") -> str:
    """Who may appeal and how, in plain words for a citizen in that phase; paragraphs parted by blank lines."""
    rule = appeal_rule(rules, facts.plan_kind, facts.phase_kind, is_reviewed=facts.is_reviewed)
    return rule.full.text(language).strip()


def appeal_rule(rules: RuleSet, plan_kind: str, phase_kind: str, *, is_reviewed: bool) -> AppealRule:
    """What holds of appeals for what is written in that phase: in a plan's programme, what holds of programmes.

    `is_reviewed` is whether a review is held or is to be.
    """
    rule = rules.appeal(plan_kind)
    if phase_kind == PhaseKind.PROGRAMME_CONSULTATION and rule.only_written:
        return rules.appeal(PlanKind.PLAN_PROGRAMME)
    return rule if is_reviewed or not rule.full_unreviewed.sv else replace(rule, full=rule.full_unreviewed)


def in_words(day: date) -> str:
    """A day as it is written in a Swedish text: '7 december 2026'."""
    return format_date(day, "d MMMM y", locale="sv")


def _period(facts: Facts) -> str:
    return "granskningstiden" if facts.phase_kind in (PhaseKind.REVIEW, PhaseKind.SECOND_REVIEW) else "samrådstiden"


def _the_plan(facts: Facts) -> str:
    return _THE_PLAN[PlanKind(facts.plan_kind)]


def where(facts: Facts) -> str:
    """Where it can be read: the website, the places, or both; it follows 'finns'."""
    web = [f"på kommunens webbplats, {facts.web_url}"] if facts.web_url else []
    known = [*web, *facts.places]
    return ", ".join(known[:-1]) + " och " + known[-1] if len(known) > 1 else "".join(known)


def _proposal(facts: Facts) -> str:
    kind = _A_PLAN[PlanKind(facts.plan_kind)]
    what = f"{facts.plan_name}, diarienummer {facts.registry_number}"
    return f"{facts.municipality} har tagit fram ett förslag till att {facts.action} {kind}: {what}."


def _area_and_content(facts: Facts) -> str:
    if not (facts.area and facts.content):
        return ""
    return f"{_the_plan(facts).capitalize()} gäller {facts.area.rstrip('.')}. {facts.content}"


def _comprehensive_plan(facts: Facts) -> str:
    if facts.deviates is None:
        return ""
    if not facts.deviates:
        return "Förslaget avviker inte från översiktsplanen."
    return f"Förslaget avviker från översiktsplanen. {facts.deviation}".strip()


def _significant_impact(facts: Facts) -> str:
    if facts.significant_impact is None:
        return ""
    can = "kan" if facts.significant_impact else "kan inte"
    return f"Genomförandet av {_the_plan(facts)} {can} antas medföra en betydande miljöpåverkan."


def _other_country(facts: Facts) -> str:
    if facts.other_country is None:
        return ""
    if not facts.other_country:
        return "Samråd ska inte ske med något annat land."
    return f"Samråd ska ske med {facts.other_country} enligt 6 kap. 13 § miljöbalken."


def _availability(facts: Facts) -> str:
    if facts.starts_on is None or facts.ends_on is None or not where(facts):
        return ""
    days = f"från och med den {in_words(facts.starts_on)} till och med den {in_words(facts.ends_on)}"
    time = _period(facts)
    # Chapter 3 asks for no item that says what is proposed, and the text has to.
    what = f"{_proposal(facts)} " if facts.plan_kind == PlanKind.COMPREHENSIVE_PLAN else ""
    return f"{what}Förslaget och dess underlag finns {where(facts)}. {time.capitalize()} är {days}."


def _within_period(facts: Facts) -> str:
    if facts.ends_on is None:
        return ""
    how = "skriftligen " if facts.plan_kind == PlanKind.COMPREHENSIVE_PLAN and _period(facts)[0] == "g" else ""
    last = f"senast den {in_words(facts.ends_on)}"
    return f"Den som vill lämna synpunkter på förslaget ska göra det {how}under {_period(facts)}, {last}."


def _send_to(facts: Facts) -> str:
    if not facts.send_to:
        return ""
    to = facts.send_to.strip().rstrip(".")
    return f"Synpunkter på förslaget lämnas till {to}. Ange diarienummer {facts.registry_number}."


def meetings_in_words(facts: Facts) -> str:
    """The public meetings, a sentence or two each; '' without any."""
    said = []
    for one in facts.meetings:
        when = format_datetime(one.starts_at.astimezone(STOCKHOLM), "EEEE 'den' d MMMM y 'kl.' HH.mm", locale="sv")
        said.append(f"Ett offentligt möte hålls {when}. Plats: {one.place.rstrip('.')}.")
    return " ".join(said)


def _right_to_appeal(facts: Facts) -> str:
    if facts.ends_on is None:
        return ""
    what, last = f"att {facts.action} {_the_plan(facts)}", in_words(facts.ends_on)
    return (
        f"Den som inte senast under granskningstiden, den {last}, har lämnat någon skriftlig synpunkt på förslaget "
        f"kan förlora rätten att överklaga beslutet {what}."
    )


def _statement_available(facts: Facts) -> str:
    place = where(facts)
    return f"Granskningsutlåtandet för {facts.plan_name} finns {place}." if place else ""


def _adoption(facts: Facts) -> str:
    if facts.decided_on is None or not facts.adopting_body:
        return ""
    verb, decided = facts.action, in_words(facts.decided_on)
    said = f"{facts.adopting_body} beslutade den {decided} att {verb} {facts.plan_name}."
    if facts.announced_on is not None:
        day = in_words(facts.announced_on)
        said += f" Justeringen av protokollet tillkännagavs på kommunens anslagstavla den {day}."
    return said


def _decision_available(facts: Facts) -> str:
    place = where(facts)
    return f"Beslutet och handlingarna finns {place}." if place else ""


def _how_to_appeal(facts: Facts) -> str:
    if facts.appeal_last_day is None or not facts.send_to:
        return ""
    to, last = facts.send_to.strip().rstrip("."), in_words(facts.appeal_last_day)
    before = "före utgången av granskningstiden" if facts.is_reviewed else "innan samrådet var slut"
    return (
        "Den som vill överklaga ska göra det skriftligt och skriva vilket beslut som överklagas, varför det är fel "
        f"och hur det bör ändras. Överklagandet ställs till {facts.court} men lämnas till {to}. Det ska ha kommit in "
        f"senast den {last}. Bara den som {before} skriftligen har framfört synpunkter som "
        "inte har tillgodosetts får överklaga, med de undantag som står i 13 kap. 11 § plan- och bygglagen."
    )


_MAKERS: dict[str, Callable[[Facts], str]] = {
    "proposal": _proposal,
    "area_and_content": _area_and_content,
    "comprehensive_plan": _comprehensive_plan,
    "significant_impact": _significant_impact,
    "other_country": _other_country,
    "availability": _availability,
    "within_period": _within_period,
    "send_to": _send_to,
    "meeting": meetings_in_words,
    "right_to_appeal": _right_to_appeal,
    "statement_available": _statement_available,
    "adoption": _adoption,
    "decision_available": _decision_available,
    "how_to_appeal": _how_to_appeal,
}
ITEM_KEYS = frozenset(_MAKERS)
