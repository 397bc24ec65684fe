"""The papers of a walk for everybody: the published protocol, and what goes with an invitation."""

from flask import Blueprint, Response, current_app, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.reports import walk_papers
from mapdialog.reports.views_walk_papers import attached, prefix, stored
from mapdialog.walks import queries
from mapdialog.web.limits import limiter

blueprint = Blueprint("walk_papers", __name__)
# Each is set anew, which takes a second: enough for a whole library's readers, too few to wear a server down.
_SETTINGS = "60 per hour"


@blueprint.get("/walks/<slug>/protocol.<kind>")
def protocol(slug: str, kind: str) -> Response:
    """The newest published protocol, as long as the walk's protocol is public."""
    walk = queries.get_walk(session(), slug)
    if walk.published_at is None:
        raise NotFound(N_("Vandringen finns inte, eller så är protokollet inte publicerat än."))
    response = stored(walk, kind, None)
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@blueprint.get("/walks/<slug>/route-sheet.pdf")
@limiter.limit(_SETTINGS)
def route_sheet(slug: str) -> Response:
    """The route sheet without a code: that is handed out on the walk."""
    walk = queries.get_invited(session(), slug)
    data = walk_papers.route_sheet(session(), walk, current_app.config["MAPDIALOG"])
    return attached(data, "application/pdf", f"{prefix(walk)}ruttblad-{walk.slug}.pdf")


@blueprint.get("/walks/<slug>/poster.pdf")
@limiter.limit(_SETTINGS)
def poster(slug: str) -> Response | BaseResponse:
    """The poster, A4; the way to the walk's page when there is nothing left to invite to."""
    walk = queries.get_invited(session(), slug)
    if walk_papers.poster_obstacle(walk, now()):
        return redirect(url_for("walk_results.walk", slug=slug))
    link = url_for("walks_invitation.invitation", slug=slug, _external=True)
    data = walk_papers.poster(session(), walk, current_app.config["MAPDIALOG"], link=link, at=now())
    return attached(data, "application/pdf", f"{prefix(walk)}affisch-{walk.slug}.pdf")
