"""The blueprint of the planner's pages about plans, which several modules fill, and the tabs of a plan's pages."""

import io
from datetime import date
from typing import Any

from flask import Blueprint, current_app, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from mapdialog.core.files import FileStore
from mapdialog.core.text import N_
from mapdialog.plans.kinds import PlanKind
from mapdialog.plans.models import Plan
from mapdialog.plans.problems import Problem
from mapdialog.plans.rule_types import Words
from mapdialog.web import languages
from mapdialog.web.access import may
from mapdialog.web.filters import date_long

blueprint = Blueprint("plans_staff", __name__)

# The pages about one plan: key, endpoint, words, icon. One whose endpoint is not mounted is not shown.
PAGES = (
    ("overview", "plans_staff.overview", N_("Översikt"), "layout-list"),
    ("phases", "plans_staff.phases", N_("Skeden"), "calendar"),
    ("documents", "plans_staff.documents", N_("Handlingar och karta"), "map"),
    ("parties", "plan_parties_staff.index", N_("Sakägare"), "users"),
    ("statements", "plan_statements_staff.index", N_("Yttranden"), "inbox"),
    ("answers", "plan_answers_staff.index", N_("Svar"), "message-circle"),
    ("reports", "plan_reports_staff.index", N_("Redogörelser"), "file-text"),
    ("adoption", "plan_adoption_staff.index", N_("Antagande"), "gavel"),
)


@blueprint.app_template_global("plan_tabs")
def plan_tabs(plan: Plan, tab: str | None = None) -> list[dict[str, Any]]:
    """The tabs that the signed-in account may open: href, label, icon and whether it is the page's own.

    `tab` is the key or endpoint of the page's own; without it the request's blueprint tells.
    """
    found = []
    for key, endpoint, label, icon in PAGES:
        view = current_app.view_functions.get(endpoint)
        right = getattr(view, "required_right", None)
        if view is None or (right is not None and not may(right)):
            continue
        is_own = tab in (key, endpoint) if tab else endpoint in (request.endpoint, f"{request.blueprint}.index")
        # Chapter 3 knows no property parties.
        own = N_("Berörda") if key == "parties" and plan.kind == PlanKind.COMPREHENSIVE_PLAN else label
        found.append({"href": url_for(endpoint, slug=plan.slug), "label": _(own), "icon": icon, "is_own": is_own})
    return found


@blueprint.app_template_global("plan_problem")
def said(problem: Problem) -> str:
    """What stands in the way, in the reader's language, with the section it comes from."""
    params = {name: _in_words(value) for name, value in problem.params.items()}
    words = _(problem.message) % params if params else _(problem.message)
    return f"{words} ({problem.legal_ref})" if problem.legal_ref else words


def _in_words(value: object) -> object:
    if isinstance(value, date):
        return date_long(value)
    if isinstance(value, Words):
        return value.text(languages.choose())
    return _(value) if isinstance(value, str) and value else value


def send_kept(key: str, name: str, content_type: str | None = None) -> Response:
    """A kept file to download under the name it was sent with; never opened as a page of ours."""
    files: FileStore = current_app.extensions["files"]
    answer = send_file(
        io.BytesIO(files.get(key)),
        mimetype=content_type or "application/octet-stream",
        as_attachment=True,
        download_name=name,
    )
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
