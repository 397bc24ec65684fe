"""The start page, the language switch, the accessibility statement and the health check."""

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mapdialog.contributions.published_rules import list_current
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.dialogues import queries as dialogues
from mapdialog.plans.public_page import list_public as list_plans
from mapdialog.walks.public_list import MOST_AT_START, list_public
from mapdialog.web.errors import RETRY_SECONDS
from mapdialog.web.languages import remember
from mapdialog.web.targets import safe_target

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def start() -> str:
    """Every published dialogue, planned, ongoing and finished, as cards and on a map; and plans and walks."""
    return render_template(
        "home/start.html",
        groups=dialogues.list_published_by_status(session(), now()),
        plans=list_plans(session(), local(now()).date()),
        walks=list_public(session(), now(), most=MOST_AT_START),
    )


@blueprint.get("/language/<language>")
def language(language: str) -> Response:
    """Remember the reader's language and go back to where they were."""
    response = redirect(safe_target(request.args.get("next"), url_for(".start")))
    return remember(response, language)  # type: ignore[arg-type]


@blueprint.get("/accessibility")
def accessibility() -> str:
    """The accessibility statement that DOS-lagen 13 § asks for."""
    return render_template("home/accessibility.html")


@blueprint.get("/privacy")
def privacy() -> str:
    """Who is responsible for the personal data, why and how long."""
    return render_template("home/privacy.html")


@blueprint.get("/rules")
def rules() -> str:
    """The rules that contributions may be hidden by."""
    return render_template("home/rules.html", rules=list_current())


@blueprint.get("/health")
def health() -> Response:
    """200 when the database answers, otherwise 503, both in JSON: whoever watches the service reads the reason."""
    try:
        session().execute(text("select 1"))
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        session.remove()
        current_app.logger.error("not healthy: the database does not answer (%s)", type(error).__name__)
        busy = isinstance(error, PoolTimeout)
        reason = "no connection to the database is free" if busy else "the database does not answer"
        response = jsonify({"service": "mapdialog", "status": "unavailable", "reason": reason})
        response.status_code = 503
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
    return jsonify({"service": "mapdialog", "status": "ok"})
