"""What the pages of phases show: the procedure, each phase, and what stands in the way of its next step."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core.clock import local, now
from mapdialog.plans import (
    announcement_facts,
    announcement_texts,
    deadlines,
    documents,
    extending,
    held_phases,
    opened_without,
    phase_guards,
)
from mapdialog.plans.kinds import PhaseStatus
from mapdialog.plans.labels import PHASE_KINDS, PHASE_STATUSES
from mapdialog.plans.models import Plan, PlanPhase, PlanPhaseDocument
from mapdialog.plans.problems import Problem
from mapdialog.plans.rule_sets import RuleSet, rule_set
from mapdialog.plans.statement_models import PlanPhaseExtension, ServiceOutage
from mapdialog.web import languages
from mapdialog.web.filters import date_long


def frame(plan: Plan) -> dict[str, Any]:
    """What every page about phases needs."""
    rules = rule_set(plan.rule_set)
    return {
        "plan": plan,
        "tab": "phases",
        "rules": rules,
        "language": languages.choose(),
        "procedure": rules.procedure(plan.procedure),
        "phase_kinds": PHASE_KINDS,
        "statuses": PHASE_STATUSES,
        "today": local(now()).date(),
    }


def list_context(session: Session, plan: Plan) -> dict[str, Any]:
    """Every phase with its next step, and the kinds that may be planned now."""
    made = frame(plan)
    return made | {
        "rows": [next_step(session, made["rules"], plan, phase, made["today"]) for phase in plan.phases],
        "allowed": [] if plan.discontinued_on else held_phases.allowed(made["rules"], plan),
        "steps": steps(made["rules"], plan),
    }


# What a step is not done without; a report is done though its phase was too short.
_DEMANDS = {"announcement": "announcement", "notice": "announcement", "report": "", "statement": ""}


def steps(rules: RuleSet, plan: Plan) -> list[dict[str, Any]]:
    """The procedure's steps in words, each with its section and how far it has come: done, now, to come, or missing
    where the phase was held without it."""
    furthest: dict[str, str] = {phase.kind: phase.standing for phase in plan.phases}
    lacking = {
        (one.phase.kind, "announcement" if one.announcement else "time")
        for one in held_phases.list_shortfalls(rules, plan, plan.procedure, plan.grounds)
    }
    found = []
    for step in rules.procedure(plan.procedure).steps:
        state = _how_far(step.key, furthest.get(step.phase or ""))
        if step.phase is None and plan.adoption is not None:
            state = "now"
        if state == "done" and (step.phase, _DEMANDS.get(step.key, "time")) in lacking:
            state = "missing"
        found.append({"label": step.label.text(languages.choose()), "legal_ref": step.legal_ref, "state": state})
    return found


def _how_far(key: str, status: str | None) -> str:
    """A step of a phase whose status is known: its announcement comes before it opens, its report after it closes."""
    if status is None:
        return "to_come"
    order = [one.value for one in PhaseStatus]
    begins, ends = {
        "announcement": (PhaseStatus.DRAFT, PhaseStatus.OPEN),
        "notice": (PhaseStatus.DRAFT, PhaseStatus.OPEN),
        "report": (PhaseStatus.CLOSED, PhaseStatus.REPORTED),
        "statement": (PhaseStatus.CLOSED, PhaseStatus.REPORTED),
    }.get(key, (PhaseStatus.DRAFT, PhaseStatus.CLOSED))
    reached = order.index(status)
    if reached >= order.index(ends):
        return "done"
    return "now" if reached >= order.index(begins) else "to_come"


def next_step(session: Session, rules: RuleSet, plan: Plan, phase: PlanPhase, today: date) -> dict[str, Any]:
    """The phase, the steps it can take from here, and what stands in the way of each."""
    states = phase_guards.announcements(rules, plan, phase)
    ways: list[dict[str, Any]] = []
    standing, missing = phase.standing, list[Problem]()
    if not phase.has_opened:
        missing = phase_guards.why_not_open(session, rules, plan, phase, today)
    if standing == PhaseStatus.DRAFT and any(one.is_required for one in states):
        ways.append({"action": "announce", "words": _("Den är uppsatt: visa planen för alla"), "missing": missing})
    elif standing == PhaseStatus.ANNOUNCED:
        ways.append({"action": "", "words": "", "missing": missing})
    elif standing == PhaseStatus.DRAFT:
        later = _("Öppna från den %(day)s", day=date_long(phase.starts_on))
        words = _("Öppna för yttranden") if phase.starts_on <= today else later
        words = _("För in skedet i efterhand") if phase.ends_on < today else words
        ways.append({"action": "open", "words": words, "missing": missing})
    elif standing == PhaseStatus.OPEN:
        missing = phase_guards.why_not_close(session, phase, today)
        ways.append({"action": "close", "words": _("Stäng skedet"), "missing": missing})
    return {"phase": phase, "ways": ways, "announcements": states}


def context(session: Session, plan: Plan, phase: PlanPhase) -> dict[str, Any]:
    """Everything the page of one phase needs beside its forms."""
    made = frame(plan)
    rules = made["rules"]
    is_after = phase.status in (PhaseStatus.CLOSED, PhaseStatus.REPORTED)
    extended = extending.list_extensions(session, phase)
    return (
        made
        | next_step(session, rules, plan, phase, made["today"])
        | {
            "rule": phase_guards.rule_of(rules, plan, phase.kind),
            "lacked": opened_without.list_kept(phase),
            "afterwards": phase_guards.announcements(rules, plan, phase, after=True) if is_after else [],
            "documents": documents.list_documents(session, plan),
            "document_kinds": documents.KINDS,
            "shown": set(
                session.scalars(select(PlanPhaseDocument.document_id).where(PlanPhaseDocument.phase_id == phase.id))
            ),
            "newest": documents.newest_ids(session, plan),
            "extensions": extended,
            "extension_text": _extension_text(plan, phase, extended),
            "dates": said_of_dates(plan, phase.kind, phase.starts_on, phase),
            "date_problems": phase_guards.date_problems(rules, plan, phase_guards.dates_of(plan, phase)),
        }
    )


def _extension_text(plan: Plan, phase: PlanPhase, extended: Sequence[PlanPhaseExtension]) -> str:
    """What to announce of the latest extension while the phase is open; '' otherwise."""
    if not extended or phase.standing != PhaseStatus.OPEN:
        return ""
    return extension_text(plan, phase, extended[-1])


def extension_text(plan: Plan, phase: PlanPhase, extension: PlanPhaseExtension) -> str:
    """What to announce of an extension."""
    facts = announcement_facts.facts_of(plan, phase, municipality="", web_url="")
    return announcement_texts.extension_text(replace(facts, ends_on=extension.ends_on), extension.was_on)


def said_of_dates(plan: Plan, kind: str, start: date, phase: PlanPhase | None = None) -> dict[str, Any]:
    """What the law and custom say of a phase that begins that day: `least` and `suggested` (days or None), `lines`.

    The days of a stored `phase` count from when it was put up on the board, where that was later.
    """
    rules, language = rule_set(plan.rule_set), languages.choose()
    start = phase_guards.dates_of(plan, phase, (kind, start, start, False)).counts_from
    least = deadlines.minimum_end(rules, plan.procedure, plan.grounds, kind, start)
    suggested = deadlines.suggested_end(rules, plan.procedure, plan.grounds, kind, start)
    lines = []
    if least is not None:
        lines.append(
            _(
                "%(rule)s Tidigast slut: %(day)s (%(legal)s).",
                rule=least[1].label.text(language),
                day=date_long(least[0]),
                legal=least[1].legal_ref,
            )
        )
        if note := least[1].basis.note.text(language):
            lines.append(note)
    else:
        rule = phase_guards.rule_of(rules, plan, kind)
        if rule is not None and rule.practice:
            lines.append(rules.period(rule.practice).label.text(language))
    if suggested is not None:
        lines.append(_("Förslag på sista dag: %(day)s.", day=date_long(suggested)))
    may_agree = least is not None and least[1].by_agreement
    return {"may_agree": may_agree, "least": least[0] if least else None, "suggested": suggested, "lines": lines}


def outage_choices(session: Session) -> list[tuple[str, str]]:
    """The latest outages to choose among as a reason to extend."""
    rows = session.scalars(select(ServiceOutage).order_by(ServiceOutage.began_at.desc()).limit(50))
    found = [(str(one.id), f"{local(one.began_at):%Y-%m-%d %H:%M} {one.note[:80]}") for one in rows]
    return [("", _("Inget avbrott")), *found]
