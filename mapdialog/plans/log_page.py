"""What has happened to a plan, as its overview tells it: by whom, with which days and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account
from mapdialog.core.audit import AuditEvent
from mapdialog.core.text import N_
from mapdialog.plans import documents
from mapdialog.plans.labels import DISPATCH_KINDS, PHASE_KINDS
from mapdialog.plans.models import Plan, PlanDocument
from mapdialog.plans.party_models import PlanDispatch
from mapdialog.plans.report_models import PlanCorrection
from mapdialog.plans.rule_sets import list_rule_sets
from mapdialog.plans.statement_models import ServiceOutage
from mapdialog.web import languages
from mapdialog.web.filters import date_long

MOST = 100
# What is told of a plan's sendings, of what was read in, and of outages in the days of its phases.
EVENTS: dict[str, str] = {
    "dispatch.prepare": N_("Förberedde ett utskick"),
    "dispatch.discard": N_("Kastade ett utskick"),
    "dispatch.freeze": N_("Låste mottagarna av ett utskick"),
    "dispatch.mail": N_("Skickade ett utskick med e-post"),
    "dispatch.sent": N_("Noterade att ett utskick är skickat"),
    "party.import": N_("Läste in registret från en fil"),
    "plan.statement": N_("Registrerade yttranden"),
    "outage.log": N_("Noterade ett avbrott i tjänsten"),
    "outage.end": N_("Noterade att ett avbrott är över"),
}


@dataclass(frozen=True)
class Line:
    """One line of the log: `more` is what is told beside what was done, `who` the account's name, '' for nobody."""

    at: datetime
    action: str
    more: str
    who: str


def lines(session: Session, plan: Plan, actions: Iterable[str]) -> list[Line]:
    """The last `MOST` of the acts upon the plan that are among `actions`, and those of EVENTS; the latest first."""
    own = {*actions, *EVENTS} - {"plan.statement"}
    query = select(AuditEvent, Account.name).outerjoin(Account, Account.id == AuditEvent.actor_id)
    newest = (AuditEvent.at.desc(), AuditEvent.id.desc())
    rows = session.execute(query.where(_about(plan), AuditEvent.action.in_(own)).order_by(*newest).limit(MOST)).all()
    sendings = session.execute(select(PlanDispatch.id, PlanDispatch.kind).where(PlanDispatch.plan_id == plan.id))
    kinds = {row.id: row.kind for row in sendings}
    told = _titles(session, plan) | {f"correction {one.id}": one.reason for one in session.scalars(_corrections(plan))}
    found = [Line(one.at, one.action, _more(one, kinds, told), name or "") for one, name in rows]
    return sorted([*found, *_registered(session, plan)], key=lambda line: line.at, reverse=True)[:MOST]


def _about(plan: Plan) -> Any:
    """Acts upon the plan itself, upon its sendings (also those that are gone), and outages while it was out."""
    of_plan = and_(AuditEvent.object_type == "plan", AuditEvent.object_id == str(plan.id))
    dispatches = select(cast(PlanDispatch.id, String)).where(PlanDispatch.plan_id == plan.id)
    of_dispatch = and_(
        AuditEvent.object_type == "plan_dispatch",
        or_(AuditEvent.object_id.in_(dispatches), AuditEvent.detail["plan"].as_integer() == plan.id),
    )
    days = [(phase.starts_on, phase.ends_on) for phase in plan.phases if phase.opened_at is not None]
    if not days:
        return or_(of_plan, of_dispatch)
    began = func.date(func.timezone("Europe/Stockholm", ServiceOutage.began_at))
    outages = select(cast(ServiceOutage.id, String)).where(or_(*(began.between(*both) for both in days)))
    return or_(
        of_plan,
        of_dispatch,
        and_(AuditEvent.object_type == "service_outage", AuditEvent.object_id.in_(outages)),
    )


def _registered(session: Session, plan: Plan) -> list[Line]:
    """What came in otherwise than through the web: one line for each day and who registered it."""
    day = func.date(func.timezone("Europe/Stockholm", AuditEvent.at))
    last = func.max(AuditEvent.at)
    query = (
        select(last, func.count(), Account.name)
        .outerjoin(Account, Account.id == AuditEvent.actor_id)
        .where(
            AuditEvent.object_type == "plan",
            AuditEvent.object_id == str(plan.id),
            AuditEvent.action == "plan.statement",
            AuditEvent.detail["channel"].as_string() != "web",
        )
        .group_by(day, Account.id)
        .order_by(last.desc())
        .limit(MOST)
    )
    return [Line(at, "plan.statement", str(count), name or "") for at, count, name in session.execute(query)]


def _corrections(plan: Plan) -> Any:
    return select(PlanCorrection).where(PlanCorrection.plan_id == plan.id)


def _titles(session: Session, plan: Plan) -> dict[str, str]:
    query = select(PlanDocument.id, PlanDocument.title).where(PlanDocument.plan_id == plan.id)
    return {f"document {row.id}": row.title for row in session.execute(query)}


def _more(event: AuditEvent, kinds: dict[int, str], told: dict[str, str]) -> str:
    """What stands beside the act. The log itself names nothing; `told` has the words of what is still there."""
    detail = event.detail
    if "correction" in detail:
        return _("skäl: %(reason)s", reason=told.get(f"correction {detail['correction']}", "–"))
    if "document" in detail:
        title = told.get(f"document {detail['document']}") or _(
            documents.KINDS.get(detail.get("kind", ""), "Annan handling")
        )
        return _("%(title)s, version %(number)s", title=title, number=detail["number"]) if "number" in detail else title
    if event.object_type == "plan_dispatch":
        kind = kinds.get(int(event.object_id), str(detail.get("kind", "")))
        count = detail.get("recipients")
        said = [_(DISPATCH_KINDS[kind])] if kind in DISPATCH_KINDS else []
        said += [ngettext("%(num)s mottagare", "%(num)s mottagare", count)] if isinstance(count, int) else []
        return ", ".join(said)
    said = [_(PHASE_KINDS[detail["kind"]]).lower()] if detail.get("kind") in PHASE_KINDS else []
    if "started" in detail:
        now, before = (date_long(date.fromisoformat(detail[key])) for key in ("started", "was"))
        said.append(_("%(now)s i stället för %(before)s", now=now, before=before))
    if "procedure" in detail:
        said.append(_change(detail))
    if "days" in detail:
        now = _days(detail["days"])
        before = _days(detail["was"]) if "was" in detail else ""
        said.append(_("%(now)s i stället för %(before)s", now=now, before=before) if before else now)
    if "posted" in detail:
        said.append(_("kungjord %(day)s", day=date_long(date.fromisoformat(detail["posted"]))))
    if detail.get("reason"):
        said.append(_("skäl: %(reason)s", reason=detail["reason"]))
    return ", ".join(said)


def _change(detail: dict[str, Any]) -> str:
    """Another procedure beside the one it was, or other grounds."""
    words = {str(one.key): one.label.text(languages.choose()) for law in list_rule_sets() for one in law.procedures}
    now, before = (words.get(str(detail.get(key)), "–") for key in ("procedure", "was"))
    if now != before:
        return _("%(now)s i stället för %(before)s", now=now, before=before)
    return _("andra grunder för förfarandet")


def _days(both: list[str]) -> str:
    first, last = (date.fromisoformat(one) for one in both)
    return f"{date_long(first)}–{date_long(last)}"
