"""The form that needs no JavaScript: a page that answers every button with itself, and a page to read it through."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mapdialog.contributions import drafts, rules
from mapdialog.contributions.hints import find_hints
from mapdialog.contributions.photos import read_photo
from mapdialog.contributions.plainform import PlainForm, choice_value, offered_places, pressed_button
from mapdialog.contributions.receiving import receive
from mapdialog.contributions.terms import get_terms
from mapdialog.contributions.views import blueprint
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Closed, Conflict, DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues import queries as dialogues
from mapdialog.dialogues.models import Dialogue
from mapdialog.dialogues.views import about
from mapdialog.places.hits import Hit
from mapdialog.places.views import detail_of
from mapdialog.web.callers import is_flooding
from mapdialog.web.errors import translated
from mapdialog.web.languages import choose, switch
from mapdialog.web.limits import limiter
from mapdialog.web.mapdata import map_images, place_image

FASTEST_SECONDS = 3  # Nobody fills in the form faster; staff get a note about whoever does.
SENT = 303
PHOTO_LIMIT = "400 per hour"


@blueprint.get("/d/<slug>/new")
def new(slug: str) -> str:
    """An empty form."""
    dialogue = dialogues.get_published(session(), slug)
    return _page(dialogue, PlainForm.empty(session(), dialogue))


@blueprint.post("/d/<slug>/new")
@limiter.shared_limit(
    lambda: current_app.config["MAPDIALOG"].submit_limit,
    scope="submit",
    deduct_when=lambda response: response.status_code == SENT,
    exempt_when=lambda: request.form.get("action") != "send",
)
@limiter.limit(PHOTO_LIMIT, exempt_when=lambda: not any(file.filename for file in request.files.values()))
def fill_in(slug: str) -> Response | str | tuple[str, int]:
    """Do what the pressed button says; whatever was typed comes back with the page."""
    dialogue = dialogues.get_published(session(), slug)
    form = PlainForm.of(session(), dialogue, request.form)
    _keep_photos(dialogue, form)
    steps: dict[str, Callable[[Dialogue, PlainForm], Response | str | tuple[str, int]]] = {
        "review": _review,
        "send": _send,
        "change": _page,
    }
    pressed = pressed_button(request.form)
    if "language" in request.form:
        switch(request.form["language"])
        pressed = "review" if request.form.get("shown") == "review" else ""
    answer = steps.get(pressed, partial(_place, pressed))(dialogue, form)
    session.commit()
    return answer


def _place(pressed: str, dialogue: Dialogue, form: PlainForm) -> str:
    """The buttons about the place: search, choose, press on the map, move the map, forget."""
    if pressed.startswith("drop:"):
        drafts.drop_draft_photo(
            session(), current_app.extensions["files"], form.draft_id, pressed.removeprefix("drop:")
        )
    else:
        form.press(session(), pressed, request.form, current_app.config["MAPDIALOG"].local_crs)
    return _page(dialogue, form)


def _review(dialogue: Dialogue, form: PlainForm) -> str | tuple[str, int]:
    """Everything once more before it is sent, with a word about what looks like personal data."""
    form.take_typed_place(session(), current_app.config["MAPDIALOG"].local_crs)
    terms = get_terms(session(), dialogue.slug, now())
    try:
        if not terms.accepts_contributions:
            raise Closed(rules.CLOSED)
        rules.check_new(form.sent(), form.geometry, terms, now())
    except (Invalid, Closed) as error:
        return _page(dialogue, form, error), error.status
    if form.errors:
        return _page(dialogue, form), Invalid.status
    hints = sorted({hint.kind for hint in find_hints(form.values["text"])})
    category = next(one for one in dialogue.categories if one.key == form.values["category"])
    return render_template(
        "contributions/review.html",
        **about(dialogue),
        values=form.hidden(),
        form=form,
        hints=hints,
        category=category,
        photos=drafts.list_draft_photos(session(), form.draft_id),
        map_image=place_image(form.position),
    )


def _send(dialogue: Dialogue, form: PlainForm) -> Response | tuple[str, int]:
    """Send it; pressing twice, or going back and pressing again, makes one."""
    config = current_app.config["MAPDIALOG"]
    form.take_typed_place(session(), config.local_crs)
    began = form.values["started"]
    hasty = began.isdecimal() and len(began) < 12 and time.time() - int(began) < FASTEST_SECONDS
    try:
        accepted = receive(
            session(),
            dialogue.slug,
            form.sent() | {"language": choose()},
            form.geometry,
            config,
            is_flood=is_flooding() or hasty,
        )
    except (Invalid, Closed, Conflict) as error:
        return _page(dialogue, form, error), error.status
    if accepted.created:  # What is added afterwards goes through the personal link, where staff's reading is heeded.
        drafts.attach_draft_photos(session(), accepted.contribution_id, form.draft_id)
    address = url_for("contributions.own", receipt=accepted.receipt, token=accepted.edit_token, sent=1)
    return redirect(address, SENT)  # type: ignore[return-value]


def refused(words: str) -> str:
    """The form with everything that was typed, when the limit is reached."""
    dialogue = dialogues.get_published(session(), str((request.view_args or {})["slug"]))
    form = PlainForm.of(session(), dialogue, request.form)
    form.errors["place"] = words
    return _page(dialogue, form)


def _keep_photos(dialogue: Dialogue, form: PlainForm) -> None:
    """Keep what was chosen, so that it need not be chosen again; what is refused says why."""
    config = current_app.config["MAPDIALOG"]
    for file in [file for file in request.files.getlist("photos") if file.filename]:
        try:
            if not dialogue.allows_photos:
                raise Invalid(N_("Dialogen tar inte emot foton."), field="photos")
            photo = read_photo(
                file.stream.read(), max_bytes=config.photo_max_mb * 1_000_000, max_pixels=config.photo_max_pixels
            )
            drafts.keep_draft_photo(
                session(), current_app.extensions["files"], form.draft_id, photo, most=config.photos_per_contribution
            )
        except DomainError as error:
            form.errors["photos"] = translated(error)


def place_parts(dialogue: Dialogue, form: PlainForm) -> dict[str, Any]:
    """What `contributions/_place.html` shows: places to choose among and a drawn map to press on."""
    return {
        "form": form,
        "hits": _choices(form.hits),
        "choices": _choices(offered_places(session(), dialogue)),
        "map_images": map_images(form.window, form.position),
    }


def _choices(hits: list[Hit]) -> list[dict[str, str]]:
    return [{"name": hit.name, "detail": detail_of(hit), "value": choice_value(hit)} for hit in hits]


def _page(dialogue: Dialogue, form: PlainForm, error: DomainError | None = None) -> str:
    """The form with everything that was typed, and what is wrong beside it."""
    fields = error.fields if isinstance(error, Invalid) else {}
    errors = {name: _(words) for name, words in form.errors.items()}
    errors |= {name: translated(one) for name, one in fields.items()}
    if error is not None and not fields:
        errors["place"] = translated(error)
    return render_template(
        "contributions/new.html",
        **about(dialogue),
        values=form.hidden(),
        errors=errors,
        photos=drafts.list_draft_photos(session(), form.draft_id),
        **place_parts(dialogue, form),
    )
