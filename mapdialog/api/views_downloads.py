"""Open data: districts with their counts, and everything public as a stream."""

from typing import Literal

from flask import Response, jsonify, request

from mapdialog.api.districts import district_features, get_set
from mapdialog.api.views import blueprint, cacheable
from mapdialog.contributions import queries
from mapdialog.core.database import session
from mapdialog.dialogues import queries as dialogues
from mapdialog.reports.public_export import stream_public
from mapdialog.web.limits import limiter

DOWNLOAD_LIMIT = "60 per minute"


@blueprint.get("/dialogues/<slug>/districts")
def districts(slug: str) -> Response:
    """Districts of a set with counts, in all and per category."""
    dialogue_id = queries.get_dialogue_id(session(), slug)
    found = district_features(session(), dialogue_id, get_set(session(), request.args.get("set", "")))
    response = jsonify(found)
    response.mimetype = "application/geo+json"
    return cacheable(response, 30)


@blueprint.get("/dialogues/<slug>/contributions.geojson")
@limiter.limit(DOWNLOAD_LIMIT)
def download_geojson(slug: str) -> Response:
    """Everything public as GeoJSON, in EPSG:4326."""
    return _streamed(slug, "geojson", "application/geo+json")


@blueprint.get("/dialogues/<slug>/contributions.csv")
@limiter.limit(DOWNLOAD_LIMIT)
def download_csv(slug: str) -> Response:
    """Everything public as CSV: UTF-8 with BOM, semicolons, and no cell that a spreadsheet would run."""
    return _streamed(slug, "csv", "text/csv")


def _streamed(slug: str, file_format: Literal["geojson", "csv"], media_type: str) -> Response:
    """Pieces as PostgreSQL writes them: the memory it takes does not grow with their number."""
    dialogue = dialogues.get_published(session(), slug)
    response = Response(stream_public(session(), dialogue, file_format), mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{dialogue.slug}.{file_format}"'
    response.headers["Cache-Control"] = "no-cache"
    return response
