"""The finished reports of a plan for everybody: the web edition, as it was approved."""

from flask import Blueprint, Response, current_app

from mapdialog.core.database import session
from mapdialog.plans.queries import get_published
from mapdialog.reports import plan_reports
from mapdialog.reports.file_kinds import pick
from mapdialog.reports.views_walk_papers import attached

blueprint = Blueprint("plan_papers", __name__)


@blueprint.get("/plans/<slug>/reports/<kind>.<file_format>")
@blueprint.get("/plans/<slug>/reports/<phase>/<kind>.<file_format>")
def report(slug: str, kind: str, file_format: str, phase: str = "") -> Response:
    """The latest approved web edition of a kind of report, about the phase of that key or about the last there is."""
    plan = get_published(session(), slug)
    chosen = pick(plan_reports.FORMATS, file_format)
    found = plan_reports.get_public(session(), plan, kind, chosen.name, phase)
    data = current_app.extensions["files"].get(found.file_key)
    response = attached(data, chosen.mime, "-".join([kind, *filter(None, [phase]), plan.slug]) + chosen.suffix)
    response.headers["Cache-Control"] = "public, max-age=60"
    return response
