"""Open data of safety walks: what everybody may read once a protocol is published; and, for a phone, earlier photos."""

from flask import Response, current_app, jsonify

from mapdialog.api import walk_presenting
from mapdialog.api.views import blueprint, cacheable
from mapdialog.core.database import session
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.walks import astray, queries, recording_earlier
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.recording_access import get_device
from mapdialog.web import walking
from mapdialog.web.languages import choose
from mapdialog.web.limits import limiter, phone_key

READ_LIMIT = "60 per minute"
PHOTO_LIMIT = "3000 per hour"


@blueprint.get("/walks")
@limiter.limit(READ_LIMIT)
def list_walks() -> Response:
    """Every walk whose protocol is published, the latest first."""
    observations, actions = queries.count_public(session()), queries.count_actions(session())
    listed = [walk_presenting.line(one, observations, actions) for one in queries.list_published(session())]
    return cacheable(jsonify({"walks": listed}), 30)


@blueprint.get("/walks/<slug>")
@limiter.limit(READ_LIMIT)
def show_walk(slug: str) -> Response:
    """One walk: route, stops, conditions, and participants in numbers that point at nobody."""
    walk = _published(slug)
    observations, actions = queries.count_public(session()), queries.count_actions(session())
    return cacheable(jsonify(walk_presenting.whole(walk, observations, actions)), 30)


@blueprint.get("/walks/<slug>/observations.geojson")
@limiter.limit(READ_LIMIT)
def walk_observations(slug: str) -> Response:
    """What the walk found, as approved, in EPSG:4326."""
    walk = _published(slug)
    seen = queries.list_public_observations(session(), walk)
    far = astray.find(session(), walk, seen)
    response = jsonify(walk_presenting.observations(seen, far, choose() == "en"))
    response.mimetype = "application/geo+json"
    return cacheable(response, 30)


@blueprint.get("/walks/<slug>/actions")
@limiter.limit(READ_LIMIT)
def walk_actions(slug: str) -> Response:
    """What is done about it, what is not and why; a private owner is not named."""
    walk = _published(slug)
    seen = {one.id: one.receipt for one in queries.list_public_observations(session(), walk)}
    listed = [walk_presenting.action(one, seen) for one in queries.list_actions(session(), walk)]
    return cacheable(jsonify({"actions": listed}), 30)


@blueprint.get("/walks/<slug>/earlier/<key>.jpg")
@limiter.limit(PHOTO_LIMIT, key_func=phone_key)
def earlier_photo(slug: str, key: str) -> Response:
    """A small photo of the walk that this one repeats, to a phone that has joined."""
    device, walk = get_device(session(), walking.find_mark(slug), slug)
    photo = recording_earlier.get_photo(session(), walk, device.code.role, key)
    response = Response(current_app.extensions["files"].get(photo.thumb_key), mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, no-store"  # walk/prepare.js keeps it by itself
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _published(slug: str) -> SafetyWalk:
    walk = queries.find_walk(session(), slug)
    if walk is None or walk.published_at is None:
        raise NotFound(N_("Vandringen finns inte, eller så är protokollet inte publicerat än."))
    return walk
