"""The API described in OpenAPI 3.1; a test holds it against the routes."""

from typing import Any

from mapdialog.api import openapi_plans, openapi_walk_group, openapi_walk_reading, openapi_walks
from mapdialog.api.schemas import SCHEMAS

_SLUG = {"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}, "description": "A dialogue."}
_RECEIPT = {
    "name": "receipt",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
    "description": "A contribution's receipt number, such as TRE-26-000123.",
}


def document(municipality: str) -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Medborgardialog, {municipality}",
            "version": "1",
            "description": "Map dialogues: read what is public, send contributions. Places are EPSG:4326 (longitude, "
            "latitude), times are UTC. Errors are problem+json (RFC 9457); `errors` names each field.",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": _paths(),
        "components": {"schemas": SCHEMAS},
    }


def _paths() -> dict[str, Any]:
    return (
        _dialogue_paths()
        | _contribution_paths()
        | openapi_plans.paths()
        | openapi_walks.paths()
        | openapi_walk_reading.paths()
        | openapi_walk_group.paths()
        | {
            "/places": {"get": _places()},
            "/places/near": {
                "parameters": [_LON, _LAT],
                "get": _get("describe_place", "What a position is near, in words.", "Any", 422),
            },
            "/openapi.json": {"get": _operation("describe", "This document.", {200: "Any"})},
        }
    )


def _dialogue_paths() -> dict[str, Any]:
    return {
        "/dialogues": {"get": _get("list_dialogues", "Published dialogues.", "Dialogues")},
        "/dialogues/{slug}": {"parameters": [_SLUG], "get": _get("show_dialogue", "A dialogue.", "DialogueWhole", 404)},
        "/dialogues/{slug}/contributions": {"parameters": [_SLUG], "get": _feed(), "post": _send()},
        "/dialogues/{slug}/contributions.geojson": {
            "parameters": [_SLUG],
            "get": _download("download_geojson", "Everything public, streamed.", "application/geo+json"),
        },
        "/dialogues/{slug}/contributions.csv": {
            "parameters": [_SLUG],
            "get": _download("download_csv", "Everything public, streamed.", "text/csv"),
        },
        "/dialogues/{slug}/districts": {
            "parameters": [_SLUG, _query("set", "A district set's key; the default set without it.")],
            "get": _get("districts", "Counts per district.", "FeatureCollection", 404),
        },
        "/dialogues/{slug}/nearby": {
            "parameters": [_SLUG, _LON, _LAT, _query("radius", "Metres, at most 1000; 60 without it.", "number")],
            "get": _get("nearby", "Public contributions close by, nearest first.", "FeatureCollection", 404, 422),
        },
    }


def _places() -> dict[str, Any]:
    described = _get("search_places", "Places for typed words, or all to choose among.", "FeatureCollection", 404, 422)
    return described | {
        "parameters": [
            _query("q", "A name, an address or coordinates."),
            _query("dialogue", "Without q: places within this dialogue's area."),
            _query("lon", "Longitude; places near it come first.", "number"),
            _query("lat", "Latitude.", "number"),
        ]
    }


def _contribution_paths() -> dict[str, Any]:
    support = "Say that you think so too, once a device (a cookie)."
    return {
        "/contributions/{receipt}": {
            "parameters": [_RECEIPT],
            "get": _get("show", "A public contribution.", "Contribution", 404),
        },
        "/contributions/{receipt}/photos": {"parameters": [_RECEIPT], "post": _photo()},
        "/contributions/{receipt}/support": {
            "parameters": [_RECEIPT],
            "post": _operation("support", support, {200: "Support"}, 403, 404, 409, 415, 429),
            "delete": _operation("withdraw_support", "Take it back.", {200: "Support"}, 404, 429),
        },
        "/contributions/{receipt}/replies": {"parameters": [_RECEIPT], "post": _reply()},
        "/contributions/{receipt}/reports": {"parameters": [_RECEIPT], "post": _report()},
    }


def _reply() -> dict[str, Any]:
    answers = {201: "Received", 200: "Received"}
    described = _operation("reply", "Reply to a contribution.", answers, 400, 404, 409, 413, 415, 422, 429)
    return _with_body(described, "NewReply")


def _report() -> dict[str, Any]:
    summary = "Ask staff to look at a contribution."
    described = _operation("report", summary, {201: "Received"}, 400, 404, 413, 415, 422, 429)
    return _with_body(described, "NewReport")


def _feed() -> dict[str, Any]:
    described = _get(
        "feed",
        "At most 500 features: clusters where it is crowded, single pins where it is not; counts add "
        "up to the true total in the box.",
        "FeatureCollection",
        404,
        422,
    )
    return described | {
        "parameters": [
            _query("bbox", "west,south,east,north in degrees; everywhere without it."),
            _query("zoom", "The map's zoom level, 0 to 22.", "integer"),
            _query("category", "A category's key; may be given several times."),
            _query("since", "First moment or day (Stockholm)."),
            _query("until", "Last day (Stockholm, included) or moment (excluded)."),
            _query("q", "Words in the text."),
        ]
    }


def _send() -> dict[str, Any]:
    described = _operation(
        "send",
        "Send a contribution. The same client_id again answers 200 with the same body.",
        {201: "Accepted", 200: "Accepted"},
        400,
        404,
        409,
        413,
        415,
        422,
        429,
    )
    return _with_body(described, "NewContribution", "application/geo+json", "application/json")


def _photo() -> dict[str, Any]:
    described = _operation(
        "add_photo",
        "Add a photo to one's own contribution.",
        {201: "Photo", 200: "Photo"},
        403,
        404,
        409,
        413,
        415,
        422,
        429,
    )
    token = {
        "name": "X-Edit-Token",
        "in": "header",
        "required": True,
        "schema": {"type": "string"},
        "description": "The last part of edit_url.",
    }
    fields = {
        "type": "object",
        "required": ["photo", "client_id"],
        "properties": {
            "photo": {"type": "string", "format": "binary"},
            "client_id": {"type": "string", "format": "uuid"},
        },
    }
    return described | {
        "parameters": [token],
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": fields}}},
    }


def _get(name: str, summary: str, schema: str, *errors: int) -> dict[str, Any]:
    return _operation(name, summary, {200: schema}, *errors)


def _download(name: str, summary: str, media_type: str) -> dict[str, Any]:
    described = _operation(name, summary, {}, 404)
    described["responses"]["200"] = {"description": summary, "content": {media_type: {"schema": {"type": "string"}}}}
    return described


def _operation(name: str, summary: str, answers: dict[int, str], *errors: int) -> dict[str, Any]:
    responses: dict[str, Any] = {
        str(status): {
            "description": summary,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
        }
        for status, schema in answers.items()
    }
    responses |= {
        str(status): {
            "description": "What is wrong.",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in errors
    }
    return {"operationId": name, "summary": summary, "responses": responses}


def _with_body(operation: dict[str, Any], schema: str, *media_types: str) -> dict[str, Any]:
    content = {
        each: {"schema": {"$ref": f"#/components/schemas/{schema}"}} for each in media_types or ("application/json",)
    }
    return operation | {"requestBody": {"required": True, "content": content}}


def _query(name: str, description: str, kind: str = "string", *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": {"type": kind}}


_LON = _query("lon", "Longitude.", "number", required=True)
_LAT = _query("lat", "Latitude.", "number", required=True)
