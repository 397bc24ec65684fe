"""The part of the API's description that tells of a phone's group on a safety walk."""

from typing import Any

from mapdialog.api.openapi_walks import body, operation, path

_TRACK = {
    "type": "object",
    "required": ["revision", "group_id", "stretches", "started_at", "ended_at"],
    "properties": {
        "revision": {"type": "integer", "minimum": 1},
        "group_id": {"type": "integer"},
        "stretches": {"type": "array", "description": "The coordinates of a GeoJSON MultiLineString, whole each time."},
        "started_at": {"type": "string", "format": "date-time", "description": "As the phone's clock says."},
        "ended_at": {"type": "string", "format": "date-time"},
    },
}


def paths() -> dict[str, Any]:
    """Paths that answer only to the cookie of a phone that joined by the walk's code."""
    slug = path("slug", "A safety walk.")
    track = path("client_id", "The track's UUID, made by the phone.")
    group = path("group_id", "A group of the walk.") | {"schema": {"type": "integer"}}
    return {
        "/walks/{slug}/groups/{group_id}/observations": {
            "parameters": [slug, group],
            "get": operation(
                "group_observations",
                "What the group's other phones have sent, without names. `cancelled`: why the walk is, else ''. "
                "`is_open`: its protocol is not published yet.",
                200,
            ),
        },
        "/walks/{slug}/tracks/{client_id}": {
            "parameters": [slug, track],
            "put": operation("put_track", "The way the group went so far; leaders only.", 200)
            | body("application/json", _TRACK),
            "delete": operation("delete_track", "Take the way away.", 200),
        },
    }
