"""What the API says of dialogues and contributions: public fields only, places in EPSG:4326, times in UTC."""

import json
from datetime import UTC, datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from mapdialog.contributions import queries
from mapdialog.contributions.models import Attachment, Comment, Contribution
from mapdialog.dialogues.models import Category, Dialogue, Phase
from mapdialog.dialogues.rules import is_open, status_at
from mapdialog.geo import features
from mapdialog.geo.bbox import BBox
from mapdialog.geo.geometry import from_element, from_store


def moment(value: datetime | None) -> str | None:
    """'2026-11-21T13:32:00Z'."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if value else None


def dialogue(one: Dialogue, at: datetime, box: BBox | None) -> dict[str, Any]:
    """A dialogue as a line of the list. `bbox` is where its map starts, or null."""
    opens = [phase.opens_at for phase in one.phases]
    closes = [phase.closes_at for phase in one.phases]
    return {
        "slug": one.slug,
        "title": one.title,
        "summary": one.summary,
        "status": status_at(one.phases, at),
        "level": one.level,
        "opens_at": moment(min(opens, default=None)),
        "closes_at": moment(max((end for end in closes if end), default=None)) if None not in closes else None,
        "bbox": [round(edge, features.DIGITS) for edge in box] if box else None,
        "url": url_for("dialogues.page", slug=one.slug, _external=True),
    }


def dialogue_whole(one: Dialogue, at: datetime, box: BBox | None, total: int, english: bool) -> dict[str, Any]:
    """A dialogue with its phases, area and active categories."""
    area = features.geometry(from_store(from_element(one.area))) if one.area is not None else None
    return dialogue(one, at, box) | {
        "description": one.description,
        "influence": one.influence_text,
        "use": one.use_text,
        "decision_body": one.decision_body,
        "decision_on": one.decision_on.isoformat() if one.decision_on else None,
        "moderation": one.moderation,
        "allows": {
            "lines": one.allows_lines,
            "areas": one.allows_areas,
            "photos": one.allows_photos,
            "replies": one.allows_replies,
        },
        "contributions": total,
        "phases": [phase(each, at) for each in one.phases],
        "area": area,
        "categories": [category(each, english) for each in one.categories if each.is_active],
        "feedback": one.feedback_text if one.feedback_published_at else None,
    }


def phase(one: Phase, at: datetime) -> dict[str, Any]:
    """A phase; `closes_at` null means that no end is set."""
    return {
        "title": one.title,
        "opens_at": moment(one.opens_at),
        "closes_at": moment(one.closes_at),
        "is_open": is_open(one, at),
        "accepts_contributions": one.accepts_contributions,
        "accepts_replies": one.accepts_replies,
    }


def category(one: Category, english: bool) -> dict[str, Any]:
    """A category with its label in the reader's language."""
    return {
        "key": one.key,
        "label": (english and one.label_en) or one.label_sv,
        "color": one.color,
        "polarity": one.polarity,
        "icon": one.icon,
        "question": (english and one.question_en) or one.question_sv,
    }


def contribution(session: Session, one: Contribution, device: bytes | None) -> dict[str, Any]:
    """A public contribution with photos, answers and replies, as a GeoJSON Feature. `supported`: by this device."""
    properties = {
        "receipt": one.receipt,
        "dialogue": one.dialogue.slug,
        "category": one.category.key,
        "text": one.public_text or "",
        "mood": one.mood if isinstance(one, Comment) else None,
        "name": one.contact_name if one.shows_name else None,
        "place_label": one.place_label,
        "submitted_at": moment(one.submitted_at),
        "support_count": one.support_count,
        "supported": queries.is_supported_by(session, one.id, device),
        "answered": one.answered_at is not None,
        "photos": [photo(each) for each in queries.list_photos(one)],
        "answers": [
            {"unit": each.unit, "text": each.text, "published_at": moment(each.published_at)}
            for each in queries.list_responses(one)
        ],
        "replies": [
            {
                "id": each.id,
                "name": each.author_name,
                "text": each.public_text or "",
                "is_official": each.account_id is not None,
                "received_at": moment(each.received_at),
            }
            for each in queries.list_replies(one)
        ],
        "url": url_for("contributions.page", receipt=one.receipt, _external=True),
    }
    return features.feature(json.loads(queries.place_geojson(session, one.id)), properties, one.receipt)


def photo(one: Attachment) -> dict[str, Any]:
    """A photo's addresses and size in pixels."""
    return {
        "url": url_for("contributions.photo", key=one.key),
        "thumb_url": url_for("contributions.thumbnail", key=one.key),
        "alt_text": one.alt_text,
        "width": one.width,
        "height": one.height,
    }


def near(one: Contribution, distance_m: float, lon: float, lat: float, supported: bool) -> dict[str, Any]:
    """A contribution close by, as a point with what a reader needs to recognise it. `supported`: by this device."""
    properties = {
        "receipt": one.receipt,
        "category": one.category.key,
        "text": one.public_text or "",
        "submitted_at": moment(one.submitted_at),
        "support_count": one.support_count,
        "supported": supported,
        "answered": one.answered_at is not None,
        "distance_m": round(distance_m),
    }
    return features.point(lon, lat, properties, one.receipt)
