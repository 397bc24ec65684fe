"""Plans over the API: which there are, one of them, and sending a statement with its files."""

from datetime import date
from typing import Any

from flask import Response, current_app, jsonify, request, url_for
from sqlalchemy import select

from mapdialog.api.bodies import read_json, split_feature
from mapdialog.api.views import blueprint, cacheable
from mapdialog.contributions.authoring import owns
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import Forbidden, Invalid, NotFound
from mapdialog.core.text import N_
from mapdialog.plans import public_page, queries, submitting
from mapdialog.plans.models import Plan
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.views_statement import take_file
from mapdialog.web.languages import choose
from mapdialog.web.limits import limiter, submit_limit


@blueprint.get("/plans")
def list_plans() -> Response:
    """Every plan that the public has been told of."""
    today = local(now()).date()
    found = public_page.list_public(session(), today)
    listed = [_line(one, today) for group in (found.open, found.waiting, found.decided) for one in group]
    return cacheable(jsonify({"plans": listed}), 30)


@blueprint.get("/plans/<slug>")
def show_plan(slug: str) -> Response:
    """One plan with its phases, area and parts."""
    plan = queries.get_published(session(), slug)
    return cacheable(jsonify(_line(plan, local(now()).date()) | _rest(plan)), 30)


def _line(plan: Plan, today: date) -> dict[str, Any]:
    phase = public_page.open_phase(plan, today)
    return {
        "slug": plan.slug,
        "name": plan.name,
        "registry_number": plan.registry_number,
        "kind": plan.kind,
        "procedure": plan.procedure,
        "summary": plan.summary,
        "open_until": phase.ends_on.isoformat() if phase else None,
        "takes_statements": submitting.find_taking(plan, now()) is not None,
        "url": url_for("plans.page", slug=plan.slug, _external=True),
    }


def _rest(plan: Plan) -> dict[str, Any]:
    phases = [
        {"kind": one.kind, "starts_on": one.starts_on.isoformat(), "ends_on": one.ends_on.isoformat()}
        for one in public_page.told_phases(plan)
    ]
    return {"description": plan.description, "phases": phases} | public_page.plan_map(plan)


@blueprint.post("/plans/<slug>/statements")
@limiter.shared_limit(submit_limit, scope="submit", deduct_when=lambda response: response.status_code == 201)
def send_statement(slug: str) -> tuple[Response, int]:
    """Take a statement (a Feature; its geometry may be null): 201, or 200 for the same client_id and words again."""
    plan, config = queries.get_published(session(), slug), current_app.config["MAPDIALOG"]
    properties, place = split_feature(read_json())
    new = submitting.read_submission(session(), plan, properties, place, at=now(), language=choose())
    received = submitting.receive_submission(
        session(), plan, new, secret_key=config.secret_key, receipt_prefix=config.receipt_prefix, at=now()
    )
    session.commit()
    address = url_for("plans.receipt", slug=slug, receipt=received.statement.receipt, token=received.edit_token)
    answer = {
        "receipt": received.statement.receipt,
        "state": "received",
        "received_at": received.statement.received_at.isoformat(),
        "in_time": received.statement.in_time,
        "edit_url": address,
    }
    return jsonify(answer), 201 if received.is_new else 200


@blueprint.post("/statements/<receipt>/files")
@limiter.limit("400 per hour")
def add_statement_file(receipt: str) -> tuple[Response, int]:
    """A file (`photo`) that belongs to a statement, by its sender's key (X-Edit-Token), before its plan is decided."""
    one = session().scalar(select(PlanStatement).where(PlanStatement.receipt == receipt))
    if one is None:
        raise NotFound(public_page.NO_SUCH_STATEMENT)
    if not owns(one, request.headers.get("X-Edit-Token", "")):
        raise Forbidden(N_("Nyckeln gäller inte för yttrandet."))
    sent = request.files.get("photo")
    if sent is None:
        raise Invalid(N_("Skicka en fil i fältet photo."), field="photo")
    made = take_file(one, sent.stream.read(), sent.filename or "")
    session.commit()
    return jsonify({"name": made.file_name, "sha256": made.sha256}), 201
