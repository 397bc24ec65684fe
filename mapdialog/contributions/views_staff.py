"""The inbox, and each decision about a contribution; registering and the log stand in modules of their own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.contributions import (
    answering,
    bulk_pages,
    import_pages,
    inbox_page,
    log_pages,
    moderation,
    photo_deciding,
    queries_staff,
    register_pages,
    undo_page,
    undoing,
)
from mapdialog.contributions.case import get_for_staff, get_reply
from mapdialog.contributions.desk import asked_before, asked_here, blueprint
from mapdialog.contributions.inbox import Asked
from mapdialog.contributions.models import Contribution, ModerationEntry
from mapdialog.core.database import session
from mapdialog.core.errors import Conflict, DomainError, NotFound
from mapdialog.notifications.actions import count_gone
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.shell import remember_dialogue

__all__ = ["blueprint", "bulk_pages", "import_pages", "log_pages", "register_pages"]
Page = Response | tuple[str, int]
Decision = Callable[[Contribution, dict[str, Any]], Any]


@blueprint.get("/inbox")
def inbox() -> str:
    """What is asked for, with one of them open: list, map and text side by side."""
    here = asked_here()
    if here.dialogue:
        remember_dialogue(here.dialogue.slug)
    return inbox_page.render(here, page=_page(request.args.get("page", "1")), open_receipt=request.args.get("open", ""))


@blueprint.get("/contributions/<receipt>")
def show(receipt: str) -> Response:
    """A lasting address of one contribution for staff."""
    found = get_for_staff(session(), receipt)
    return redirect(url_for(".inbox", state="all", dialogue=found.dialogue.slug, open=found.receipt))


@blueprint.post("/contributions/<receipt>/approve")
@requires("moderate")
def approve(receipt: str) -> Page:
    """Make it public."""
    return _decide(
        receipt,
        lambda one, seen: moderation.approve(session(), one, **seen),
        _("%(receipt)s är publicerad.", receipt=receipt),
    )


@blueprint.post("/contributions/<receipt>/restore")
@requires("moderate")
def restore(receipt: str) -> Page:
    """Show again what was hidden."""
    return _decide(
        receipt,
        lambda one, seen: moderation.restore(session(), one, **seen),
        _("%(receipt)s visas igen.", receipt=receipt),
    )


@blueprint.post("/contributions/<receipt>/hide")
@requires("moderate")
def hide(receipt: str) -> Page:
    """Hide it by a published rule."""
    rule, message = request.form.get("rule", ""), request.form.get("message", "")
    return _decide(
        receipt,
        lambda one, seen: moderation.hide(session(), one, rule=rule, message=message, **seen),
        _("%(receipt)s är dold.", receipt=receipt),
    )


@blueprint.post("/contributions/<receipt>/edit")
@requires("moderate")
def edit(receipt: str) -> Page:
    """Change what the public sees."""
    text, approves = request.form.get("public_text", ""), request.form.get("action") == "approve"
    return _decide(
        receipt,
        lambda one, seen: moderation.edit(session(), one, text=text, approves=approves, **seen),
        _("%(receipt)s är ändrad och publicerad.", receipt=receipt)
        if approves
        else _("Texten är ändrad. Originalet finns kvar."),
    )


@blueprint.post("/contributions/<receipt>/answer")
@requires("answer")
def answer(receipt: str) -> Page:
    """Save or publish the municipality's answer."""
    text, unit, publishes = (
        request.form.get("answer", ""),
        request.form.get("unit", ""),
        request.form.get("action") == "publish",
    )
    return _decide(
        receipt,
        lambda one, seen: answering.save_answer(session(), one, text=text, unit=unit, publishes=publishes, **seen),
        _("Svaret är publicerat.") if publishes else _("Utkastet till svar är sparat."),
    )


@blueprint.post("/contributions/<receipt>/settle")
@requires("moderate")
def settle(receipt: str) -> Page:
    """Close the reports about it, having looked."""
    note = request.form.get("note", "")
    return _decide(
        receipt, lambda one, seen: moderation.settle(session(), one, note=note, **seen), _("Anmälan är avslutad.")
    )


