"""What the list of plans and a plan's overview show: where it stands, and what was done."""

from datetime import date
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.core.clock import local, now
from mapdialog.core.text import N_
from mapdialog.plans import log_page, next_steps, phase_page
from mapdialog.plans.kinds import PhaseStatus
from mapdialog.plans.labels import PHASE_KINDS, PHASE_STATUSES, PLAN_KINDS
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.rule_types import Words
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.web import languages
from mapdialog.web.access import may
from mapdialog.web.filters import date_long

EVENTS: dict[str, str] = {
    "plan.start": N_("Lade upp planen"),
    "plan.update": N_("Ändrade uppgifterna"),
    "plan.procedure_change": N_("Ändrade förfarandet"),
    "plan.start_correct": N_("Rättade dagen då planarbetet startade"),
    "plan.discontinue": N_("Avbröt planarbetet"),
    "plan.resume": N_("Tog upp planarbetet igen"),
    "plan.phase_add": N_("Planerade ett skede"),
    "plan.phase_update": N_("Ändrade ett skede"),
    "plan.phase_remove": N_("Tog bort ett skede"),
    "plan.phase_announce": N_("Visade ett skede för alla"),
    "plan.phase_open": N_("Öppnade ett skede"),
    "plan.phase_open_on_its_day": N_("Skedet öppnade på sin första dag"),
    "plan.phase_extend": N_("Förlängde ett skede"),
    "plan.extension_posting": N_("Sparade var en förlängning kungjordes"),
    "plan.phase_close": N_("Stängde ett skede"),
    "plan.phase_break_off": N_("Stängde ett öppet skede när planarbetet avbröts"),
    "plan.phase_withdraw": N_("Tog tillbaka ett kungjort skede när planarbetet avbröts"),
    "plan.meeting_save": N_("Sparade ett möte"),
    "plan.meeting_remove": N_("Tog bort ett möte"),
    "plan.announcement_save": N_("Sparade en kungörelse eller underrättelse"),
    "plan.document_add": N_("Lade till en handling"),
    "plan.document_remove": N_("Tog bort en handling"),
    "plan.documents_shown": N_("Valde handlingar som visas i ett skede"),
    "plan.overlay_add": N_("Lade till ett kartlager"),
    "plan.overlay_update": N_("Ändrade ett kartlager"),
    "plan.overlay_remove": N_("Tog bort ett kartlager"),
    "plan.features_import": N_("Läste in delar av kartan"),
    "plan.feature_add": N_("Ritade en del av kartan"),
    "plan.feature_update": N_("Ändrade en del av kartan"),
    "plan.feature_remove": N_("Tog bort en del av kartan"),
    "plan.report": N_("Gjorde en redogörelse"),
    "plan.report_again": N_("Gjorde en redogörelse på nytt"),
    "plan.report_approved": N_("Godkände en redogörelse"),
    "plan.answer_correct": N_("Rättade ett svar i en färdig redogörelse"),
    "plan.statement_correct": N_("Öppnade ett yttrande i en färdig redogörelse"),
    "plan.export": N_("Gjorde ett paket av ärendet"),
    "plan.package_fetched": N_("Laddade ned ärendets paket"),
    "plan.export_points": N_("Hämtade synpunkter till Excel"),
    "plan.reminded": N_("Handläggaren påmindes"),
    "plan.adopt": N_("Skrev in antagandebeslutet"),
    "plan.adoption_change": N_("Ändrade uppgifter om antagandet"),
}


def list_context(session: Session, plans: list[Plan]) -> dict[str, Any]:
    """Rows of the list: plan, its procedure in words, the phase it is in, days left."""
    language, today = languages.choose(), local(now()).date()
    unread = _count_statements(session, [plan.id for plan in plans], only_unread=True)
    rows = []
    for plan in plans:
        phase = current_phase(plan)
        rows.append(
            {
                "plan": plan,
                "procedure": rule_set(plan.rule_set).procedure(plan.procedure).label.text(language),
                "phase": phase,
                "days_left": days_left(phase, today),
                "unread": unread.get(plan.id, 0),
            }
        )
    return {"rows": rows, "kinds": PLAN_KINDS, "phase_kinds": PHASE_KINDS, "statuses": PHASE_STATUSES}


def current_phase(plan: Plan) -> PlanPhase | None:
    """The phase that is open, else the next one that is prepared, else the last that was."""
    for statuses in ((PhaseStatus.OPEN,), (PhaseStatus.ANNOUNCED, PhaseStatus.DRAFT)):
        for phase in plan.phases:
            if phase.standing in statuses:
                return phase
    return plan.phases[-1] if plan.phases else None


def days_left(phase: PlanPhase | None, today: date) -> int | None:
    """Days after today until the open phase's last day: 0 on it, negative when it is past. None for other phases."""
    return (phase.ends_on - today).days if phase is not None and phase.standing == PhaseStatus.OPEN else None


def _count_statements(session: Session, plan_ids: list[int], *, only_unread: bool = False) -> dict[int, int]:
    query = select(PlanStatement.plan_id, func.count()).where(PlanStatement.plan_id.in_(plan_ids))
    if only_unread:
        query = query.where(PlanStatement.read_at.is_(None))
    return {row[0]: row[1] for row in session.execute(query.group_by(PlanStatement.plan_id))}


def context(session: Session, plan: Plan) -> dict[str, Any]:
    """Everything the overview's template needs."""
    rules = rule_set(plan.rule_set)
    language = languages.choose()
    return {
        "plan": plan,
        "tab": "overview",
        "rules": rules,
        "language": language,
        "procedure": rules.procedure(plan.procedure),
        "grounds": [one for one in rules.grounds if one.key in plan.grounds],
        "checked": rules.is_checked_for(plan.started_on),
        "kinds": PLAN_KINDS,
        "phase_kinds": PHASE_KINDS,
        "statuses": PHASE_STATUSES,
        "received": _count_statements(session, [plan.id]).get(plan.id, 0),
        "unread": _count_statements(session, [plan.id], only_unread=True).get(plan.id, 0),
        "event_names": EVENTS | log_page.EVENTS,
        "log": log_page.lines(session, plan, EVENTS),
        "steps": said_steps(session, plan),
        "procedure_steps": phase_page.steps(rules, plan),
    }


def said_steps(session: Session, plan: Plan) -> list[dict[str, Any]]:
    """What to do next, in words, with where it is done (None where that page doesn't exist) and by when."""
    today = local(now()).date()
    found = []
    for step in [*next_steps.list_steps(session, plan, today), *next_steps.list_sendings(session, plan, today)]:
        view = current_app.view_functions.get(step.endpoint)
        right = getattr(view, "required_right", None)
        is_open = view is not None and (right is None or may(right))
        params = {name: _in_words(value) for name, value in step.params.items()}
        found.append(
            {
                "words": _(step.message) % params if params else _(step.message),
                "href": url_for(step.endpoint, slug=plan.slug, **step.values) if is_open else None,
                "legal_ref": step.legal_ref,
                "by": step.by,
                "is_waiting": step.is_waiting,
                "is_late": step.by is not None and step.by < today and not step.is_waiting,
            }
        )
    return found


def _in_words(value: object) -> object:
    """A phase, a kind of phase or words of the rules in the reader's language."""
    if isinstance(value, PlanPhase):
        return _(PHASE_KINDS[value.kind]) + (f" {value.round}" if value.round > 1 else "")
    if isinstance(value, date):
        return date_long(value)
    if isinstance(value, Words):
        return value.text(languages.choose())
    return _(PHASE_KINDS[value]).lower() if isinstance(value, str) and value in PHASE_KINDS else value
