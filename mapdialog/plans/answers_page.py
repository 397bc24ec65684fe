"""The blueprint of the answering, and what its pages share: what the address asks for, choices, loading with rights."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_login import current_user

from mapdialog.accounts.models import Account
from mapdialog.core.database import session
from mapdialog.core.text import clean_line
from mapdialog.plans import answer_reading
from mapdialog.plans.answer_models import PlanPoint
from mapdialog.plans.answer_queue import ORDERS, STATES, Wanted, get_points
from mapdialog.plans.forms_answers import Choices, whole
from mapdialog.plans.labels import ANSWER_STATUSES, GROUP_LABELS, OUTCOMES, PHASE_KINDS
from mapdialog.plans.models import Plan
from mapdialog.plans.queries import get_plan, may_read_protected
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.statement_tending import demand_readable

blueprint = Blueprint("plan_answers_staff", __name__)
KEPT = ("state", "officer", "theme", "district", "group", "outcome", "phase", "late", "answer", "q", "order")
STATUS_LOOKS = {"draft": ("", "square-pen"), "reviewed": ("primary", "eye"), "final": ("success", "circle-check")}
OUTCOME_LOOKS = {
    "met": ("success", "check"),
    "partly_met": ("primary", "circle-dot"),
    "not_met": ("danger", "x"),
    "outside_plan": ("", "circle-slash"),
    "forwarded": ("", "send"),
    "noted": ("", "info"),
}


def account() -> Account:
    """The signed-in account."""
    return session().get_one(Account, current_user.account_id)


def actor_id() -> int:
    """Its number."""
    return int(current_user.account_id)


def load(slug: str) -> Plan:
    """The plan, or NotFound."""
    return get_plan(session(), slug)


def load_point(slug: str, point_id: int) -> tuple[Plan, PlanStatement, PlanPoint]:
    """A point with its statement and plan. Raises NotFound, Forbidden for a protected one that is not for you."""
    plan = load(slug)
    point = answer_reading.get_point(session(), plan, point_id)
    statement = session().get_one(PlanStatement, point.statement_id)
    demand_readable(statement, account())
    return plan, statement, point


def chosen_points(plan: Plan) -> list[PlanPoint]:
    """The points that were ticked, of those that this account may read."""
    sent = [whole(one) for one in request.values.getlist("ids")]
    points = get_points(session(), plan, [one for one in sent if one is not None])
    if may_read_protected(plan, account()):
        return points
    hidden = {one.id for one in points if session().get_one(PlanStatement, one.statement_id).is_protected}
    return [one for one in points if one.id not in hidden]


def wanted_of(plan: Plan, asked: Mapping[str, str]) -> Wanted:
    """What an address asks for; anything it cannot mean is as if it were not there."""
    state, order = asked.get("state", ""), asked.get("order", "")
    phases = {one.id for one in plan.phases} | {0}
    phase, outcome, group = whole(asked.get("phase")), asked.get("outcome", ""), asked.get("group", "")
    officer = asked.get("officer", "")
    return Wanted(
        state=state if state in STATES else "all",
        me=actor_id(),
        officer_id=actor_id() if officer == "me" else _id(officer),
        theme_id=_id(asked.get("theme")),
        district_id=_id(asked.get("district")),
        group=group if group in GROUP_LABELS else "",
        outcome=outcome if outcome in OUTCOMES else "",
        phase_id=phase if phase in phases else None,
        late=asked.get("late") == "1",
        answer_id=_id(asked.get("answer")),
        q=clean_line(asked.get("q", ""))[:200],
        order=order if order in ORDERS else "statement",
        protected=may_read_protected(plan, account()),
    )


def wanted_from(plan: Plan, query: str) -> Wanted:
    """The same out of the queue's address as a page was given it."""
    return wanted_of(plan, dict(parse_qsl(query)))


def query_of(asked: Mapping[str, str], **changed: Any) -> str:
    """The queue's address as it is, with something else changed."""
    kept = {name: asked.get(name, "") for name in KEPT}
    return urlencode({name: value for name, value in (kept | changed).items() if value != ""})


def came_from() -> str:
    """The queue's address that a page was opened from, cleaned of what it does not know."""
    return query_of(dict(parse_qsl(request.values.get("back", "")[:2000])))


def theme_choices(plan: Plan) -> Choices:
    """The plan's themes, for a select."""
    return [(str(theme.id), theme.label) for theme, _count in answer_reading.list_themes(session(), plan)]


def officer_choices() -> Choices:
    """Who may answer, for a select."""
    return [(str(one.id), one.name) for one in answer_reading.list_officers(session())]


def feature_choices(plan: Plan) -> Choices:
    """The parts of the plan map, for a select."""
    return [(str(one.id), f"{one.code} {one.title}".strip()) for one in plan.features if one.is_active]


def phase_choices(plan: Plan) -> Choices:
    """The plan's phases, for a select."""
    return [(str(one.id), _(PHASE_KINDS[one.kind]) + (f" {one.round}" if one.round > 1 else "")) for one in plan.phases]


def words() -> dict[str, Any]:
    """What keys are called and how they look, for templates."""
    return {
        "outcomes": OUTCOMES,
        "statuses": ANSWER_STATUSES,
        "groups": GROUP_LABELS,
        "phase_names": PHASE_KINDS,
        "status_looks": STATUS_LOOKS,
        "outcome_looks": OUTCOME_LOOKS,
    }


def _id(text: str | None) -> int | None:
    found = whole(text)
    return found if found is not None and found < 2**31 else None
