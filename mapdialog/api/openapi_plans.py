"""The part of the API's description that tells of plans and statements."""

from typing import Any

from mapdialog.api.openapi_walks import body, operation, path

_STATEMENT = {
    "type": "object",
    "required": ["type", "geometry", "properties"],
    "description": "A GeoJSON Feature; its geometry is null where nobody points at a place.",
    "properties": {
        "type": {"const": "Feature"},
        "geometry": {"type": ["object", "null"]},
        "properties": {
            "type": "object",
            "required": ["client_id", "text"],
            "properties": {
                "client_id": {"type": "string", "format": "uuid"},
                "text": {"type": "string", "maxLength": 100_000},
                "feature": {"type": "string", "description": "A part of the plan, by its id."},
                "place_label": {"type": "string"},
                "contact_name": {"type": "string"},
                "contact_email": {"type": "string"},
                "organisation": {"type": "string"},
                "postal_address": {"type": "string"},
                "property_designation": {"type": "string"},
                "is_protected": {"type": "string", "description": "'1' for protected personal data."},
            },
        },
    },
}
_FILE = {
    "type": "object",
    "required": ["photo"],
    "properties": {"photo": {"type": "string", "format": "binary", "description": "A picture or a PDF."}},
}


def paths() -> dict[str, Any]:
    """Published plans, and sending a statement on one."""
    slug, receipt = path("slug", "A plan."), path("receipt", "A statement's receipt number.")
    return {
        "/plans": {"get": operation("list_plans", "Plans that the public has been told of.", 200)},
        "/plans/{slug}": {
            "parameters": [slug],
            "get": operation("show_plan", "A plan with its phases, area and parts.", 200),
        },
        "/plans/{slug}/statements": {
            "parameters": [slug],
            "post": operation("send_statement", "Send a statement; the same client_id and words again answer 200.", 201)
            | body("application/json", _STATEMENT),
        },
        "/statements/{receipt}/files": {
            "parameters": [receipt],
            "post": operation("add_statement_file", "A file to it, by the sender's key (X-Edit-Token).", 201)
            | body("multipart/form-data", _FILE),
        },
    }
