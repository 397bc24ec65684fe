"""Tables of safety walks: checklists in versions, the walk with its groups and stops, and who took part, in numbers."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.accounts.models import Account
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal
from mapdialog.dialogues.models import Dialogue
from mapdialog.districts.models import District


class WalkStatus(StrEnum):
    """How far a walk has come; which steps are open stands in `walks.rules`."""

    PLANNED = "planned"
    INVITED = "invited"
    PERFORMED = "performed"
    PROTOCOL_DRAFT = "protocol_draft"
    PROTOCOL_PUBLISHED = "protocol_published"
    ACTIONS_RUNNING = "actions_running"
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"


class Light(StrEnum):
    """The light as people saw it; the sun's elevation is computed beside it, see `walks.sun`."""

    DAYLIGHT = "daylight"
    DUSK = "dusk"
    DARK_LIT = "dark_lit"
    DARK_UNLIT = "dark_unlit"


class HeadDimension(StrEnum):
    """By what participants are counted; nobody is named, and the three are not combined with each other."""

    GENDER = "gender"
    AGE = "age"
    ROLE = "role"


BANDS: dict[HeadDimension, tuple[str, ...]] = {
    HeadDimension.GENDER: ("women", "men", "other", "not_stated"),
    HeadDimension.AGE: ("0-12", "13-19", "20-39", "40-64", "65-79", "80+", "not_stated"),
    HeadDimension.ROLE: ("resident", "politician", "staff", "police", "property_owner", "association", "other"),
}
LIGHTS = "('daylight','dusk','dark_lit','dark_unlit')"


def _bands() -> str:
    return " or ".join(
        f"(dimension = '{dimension}' and band in ({','.join(repr(band) for band in bands)}))"
        for dimension, bands in BANDS.items()
    )


