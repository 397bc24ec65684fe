"""Staff pages of what a walk found: by stop, one by one, merged, and turned into actions."""

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.contributions import moderation
from mapdialog.contributions.models import State
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.walks import actions_many, astray, board, checking, editor_page, observation_page, queries, recording
from mapdialog.walks.findings import Feeling, WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.views_follow_up import blueprint, drawn, numbers, page_map, today, whole
from mapdialog.walks.walk_maps import observation_spot
from mapdialog.web.access import requires
from mapdialog.web.errors import translated

Page = Response | str | tuple[str, int]
WAITING = State.PENDING.value
# Above so many one press asks before it does something to each.
MOST_UNASKED = 20


@blueprint.get("/walks/<slug>/observations")
def observations(slug: str) -> str:
    """Everything the walk found, by stop."""
    return _list_page(queries.get_walk(session(), slug))


@blueprint.get("/walks/<slug>/observations.png")
def observations_map(slug: str) -> Response:
    """The same on a drawn map."""
    walk = queries.get_walk(session(), slug)
    listed = queries.list_observations(session(), walk)
    far = astray.find(session(), walk, listed)
    near = [one for one in listed if one.id not in far]
    return drawn([(one.lon_e6 / 1e6, one.lat_e6 / 1e6, one.category.color) for one in near], [walk])


@blueprint.get("/walks/<slug>/observations/<int:observation_id>")
def observation(slug: str, observation_id: int) -> str:
    """One of them, with everything that can be done about it."""
    walk = queries.get_walk(session(), slug)
    return observation_page.render(walk, observation_page.get(walk, observation_id))


@blueprint.post("/walks/<slug>/observations/<int:observation_id>")
@requires("moderate")
def decide_observation(slug: str, observation_id: int) -> Page:
    """Approve, change what is shown, hide or show again: what the pressed button says."""
    walk = queries.get_walk(session(), slug)
    one = observation_page.get(walk, observation_id)
    try:
        said = _decide(one, request.form.get("do", ""))
    except DomainError as error:
        session().rollback()
        walk = queries.get_walk(session(), slug)
        return observation_page.render(walk, observation_page.get(walk, observation_id), error), error.status
    session().commit()
    flash(said, "success")
    if request.form.get("back") == "list":
        return redirect(url_for(".observations", slug=slug) + f"#iakttagelse-{one.id}")
    return redirect(url_for(".observation", slug=slug, observation_id=one.id))


@blueprint.post("/walks/<slug>/observations")
@requires("moderate")
def decide_many_observations(slug: str) -> Page:
    """What the pressed button says about all that are ticked: approve, merge, or make actions of them."""
    walk = queries.get_walk(session(), slug)
    ticked = _ticked(walk)
    wanted = request.form.get("do", "")
    try:
        if not ticked and wanted != "all":
            raise Invalid(N_("Markera minst en iakttagelse först."), field="ids")
        if wanted == "merge":
            return _merge_page(walk, ticked)
        if wanted == "one_action":
            return redirect(url_for(".new_action", slug=slug, of=[one.id for one in ticked]))
        if wanted == "all":
            return _list_page(walk, ticked={one.id for one in queries.list_observations(session(), walk)})
        if len(concerned := _concerned(ticked, wanted)) > MOST_UNASKED and "sure" not in request.form:
            return _ask_page(walk, ticked, concerned, wanted)
        said = _do_to_many(walk, concerned, wanted)
        if left := len(ticked) - len(concerned):
            said += " " + ngettext("%(num)s markerad lämnades som den är.", "%(num)s markerade lämnades.", left)
    except DomainError as error:
        session().rollback()
        return _list_page(queries.get_walk(session(), slug), error, {one.id for one in ticked}), error.status
    session().commit()
    flash(said, "success")
    return redirect(url_for(".observations", slug=slug))


@blueprint.post("/walks/<slug>/observations/merge")
@requires("moderate")
def merge_observations(slug: str) -> Page:
    """Let the chosen one stand for the others."""
    walk = queries.get_walk(session(), slug)
    ticked, keep = _ticked(walk), numbers("keep")
    kept = next((one for one in ticked if [one.id] == keep), None)
    try:
        if kept is None:
            raise Invalid(N_("Välj vilken av dem som ska stå kvar."), field="keep")
        recording.merge(
            session(), walk, kept, [one for one in ticked if one is not kept], actor_id=current_user.account_id
        )
    except DomainError as error:
        session().rollback()
        return _merge_page(queries.get_walk(session(), slug), ticked, error), error.status
    session().commit()
    flash(_("Ihopslagna. Du kan ta isär dem igen där de står."), "success")
    return redirect(url_for(".observation", slug=slug, observation_id=kept.id))


@blueprint.post("/walks/<slug>/observations/<int:observation_id>/separate")
@requires("moderate")
def separate_observation(slug: str, observation_id: int) -> Response:
    """Take a merge back."""
    walk = queries.get_walk(session(), slug)
    one = observation_page.get(walk, observation_id)
    kept = one.merged_into_id
    recording.separate(session(), walk, one, actor_id=current_user.account_id)
    session().commit()
    flash(_("Isär igen. Båda räknas nu var för sig."), "success")
    return redirect(url_for(".observation", slug=slug, observation_id=kept or one.id))


