"""The part of the API's description that phones on a safety walk use."""

from typing import Any

_PROBLEMS = {
    400: "Not readable",
    403: "The phone has not joined this walk, or the code is closed, or another phone's",
    404: "No such UUID",
    409: "Used elsewhere, a track after the protocol, or already gone through by the coordinator",
    413: "Too large",
    415: "Another kind of content",
    422: "A field does not hold",
    429: "Too many",
}


def paths() -> dict[str, Any]:
    """Every path under /walks. They answer only to the cookie of a phone that joined by the walk's code."""
    slug = path("slug", "A safety walk.")
    one = path("client_id", "The observation's UUID, made by the phone.")
    photo = path("photo_id", "The photo's UUID, made by the phone.")
    words = "An observation, or a later revision of it. `X-Sent-At` is the phone's clock."
    return {
        "/walks/{slug}/package": {
            "parameters": [slug],
            "get": operation("walk_package", "What the phone takes along.", 200),
        },
        "/walks/{slug}/device": {
            "parameters": [slug],
            "delete": operation("leave_walk", "Leave the walk: the cookie goes, what was sent stays.", 200),
        },
        "/walks/{slug}/observations/{client_id}": {
            "parameters": [slug, one],
            "put": operation("put_observation", words, 200, 201) | body("application/json", _OBSERVATION),
            "delete": operation("delete_observation", "Take it back; a later revision undoes it.", 200),
        },
        "/walks/{slug}/observations/{client_id}/photos/{photo_id}": {
            "parameters": [slug, one, photo],
            "put": operation("put_photo", "A photo, before or after its observation, once.", 200, 201)
            | body("image/*", {"type": "string", "format": "binary"}),
            "delete": operation("delete_photo", "Take a photo away.", 200),
        },
    }


_TEXT = {"type": "string"}
_OBSERVATION = {
    "type": "object",
    "required": ["revision", "observed_at", "group_id", "category", "polarity", "point_source"],
    "properties": {
        "revision": {"type": "integer", "minimum": 1},
        "observed_at": {"type": "string", "format": "date-time", "description": "As the phone's clock says."},
        "group_id": {"type": "integer"},
        "category": _TEXT,
        "polarity": {"enum": ["secure", "insecure", "neutral"]},
        "severity": {"type": ["integer", "null"], "minimum": 1, "maximum": 3},
        "text": _TEXT,
        "light": {"enum": ["daylight", "dusk", "dark_lit", "dark_unlit", None]},
        "said_by": {"enum": ["resident", "child", "police", "staff", "property_owner", "unknown"]},
        "is_acute": {"type": "boolean"},
        "point_source": {"enum": ["gps", "manual", "stop"]},
        "stop_id": {"type": ["integer", "null"]},
        "place": {"type": ["object", "null"], "description": "A GeoJSON Point; null at a stop that has a place."},
        "accuracy_m": {"type": ["number", "null"]},
        "follows_id": {"type": ["integer", "null"], "description": "On a return walk: what the earlier walk found."},
        "verdict": {"enum": ["better", "same", "worse", "fixed", None]},
    },
}


def path(name: str, description: str) -> dict[str, Any]:
    """A part of an address."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "description": description}


def operation(name: str, summary: str, *codes: int) -> dict[str, Any]:
    """What a phone may do, with the codes of its answers."""
    done = {str(code): {"description": "Done", "content": {"application/json": {"schema": {}}}} for code in codes}
    problems = {
        str(code): {"description": words, "content": {"application/problem+json": {"schema": {}}}}
        for code, words in _PROBLEMS.items()
    }
    return {"operationId": name, "summary": summary, "responses": done | problems}


def body(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    """What it sends."""
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}
