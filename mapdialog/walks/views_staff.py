"""The coordinator's pages of walks: the list, the editor, what is known beforehand, the checklists."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Conflict, DomainError, Invalid
from mapdialog.walks import (
    actions,
    cancelling,
    checklist_page,
    coming,
    editor_page,
    forms_rows,
    known,
    news,
    publishing,
    queries,
    routes,
    rules,
)
from mapdialog.walks.drafts import WalkDraft
from mapdialog.walks.forms_data import moment, read, swap_route
from mapdialog.walks.forms_walk import WalkForm
from mapdialog.walks.models import SafetyWalk, WalkStatus
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

blueprint = Blueprint("walks_staff", __name__)
Page = Response | str | tuple[str, int]


@blueprint.app_template_filter()
def walk_status(status: str) -> str:
    """How far a walk has come, in words: every page about a walk says it."""
    return _(rules.STATUSES[status])


@blueprint.get("/walks")
def index() -> str:
    """Every walk with its time, status and how much was found and done."""
    return render_template(
        "staff/walks/index.html",
        walks=queries.list_walks(session()),
        observations=queries.count_observations(session()),
        actions=queries.count_actions(session()),
        coming=coming.count_people(session()),
    )


@blueprint.route("/walks/new", methods=["GET", "POST"])
@requires("edit_walks")
def new() -> Page:
    """A new walk."""
    form = editor_page.make_form(session(), None)
    return _submitted(form, None) if form.is_submitted() else _editor(form, None)


@blueprint.route("/walks/<slug>", methods=["GET", "POST"])
@requires("edit_walks")
def edit(slug: str) -> Page:
    """The editor of one walk."""
    walk = queries.get_walk(session(), slug)
    form = editor_page.make_form(session(), walk)
    return _submitted(form, walk) if form.is_submitted() else _editor(form, walk)


def _submitted(form: WalkForm, walk: SafetyWalk | None) -> Page:
    """A button of the editor was pressed: rows and the sun change on the page alone, saving stores."""
    action = request.form.get("action", "save")
    if action == "route_swap":
        swap_route(form)
    if forms_rows.apply(form, action) or action in ("sun", "route_swap"):
        return _editor(form, walk)
    is_readable = form.validate()
    try:
        # Read also when a field makes no sense: everything that is wrong is told at once.
        draft = read(form, session(), editor_page.where(session()), walk)
        saved = _save(form, walk, draft) if is_readable else None
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        if isinstance(error, Conflict) and walk is not None:
            form.version.data = str(walk.version)
        return _editor(form, walk), error.status
    if saved is None:
        return _editor(form, walk), 422
    session().commit()
    flash(_("Vandringen är sparad."), "success")
    return redirect(url_for(".edit", slug=saved.slug))


def _save(form: WalkForm, walk: SafetyWalk | None, draft: WalkDraft) -> SafetyWalk:
    actor = current_user.account_id
    if walk is None:
        return actions.create_walk(session(), draft, actor_id=actor)
    seen = int(form.version.data) if (form.version.data or "").isdecimal() else None
    actions.update_walk(session(), walk, draft, version=seen, actor_id=actor)
    return walk


def _editor(form: WalkForm, walk: SafetyWalk | None) -> str:
    return render_template("staff/walks/edit.html", form=form, **editor_page.context(session(), form, walk))


@blueprint.post("/walks/<slug>/step")
@requires("edit_walks")
def step(slug: str) -> Response:
    """The walk's next step; the published protocol is made by the worker, which takes that step when it is done."""
    walk = queries.get_walk(session(), slug)
    wanted, seen = request.form.get("status", ""), request.form.get("version", "")
    sure: dict[str, Any] = {"version": int(seen) if seen.isdecimal() else None, "actor_id": current_user.account_id}
    is_publishing = wanted == WalkStatus.PROTOCOL_PUBLISHED
    try:
        if is_publishing:
            publishing.ask(session(), walk, **sure, checks=editor_page.chosen_checks(), at=now())
        else:
            actions.take_step(session(), walk, wanted, **sure, at=now())
    except publishing.AlreadyPublished as error:
        session().rollback()
        flash(translated(error), "success")
        return redirect(url_for("walk_papers_staff.page", slug=slug))
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
        return redirect(url_for(".edit", slug=slug))
    session().commit()
    if is_publishing:
        return redirect(url_for("walk_papers_staff.page", slug=slug))
    flash(_("Nu gäller: %(status)s.", status=_(rules.STATUSES[walk.status]).lower()), "success")
    return redirect(url_for(".edit", slug=slug))


