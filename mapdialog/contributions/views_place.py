"""Moving one's own contribution: the same map, search, list and coordinates as in the form, under the personal link."""

import json
from collections.abc import Mapping
from functools import partial

from flask import Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mapdialog.contributions import authoring, rules
from mapdialog.contributions.models import Comment, Contribution
from mapdialog.contributions.plainform import PlainForm, pressed_button
from mapdialog.contributions.queries import current_text, place_geojson
from mapdialog.contributions.terms import Terms
from mapdialog.contributions.views import blueprint
from mapdialog.contributions.views_new import place_parts
from mapdialog.contributions.views_own import EDITED, attempt, edit_own, load, private_page, refuse, show_own
from mapdialog.core.database import session
from mapdialog.core.errors import Closed, Invalid
from mapdialog.geo.geometry import from_element
from mapdialog.web.errors import translated
from mapdialog.web.languages import switch
from mapdialog.web.limits import limiter
from mapdialog.web.mapdata import map_data

WORDS = ("text", "category", "mood")


@blueprint.get("/c/<receipt>/edit/<token>/place")
def place(receipt: str, token: str) -> Response:
    """The map at the place where it is now; where nothing can be changed any longer, one's own page says why."""
    one, terms = load(receipt, token)
    try:
        authoring.may_change(one, terms)
    except Closed:
        return redirect(url_for(".own", receipt=one.receipt, token=token))  # type: ignore[return-value]
    return _page(one, token, _begin(one))


@blueprint.post("/c/<receipt>/edit/<token>/place")
@limiter.limit("300 per hour")
def move(receipt: str, token: str) -> Response:
    """Do what the pressed button says; new words of the contribution go along and come back with the page."""
    one, terms = load(receipt, token)
    if "language" in request.form:
        switch(request.form["language"])
    form = PlainForm.of(session(), one.dialogue, request.form) if "lon" in request.form else _begin(one)
    pressed, sent = pressed_button(request.form), _sent(form)
    try:
        authoring.may_change(one, terms)
    except Closed as closed:
        return show_own(one, terms, token, values=_typed(sent), error=closed)
    if pressed == "keep":
        typed = {name: sent[name] for name in WORDS if name in sent}
        return show_own(one, terms, token, values=typed, is_editing=True)
    if pressed == "save":
        return _save(receipt, token, one, terms, form)
    form.press(session(), pressed, sent, _zone())
    return _page(one, token, form)


def _zone() -> int:
    return int(current_app.config["MAPDIALOG"].local_crs)


def _sent(form: PlainForm) -> dict[str, str]:
    """What came, with the chosen point as the geometry where JavaScript sent none."""
    sent = request.form.to_dict()
    if not sent.get("geometry") and form.geometry:
        sent["geometry"] = json.dumps(form.geometry)
        sent |= {name: form.values[name] for name in ("place_label", "place_source")}
    return sent


def _typed(sent: Mapping[str, str]) -> dict[str, str]:
    return {name: sent[name] for name in EDITED if name in sent}


def _save(receipt: str, token: str, one: Contribution, terms: Terms, form: PlainForm) -> Response:
    """Save place and words as one change. What is wrong with the place is said here, all else on one's own page."""
    form.take_typed_place(session(), _zone())
    if form.errors or form.hits:
        return _page(one, token, form)
    sent = _sent(form)
    if not sent.get("geometry"):
        return _page(one, token, form, rules.NO_PLACE)
    error = attempt(one, terms, partial(edit_own, sent=sent))
    if error is None:
        return redirect(url_for(".own", receipt=one.receipt, token=token))  # type: ignore[return-value]
    if isinstance(error, Invalid) and "geometry" in error.fields:
        return _page(load(receipt, token)[0], token, form, translated(error.fields["geometry"]))
    return refuse(receipt, token, error, _typed(sent))


def _begin(one: Contribution) -> PlainForm:
    """The form with the map at the contribution; its place is the chosen one, if it is a point."""
    form = PlainForm.empty(session(), one.dialogue)
    form.show(one.lon_e6 / 1e6, one.lat_e6 / 1e6, chosen=_is_point(one), label=one.place_label)
    return form


def _is_point(one: Contribution) -> bool:
    return from_element(one.geom).geom_type == "Point"


def _page(one: Contribution, token: str, form: PlainForm, problem: str = "") -> Response:
    """The map to press on and the other ways, and what JavaScript needs to put a map of its own there."""
    now = _words_now(one)
    typed = {name: request.form.get(name, value) for name, value in now.items()}
    errors = {name: _(words) for name, words in form.errors.items()} | ({"geometry": _(problem)} if problem else {})
    shown = render_template(
        "contributions/place.html",
        contribution=one,
        dialogue=one.dialogue,
        form_url=url_for(".move", receipt=one.receipt, token=token),
        values=form.hidden() | typed | {"version": request.form.get("version", str(one.version))},
        words_changed=typed != now,
        errors=errors,
        shape=from_element(one.geom).geom_type,
        place_geojson=json.loads(place_geojson(session(), one.id)),
        map_data=map_data(session(), one.dialogue),
        **place_parts(one.dialogue, form),
    )
    return private_page(shown, Invalid.status if problem else 200)


def _words_now(one: Contribution) -> dict[str, str]:
    mood = one.mood if isinstance(one, Comment) else None
    return {
        "text": current_text(session(), one),
        "category": one.category.key,
        "mood": "" if mood is None else str(mood),
    }
