"""Taking part over the API: photos, support, replies and reports."""

from typing import Any

from flask import Response, current_app, jsonify, request

from mapdialog.api import presenting
from mapdialog.api.bodies import read_json, refuse_foreign_forms
from mapdialog.api.views import blueprint
from mapdialog.contributions import actions, authoring, queries, rules
from mapdialog.contributions.photos import read_photo
from mapdialog.contributions.terms import get_terms
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Invalid, UnsupportedMedia
from mapdialog.core.text import N_
from mapdialog.web.callers import find_device_hash, make_device, remember_device
from mapdialog.web.limits import limiter

PHOTO_LIMIT = "400 per hour"
SUPPORT_LIMIT = "300 per hour"
REPLY_LIMIT = "100 per hour"
REPORT_LIMIT = "60 per hour"


@blueprint.post("/contributions/<receipt>/photos")
@limiter.limit(PHOTO_LIMIT)
def add_photo(receipt: str) -> tuple[Response, int]:
    """Add a photo (multipart: `photo`, `client_id`; header X-Edit-Token). The same client_id again answers 200."""
    config = current_app.config["MAPDIALOG"]
    one = queries.get_contribution(session(), receipt)
    authoring.check_token(one, request.headers.get("X-Edit-Token"))
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMedia(N_("Skicka bilden som multipart/form-data."))
    request.max_content_length = config.photo_max_mb * 1_000_000 + 100_000
    client_id = _checked("client_id", lambda: rules.check_client_id(request.form.get("client_id")))
    sent = request.files.get("photo")
    if sent is None:
        raise Invalid(N_("Bilden saknas."), field="photo")
    data = sent.stream.read()
    made, created = authoring.add_photo(
        session(),
        current_app.extensions["files"],
        one,
        get_terms(session(), one.dialogue.slug, now()),
        lambda: read_photo(data, max_bytes=config.photo_max_mb * 1_000_000, max_pixels=config.photo_max_pixels),
        client_id=client_id,
        most=config.photos_per_contribution,
    )
    session.commit()
    return jsonify(presenting.photo(made)), 201 if created else 200


@blueprint.post("/contributions/<receipt>/support")
@limiter.limit(SUPPORT_LIMIT)
def support(receipt: str) -> Response:
    """Say "I think so too", once a device."""
    refuse_foreign_forms()
    one = queries.get_public(session(), receipt)
    mark = make_device()
    device = actions.device_hash(current_app.config["SECRET_KEY"], one.dialogue_id, mark)
    count = actions.support(session(), one, get_terms(session(), one.dialogue.slug, now()), device)
    session.commit()
    return remember_device(jsonify({"support_count": count, "supported": True}), mark)


@blueprint.delete("/contributions/<receipt>/support")
@limiter.limit(SUPPORT_LIMIT)
def withdraw_support(receipt: str) -> Response:
    """Take it back."""
    one = queries.get_public(session(), receipt)
    device = find_device_hash(one.dialogue_id)
    count = actions.withdraw_support(session(), one, device) if device else one.support_count
    session.commit()
    return jsonify({"support_count": count, "supported": False})


@blueprint.post("/contributions/<receipt>/replies")
@limiter.limit(REPLY_LIMIT)
def reply(receipt: str) -> tuple[Response, int]:
    """Reply: `client_id`, `text`, optional `name`. Moderated as the dialogue says."""
    sent = read_json()
    one = queries.get_public(session(), receipt)
    wrong = rules.Complaints()
    client_id = wrong.take("client_id", lambda: rules.check_client_id(sent.get("client_id")))
    text = wrong.take("text", lambda: rules.check_text(sent.get("text"), rules.REPLY_MAX), "")
    name = wrong.take("name", lambda: rules.check_name(sent.get("name")))
    wrong.stop_if_any()
    terms = get_terms(session(), one.dialogue.slug, now())
    made, created = actions.reply(session(), one, terms, client_id=client_id, text=text, name=name or "")
    session.commit()
    return jsonify({"id": made.id, "state": made.state}), 201 if created else 200


@blueprint.post("/contributions/<receipt>/reports")
@limiter.limit(REPORT_LIMIT)
def report(receipt: str) -> tuple[Response, int]:
    """Ask staff to look: `reason`, optional `text` and `reply_id`."""
    sent = read_json()
    one = queries.get_public(session(), receipt)
    reply_id = sent.get("reply_id")
    if reply_id is not None and (isinstance(reply_id, bool) or not isinstance(reply_id, int)):
        raise Invalid(N_("Svaret finns inte."), field="reply_id")
    text = _checked("text", lambda: rules.check_text(sent["text"], rules.REPLY_MAX)) if sent.get("text") else ""
    reason = sent.get("reason")
    actions.report(
        session(),
        one,
        reason=reason if isinstance(reason, str) else "",
        text=text,
        reply_id=reply_id,
        device=find_device_hash(one.dialogue_id),
    )
    session.commit()
    return jsonify({"state": "received"}), 201


def _checked(field: str, check: Any) -> Any:
    wrong = rules.Complaints()
    value = wrong.take(field, check)
    wrong.stop_if_any(N_("Något behöver rättas innan det går att skicka."))
    return value
