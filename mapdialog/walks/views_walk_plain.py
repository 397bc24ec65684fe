"""Recording on a walk without JavaScript: a plain form that works with the cookie of a phone that has joined."""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from mapdialog.config import Config
from mapdialog.contributions.photos import Photo
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Forbidden, Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.walks import editor_page, photos_page, recording_photos, recording_sync
from mapdialog.walks.forms_plain import PlainForm
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.recording import NewObservation
from mapdialog.walks.recording_access import get_device, note_clock
from mapdialog.walks.recording_models import WalkDevice
from mapdialog.walks.rules import takes_observations
from mapdialog.walks.typed_places import find_place
from mapdialog.web import errors, walking
from mapdialog.web.fielderrors import show_errors
from mapdialog.web.languages import choose
from mapdialog.web.limits import limiter, phone_key

blueprint = Blueprint("walks_plain", __name__)
_KEPT = ("stop", "light", "group")  # what is likely to be the same the next time


@blueprint.route("/walks/<slug>/record/plain", methods=["GET", "POST"])
@limiter.limit("600 per hour", key_func=phone_key)
def record(slug: str) -> Response:
    """Fill in and send one observation, and read what this phone has sent. It needs a network all the time."""
    try:
        device, walk = get_device(session(), walking.find_mark(slug), slug)
    except Forbidden as error:
        page = render_template("walks/code.html", typed="", error=errors.translated(error))
        return make_response(page, 403)
    form = PlainForm(client_id=str(uuid.uuid4()), **{name: request.args.get(name, "")[:20] for name in _KEPT})
    form.offer(walk, in_english=choose() == "en")
    if not form.is_submitted():
        return _page(walk, device, form)
    try:
        taken = _take(walk, device, form)
    except DomainError as error:
        session().rollback()
        device, walk = get_device(session(), walking.find_mark(slug), slug)
        show_errors(form, error)
        return _page(walk, device, form, error.status)
    session().commit()
    flash(_("Mottagen med nummer %(receipt)s.", receipt=taken.observation.receipt), "success")
    kept = {name: form[name].data for name in _KEPT if form[name].data}
    return redirect(url_for(".record", slug=slug, **kept), 303)


@blueprint.post("/walks/<slug>/record/plain/<uuid:client_id>/remove")
def take_back(slug: str, client_id: uuid.UUID) -> Response:
    """Take one of the phone's own observations back."""
    device, _walk = get_device(session(), walking.find_mark(slug), slug)
    recording_sync.take_back(session(), device, client_id, at=now())
    session().commit()
    flash(_("Borttagen."), "success")
    return redirect(url_for(".record", slug=slug), 303)


def _take(walk: SafetyWalk, device: WalkDevice, form: PlainForm) -> recording_sync.Taken:
    at = now()
    new = _observation(walk, device, form)
    taken = recording_sync.take(session(), walk, device, new, revision=1, prefix=_config().receipt_prefix, at=at)
    for data, read in photos_page.chosen():
        try:
            _keep(device, new.client_id, data, read)
        except DomainError as error:
            raise photos_page.at_photos(error) from None
    return taken


def _observation(walk: SafetyWalk, device: WalkDevice, form: PlainForm) -> NewObservation:
    try:
        client_id = uuid.UUID(form.client_id.data or "")
    except ValueError:
        client_id = uuid.uuid4()
    typed = clean_line(form.place.data or "")
    place = find_place(session(), typed, editor_page.where(session()), field="place")
    polarity = form.polarity.data or ""
    return NewObservation(
        client_id=client_id,
        group_id=_group(walk, form),
        category=form.category.data or "",
        polarity=polarity,
        severity=_whole(form.severity.data) if polarity == "insecure" else None,
        text=form.text.data or "",
        observed_at=now(),
        point_source="manual" if place is not None else "stop",
        place=place,
        stop_id=_whole(form.stop.data),
        light=form.light.data or None,
        said_by=form.said_by.data or "unknown",
        is_acute=bool(form.is_acute.data),
        recorded_by=device.code.role,
        language=choose(),
    )


def _group(walk: SafetyWalk, form: PlainForm) -> int:
    if len(walk.groups) == 1:
        return walk.groups[0].id
    chosen = _whole(form.group.data)
    if chosen not in {one.id for one in walk.groups}:
        raise Invalid(N_("Välj vilken grupp du går med."), field="group")
    return chosen


def _keep(device: WalkDevice, client_id: uuid.UUID, data: bytes, read: Callable[[], Photo]) -> None:
    """The same photo of the same observation has the same number: what is sent twice comes once."""
    recording_photos.put_photo(
        session(),
        current_app.extensions["files"],
        device,
        read,
        observation_id=client_id,
        client_id=uuid.uuid5(client_id, hashlib.sha256(data).hexdigest()),
        most=photos_page.most(),
    )


def _page(walk: SafetyWalk, device: WalkDevice, form: PlainForm, status: int = 200) -> Response:
    note_clock(device, None, now())
    own = [one.observation for one in recording_sync.list_own(session(), device)]
    values: dict[str, Any] = {
        "walk": walk,
        "form": form,
        "own": sorted((one for one in own if one.state != "withdrawn"), key=lambda one: one.id, reverse=True),
        "is_open": takes_observations(walk.status),
        "acute_phone": _config().acute_phone,
        "contact": _config().contact,
        "photos_most": photos_page.most(),
    }
    response = make_response(render_template("walks/plain.html", **values), status)
    session().commit()
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _config() -> Config:
    config = current_app.config["MAPDIALOG"]
    assert isinstance(config, Config)
    return config


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None
