"""Tables of contributions: the common row, its kinds, and what was sent and said with it."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    FetchedValue,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.accounts.models import Account
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal
from mapdialog.dialogues.models import Category, Dialogue


class State(StrEnum):
    """Where a contribution stands. Only `approved` is public; nothing is ever deleted."""

    PENDING = "pending"
    APPROVED = "approved"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


class Contribution(Base):
    """Anything a person puts on the map. Its kinds (joined-table inheritance) add columns of their own.

    `raw_text`, `received_at`, `client_id`, `channel` and `receipt` never change (a trigger sees to it): they are the
    public record; only when and how a plan's statement came in can be put right, where staff registered it wrongly.
    Later words from the author are rows of `ContributionRevision`. What the public sees is `public_text`, and only
    while `state` is approved. `geom` is point, line or polygon in EPSG:3006; `anchor` is a
    point on it, which every map feed, count and heatmap uses. A trigger derives the anchor's published place from it:
    `lon_e6` and `lat_e6` are millionths of a degree (EPSG:4326), `grid_key` orders them along a Z-curve (see
    `contributions.grid`), so that a square of any size is one range of an index.
    """

    __tablename__ = "contribution"
    __table_args__: Any = (
        CheckConstraint("state in ('pending','approved','hidden','withdrawn')", name="state"),
        Index("ix_contribution_geom", "geom", postgresql_using="gist"),
        Index(
            "ix_contribution_public_grid",
            "dialogue_id",
            "grid_key",
            postgresql_include=["category_id", "lon_e6", "lat_e6"],
            postgresql_where=text("state = 'approved'"),
        ),
        # What the map counts lies in the index, so that a month among a million is read without their rows.
        Index(
            "ix_contribution_public_time",
            "dialogue_id",
            "submitted_at",
            postgresql_include=["grid_key", "category_id", "lon_e6", "lat_e6"],
            postgresql_where=text("state = 'approved'"),
        ),
        # A rare word is found at once among a million texts, a common one without reading those that lack it. Of all
        # texts: PostgreSQL never combines indexes that share a condition, and this one is combined with days.
        Index(
            "ix_contribution_public_words",
            "public_text",
            postgresql_using="gin",
            postgresql_ops={"public_text": "gin_trgm_ops"},
        ),
        Index("ix_contribution_inbox", "dialogue_id", "state", "received_at"),
        Index("ix_contribution_pending", "received_at", postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, info=impersonal())
    client_id: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    receipt: Mapped[str] = mapped_column(Text, unique=True, info=impersonal())
    edit_token_hash: Mapped[bytes | None]
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id", ondelete="RESTRICT"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id", ondelete="RESTRICT"))
    geom: Mapped[WKBElement] = mapped_column(Geometry("GEOMETRY", 3006, spatial_index=False))
    anchor: Mapped[WKBElement] = mapped_column(Geometry("POINT", 3006, spatial_index=False))
    lon_e6: Mapped[int] = mapped_column(FetchedValue())
    lat_e6: Mapped[int] = mapped_column(FetchedValue())
    grid_key: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    place_source: Mapped[str] = mapped_column(Text, server_default="pin", info=impersonal())
    place_label: Mapped[str] = mapped_column(Text, server_default="", info=personal("dialogue"))
    accuracy_m: Mapped[float | None]
    raw_text: Mapped[str] = mapped_column(Text, info=personal("dialogue"))
    public_text: Mapped[str | None] = mapped_column(Text, info=personal("dialogue"))
    state: Mapped[str] = mapped_column(Text, server_default="pending", info=impersonal())
    channel: Mapped[str] = mapped_column(Text, server_default="web", info=impersonal())
    language: Mapped[str] = mapped_column(Text, server_default="sv", info=impersonal())
    submitted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    contact_name: Mapped[str | None] = mapped_column(Text, info=personal("dialogue"))
    contact_email: Mapped[str | None] = mapped_column(Text, info=personal("dialogue"))
    shows_name: Mapped[bool] = mapped_column(server_default="false")
    hidden_rule: Mapped[str | None] = mapped_column(Text, info=impersonal())
    hidden_reason: Mapped[str | None] = mapped_column(Text, info=personal("dialogue"))
    support_count: Mapped[int] = mapped_column(server_default="0")
    reply_count: Mapped[int] = mapped_column(server_default="0")
    photo_count: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    moderated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(server_default="1")

    dialogue: Mapped[Dialogue] = relationship()
    category: Mapped[Category] = relationship()
    revisions: Mapped[list["ContributionRevision"]] = relationship(order_by="ContributionRevision.id")
    photos: Mapped[list["Attachment"]] = relationship(order_by="Attachment.position, Attachment.id")
    replies: Mapped[list["Reply"]] = relationship(order_by="Reply.received_at, Reply.id")
    responses: Mapped[list["OfficialResponse"]] = relationship(order_by="OfficialResponse.id")

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "contribution"}


class Comment(Contribution):
    """A citizen's view of a place: the plain kind."""

    __tablename__ = "comment"
    __table_args__: Any = (CheckConstraint("mood between -2 and 2", name="mood"),)
    __mapper_args__ = {"polymorphic_identity": "comment"}

    id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True)
    mood: Mapped[int | None] = mapped_column(SmallInteger)


