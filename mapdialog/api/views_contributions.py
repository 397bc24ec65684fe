"""Contributions over the API: sending one, reading one, what lies near."""

from flask import Response, current_app, jsonify, request, url_for

from mapdialog.api import presenting
from mapdialog.api.bodies import read_json, split_feature
from mapdialog.api.views import blueprint, cacheable
from mapdialog.config import Config
from mapdialog.contributions import feed as map_feed
from mapdialog.contributions import queries
from mapdialog.contributions.feed_state import MapState, read_state
from mapdialog.contributions.filtering import read_filters
from mapdialog.contributions.queries import Filters
from mapdialog.contributions.receiving import receive, receive_at_once
from mapdialog.contributions.rules import Complaints
from mapdialog.contributions.submission import Accepted
from mapdialog.contributions.terms import get_terms
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.geo import bbox, features, geojson
from mapdialog.geo.bbox import BBox
from mapdialog.geo.problems import GeoProblem
from mapdialog.web.callers import find_device_hash, is_flooding
from mapdialog.web.languages import choose
from mapdialog.web.limits import limiter, submit_limit

NEARBY_RADIUS_M = 60.0
NEARBY_LARGEST_M = 1_000.0


@blueprint.post("/dialogues/<slug>/contributions")
@limiter.shared_limit(submit_limit, scope="submit", deduct_when=lambda response: response.status_code == 201)
def send(slug: str) -> tuple[Response, int]:
    """Take a GeoJSON Feature: 201 the first time, 200 with the same answer for the same client_id again."""
    config: Config = current_app.config["MAPDIALOG"]
    properties, place = split_feature(read_json())
    spoken = {"language": choose()} | {name: value for name, value in properties.items() if name != "language"}
    if properties.get("language") in config.languages:
        spoken["language"] = properties["language"]
    is_flood = is_flooding()
    # A flood's note to staff belongs to the same transaction, which the quick way has no room for.
    accepted = None if is_flood else receive_at_once(current_app.extensions["engine"], slug, spoken, place, config)
    if accepted is None:
        accepted = receive(session(), slug, spoken, place, config, is_flood=is_flood)
        session.commit()
    return jsonify(_answer(accepted)), 201 if accepted.created else 200


def _answer(accepted: Accepted) -> dict[str, str]:
    return {
        "receipt": accepted.receipt,
        "state": accepted.state,
        "edit_url": url_for("contributions.own", receipt=accepted.receipt, token=accepted.edit_token, _external=True),
        "url": url_for("contributions.page", receipt=accepted.receipt, _external=True),
    }


@blueprint.get("/dialogues/<slug>/contributions")
def feed(slug: str) -> Response:
    """What lies in a map's window: at most 500 features, clusters where it is crowded, counts exact."""
    state = read_state(session(), slug)
    question = (state, *_window_asked_for(), _filters_asked_for(state))
    mark = map_feed.etag(*question)
    if request.if_none_match.contains(mark):
        response = Response(status=304)
    else:
        response = Response(map_feed.map_features(session(), *question), mimetype="application/geo+json")
    response.set_etag(mark)
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _window_asked_for() -> tuple[BBox, int]:
    """The box (everywhere without one) and the zoom level of the request."""
    wrong = Complaints()
    asked = request.args.get("bbox", "")
    box = wrong.take("bbox", lambda: bbox.parse(asked) if asked else map_feed.WORLD, map_feed.WORLD)
    zoom = wrong.take("zoom", lambda: _zoom(request.args.get("zoom", "0")), 0)
    wrong.stop_if_any(N_("Kartans ruta eller zoom går inte att förstå."))
    return box, zoom


def _zoom(text: str) -> int:
    try:
        level = float(text)
    except ValueError:
        level = -1.0
    if not 0 <= level <= 30:
        raise Invalid(N_("Zoom ska vara ett tal från 0 till 30."))
    return round(level)


def _filters_asked_for(state: MapState) -> Filters:
    given = request.args
    ids = dict(zip(state.category_keys, state.category_ids, strict=True))
    return read_filters(
        given.getlist("category"), given.get("since", ""), given.get("until", ""), given.get("q", ""), ids
    )


@blueprint.get("/contributions/<receipt>")
def show(receipt: str) -> Response:
    """One public contribution with photos, answers and replies, as a GeoJSON Feature."""
    one = queries.get_public(session(), receipt)
    device = find_device_hash(one.dialogue_id)
    return cacheable(jsonify(presenting.contribution(session(), one, device)), private=True)


@blueprint.get("/dialogues/<slug>/nearby")
def nearby(slug: str) -> Response:
    """Public contributions within `radius` metres of `lon`, `lat`, nearest first: somebody may have said it already."""
    lon, lat, radius = _place_asked_for()
    terms = get_terms(session(), slug, now())
    found = queries.list_nearby(session(), terms.dialogue_id, lon, lat, radius)
    ids = [row.Contribution.id for row in found]
    mine = queries.list_supported_by(session(), ids, find_device_hash(terms.dialogue_id))
    near = [
        presenting.near(row.Contribution, row.distance_m, row.lon, row.lat, row.Contribution.id in mine)
        for row in found
    ]
    return cacheable(jsonify(features.collection(near)), private=True)


def _place_asked_for() -> tuple[float, float, float]:
    try:
        lon, lat = geojson.check_position([float(request.args.get(name, "")) for name in ("lon", "lat")])
    except (ValueError, GeoProblem):
        raise Invalid(N_("Ange lon och lat i grader."), field="lon") from None
    try:
        radius = float(request.args.get("radius", NEARBY_RADIUS_M))
    except ValueError:
        radius = -1.0
    if not 0 <= radius <= NEARBY_LARGEST_M:
        raise Invalid(N_("Radien ska vara 0 till 1000 meter."), field="radius")
    return lon, lat, radius
