"""The staff start page, the search in the frame, and the way to the current dialogue's results."""

from datetime import timedelta

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mapdialog.contributions import queries_staff as contributions
from mapdialog.contributions.case import get_for_staff
from mapdialog.contributions.queries import count_public
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import NotFound
from mapdialog.dialogues import queries as dialogues
from mapdialog.plans import queries as plans
from mapdialog.plans import start_page
from mapdialog.walks import queries as walks
from mapdialog.walks import waiting
from mapdialog.web.access import may
from mapdialog.web.shell import current_slug

blueprint = Blueprint("staff", __name__)


@blueprint.get("/")
def start() -> str:
    """What waits: new contributions, reports, late answers, lacking feedback, and what plans and walks ask."""
    at = now()
    promised = at - timedelta(days=current_app.config["MAPDIALOG"].service_promise_days)
    return render_template(
        "staff/start.html",
        counts=contributions.count_tabs(session(), None),
        overdue=contributions.count_overdue(session(), promised),
        without_feedback=dialogues.list_without_feedback(session(), at),
        drafts=[dialogue for dialogue in dialogues.list_all(session()) if dialogue.published_at is None],
        walks=waiting.find(session(), today=local(at).date(), at=at) if may("moderate") else None,
        plans=start_page.list_waiting(session()) if may("register_statements") else [],
        ongoing=dialogues.list_published_by_status(session(), at)["ongoing"],
    )


@blueprint.get("/search")
def search() -> Response:
    """A receipt number leads to its contribution, statement or observation, anything else to the inbox with those
    words."""
    asked = request.args.get("q", "").strip()[:200]
    if not asked:
        return redirect(url_for("contributions_staff.inbox"))
    if may("register_statements") and (statement := plans.find_statement(session(), asked)):
        return redirect(url_for("plan_statements_staff.show", slug=statement.plan.slug, number=statement.number))
    if observation := walks.find_observation(session(), asked):
        slug = observation.walk.slug
        return redirect(url_for("walk_follow_up.observation", slug=slug, observation_id=observation.id))
    try:
        found = get_for_staff(session(), asked)
    except NotFound:
        return redirect(url_for("contributions_staff.inbox", state="all", q=asked))
    return redirect(url_for("contributions_staff.inbox", state="all", open=found.receipt, q=found.receipt))


@blueprint.get("/results")
def results() -> Response:
    """The results of the dialogue one works with, else of the ongoing one that most people have told something in."""
    slug = current_slug()
    if not slug or dialogues.find_dialogue(session(), slug) is None:
        slug = _worth_showing()
    return redirect(f"/staff/dialogues/{slug}/results" if slug else url_for("dialogues_staff.index"))


def _worth_showing() -> str:
    """The slug of the dialogue with most public contributions, ongoing ones before others; empty where none is public.

    Of those that are equal it is the one published last.
    """
    groups = dialogues.list_published_by_status(session(), now())
    found = groups["ongoing"] or groups["finished"] + groups["planned"]
    return max(found, key=lambda one: count_public(session(), one.id)).slug if found else ""
