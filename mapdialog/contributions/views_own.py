"""The author's own page, reached by the personal link: read, edit, add photos, get the link by mail, withdraw."""

import json
import uuid
from collections.abc import Callable, Mapping
from functools import partial

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mapdialog.contributions import authoring, queries, rules
from mapdialog.contributions.models import Contribution
from mapdialog.contributions.photos import read_photo
from mapdialog.contributions.terms import Terms, get_terms
from mapdialog.contributions.views import Words, blueprint, common
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Closed, Conflict, DomainError, Invalid, TooMany
from mapdialog.core.text import N_, clean
from mapdialog.dialogues.rules import is_open
from mapdialog.notifications.actions import send_personal_link
from mapdialog.web.errors import translated
from mapdialog.web.languages import switch
from mapdialog.web.limits import limiter
from mapdialog.web.ownership import remember_own

Action = Callable[[Contribution, Terms], None]


@blueprint.get("/c/<receipt>/edit/<token>")
def own(receipt: str, token: str) -> Response:
    """Everything about one's own contribution, and what can be done with it."""
    one, terms = load(receipt, token)
    return show_own(one, terms, token)


@blueprint.post("/c/<receipt>/edit/<token>")
@limiter.limit("300 per hour")
def act(receipt: str, token: str) -> Response:
    """Do what the pressed button (`action`) says, and come back."""
    one, terms = load(receipt, token)
    if "language" in request.form:
        return _in_another_language(one, terms, token)
    actions: dict[str, Action] = {
        "withdraw": _withdraw,
        "photos": _add_photos,
        "mail": _mail_link,
    }
    action = actions.get(request.form.get("action", ""), edit_own)
    error = attempt(one, terms, action)
    if error is None:
        return redirect(url_for(".own", receipt=one.receipt, token=token))  # type: ignore[return-value]
    typed = {name: request.form[name] for name in _TYPED.get(action, ()) if name in request.form}
    return refuse(receipt, token, error, typed)


def _in_another_language(one: Contribution, terms: Terms, token: str) -> Response:
    """The page in the language asked for, with what was typed; whoever changes it meanwhile is still noticed."""
    switch(request.form["language"])
    mood = getattr(one, "mood", None)
    stored = {"text": queries.current_text(session(), one), "category": one.category.key, "geometry": ""}
    stored["mood"] = "" if mood is None else str(mood)
    typed = {name: request.form[name] for name in (*EDITED, "version") if name in request.form}
    has_typed = any(clean(typed.get(name, was)) != clean(was) for name, was in stored.items())
    return show_own(one, terms, token, values=typed, is_editing=has_typed)


def attempt(one: Contribution, terms: Terms, action: Action) -> DomainError | None:
    """Do it, and commit; or nothing is done, and why."""
    try:
        action(one, terms)
        session.commit()
    except (Invalid, Conflict, Closed, TooMany) as error:
        session.rollback()
        return error
    return None


def refuse(receipt: str, token: str, error: DomainError, typed: Words) -> Response:
    """The page as it is now, with what was typed and why it was not taken."""
    fields = error.fields if isinstance(error, Invalid) else {}
    errors = {name: translated(problem) for name, problem in fields.items()}
    if not errors:
        flash(translated(error), "warn")
    return show_own(*load(receipt, token), token, errors=errors, values=typed, error=error)


def edit_own(one: Contribution, terms: Terms, sent: Mapping[str, str] | None = None) -> None:
    """Take the new words, and the new place where one was chosen (`geometry`, GeoJSON as text)."""
    sent = request.form if sent is None else sent
    wrong = rules.Complaints()
    version = sent.get("version", "")
    new = authoring.Edit(
        text=wrong.take("text", lambda: rules.check_text(sent.get("text"), rules.TEXT_MAX), ""),
        category_id=wrong.take("category", lambda: _category(sent.get("category"), one, terms), 0),
        mood=wrong.take("mood", lambda: rules.check_mood(sent.get("mood"))),
        version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        place=wrong.take("geometry", lambda: _new_place(sent, terms)),
    )
    wrong.stop_if_any()
    changed = authoring.edit(session(), one, terms, new)
    flash(_("Ändringen är sparad.") if changed else _("Ingenting var ändrat."), "success")


