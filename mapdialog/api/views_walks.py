"""A phone on a safety walk: the package it takes along, and what it sends by UUIDs of its own, each thing once."""

from datetime import datetime

from flask import Response, current_app, jsonify, request

from mapdialog.api.bodies import read_json
from mapdialog.api.views import blueprint
from mapdialog.api.walk_bodies import read_moment, read_observation, read_revision, read_uuid
from mapdialog.config import Config
from mapdialog.contributions.photos import read_photo
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import UnsupportedMedia
from mapdialog.core.text import N_
from mapdialog.walks import recording_package, recording_photos, recording_sync
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.recording_access import get_device, note_clock
from mapdialog.walks.recording_models import WalkDevice
from mapdialog.walks.recording_sync import Taken
from mapdialog.web import walking
from mapdialog.web.languages import choose
from mapdialog.web.limits import limiter, phone_key

SYNC_LIMIT = "3000 per hour"
OBSERVATION = "/walks/<slug>/observations/<client_id>"
PHOTO = f"{OBSERVATION}/photos/<photo_id>"


@blueprint.get("/walks/<slug>/package")
@limiter.limit(SYNC_LIMIT, key_func=phone_key)
def walk_package(slug: str) -> Response:
    """Everything the phone needs without a network. Cookie of a phone that joined by the walk's code."""
    walk, device, at = joined(slug)
    config: Config = current_app.config["MAPDIALOG"]
    made = recording_package.package(session(), walk, device, in_english=choose() == "en")
    session.commit()
    made |= {
        "acute": {"phone": config.acute_phone, "contact": config.contact},
        "photos_most": config.photos_per_contribution,
        "server_time": at.isoformat(),
    }
    return private(jsonify(made))


@blueprint.put(OBSERVATION)
@limiter.limit(SYNC_LIMIT, key_func=phone_key)
def put_observation(slug: str, client_id: str) -> tuple[Response, int]:
    """Store an observation, or a later revision of it: 201 the first time, else 200. The same revision again is one."""
    walk, device, at = joined(slug)
    sent = read_json()
    new = read_observation(
        sent, client_id=read_uuid(client_id), recorded_by=device.code.role, sent_at=_sent_at(), language=choose()
    )
    config: Config = current_app.config["MAPDIALOG"]
    taken = recording_sync.take(
        session(), walk, device, new, revision=read_revision(sent), prefix=config.receipt_prefix, at=at
    )
    session.commit()
    return private(jsonify(_answer(taken))), 201 if taken.is_new else 200


@blueprint.delete(OBSERVATION)
@limiter.limit(SYNC_LIMIT, key_func=phone_key)
def delete_observation(slug: str, client_id: str) -> Response:
    """Take the phone's own observation back; sending a later revision undoes it."""
    _walk, device, at = joined(slug)
    taken = recording_sync.take_back(session(), device, read_uuid(client_id), at=at)
    session.commit()
    return private(jsonify(_answer(taken) if taken else {"client_id": client_id, "state": "withdrawn"}))


@blueprint.put(PHOTO)
@limiter.limit(SYNC_LIMIT, key_func=phone_key)
def put_photo(slug: str, client_id: str, photo_id: str) -> tuple[Response, int]:
    """Store a photo (the body is the file), before or after its observation: 201 the first time, else 200."""
    _walk, device, _at = joined(slug)
    config: Config = current_app.config["MAPDIALOG"]
    if not request.mimetype.startswith("image/"):
        raise UnsupportedMedia(N_("Skicka bilden som den är, med sin egen innehållstyp (image/…)."))
    request.max_content_length = config.photo_max_mb * 1_000_000 + 100_000
    data = request.get_data(cache=False)
    observation_id = read_uuid(client_id)
    is_new = recording_photos.put_photo(
        session(),
        current_app.extensions["files"],
        device,
        lambda: read_photo(data, max_bytes=config.photo_max_mb * 1_000_000, max_pixels=config.photo_max_pixels),
        observation_id=observation_id,
        client_id=read_uuid(photo_id),
        most=config.photos_per_contribution,
    )
    session.commit()
    return private(jsonify({"client_id": photo_id, "observation": client_id})), 201 if is_new else 200


@blueprint.delete(PHOTO)
@limiter.limit(SYNC_LIMIT, key_func=phone_key)
def delete_photo(slug: str, client_id: str, photo_id: str) -> Response:
    """Take a photo away: nobody but the record sees it any more."""
    _walk, device, _at = joined(slug)
    recording_photos.hide_photo(session(), device, read_uuid(client_id), read_uuid(photo_id))
    session.commit()
    return private(jsonify({"client_id": photo_id, "state": "hidden"}))


@blueprint.delete("/walks/<slug>/device")
@limiter.limit(SYNC_LIMIT, key_func=phone_key)
def leave_walk(slug: str) -> Response:
    """The phone leaves the walk: its cookie goes. What it has sent stays."""
    return private(walking.forget(jsonify({"state": "left"}), slug))


def joined(slug: str) -> tuple[SafetyWalk, WalkDevice, datetime]:
    """The walk, the phone and the server's clock; the phone's own clock is noted. 403 for any other walk."""
    device, walk = get_device(session(), walking.find_mark(slug), slug)
    at = now()
    note_clock(device, _sent_at(), at)
    return walk, device, at


def _sent_at() -> datetime | None:
    return read_moment(request.headers.get("X-Sent-At"))


def _answer(taken: Taken) -> dict[str, object]:
    one = taken.observation
    return {
        "client_id": str(one.client_id),
        "receipt": one.receipt,
        "state": one.state,
        "revision": taken.revision,
        "photos": [str(photo) for photo in recording_photos.list_received(session(), one.client_id)],
        "clock_offset_s": one.clock_offset_s,
        "kept_aside": {"text": taken.text} if taken.is_kept_aside else None,
    }


def private(response: Response) -> Response:
    """An answer to one phone only: nobody keeps a copy."""
    response.headers["Cache-Control"] = "private, no-store"
    return response