@blueprint.post("/contributions/<receipt>/replies/<int:reply_id>/<any(approve, hide, restore):decision>")
@requires("moderate")
def decide_reply(receipt: str, reply_id: int, decision: str) -> Page:
    """Approve, hide or show again a reply."""

    def act(one: Contribution, _seen: dict[str, Any]) -> None:
        moderation.decide_reply(
            session(),
            get_reply(session(), one, reply_id),
            decision,
            seen=request.form.get("state", ""),
            rule=request.form.get("rule", ""),
            actor_id=current_user.account_id,
        )

    return _decide(receipt, act, _("Svaret är dolt.") if decision == "hide" else _("Svaret visas."))


@blueprint.post("/contributions/<receipt>/photos/<key>/<any(hide, show, blur, unblur):decision>")
@requires("moderate")
def decide_photo(receipt: str, key: str, decision: str) -> Page:
    """Hide, show, blur or unblur a photo."""

    def act(one: Contribution, seen: dict[str, Any]) -> None:
        store = current_app.extensions["files"]
        photo_deciding.decide(session(), store, one, key=key, decision=decision, form=request.form, **seen)

    return _decide(receipt, act, _(photo_deciding.DONE[decision]))


def _decide(receipt: str, decision: Decision, done: str) -> Page:
    """Carry out one decision, commit, and go on to the next in the list; what was typed stays when it was refused."""
    here = asked_before()
    contribution = get_for_staff(session(), receipt)
    version = request.form.get("version", "")
    seen = {
        "version": int(version) if version.isdecimal() and len(version) < 10 else None,
        "actor_id": current_user.account_id,
    }
    try:
        entry = decision(contribution, seen)
    except NotFound:
        raise
    except DomainError as error:
        session().rollback()
        typed = inbox_page.Typed(
            request.form.to_dict(), translated(error), inbox_page.fields_of(error), request.endpoint or ""
        )
        page = _page(request.form.get("page", "1"))
        return inbox_page.render(here, page=page, open_receipt=receipt, typed=typed), error.status
    following = _following(here, contribution)
    session().commit()
    flash(done, _kind_of(entry))
    return redirect(_address(here, following))


@blueprint.post("/inbox/undo")
@requires("moderate")
def undo() -> Response:
    """Take back what was just decided, about one or many, and show how it is now."""
    here, given = asked_before(), request.form.get("decision", "")
    try:
        undone = undoing.undo(session(), undo_page.decision_in(given), actor_id=current_user.account_id)
    except (Conflict, NotFound) as error:
        session().rollback()
        flash(translated(error), "warn")
        return redirect(_address(here, request.form.get("open", "")))
    undo_page.tell(undone, count_gone(session(), undone.entry_ids))
    receipt = undone.done[0].receipt if len(undone.done) == 1 else ""
    session().commit()
    return redirect(_address(here, receipt))


def _address(here: Asked, receipt: str) -> str:
    """The list as it was looked at, on the same page, with one of them open."""
    page = _page(request.form.get("page", "1"))
    words = here.words | {"page": str(page) if page > 1 else "", "open": receipt}
    query = urlencode({name: word for name, word in words.items() if word})
    return url_for(".inbox") + f"?{query}" + ("#case" if receipt else "")


def _kind_of(entry: Any) -> str:
    """The kind of message: what can be undone carries the decision's number, for the button under it."""
    can_undo = isinstance(entry, ModerationEntry) and entry.decision_id
    return f"success {entry.decision_id}" if can_undo else "success"


def _following(here: Asked, contribution: Contribution) -> str:
    """The same one while it still belongs to the list, else the next."""
    only_this = replace(here.wanted, up_to_id=contribution.id)
    ids = queries_staff.newest_id(session(), only_this)
    if ids == contribution.id:
        return contribution.receipt
    return queries_staff.neighbours(session(), here.wanted, contribution) or ""


def _page(page: str) -> int:
    return min(max(int(page), 1), 100_000) if page.isdecimal() and len(page) < 8 else 1