def _new_place(sent: Mapping[str, str], terms: Terms) -> authoring.NewPlace | None:
    """None where the form says nothing of a place: it stays where it is."""
    if not sent.get("geometry"):
        return None
    try:
        drawn = json.loads(sent["geometry"])
    except (ValueError, RecursionError):
        raise Invalid(N_("Geometrin går inte att läsa.")) from None
    return authoring.NewPlace(
        geometry=rules.check_place(drawn, terms),
        label=rules.check_label(sent.get("place_label")),
        source=rules.check_source(sent.get("place_source")),
        accuracy_m=rules.check_accuracy(sent.get("accuracy_m")),
    )


def _category(key: str | None, one: Contribution, terms: Terms) -> int:
    """An active category, or the one it has already."""
    return one.category_id if key == one.category.key else rules.check_category(key, terms)


def _withdraw(one: Contribution, terms: Terms) -> None:
    authoring.withdraw(session(), one, terms)
    flash(_("Synpunkten är tillbakatagen och syns inte längre på kartan."), "success")


def _add_photos(one: Contribution, terms: Terms) -> None:
    """Add the chosen photos; each that is refused says why, and the others are kept."""
    config, added = current_app.config["MAPDIALOG"], 0
    for file in [file for file in request.files.getlist("photos") if file.filename]:
        data = file.stream.read()
        read = partial(read_photo, data, max_bytes=config.photo_max_mb * 1_000_000, max_pixels=config.photo_max_pixels)
        client_id = uuid.uuid5(one.client_id, authoring.digest(data))
        try:
            authoring.add_photo(
                session(),
                current_app.extensions["files"],
                one,
                terms,
                read,
                client_id=client_id,
                most=config.photos_per_contribution,
            )
            added += 1
        except DomainError as error:
            flash(translated(error), "danger")
    if added:
        flash(_("Fotona är tillagda."), "success")


def _mail_link(one: Contribution, terms: Terms) -> None:
    """Mail the personal link to the author, who may give an address now."""
    address = rules.Complaints()
    given = address.take("email", lambda: rules.check_email(request.form.get("email")))
    address.stop_if_any()
    one.contact_email = given or one.contact_email
    if not one.contact_email:
        raise Invalid(N_("Skriv en e-postadress att skicka länken till."), field="email")
    send_personal_link(session(), one, current_app.config["MAPDIALOG"])
    flash(_("Länken är på väg till %(address)s.", address=one.contact_email), "success")


# What stays on the page when it was not taken.
EDITED = ("text", "category", "mood", "geometry", "place_label", "place_source", "accuracy_m")
_TYPED: dict[Action, tuple[str, ...]] = {edit_own: EDITED, _mail_link: ("email",)}


def load(receipt: str, token: str) -> tuple[Contribution, Terms]:
    """The contribution, if the token opens it, and its dialogue's terms."""
    one = queries.get_contribution(session(), receipt)
    authoring.check_token(one, token)
    remember_own(one, token)
    return one, get_terms(session(), one.dialogue.slug, now())


def show_own(
    one: Contribution,
    terms: Terms,
    token: str,
    *,
    errors: Words | None = None,
    values: Words | None = None,
    error: DomainError | None = None,
    is_editing: bool = False,
) -> Response:
    """The page; `errors`, `values` and `error` are of what was sent and not taken, or not sent yet (`is_editing`)."""
    try:
        authoring.may_change(one, terms)
        closed_because = ""
    except Closed as closed:
        closed_because = translated(closed)
    open_phases = [phase for phase in one.dialogue.phases if is_open(phase, now())]
    shown = render_template(
        "contributions/own.html",
        **common(one),
        text=queries.current_text(session(), one),
        photos=queries.list_photos(one, also_hidden=True),
        link=url_for(".own", receipt=one.receipt, token=token, _external=True),
        may_change=not closed_because,
        closed_because=closed_because,
        may_add_photos=terms.allows_photos and not closed_because,
        open_phase=next(iter(open_phases), None),
        errors=errors or {},
        values=values or {},
        is_conflict=isinstance(error, Conflict),
        is_editing=is_editing or bool(errors) or isinstance(error, Conflict),
        is_new="sent" in request.args,
    )
    return private_page(shown, error.status if error else 200)


def private_page(shown: str, status: int = 200) -> Response:
    """A page under the personal link, as the author alone may have it."""
    response = Response(shown, status=status, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"  # The page and its address are the author's alone.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
