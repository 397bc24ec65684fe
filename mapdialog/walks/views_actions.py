"""Staff pages of actions: the board, many at once, one with its log, and the board as a file."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError
from mapdialog.dialogues.area import list_choices
from mapdialog.walks import (
    action_rows,
    actions_many,
    asking,
    board,
    queries,
    tending,
    views_asking,
    views_notes,
    views_observation_photos,
    views_observations,
    views_parties,
    views_placing,
    views_returning,
)
from mapdialog.walks.action_page import filled, get, offer, render, said, status_form, words
from mapdialog.walks.actions_many import Outcome
from mapdialog.walks.board import Wanted
from mapdialog.walks.findings import WalkAction
from mapdialog.walks.following_up import NEEDS_REASON, STATUSES, default_deadline, urgent_deadline
from mapdialog.walks.forms_actions import ActionForm, StatusForm
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.views_follow_up import (
    action_places,
    action_spots,
    blueprint,
    drawn,
    numbers,
    page_map,
    today,
)
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

# One blueprint, in modules.
__all__ = [
    "blueprint",
    "views_asking",
    "views_notes",
    "views_observation_photos",
    "views_observations",
    "views_parties",
    "views_placing",
    "views_returning",
]
Page = Response | str | tuple[str, int]
GROUPINGS = ("deadline", "status", "party")
MIME = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@blueprint.get("/actions")
def actions() -> str:
    """The board: what is asked for in the address, what is overdue first."""
    return _board_page()


@blueprint.get("/actions.png")
def actions_map() -> Response:
    """The board on a drawn map."""
    listed = list(board.list_board(session(), _wanted(), today(), limit=board.MOST_ON_THE_MAP))
    spots = action_spots(listed, action_places(listed), today())
    return drawn([(one.lon, one.lat, one.color) for one in spots], [])


@blueprint.get("/actions.<kind>")
def export_actions(kind: str) -> Response:
    """The board as a file for a spreadsheet: csv or xlsx."""
    if kind not in MIME:
        abort(404)
    listed = board.list_board(session(), _wanted(), today())
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / f"atgarder.{kind}"
    action_rows.write(path, kind, listed, today(), _)
    answer = send_file(path, mimetype=MIME[kind], as_attachment=True, download_name=f"atgarder-{today()}.{kind}")
    answer.call_on_close(folder.cleanup)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/actions")
@requires("edit_walks")
def change_many_actions() -> Page:
    """What the pressed button says about all that are ticked."""
    ids = numbers("ids")
    chosen = board.list_many(session(), ids)
    try:
        outcome = _do_to_many(chosen, request.form.get("do", ""))
    except DomainError as error:
        session().rollback()
        return _board_page(error, set(ids)), error.status
    session().commit()
    if outcome.done:
        flash(said(request.form.get("do", ""), len(outcome.done)), "success")
    if outcome.left:
        names = ", ".join(one.title for one in outcome.left[:5])
        flash(_("Statusen kan inte följa på den som gäller nu. De här är som förut: %(names)s", names=names), "warn")
    return redirect(url_for(".actions") + "?" + _query(page=request.form.get("page", "")))


@blueprint.route("/walks/<slug>/actions/new", methods=["GET", "POST"])
@requires("edit_walks")
def new_action(slug: str) -> Page:
    """A new one, of the observations in the address or of none."""
    walk = queries.get_walk(session(), slug)
    form = ActionForm()
    offer(form, walk)
    if not form.is_submitted():
        _suggest(form, walk)
        return _new_page(walk, form)
    typed = form.draft()
    if typed.priority == "acute" and typed.deadline == default_deadline(today(), _deadline_months()):
        typed = replace(typed, deadline=None)  # the day that was filled in beforehand was meant for what can wait
    try:
        made = tending.create_action(
            session(),
            walk,
            typed,
            today=today(),
            months=_deadline_months(),
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _new_page(queries.get_walk(session(), slug), form), error.status
    session().commit()
    flash(_("Åtgärden är skapad."), "success")
    return redirect(url_for(".action", action_id=made.id))


@blueprint.get("/actions/<int:action_id>")
def action(action_id: int) -> str:
    """One action: what it is, where it stands, its log."""
    one = get(action_id)
    return render(one, filled(one), status_form(one))


@blueprint.post("/actions/<int:action_id>")
@requires("edit_walks")
def change_action(action_id: int) -> Page:
    """Save what it is, who does it and until when."""
    one = get(action_id)
    form = ActionForm()
    offer(form, one.walk, one)
    try:
        tending.change_action(
            session(),
            one,
            form.draft(),
            today=today(),
            version=form.version.data,
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        one = get(action_id)
        return render(one, form, status_form(one)), error.status
    session().commit()
    flash(_("Sparat."), "success")
    return redirect(url_for(".action", action_id=action_id))


@blueprint.post("/actions/<int:action_id>/status")
@requires("edit_walks")
def move_action(action_id: int) -> Page:
    """Another status, with what the public is told."""
    one = get(action_id)
    form = StatusForm()
    form.offer(one)
    reason = form.status_reason.data if form.status.data in NEEDS_REASON else ""
    try:
        tending.move(
            session(),
            one,
            form.status.data or "",
            today=today(),
            reason=reason or "",
            public_comment=form.public_comment.data or "",
            note=form.note.data or "",
            done_on=form.done_on.data,
            version=form.version.data,
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        one = get(action_id)
        return render(one, filled(one), form), error.status
    session().commit()
    flash(_("Statusen är nu: %(status)s.", status=_(STATUSES[one.status]).lower()), "success")
    return redirect(url_for(".action", action_id=action_id))


def _wanted() -> Wanted:
    """What the address asks for; anything it cannot mean is as if it were not there."""
    asked = request.values
    status = asked.get("status", "open")
    party, district = asked.get("party", ""), asked.get("district", "")
    return Wanted(
        status=status if status in {*STATUSES, "open", "overdue", "answered", "all"} else "open",
        walk=asked.get("walk", "")[:100].replace("\x00", ""),
        district_id=int(district) if _is_number(district) else None,
        party_id=int(party) if _is_number(party) else None,
        priority=asked.get("priority", "") if asked.get("priority") in tending.PRIORITIES else "",
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _query(**changed: Any) -> str:
    """The address of the board as it is, with something else changed."""
    kept = {name: request.values.get(name, "") for name in ("status", "walk", "district", "party", "priority", "by")}
    return urlencode({name: value for name, value in (kept | changed).items() if value != ""})


def _do_to_many(chosen: Any, wanted: str) -> Outcome:
    sent, actor_id = request.form, current_user.account_id
    if wanted == "assign":
        party = sent.get("to_party", "")
        return actions_many.assign_many(session(), chosen, int(party) if _is_number(party) else None, actor_id=actor_id)
    if wanted == "move":
        return actions_many.move_many(
            session(),
            chosen,
            sent.get("to_status", ""),
            today=today(),
            reason=sent.get("status_reason", ""),
            actor_id=actor_id,
        )
    if wanted == "ask":
        posts = asking.ask(session(), chosen, today=today(), at=now(), actor_id=actor_id)
        asked = {letter.action_id for post in posts for letter in post.letters}
        return Outcome(tuple(one for one in chosen if one.id in asked), ())
    return abort(400)


def _board_page(problem: DomainError | None = None, ticked: set[int] | None = None) -> str:
    wanted, day = _wanted(), today()
    by = request.values.get("by", "deadline")
    counts = board.count_board(session(), wanted, day)
    page, pages = _page_of(counts[wanted.status])
    start = (page - 1) * board.ON_A_PAGE
    listed = list(board.list_board(session(), wanted, day, by=by, limit=board.ON_A_PAGE, offset=start))
    mapped = listed
    if pages > 1:
        mapped = list(board.list_board(session(), wanted, day, limit=board.MOST_ON_THE_MAP))
    places = action_places(mapped)
    return render_template(
        "walks/staff/board.html",
        wanted=wanted,
        listed=listed,
        sections=_sections(listed, by),
        by=by if by in GROUPINGS else "deadline",
        counts=counts,
        page=page,
        pages=pages,
        walks=board.list_walk_names(session()),
        districts=list_choices(session()),
        parties=(parties := queries.list_parties(session())),
        party_options=[(board.NOBODY, _("Ingen vald än")), *((one.id, one.name) for one in parties)],
        priority_options=[(key, _(words)) for key, words in tending.PRIORITIES.items()],
        map_data=page_map(action_spots(mapped, places, day), []),
        placed=len(places),
        mapped=len(mapped),
        query=_query,
        problem=translated(problem) if problem else "",
        wrong_field=problem.field if problem else "",
        ticked=ticked or set(),
        **words(),
    )


def _page_of(total: int) -> tuple[int, int]:
    """The page that is asked for, among how many: at least one, and never past the last."""
    asked, pages = request.values.get("page", ""), max(1, -(-total // board.ON_A_PAGE))
    return min(max(1, int(asked)), pages) if _is_number(asked) else 1, pages


def _sections(listed: list[WalkAction], by: str) -> list[tuple[str, list[WalkAction]]]:
    """(heading, actions) by status or by who is responsible; one without a heading by deadline."""
    if by == "status":
        by_status = [(_(words), [one for one in listed if one.status == key]) for key, words in STATUSES.items()]
        return [(heading, ones) for heading, ones in by_status if ones]
    if by == "party":
        names = sorted({one.party.name for one in listed if one.party})
        by_party = [(name, [one for one in listed if one.party and one.party.name == name]) for name in names]
        by_party.append((_("Ingen ansvarig vald"), [one for one in listed if not one.party]))
        return [(heading, ones) for heading, ones in by_party if ones]
    return [("", listed)] if listed else []


def _deadline_months() -> int:
    return int(current_app.config["MAPDIALOG"].walk_deadline_months)


def _suggest(form: ActionForm, walk: SafetyWalk) -> None:
    """Title, place and priority from the observations in the address."""
    wanted = set(numbers("of"))
    chosen = [one for one in queries.list_observations(session(), walk) if one.id in wanted]
    form.observations.data = [one.id for one in chosen]
    form.deadline.data = default_deadline(today(), _deadline_months())
    form.priority.data, form.kind.data = "normal", "planned"
    if chosen:
        form.title.data = actions_many.suggested_title(session(), chosen[0])
        form.where_text.data = chosen[0].stop.name if chosen[0].stop else ""
        if any(one.is_acute for one in chosen):
            form.priority.data, form.kind.data = "acute", "quick_fix"
            form.deadline.data = urgent_deadline(today())


def _new_page(walk: SafetyWalk, form: ActionForm) -> str:
    return render_template("walks/staff/new_action.html", walk=walk, form=form, **words())
