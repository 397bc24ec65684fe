"""JSON Schemas of what the API takes and gives."""

from typing import Any

from mapdialog.contributions import rules

_TEXT: dict[str, Any] = {"type": "string"}
_UUID = {"type": "string", "format": "uuid"}
_TIME: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
_COUNT = {"type": "integer", "minimum": 0}
_BOOLEAN = {"type": "boolean"}
_MOOD = {"type": ["integer", "null"], "minimum": -2, "maximum": 2}
_MAYBE = {"type": ["string", "null"]}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": required | (optional or {})}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_GEOMETRY = _object(
    {
        "type": {"enum": ["Point", "LineString", "Polygon", "MultiPolygon", "MultiLineString"]},
        "coordinates": {"type": "array"},
    }
)
_DIALOGUE = {
    "slug": _TEXT,
    "title": _TEXT,
    "summary": _TEXT,
    "status": {"enum": ["planned", "ongoing", "finished"]},
    "level": {"enum": ["information", "consultation", "dialogue", "influence", "co_decision"]},
    "opens_at": _TIME,
    "closes_at": _TIME,
    "url": _TEXT,
    "bbox": {"type": ["array", "null"], "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
}
_PHASE = _object(
    {
        "title": _TEXT,
        "opens_at": _TIME,
        "closes_at": _TIME,
        "is_open": _BOOLEAN,
        "accepts_contributions": _BOOLEAN,
        "accepts_replies": _BOOLEAN,
    }
)
_CATEGORY = _object(
    {
        "key": _TEXT,
        "label": _TEXT,
        "color": _TEXT,
        "icon": _TEXT,
        "question": _TEXT,
        "polarity": {"enum": ["neutral", "insecure", "secure", "proposal"]},
    }
)
_ALLOWS = _object({"lines": _BOOLEAN, "areas": _BOOLEAN, "photos": _BOOLEAN, "replies": _BOOLEAN})

SCHEMAS: dict[str, Any] = {
    "Any": {"type": "object"},
    "Problem": _object(
        {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT},
        {"errors": _list(_object({"field": _TEXT, "detail": _TEXT}))},
    ),
    "Dialogue": _object(_DIALOGUE),
    "Dialogues": _object({"dialogues": _list(_ref("Dialogue"))}),
    "DialogueWhole": _object(
        _DIALOGUE
        | {
            "description": _TEXT,
            "influence": _TEXT,
            "use": _TEXT,
            "decision_body": _TEXT,
            "decision_on": _MAYBE,
            "moderation": {"enum": ["pre", "post"]},
            "allows": _ALLOWS,
            "contributions": _COUNT,
            "phases": _list(_PHASE),
            "area": {"anyOf": [_ref("Geometry"), {"type": "null"}]},
            "categories": _list(_CATEGORY),
            "feedback": _MAYBE,
        }
    ),
    "Geometry": _GEOMETRY,
    "FeatureCollection": _object({"type": {"const": "FeatureCollection"}, "features": _list(_ref("Feature"))}),
    "Feature": _object({"type": {"const": "Feature"}, "geometry": _ref("Geometry"), "properties": {"type": "object"}}),
    "NewContribution": _object(
        {
            "type": {"const": "Feature"},
            "geometry": _ref("Geometry"),
            "properties": _object(
                {"client_id": _UUID, "category": _TEXT, "text": _TEXT | {"minLength": 1, "maxLength": rules.TEXT_MAX}},
                {
                    "mood": _MOOD,
                    "contact_email": _MAYBE,
                    "contact_name": _MAYBE,
                    "shows_name": _BOOLEAN,
                    "place_source": {"enum": sorted(rules.PLACE_SOURCES)},
                    "place_label": _TEXT,
                    "accuracy_m": {"type": ["number", "null"], "minimum": 0},
                    "submitted_at": _TIME,
                    "language": {"enum": ["sv", "en"]},
                },
            ),
        }
    ),
    "Accepted": _object(
        {
            "receipt": _TEXT,
            "state": {"enum": ["pending", "approved", "hidden", "withdrawn"]},
            "edit_url": _TEXT,
            "url": _TEXT,
        }
    ),
    "Photo": _object({"url": _TEXT, "thumb_url": _TEXT, "alt_text": _TEXT, "width": _COUNT, "height": _COUNT}),
    "Contribution": _object(
        {
            "type": {"const": "Feature"},
            "id": _TEXT,
            "geometry": _ref("Geometry"),
            "properties": _object(
                {
                    "receipt": _TEXT,
                    "dialogue": _TEXT,
                    "category": _TEXT,
                    "text": _TEXT,
                    "mood": _MOOD,
                    "name": _MAYBE,
                    "place_label": _TEXT,
                    "submitted_at": _TIME,
                    "support_count": _COUNT,
                    "supported": _BOOLEAN,
                    "answered": _BOOLEAN,
                    "photos": _list(_ref("Photo")),
                    "url": _TEXT,
                    "answers": _list(_object({"unit": _TEXT, "text": _TEXT, "published_at": _TIME})),
                    "replies": _list(
                        _object(
                            {"id": _COUNT, "name": _TEXT, "text": _TEXT, "is_official": _BOOLEAN, "received_at": _TIME}
                        )
                    ),
                }
            ),
        }
    ),
    "Support": _object({"support_count": _COUNT, "supported": _BOOLEAN}),
    "NewReply": _object(
        {"client_id": _UUID, "text": _TEXT | {"minLength": 1, "maxLength": rules.REPLY_MAX}}, {"name": _TEXT}
    ),
    "NewReport": _object(
        {"reason": {"enum": sorted(rules.REPORT_REASONS - {"flood"})}},
        {"text": _TEXT, "reply_id": {"type": ["integer", "null"]}},
    ),
    "Received": _object({"state": _TEXT}, {"id": _COUNT}),
}
