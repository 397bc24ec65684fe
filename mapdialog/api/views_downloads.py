"""Open data: districts with their counts, and everything public as a stream."""

from flask import Response, jsonify, request

from mapdialog.api.districts import district_features, get_set
from mapdialog.api.views import blueprint, cacheable
from mapdialog.contributions import queries
from mapdialog.core.database import session


@blueprint.get("/dialogues/<slug>/districts")
def districts(slug: str) -> Response:
    """Districts of a set with counts, in all and per category."""
    dialogue_id = queries.get_dialogue_id(session(), slug)
    found = district_features(session(), dialogue_id, get_set(session(), request.args.get("set", "")))
    response = jsonify(found)
    response.mimetype = "application/geo+json"
    return cacheable(response, 30)
