"""Inkommet: what came in to plans day by day, for the registrar."""

import tempfile
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from mapdialog.accounts.models import Account
from mapdialog.core import audit
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.plans import queries
from mapdialog.plans.models import Plan
from mapdialog.reports import plan_incoming
from mapdialog.reports.file_kinds import pick
from mapdialog.reports.plan_incoming import Wanted
from mapdialog.reports.views_walk_papers import attached
from mapdialog.web.access import may, requires

blueprint = Blueprint("plan_incoming_staff", __name__)
MOST = 500
_EVERY_PLAN = SimpleNamespace(__tablename__="plan", id="all")


@blueprint.get("/incoming")
@requires("register_statements")
def index() -> str:
    """What was registered between two days, today unless asked otherwise; `by` received: what came in then.

    Of one plan with `plan`.
    """
    plan, wanted = _wanted()
    rows = []
    for row in plan_incoming.list_incoming(session(), wanted, _):
        rows.append(row)
        if len(rows) > MOST:
            break
    _note_reading(wanted, plan)
    return render_template(
        "staff/plans/incoming.html",
        rows=rows[:MOST],
        is_more=len(rows) > MOST,
        wanted=wanted,
        chosen=plan,
        plans=queries.list_plans(session()),
        left_out=plan_incoming.count_protected(session(), wanted),
        may_ask_protected=_may_ask_protected(plan),
        today=_today(),
        week=_today() - timedelta(days=6),
        kinds=plan_incoming.KINDS,
    )


@blueprint.get("/incoming.<kind>")
@requires("register_statements")
def file(kind: str) -> Response:
    """The same as csv or xlsx."""
    chosen = pick(plan_incoming.KINDS, kind)
    plan, wanted = _wanted()
    with tempfile.TemporaryDirectory(prefix="mapdialog-incoming-") as folder:
        path = Path(folder) / f"incoming{chosen.suffix}"
        plan_incoming.write_incoming(plan_incoming.list_incoming(session(), wanted, _), chosen.name, path, _)
        data = path.read_bytes()
    audit.record(
        session(), current_user.account_id, "plan.incoming", plan or _EVERY_PLAN, protected=wanted.with_protected
    )
    session().commit()
    return attached(data, chosen.mime, f"inkommet-{wanted.first}-{wanted.last}{chosen.suffix}")


def _wanted() -> tuple[Plan | None, Wanted]:
    slug = request.args.get("plan", "")
    plan = queries.get_plan(session(), slug) if slug else None
    first, last = _day("from"), _day("to")
    protected = request.args.get("protected") == "1" and _may_ask_protected(plan)
    by_received = request.args.get("by") == "received"
    return plan, Wanted(min(first, last), max(first, last), plan.id if plan else None, protected, by_received)


def _may_ask_protected(plan: Plan | None) -> bool:
    """Whether the account may read protected identities: of all plans an administrator, of one its officer too."""
    if plan is None:
        return may("read_protected")
    return queries.may_read_protected(plan, session().get_one(Account, current_user.account_id))


def _note_reading(wanted: Wanted, plan: Plan | None) -> None:
    if wanted.with_protected:
        audit.record(session(), current_user.account_id, "plan.protected_read", plan or _EVERY_PLAN)
        session().commit()


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return _today()


def _today() -> date:
    return local(now()).date()
