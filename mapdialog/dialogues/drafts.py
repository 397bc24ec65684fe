"""What an officer wants a dialogue to be, as plain values that the form, a template or a command fills."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from shapely.geometry.base import BaseGeometry

from mapdialog.dialogues.models import Level, Moderation, Polarity


@dataclass(frozen=True)
class CategoryDraft:
    """One category. `id` names an existing one; an empty `key` is made from the Swedish label."""

    label_sv: str
    key: str = ""
    label_en: str = ""
    icon: str = "message-circle"
    color: str = "#0072B2"
    polarity: str = Polarity.NEUTRAL.value
    question_sv: str = ""
    question_en: str = ""
    is_active: bool = True
    id: int | None = None


@dataclass(frozen=True)
class PhaseDraft:
    """One phase, open when opens_at <= now < closes_at (timezone-aware; None means no end).

    `id` names an existing one.
    """

    title: str
    opens_at: datetime
    closes_at: datetime | None = None
    accepts_contributions: bool = True
    accepts_replies: bool = True
    id: int | None = None


@dataclass(frozen=True)
class Draft:
    """A whole dialogue. `area` (polygon or multipolygon) and `start_view` (polygon) are in EPSG:3006."""

    title: str
    slug: str = ""
    summary: str = ""
    description: str = ""
    level: str = Level.DIALOGUE.value
    influence_text: str = ""
    use_text: str = ""
    frames_text: str = ""
    decision_body: str = ""
    decision_on: date | None = None
    committee: str = ""
    contact: str = ""
    registry_number: str = ""
    moderation: str = Moderation.PRE.value
    area: BaseGeometry | None = None
    start_view: BaseGeometry | None = None
    map_layers: tuple[str, ...] = ()
    allows_lines: bool = True
    allows_areas: bool = True
    allows_photos: bool = True
    allows_replies: bool = True
    categories: tuple[CategoryDraft, ...] = ()
    phases: tuple[PhaseDraft, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)


PLAIN_FIELDS = (
    "title",
    "slug",
    "summary",
    "description",
    "level",
    "influence_text",
    "use_text",
    "frames_text",
    "decision_body",
    "decision_on",
    "committee",
    "contact",
    "registry_number",
    "moderation",
    "allows_lines",
    "allows_areas",
    "allows_photos",
    "allows_replies",
)
"""Fields that are copied as they are between a draft and a row."""
