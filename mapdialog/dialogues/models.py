"""Tables of dialogues, their phases and categories."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Identity, Index, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.accounts.models import Account
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal


class Kind(StrEnum):
    """Whose it is: the citizens' dialogue, or the vessel of a safety walk's observations or a plan's statements."""

    DIALOGUE = "dialogue"
    WALK = "walk"
    PLAN = "plan"


class Level(StrEnum):
    """The participation ladder; texts and what each step allows stand in `dialogues.ladder`."""

    INFORMATION = "information"
    CONSULTATION = "consultation"
    DIALOGUE = "dialogue"
    INFLUENCE = "influence"
    CO_DECISION = "co_decision"


class Moderation(StrEnum):
    """When staff read: before a contribution is public, or after."""

    PRE = "pre"
    POST = "post"


class Polarity(StrEnum):
    """What a category says of the place; decides the pin's shape."""

    NEUTRAL = "neutral"
    INSECURE = "insecure"
    SECURE = "secure"
    PROPOSAL = "proposal"


class Dialogue(Base):
    """A conversation about a place, from the first plan to the published feedback.

    One of kind 'walk' or 'plan' only holds the observations of a safety walk or the statements of a plan; it is never
    published, and reads of dialogues leave it out (docs/decisions/0003, 0006).
    """

    __tablename__ = "dialogue"
    __table_args__ = (
        CheckConstraint("level in ('information','consultation','dialogue','influence','co_decision')", name="level"),
        CheckConstraint("moderation in ('pre','post')", name="moderation"),
        CheckConstraint(
            "published_at is null or (influence_text <> '' and use_text <> '')", name="promises_before_publishing"
        ),
        CheckConstraint("kind in ('dialogue','walk','plan')", name="kind"),
        CheckConstraint("kind = 'dialogue' or published_at is null", name="only_dialogues_are_published"),
        Index("ix_dialogue_area", "area", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, server_default="dialogue", info=impersonal())
    slug: Mapped[str] = mapped_column(Text, unique=True, info=impersonal())
    title: Mapped[str] = mapped_column(Text, info=impersonal())
    summary: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    description: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    level: Mapped[str] = mapped_column(Text, server_default="dialogue", info=impersonal())
    influence_text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    use_text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    frames_text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    decision_body: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    decision_on: Mapped[date | None] = mapped_column(Date)
    committee: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    contact: Mapped[str] = mapped_column(Text, server_default="", info=personal("dialogue"))
    registry_number: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    moderation: Mapped[str] = mapped_column(Text, server_default="pre", info=impersonal())
    area: Mapped[WKBElement | None] = mapped_column(Geometry("MULTIPOLYGON", 3006, spatial_index=False))
    start_view: Mapped[WKBElement | None] = mapped_column(Geometry("POLYGON", 3006, spatial_index=False))
    map_layers: Mapped[list[str]] = mapped_column(JSONB, server_default="[]", info=impersonal())
    allows_lines: Mapped[bool] = mapped_column(server_default="true")
    allows_areas: Mapped[bool] = mapped_column(server_default="true")
    allows_photos: Mapped[bool] = mapped_column(server_default="true")
    allows_replies: Mapped[bool] = mapped_column(server_default="true")
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    feedback_text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    feedback_published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", info=impersonal())
    phases: Mapped[list["Phase"]] = relationship(
        back_populates="dialogue", order_by="Phase.opens_at, Phase.id", cascade="all, delete-orphan"
    )
    categories: Mapped[list["Category"]] = relationship(
        back_populates="dialogue", order_by="Category.position, Category.id", cascade="all, delete-orphan"
    )


class Phase(Base):
    """A stretch of a dialogue's time and what it allows. Open when opens_at <= now < closes_at (null: no end set)."""

    __tablename__ = "phase"
    __table_args__ = (
        CheckConstraint("closes_at is null or closes_at > opens_at", name="closes_after_it_opens"),
        Index(None, "dialogue_id", "opens_at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(Text, info=impersonal())
    opens_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    closes_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    accepts_contributions: Mapped[bool] = mapped_column(server_default="true")
    accepts_replies: Mapped[bool] = mapped_column(server_default="true")
    dialogue: Mapped[Dialogue] = relationship(back_populates="phases")


class Category(Base):
    """What a contribution is about: label in two languages, icon, colour, polarity and the question asked."""

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("dialogue_id", "key"),
        CheckConstraint("polarity in ('neutral','insecure','secure','proposal')", name="polarity"),
        CheckConstraint("color ~ '^#[0-9A-Fa-f]{6}$'", name="color"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(Text, info=impersonal())
    label_sv: Mapped[str] = mapped_column(Text, info=impersonal())
    label_en: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    icon: Mapped[str] = mapped_column(Text, server_default="message-circle", info=impersonal())
    color: Mapped[str] = mapped_column(Text, server_default="#0072B2", info=impersonal())
    polarity: Mapped[str] = mapped_column(Text, server_default="neutral", info=impersonal())
    question_sv: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    question_en: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    position: Mapped[int] = mapped_column(server_default="0")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    dialogue: Mapped[Dialogue] = relationship(back_populates="categories")