class ChecklistSet(Base):
    """A list of what a walk looks for, under a name; its contents stand in versions. At most one is the default."""

    __tablename__ = "checklist_set"
    __table_args__ = (
        Index("uq_checklist_set_default", "is_default", unique=True, postgresql_where=text("is_default")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True, info=impersonal())
    title: Mapped[str] = mapped_column(Text, info=impersonal())
    is_default: Mapped[bool] = mapped_column(server_default="false")
    versions: Mapped[list["ChecklistVersion"]] = relationship(
        back_populates="checklist", order_by="ChecklistVersion.number"
    )


class ChecklistVersion(Base):
    """One wording of a checklist. A version and its items are never rewritten (triggers see to it)."""

    __tablename__ = "checklist_version"
    __table_args__ = (UniqueConstraint("checklist_set_id", "number"), CheckConstraint("number >= 1", name="number"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    checklist_set_id: Mapped[int] = mapped_column(ForeignKey("checklist_set.id", ondelete="RESTRICT"))
    number: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    checklist: Mapped[ChecklistSet] = relationship(back_populates="versions")
    items: Mapped[list["ChecklistItem"]] = relationship(order_by="ChecklistItem.position, ChecklistItem.id")


class ChecklistItem(Base):
    """One category: labels and check questions in two languages (a question a line), icon, colour and leaning.

    `leaning` tells what the category usually says of a place; the observation's own `polarity` is what counts.
    """

    __tablename__ = "checklist_item"
    __table_args__ = (
        UniqueConstraint("checklist_version_id", "key"),
        CheckConstraint("leaning in ('both','insecure','secure')", name="leaning"),
        CheckConstraint("color ~ '^#[0-9A-Fa-f]{6}$'", name="color"),
        CheckConstraint("key ~ '^[a-z][a-z0-9_]*$'", name="key"),
        CheckConstraint("label_sv <> ''", name="label"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    checklist_version_id: Mapped[int] = mapped_column(ForeignKey("checklist_version.id", ondelete="RESTRICT"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(Text, info=impersonal())
    label_sv: Mapped[str] = mapped_column(Text, info=impersonal())
    label_en: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    questions_sv: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    questions_en: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    leaning: Mapped[str] = mapped_column(Text, server_default="both", info=impersonal())
    icon: Mapped[str] = mapped_column(Text, server_default="message-circle", info=impersonal())
    color: Mapped[str] = mapped_column(Text, server_default="#0072B2", info=impersonal())


class SafetyWalk(Base):
    """A safety walk from the first plan to the return walk.

    Its observations are contributions, and contributions lie in a dialogue: each walk has one of its own, of kind
    'walk', which is never published and so never seen among the citizens' (docs/decisions/0003). What the public may
    read of observations is decided by `published_at`, which a walk has from its published protocol on.
    """

    __tablename__ = "safety_walk"
    __table_args__ = (
        CheckConstraint(
            f"status in ({','.join(repr(status.value) for status in WalkStatus)})",
            name="status",
        ),
        CheckConstraint("ends_at is null or ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("pre_meeting_at is null or pre_meeting_at <= starts_at", name="pre_meeting_first"),
        CheckConstraint("follow_up_at is null or follow_up_at >= starts_at", name="follow_up_last"),
        CheckConstraint("repeat_of_id <> id", name="repeats_another"),
        CheckConstraint(f"light in {LIGHTS}", name="light"),
        CheckConstraint("weather in ('clear','cloudy','fog','rain','snow','windy')", name="weather"),
        CheckConstraint("ground in ('dry','wet','snow','ice','leaves')", name="ground"),
        CheckConstraint("foliage in ('in_leaf','bare')", name="foliage"),
        CheckConstraint(
            "(published_at is not null) = (status in ('protocol_published','actions_running','followed_up','closed'))",
            name="published_from_its_protocol_on",
        ),
        CheckConstraint("status = 'planned' or starts_at is not null", name="time_before_inviting"),
        CheckConstraint("(cancelled_at is null) = (cancel_reason = '')", name="cancelled_for_a_reason"),
        CheckConstraint("cancelled_at is null or status = 'invited'", name="cancelled_while_invited"),
        Index("ix_safety_walk_route", "route", postgresql_using="gist"),
        Index(None, "starts_at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True, info=impersonal())
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id", ondelete="RESTRICT"), unique=True)
    title: Mapped[str] = mapped_column(Text, info=impersonal())
    purpose: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    organiser: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    contact: Mapped[str] = mapped_column(Text, server_default="", info=personal("dialogue"))
    registry_number: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id", ondelete="SET NULL"), index=True)
    area_name: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    meeting_place: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    invitation_text: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    route: Mapped[WKBElement | None] = mapped_column(Geometry("LINESTRING", 3006, spatial_index=False))
    pre_meeting_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    starts_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    follow_up_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    light: Mapped[str | None] = mapped_column(Text, info=impersonal())
    weather: Mapped[str | None] = mapped_column(Text, info=impersonal())
    ground: Mapped[str | None] = mapped_column(Text, info=impersonal())
    foliage: Mapped[str | None] = mapped_column(Text, info=impersonal())
    status: Mapped[str] = mapped_column(Text, server_default="planned", info=impersonal())
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("safety_walk.id", ondelete="RESTRICT"), index=True)
    checklist_version_id: Mapped[int] = mapped_column(ForeignKey("checklist_version.id", ondelete="RESTRICT"))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancel_reason: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")

    dialogue: Mapped[Dialogue] = relationship()
    district: Mapped[District | None] = relationship()
    checklist: Mapped[ChecklistVersion] = relationship()
    repeat_of: Mapped["SafetyWalk | None"] = relationship(remote_side="SafetyWalk.id")
    groups: Mapped[list["WalkGroup"]] = relationship(back_populates="walk", order_by="WalkGroup.position, WalkGroup.id")
    stops: Mapped[list["WalkStop"]] = relationship(back_populates="walk", order_by="WalkStop.seq")


class WalkGroup(Base):
    """Those who walk together: at most twenty. Every walk has at least one; each phone belongs to one.

    `track` is the way they went, if a leader's phone recorded it (EPSG:3006): a line for each stretch, and nothing
    where the phone did not listen. The public sees it only with `is_track_public`.
    """

    __tablename__ = "walk_group"
    __table_args__ = (
        UniqueConstraint("walk_id", "name"),
        UniqueConstraint("id", "walk_id"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("head_count >= 0", name="head_count"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    walk_id: Mapped[int] = mapped_column(ForeignKey("safety_walk.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text, info=impersonal())
    leader: Mapped[str] = mapped_column(Text, server_default="", info=personal("dialogue"))
    head_count: Mapped[int | None]
    track: Mapped[WKBElement | None] = mapped_column(Geometry("MULTILINESTRING", 3006, spatial_index=False))
    is_track_public: Mapped[bool] = mapped_column(server_default="false")
    walk: Mapped[SafetyWalk] = relationship(back_populates="groups")
    heads: Mapped[list["WalkHeadCount"]] = relationship(cascade="all, delete-orphan")


class WalkHeadCount(Base):
    """How many in a group belong to one band of gender, age or role. Counts, never names."""

    __tablename__ = "walk_head_count"
    __table_args__ = (CheckConstraint(_bands(), name="band"), CheckConstraint("count >= 0", name="count"))

    group_id: Mapped[int] = mapped_column(ForeignKey("walk_group.id", ondelete="CASCADE"), primary_key=True)
    dimension: Mapped[str] = mapped_column(Text, primary_key=True, info=impersonal())
    band: Mapped[str] = mapped_column(Text, primary_key=True, info=impersonal())
    count: Mapped[int]


class WalkStop(Base):
    """A place where the walk halts, in order from 1, with its name and what is asked there."""

    __tablename__ = "walk_stop"
    __table_args__: Any = (
        # Judged at the end of the transaction, so that stops can change places.
        UniqueConstraint("walk_id", "seq", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("id", "walk_id"),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("name <> ''", name="name"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    walk_id: Mapped[int] = mapped_column(ForeignKey("safety_walk.id", ondelete="CASCADE"))
    seq: Mapped[int]
    name: Mapped[str] = mapped_column(Text, info=impersonal())
    questions: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    place: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", 3006, spatial_index=False))
    # The name that the place was found by, '' where it was pointed out.
    place_words: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    walk: Mapped[SafetyWalk] = relationship(back_populates="stops")


class WalkStopVisit(Base):
    """When a group came to a stop, and where it really halted (EPSG:3006)."""

    __tablename__ = "walk_stop_visit"
    __table_args__ = (
        ForeignKeyConstraint(["stop_id", "walk_id"], ["walk_stop.id", "walk_stop.walk_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["group_id", "walk_id"], ["walk_group.id", "walk_group.walk_id"], ondelete="CASCADE"),
    )

    stop_id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(primary_key=True)
    walk_id: Mapped[int]
    arrived_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actual_place: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", 3006, spatial_index=False))
