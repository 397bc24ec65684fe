"""Tables of recording on the way: codes to join by, phones that joined, what each sent, photos that came early."""

import uuid
from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.accounts.models import Account
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk, WalkGroup


class WalkJoinCode(Base):
    """What opens a walk's recording without an account: for leaders, or for participants.

    Only the code's keyed hash is stored; the code itself is made from `seed` and the installation's secret, so that the
    coordinator may see it again and a copy of the database opens nothing.
    """

    __tablename__ = "walk_join_code"
    __table_args__ = (
        CheckConstraint("role in ('leader','participant')", name="role"),
        Index("uq_walk_join_code_open", "walk_id", "role", unique=True, postgresql_where=text("revoked_at is null")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    walk_id: Mapped[int] = mapped_column(ForeignKey(SafetyWalk.id, ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(Text, info=impersonal())
    seed: Mapped[uuid.UUID] = mapped_column(Uuid)
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    walk: Mapped[SafetyWalk] = relationship()


class WalkDevice(Base):
    """A phone that joined a walk by a code; nothing tells whose it is. `clock_offset_s` as of the last sync."""

    __tablename__ = "walk_device"
    __table_args__ = (Index(None, "walk_id"), Index(None, "code_id"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    walk_id: Mapped[int] = mapped_column(ForeignKey(SafetyWalk.id, ondelete="CASCADE"))
    code_id: Mapped[int] = mapped_column(ForeignKey(WalkJoinCode.id, ondelete="CASCADE"))
    mark: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    joined_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    clock_offset_s: Mapped[float | None]
    code: Mapped[WalkJoinCode] = relationship()


class WalkRecording(Base):
    """Which phone an observation is from, how far the phone has come with it, and whether the phone took it back.

    `revision` is the phone's own count; `seen_version` the contribution's version when the phone was last answered: if
    the contribution has another one, somebody else changed it since.
    """

    __tablename__ = "walk_recording"
    __table_args__ = (Index(None, "device_id"),)

    observation_id: Mapped[int] = mapped_column(
        ForeignKey(WalkObservation.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    device_id: Mapped[int] = mapped_column(ForeignKey(WalkDevice.id, ondelete="RESTRICT"))
    revision: Mapped[int]
    seen_version: Mapped[int]
    taken_back_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    observation: Mapped[WalkObservation] = relationship()
    device: Mapped[WalkDevice] = relationship()


class WalkRecordingRevision(Base):
    """Everything a phone has sent of an observation, as it was sent. One that met a change from elsewhere is kept with
    `was_applied` false until the coordinator has looked (`settled_at`)."""

    __tablename__ = "walk_recording_revision"
    __table_args__: Any = (
        Index(
            "ix_walk_recording_revision_open",
            "observation_id",
            postgresql_where=text("not was_applied and settled_at is null"),
        ),
    )

    observation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey(WalkRecording.observation_id, ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sent: Mapped[dict[str, Any]] = mapped_column(JSONB, info=personal("dialogue"))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    was_applied: Mapped[bool]
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    recording: Mapped[WalkRecording] = relationship()


class WalkEarlyPhoto(Base):
    """A photo that came before its observation; it becomes an attachment when that comes."""

    __tablename__ = "walk_early_photo"
    __table_args__ = (Index(None, "observation_client_id"),)

    client_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey(WalkDevice.id, ondelete="CASCADE"))
    observation_client_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    key: Mapped[str] = mapped_column(Text, unique=True, info=impersonal())
    file_key: Mapped[str] = mapped_column(Text, info=personal("dialogue"))
    thumb_key: Mapped[str] = mapped_column(Text, info=personal("dialogue"))
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text, info=impersonal())
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class WalkTrack(Base):
    """The way one phone went with its group, as far as it has sent it: a line for each stretch, in EPSG:3006.

    When it was at a single place is not kept. What is taken away leaves its row without the way, so that a phone which
    has not heard of that does not bring it back.
    """

    __tablename__ = "walk_track"
    __table_args__ = (
        Index(None, "device_id"),
        Index(None, "group_id"),
        CheckConstraint("(geom is null) = (removed_at is not null)", name="gone_when_removed"),
        CheckConstraint("ended_at >= started_at", name="ends_after_it_starts"),
    )

    client_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey(WalkDevice.id, ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(ForeignKey(WalkGroup.id, ondelete="CASCADE"))
    revision: Mapped[int]
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("MULTILINESTRING", 3006, spatial_index=False))
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
