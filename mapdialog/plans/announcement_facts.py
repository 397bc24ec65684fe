"""What is known of a phase for its announcements, and which items of a written one it no longer bears out."""

from collections.abc import Mapping
from hashlib import sha256

from mapdialog.core.text import clean, clean_line
from mapdialog.plans.announcement_texts import Facts, MeetingFacts, item_texts
from mapdialog.plans.kinds import Procedure
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.rule_types import Checklist, ChecklistItem
from mapdialog.plans.unmet import is_reviewed

# Beside an item's words, under its key with this before it, stands the mark of what was known when they were settled.
_KNOWN = "known:"


# What the simplified process is used for, by its grounds (5:38 a-c).
_ACTIONS = {
    "38a": "förlänga genomförandetiden för",
    "38b": "upphäva",
    "38c": "upphäva vissa bestämmelser i",
}


def action_of(plan: Plan) -> str:
    """What is proposed to be done with the plan, as it stands after 'förslag till att'."""
    grounds = plan.grounds if plan.procedure == Procedure.SIMPLIFIED else []
    return next((_ACTIONS[one] for one in grounds if one in _ACTIONS), "anta")


def facts_of(plan: Plan, phase: PlanPhase, *, municipality: str, web_url: str) -> Facts:
    """What is known of a plan and a phase, for the texts."""
    return Facts(
        municipality=municipality,
        plan_name=plan.name,
        plan_kind=plan.kind,
        registry_number=plan.registry_number,
        phase_kind=phase.kind,
        action=action_of(plan),
        area=plan.area_words,
        content=plan.summary,
        deviates=plan.deviates_from_comprehensive_plan,
        significant_impact=plan.significant_impact_assumed,
        other_country=plan.other_country,
        starts_on=phase.starts_on,
        ends_on=phase.ends_on,
        web_url=web_url,
        places=(clean_line(phase.available_text).rstrip("."),) if phase.available_text else (),
        send_to=plan.submit_to,
        meetings=tuple(MeetingFacts(one.starts_at, one.place) for one in phase.meetings),
        is_reviewed=is_reviewed(plan),
        adopting_body=plan.adopting_body,
    )


def marks(checklist: Checklist, plan: Plan, phase: PlanPhase) -> dict[str, str]:
    """A mark of what each item would say of the plan and the phase as they are now, by its key.

    The municipality and the website are the same for all and left out.
    """
    made = item_texts(checklist, facts_of(plan, phase, municipality="", web_url="-"))
    return {key: _mark(text) for key, text in made.items()}


def marked(
    words: Mapping[str, str],
    kept: Mapping[str, str],
    *,
    made: Mapping[str, str],
    now: Mapping[str, str],
    seen: Mapping[str, str] | None = None,
    right: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """The items to keep: the words, each with the mark of what was known when they were written or said to be right.

    `kept` are the items until now, `made` the words that are made of what is known, `now` and `seen` the marks now and
    when the page was opened, `right` the keys whose words were said to be right as they stand.
    """
    found = dict(words)
    for key, said in words.items():
        known = kept.get(_KNOWN + key)
        if said == clean(made[key]):
            found[_KNOWN + key] = now[key]
        elif said == kept.get(key) and key not in right:
            if known is not None:
                found[_KNOWN + key] = known
        else:
            found[_KNOWN + key] = (seen or {}).get(key, now[key])
    return found


def words_of(items: Mapping[str, str]) -> dict[str, str]:
    """The words alone of the items that are kept, by key."""
    return {key: said for key, said in items.items() if not key.startswith(_KNOWN)}


def stale_items(checklist: Checklist, items: Mapping[str, str], now: Mapping[str, str]) -> tuple[ChecklistItem, ...]:
    """The items whose words were settled when something else was known of the plan or the phase, or nobody knows when:
    they were written before marks were kept, and say another thing than would be written now."""
    return tuple(
        one
        for one in checklist.items
        if items.get(one.key, "").strip() and items.get(_KNOWN + one.key, _mark(items[one.key])) != now[one.key]
    )


def unmarked(items: Mapping[str, str]) -> frozenset[str]:
    """The keys of the items that have words and no mark of what was known when they were written."""
    return frozenset(key for key in items if not key.startswith(_KNOWN) and _KNOWN + key not in items)


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
