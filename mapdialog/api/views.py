"""The API's blueprint, its dialogues and its own description."""

from flask import Blueprint, Response, current_app, jsonify, request

from mapdialog.api import openapi, presenting
from mapdialog.contributions import queries as contributions
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.dialogues import queries as dialogues
from mapdialog.web.languages import choose

blueprint = Blueprint("api", __name__)


@blueprint.after_request
def _open_data(response: Response) -> Response:
    """Anybody's page may read what is public; credentials are never part of it."""
    if request.method in {"GET", "HEAD"}:
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def cacheable(response: Response, seconds: int = 0, *, private: bool = False) -> Response:
    """With an ETag of the content, and 304 when the reader has it already."""
    response.headers["Cache-Control"] = f"{'private' if private else 'public'}, max-age={seconds}, must-revalidate"
    response.headers.add("Vary", "Accept-Language, Cookie")
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/dialogues")
def list_dialogues() -> Response:
    """Every published dialogue, ongoing, planned and finished."""
    groups = dialogues.list_published_by_status(session(), now())
    listed = [
        presenting.dialogue(one, now(), contributions.start_box(session(), one.id))
        for group in groups.values()
        for one in group
    ]
    return cacheable(jsonify({"dialogues": listed}), 30)


@blueprint.get("/dialogues/<slug>")
def show_dialogue(slug: str) -> Response:
    """One dialogue with its phases, area and categories."""
    one = dialogues.get_published(session(), slug)
    box, total = contributions.start_box(session(), one.id), contributions.count_public(session(), one.id)
    return cacheable(jsonify(presenting.dialogue_whole(one, now(), box, total, choose() == "en")), 30)


@blueprint.get("/openapi.json")
def describe() -> Response:
    """This API in OpenAPI 3.1."""
    return cacheable(jsonify(openapi.document(current_app.config["MAPDIALOG"].municipality)), 300)


from mapdialog.api import (  # noqa: E402, F401 - their routes
    views_contributions,
    views_downloads,
    views_plans,
    views_taking_part,
    views_walk_group,
    views_walk_reading,
    views_walks,
)
