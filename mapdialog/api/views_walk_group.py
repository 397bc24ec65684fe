"""A phone on a safety walk and its group: the way they went, and what the others' phones have sent."""

from typing import Any

from flask import Response, jsonify

from mapdialog.api.bodies import read_json
from mapdialog.api.track_bodies import read_track
from mapdialog.api.views import blueprint
from mapdialog.api.views_walks import SYNC_LIMIT, joined, private
from mapdialog.api.walk_bodies import read_revision, read_uuid
from mapdialog.core.database import session
from mapdialog.walks import recording_group, rules, tracks
from mapdialog.walks.routes import told_m
from mapdialog.web.limits import limiter, phone_key

TRACK = "/walks/<slug>/tracks/<client_id>"


@blueprint.get("/walks/<slug>/groups/<int:group_id>/observations")
@limiter.limit(SYNC_LIMIT, key_func=phone_key)
def group_observations(slug: str, group_id: int) -> Response:
    """What the group's other phones have sent, as far as this phone may read it; nobody is named.

    With it why the walk is cancelled, empty while it is on, and whether its protocol still waits for more."""
    walk, device, _at = joined(slug)
    seen = recording_group.list_of_others(session(), walk, device, group_id)
    shown, is_open = [_seen(one) for one in seen], rules.takes_observations(walk.status)
    session().commit()
    return private(jsonify({"observations": shown, "cancelled": walk.cancel_reason, "is_open": is_open}))


@blueprint.put(TRACK)
@limiter.limit(SYNC_LIMIT, key_func=phone_key)
def put_track(slug: str, client_id: str) -> Response:
    """Keep the way so far, whole each time; the same revision again, or an earlier one, changes nothing."""
    walk, device, _at = joined(slug)
    sent = read_json()
    new = read_track(
        sent, client_id=read_uuid(client_id), revision=read_revision(sent), clock_offset_s=device.clock_offset_s
    )
    kept = tracks.take(session(), walk, device, new)
    length = tracks.length_of(kept)
    answer = {"client_id": client_id, "revision": kept.revision, "is_removed": kept.removed_at is not None}
    session().commit()
    return private(jsonify(answer | {"length_m": told_m(length)}))


@blueprint.delete(TRACK)
@limiter.limit(SYNC_LIMIT, key_func=phone_key)
def delete_track(slug: str, client_id: str) -> Response:
    """Take the way away: it is not kept."""
    _walk, device, at = joined(slug)
    tracks.take_back(session(), device, read_uuid(client_id), at=at)
    session().commit()
    return private(jsonify({"client_id": client_id, "is_removed": True}))


def _seen(seen: recording_group.Seen) -> dict[str, Any]:
    one = seen.observation
    return {
        "category": one.category.key,
        "polarity": one.polarity,
        "is_acute": one.is_acute,
        "text": seen.words,
        "at": one.submitted_at.isoformat(),
        "stop_id": one.stop_id,
        "position": [one.lon_e6 / 1e6, one.lat_e6 / 1e6],
    }