class ContributionDistrict(Base):
    """In which district of each set a contribution lies, looked up once.

    `dialogue_id`, `category_id` and `is_public` repeat the contribution's own (a trigger keeps them equal), so that a
    district report is one grouped scan of this narrow table.
    """

    __tablename__ = "contribution_district"
    __table_args__ = (
        Index(
            "ix_contribution_district_report",
            "dialogue_id",
            "district_set_id",
            "district_id",
            "category_id",
            postgresql_where=text("is_public"),
        ),
        Index(None, "district_id"),
    )

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True)
    district_set_id: Mapped[int] = mapped_column(ForeignKey("district_set.id", ondelete="CASCADE"), primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id", ondelete="CASCADE"))
    dialogue_id: Mapped[int]
    category_id: Mapped[int]
    is_public: Mapped[bool]


class GridCount(Base):
    """How many public contributions lie in each cell of a pyramid of squares: what the zoomed-out map is made of.

    `cell` is the Z-curve key of the cell at that level (0 to 20); the sums, in millionths of a degree, give the mean
    position. Changes not folded in yet stand in `GridDelta`; only both together are the truth.
    """

    __tablename__ = "grid_count"

    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    category_id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    sum_lon_e6: Mapped[int] = mapped_column(BigInteger)
    sum_lat_e6: Mapped[int] = mapped_column(BigInteger)


class GridDelta(Base):
    """The log of what became public (+1), stopped being so (-1) or changed its looks (0) since the last fold.

    Triggers write it, so that imports and moderators can't forget it. Submitting appends here instead of counting up
    the few cells everybody shares, for whose locks all would wait.
    """

    __tablename__ = "grid_delta"

    dialogue_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    grid_key: Mapped[int] = mapped_column(BigInteger)
    category_id: Mapped[int]
    change: Mapped[int] = mapped_column(SmallInteger)
    lon_e6: Mapped[int]
    lat_e6: Mapped[int]


class GridState(Base):
    """How often a dialogue's log has been folded: with the log's length it tells whether the map has changed."""

    __tablename__ = "grid_state"

    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id", ondelete="CASCADE"), primary_key=True)
    folds: Mapped[int] = mapped_column(BigInteger)


class ContributionRevision(Base):
    """What the author changed afterwards through the personal link; append-only, as the first text is."""

    __tablename__ = "contribution_revision"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"), index=True)
    raw_text: Mapped[str] = mapped_column(Text, info=personal("dialogue"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    geom: Mapped[WKBElement] = mapped_column(Geometry("GEOMETRY", 3006, spatial_index=False))
    mood: Mapped[int | None] = mapped_column(SmallInteger)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Attachment(Base):
    """A photo, decoded and encoded anew without metadata; `key` names it in addresses, the files lie in the store.

    `original_key` is set when staff have blurred it: the file as it was received, which the public never sees.
    """

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    key: Mapped[str] = mapped_column(Text, unique=True, info=impersonal())
    file_key: Mapped[str] = mapped_column(Text, info=personal("dialogue"))
    thumb_key: Mapped[str] = mapped_column(Text, info=personal("dialogue"))
    original_key: Mapped[str | None] = mapped_column(Text, info=personal("dialogue"))
    content_type: Mapped[str] = mapped_column(Text, info=impersonal())
    alt_text: Mapped[str] = mapped_column(Text, server_default="", info=personal("dialogue"))
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text, info=impersonal())
    position: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    is_hidden: Mapped[bool] = mapped_column(server_default="false")
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class DraftPhoto(Base):
    """A photo of somebody who fills in the form without JavaScript and has not sent it yet; removed after two days.

    `draft_id` is the form's client_id. `key` names it in addresses, as an attachment's does, and is as hard to guess.
    """

    __tablename__ = "draft_photo"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    draft_id: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    key: Mapped[str] = mapped_column(Text, unique=True, info=impersonal())
    file_key: Mapped[str] = mapped_column(Text, info=personal("short"))
    thumb_key: Mapped[str] = mapped_column(Text, info=personal("short"))
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text, info=impersonal())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Support(Base):
    """One device's "I think so too"; the device is a keyed hash that differs between dialogues."""

    __tablename__ = "support"

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True)
    device_hash: Mapped[bytes] = mapped_column(primary_key=True, info=personal("dialogue"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Reply(Base):
    """A citizen's (or officer's, when `account_id` is set) word under a contribution; moderated like it."""

    __tablename__ = "reply"
    __table_args__ = (
        CheckConstraint("state in ('pending','approved','hidden','withdrawn')", name="state"),
        Index(None, "contribution_id", "received_at"),
        Index("ix_reply_pending", "received_at", postgresql_where=text("state = 'pending'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"))
    client_id: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    author_name: Mapped[str] = mapped_column(Text, server_default="", info=personal("dialogue"))
    raw_text: Mapped[str] = mapped_column(Text, info=personal("dialogue"))
    public_text: Mapped[str | None] = mapped_column(Text, info=personal("dialogue"))
    state: Mapped[str] = mapped_column(Text, server_default="pending", info=impersonal())
    hidden_rule: Mapped[str | None] = mapped_column(Text, info=impersonal())
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class OfficialResponse(Base):
    """The municipality's answer. A draft until `published_at` is set; a published one is never rewritten in silence."""

    __tablename__ = "official_response"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    unit: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    text: Mapped[str] = mapped_column(Text, info=impersonal())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    author: Mapped[Account | None] = relationship()


class AbuseReport(Base):
    """A reader's "look at this, please" about a contribution or a reply; staff resolve it in the inbox."""

    __tablename__ = "abuse_report"
    __table_args__ = (Index("ix_abuse_report_open", "reported_at", postgresql_where=text("resolved_at is null")),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"), index=True)
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"))
    device_hash: Mapped[bytes | None] = mapped_column(info=personal("short"))
    reason: Mapped[str] = mapped_column(Text, info=impersonal())
    text: Mapped[str] = mapped_column(Text, server_default="", info=personal("dialogue"))
    reported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    resolved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))


class ModerationEntry(Base):
    """The moderation log: every decision about what the public sees, by whom, when and by which published rule.

    `was` is what a decision that can be undone found (see `undoing`); `decision_id` is shared by all of one press.
    """

    __tablename__ = "moderation_entry"
    __table_args__ = (
        Index(None, "contribution_id", "at"),
        Index("ix_moderation_entry_decision_id", "decision_id", postgresql_where=text("decision_id is not null")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id", ondelete="CASCADE"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    action: Mapped[str] = mapped_column(Text, info=impersonal())
    rule: Mapped[str | None] = mapped_column(Text, info=impersonal())
    note: Mapped[str] = mapped_column(Text, server_default="", info=personal("dialogue"))
    text_before: Mapped[str | None] = mapped_column(Text, info=personal("dialogue"))
    text_after: Mapped[str | None] = mapped_column(Text, info=personal("dialogue"))
    decision_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    was: Mapped[dict[str, Any] | None] = mapped_column(JSONB, info=personal("dialogue"))
    actor: Mapped[Account | None] = relationship()
    contribution: Mapped[Contribution] = relationship(viewonly=True)