def _ticked(walk: SafetyWalk) -> list[WalkObservation]:
    wanted = set(numbers("ids"))
    return [one for one in queries.list_observations(session(), walk) if one.id in wanted]


def _decide(one: WalkObservation, wanted: str) -> str:
    sent = request.form
    sure: dict[str, Any] = {"version": whole(sent.get("version")), "actor_id": current_user.account_id}
    if wanted == "approve":
        moderation.approve(session(), one, **sure)
        return _("Godkänd. Den visas när protokollet är publicerat.")
    if wanted == "restore":
        moderation.restore(session(), one, **sure)
        return _("Iakttagelsen visas igen.")
    if wanted == "hide":
        moderation.hide(session(), one, rule=sent.get("rule", ""), message=sent.get("message", ""), **sure)
        return _("Iakttagelsen är dold.")
    if wanted == "fixed":
        checking.call_fixed(session(), one, **sure)
        return _("Iakttagelsen är åtgärdad.")
    if wanted == "edit":
        moderation.edit(session(), one, text=sent.get("public_text", ""), approves=True, **sure)
        return _("Sparat. Originalet finns kvar.")
    return abort(400)


def _concerned(ticked: list[WalkObservation], wanted: str) -> list[WalkObservation]:
    """Those the button is about: what waits is approved, and what feels safe needs no action. Raises Invalid."""
    if wanted == "approve":
        found = [one for one in ticked if one.state == WAITING]
        problem = N_("Ingen av de markerade väntar på att godkännas.")
    elif wanted == "actions":
        found = [one for one in ticked if one.polarity != Feeling.SECURE]
        problem = N_("De markerade är trygga platser. Ska något ändå göras där, välj ”Gör en åtgärd av dem”.")
    else:
        return ticked
    if not found:
        raise Invalid(problem, field="ids")
    return found


def _ask_page(walk: SafetyWalk, ticked: list[WalkObservation], concerned: list[WalkObservation], wanted: str) -> str:
    return render_template(
        "walks/staff/many.html", walk=walk, ids=[one.id for one in ticked], count=len(concerned), wanted=wanted
    )


def _do_to_many(walk: SafetyWalk, ones: list[WalkObservation], wanted: str) -> str:
    actor_id = current_user.account_id
    if wanted == "approve":
        for one in ones:
            moderation.approve(session(), one, version=None, actor_id=actor_id)
        return ngettext("%(num)s iakttagelse godkänd.", "%(num)s iakttagelser godkända.", len(ones))
    if wanted == "actions":
        months = current_app.config["MAPDIALOG"].walk_deadline_months
        made = actions_many.make_one_each(session(), walk, ones, today=today(), months=months, actor_id=actor_id)
        return ngettext("%(num)s åtgärd skapad.", "%(num)s åtgärder skapade.", len(made))
    return abort(400)


def _list_page(walk: SafetyWalk, problem: DomainError | None = None, ticked: set[int] | None = None) -> str:
    everything = queries.list_observations(session(), walk, also_merged=True)
    listed = [one for one in everything if one.merged_into_id is None]
    doubles: dict[int, list[WalkObservation]] = {}
    for one in everything:
        if one.merged_into_id is not None:
            doubles.setdefault(one.merged_into_id, []).append(one)
    sections = _by_stop(walk, listed)
    # By when they came: a number said to a colleague means the same one also when more have come in.
    order = {one.id: number for number, one in enumerate(sorted(everything, key=lambda one: one.id), 1)}
    about = observation_page.doubts(walk, listed)
    spots = [
        observation_spot(
            order[one.id],
            one,
            f"{order[one.id]}. {one.category.label_sv}",
            f"#iakttagelse-{one.id}",
            is_far=one.id in about["far"],
        )
        for one in listed
    ]
    return render_template(
        "walks/staff/observations.html",
        walk=walk,
        sections=sections,
        doubles=doubles,
        order=order,
        waiting=sum(one.state == WAITING for one in listed),
        actions=board.list_by_observation(session(), walk),
        tabs=editor_page.tabs(walk),
        map_data=page_map(spots, [walk], walk.groups),
        problem=translated(problem) if problem else "",
        ticked=ticked or set(),
        **about,
        **observation_page.words(),
    )


def _by_stop(walk: SafetyWalk, listed: list[WalkObservation]) -> list[tuple[str, list[WalkObservation]]]:
    """(heading, observations) for every stop that has any, then those on the way."""
    found = [(f"{stop.seq}. {stop.name}", [one for one in listed if one.stop_id == stop.id]) for stop in walk.stops]
    found.append((_("På vägen mellan hållpunkterna"), [one for one in listed if one.stop_id is None]))
    return [(heading, ones) for heading, ones in found if ones]


def _merge_page(walk: SafetyWalk, ticked: list[WalkObservation], problem: DomainError | None = None) -> str:
    if len(ticked) < 2:
        raise Invalid(N_("Markera minst två iakttagelser för att slå ihop dem."), field="ids")
    return render_template(
        "walks/staff/merge.html",
        walk=walk,
        ticked=ticked,
        # What is already read stays read: merged into one that waits, it would be gone from the public page.
        suggested=next((one.id for one in ticked if one.state == State.APPROVED), ticked[0].id),
        problem=translated(problem) if problem else "",
        **observation_page.doubts(walk, ticked),
        **observation_page.words(),
    )
