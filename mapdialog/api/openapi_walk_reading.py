"""The part of the API's description that tells what is public of safety walks."""

from typing import Any

_WALK = {"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}, "description": "A safety walk."}
_KEY = {"name": "key", "in": "path", "required": True, "schema": {"type": "string"}, "description": "A photo's key."}
_TEXT, _MAYBE = {"type": "string"}, {"type": ["string", "null"]}
_COUNT = {"type": "integer"}
_LINE: dict[str, Any] = {
    "slug": _TEXT,
    "title": _TEXT,
    "status": _TEXT,
    "area": _TEXT,
    "starts_at": _MAYBE,
    "published_at": _TEXT,
    "observations": _COUNT,
    "actions": _COUNT,
    "actions_done": _COUNT,
    "url": _TEXT,
}
_WHOLE: dict[str, Any] = _LINE | {
    "purpose": _TEXT,
    "organiser": _TEXT,
    "participants": {"type": ["integer", "null"], "description": "Null when fewer than five, or not counted."},
    "repeats": {"type": ["string", "null"], "description": "The walk that this one returns to."},
    "route": {"type": ["object", "null"], "description": "A GeoJSON LineString."},
    "stops": {"type": "array", "items": {"type": "object"}},
}
_ACTION: dict[str, Any] = {
    "id": _COUNT,
    "title": _TEXT,
    "owner_type": _TEXT,
    "responsible": {"type": ["string", "null"], "description": "Null for private owners, who may be persons."},
    "status": _TEXT,
    "reason": _TEXT,
    "deadline": _TEXT,
    "done_on": _MAYBE,
    "observations": {"type": "array", "items": _TEXT},
}


def paths() -> dict[str, Any]:
    """Published walks, and the earlier photos that a phone on a return walk may ask for."""
    geojson = _object({"type": {"const": "FeatureCollection"}, "features": {"type": "array"}})
    geojson["description"] = "A feature whose place is doubted has no geometry."
    return {
        "/walks": {"get": _get("list_walks", "Walks with a published protocol.", _listed("walks", _object(_LINE)))},
        "/walks/{slug}": {"parameters": [_WALK], "get": _get("show_walk", "A walk.", _object(_WHOLE), 404)},
        "/walks/{slug}/observations.geojson": {
            "parameters": [_WALK],
            "get": _get(
                "walk_observations",
                "What it found.",
                geojson,
                404,
                kind="application/geo+json",
            ),
        },
        "/walks/{slug}/actions": {
            "parameters": [_WALK],
            "get": _get("walk_actions", "What is done about it.", _listed("actions", _object(_ACTION)), 404),
        },
        "/walks/{slug}/earlier/{key}.jpg": {
            "parameters": [_WALK, _KEY],
            "get": _get(
                "earlier_photo",
                "On a return walk: a small photo of the walk before. Cookie of a phone that joined.",
                {"type": "string", "format": "binary"},
                403,
                404,
                kind="image/jpeg",
            ),
        },
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _listed(name: str, item: dict[str, Any]) -> dict[str, Any]:
    return _object({name: {"type": "array", "items": item}})


def _get(
    name: str, summary: str, schema: dict[str, Any], *problems: int, kind: str = "application/json"
) -> dict[str, Any]:
    words = {403: "The phone has not joined this walk", 404: "No such walk, or not published", 429: "Too many"}
    wrong = {
        str(code): {"description": words[code], "content": {"application/problem+json": {"schema": {}}}}
        for code in (*problems, 429)
    }
    done = {"200": {"description": "Done", "content": {kind: {"schema": schema}}}}
    return {"operationId": name, "summary": summary, "responses": done | wrong}