@blueprint.post("/walks/<slug>/cancel")
@requires("edit_walks")
def cancel(slug: str) -> Response:
    """The walk is cancelled for the reason given, or on again (`action=resume`)."""
    walk = queries.get_walk(session(), slug)
    seen = request.form.get("version", "")
    sure: dict[str, Any] = {"version": int(seen) if seen.isdecimal() else None, "actor_id": current_user.account_id}
    try:
        if request.form.get("action") == "resume":
            said = _resumed(walk, sure)
        else:
            said = _cancelled(walk, request.form.get("cancel_reason", ""), sure)
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
    else:
        session().commit()
        flash(said, "success")
    return redirect(url_for(".edit", slug=slug, _anchor="cancel"))


def _resumed(walk: SafetyWalk, sure: dict[str, Any]) -> str:
    """The walk is on again; returns what to say."""
    at = now()
    cancelling.resume(session(), walk, **sure, at=at)
    is_to_come = walk.starts_at is not None and walk.starts_at > at
    return " ".join((_("Vandringen blir av."), *(_mailed(walk) if is_to_come else ())))


def _cancelled(walk: SafetyWalk, reason: str, sure: dict[str, Any]) -> str:
    """The walk is cancelled, or the reason is another; returns what to say. The same again leaves all as it was."""
    outcome = cancelling.cancel(session(), walk, reason, **sure, at=now())
    if outcome is cancelling.Outcome.SAME:
        session().rollback()
        return _("Skälet är detsamma som förut: inget är ändrat, och inget brev skickas.")
    if outcome is cancelling.Outcome.REASON_CHANGED:
        return " ".join((_("Skälet är ändrat. Alla ser det nya."), *_mailed(walk)))
    return " ".join((_("Vandringen är inställd. Alla ser varför."), *_mailed(walk)))


def _mailed(walk: SafetyWalk) -> list[str]:
    """How many are written to about it, in words."""
    told = len(news.list_waiting(session(), walk))
    words = ngettext(
        "%(num)s som vill ha nyheter får ett brev om det.", "%(num)s som vill ha nyheter får ett brev om det.", told
    )
    return [words] if told else []


@blueprint.post("/walks/<slug>/delete")
@requires("edit_walks")
def delete(slug: str) -> Response:
    """Take away a planned walk that holds nothing."""
    walk = queries.get_walk(session(), slug)
    title, seen = walk.title, request.form.get("version", "")
    try:
        version = int(seen) if seen.isdecimal() else None
        actions.delete_walk(session(), walk, version=version, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
        return redirect(url_for(".edit", slug=slug))
    session().commit()
    flash(_("Vandringen ”%(title)s” är borttagen.", title=title), "success")
    return redirect(url_for(".index"))


@blueprint.get("/walks/<slug>/known")
def known_before(slug: str) -> str:
    """What is known along the route: on the map and as a list."""
    walk = queries.get_walk(session(), slug)
    found = known.list_known(session(), walk)
    return render_template(
        "staff/walks/known.html",
        walk=walk,
        tabs=editor_page.tabs(walk),
        known=found,
        known_marks=editor_page.KNOWN_MARKS,
        metres=known.NEAR_M,
        has_place=routes.shape_of(walk) is not None,
        map_data=editor_page.map_data(session(), walk, found) | editor_page.plan_data(walk),
    )


@blueprint.get("/walks/sun")
def sun_times() -> Response:
    """The sun's times in words, as JSON, for a place (`lon`, `lat`) and times on Stockholm's clock."""
    try:
        place = float(request.args["lon"]), float(request.args["lat"])
        starts, ends = (_moment(request.args.get(name, "")) for name in ("starts_at", "ends_at"))
        is_place = abs(place[0]) <= 180 and abs(place[1]) <= 90
    except (KeyError, ValueError, Invalid):
        is_place = False
    return jsonify(lines=editor_page.said_of_sun(place, starts, ends) if is_place else [])


def _moment(text: str) -> datetime | None:
    return moment(datetime.fromisoformat(text).replace(tzinfo=None)) if text else None


@blueprint.get("/walks/checklists")
def checklist_index() -> str:
    """Every checklist."""
    return checklist_page.index()


@blueprint.route("/walks/checklists/<key>", methods=["GET", "POST"])
@requires("edit_walks")
def checklist(key: str) -> Page:
    """A checklist's newest version; saving makes the next. `new` begins a list from the standard one."""
    return checklist_page.edit(key)
