"""Reads the bodies of requests: JSON within limits, and nothing that is not what it says it is."""

from typing import Any

from flask import request

from mapdialog.core.errors import DomainError, Forbidden, Invalid, UnsupportedMedia
from mapdialog.core.text import N_, clean_line
from mapdialog.geo import geojson
from mapdialog.geo.problems import GeoProblem

MAX_JSON = 1_000_000
JSON_TYPES = {"application/json", "application/geo+json"}


def read_json() -> dict[str, Any]:
    """The JSON object of the body. 413 over a megabyte, 415 for another content type, 400 for what cannot be read."""
    if request.mimetype not in JSON_TYPES:
        raise UnsupportedMedia(N_("Skicka application/json eller application/geo+json."))
    request.max_content_length = MAX_JSON
    try:
        value = geojson.loads(request.get_data(cache=False), max_bytes=MAX_JSON)
    except GeoProblem as problem:
        readable = {name: clean_line(one) if isinstance(one, str) else one for name, one in problem.params.items()}
        raise DomainError(problem.message, **readable) from None
    except ValueError:  # a number of more digits than Python will read
        raise DomainError(N_("Ett tal är för långt för att läsas.")) from None
    if not isinstance(value, dict):
        raise DomainError(N_("Skicka ett JSON-objekt."))
    return value


def refuse_foreign_forms() -> None:
    """403 and 415 for what a page on another site can send unasked: a bare POST, or one with a form's body.

    Scripts of ours send JSON or nothing at all; anything else than a browser sends no Sec-Fetch-Site.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") in {"cross-site", "same-site"}:
        raise Forbidden(N_("Det här går bara att göra från dialogens egen sida."))
    if request.mimetype and request.mimetype not in JSON_TYPES:
        raise UnsupportedMedia(N_("Skicka application/json eller application/geo+json."))


def split_feature(value: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Properties and geometry of a GeoJSON Feature whose geometry and properties are yet to be checked."""
    if value.get("type") != "Feature":
        raise Invalid(N_("Skicka ett GeoJSON-objekt av typen Feature."), field="type")
    properties = value.get("properties")
    if not isinstance(properties, dict):
        raise Invalid(N_("Fältet properties måste vara ett JSON-objekt."), field="properties")
    return properties, value.get("geometry")
