"""Table of published protocols: every version that was published, as the files that people got."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Identity, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from mapdialog.accounts.models import Account
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal
from mapdialog.walks.models import SafetyWalk


class WalkProtocol(Base):
    """A published protocol in one format, kept as it was (a trigger sees to it); the file lies in the store.

    `version` counts a walk's publishings from 1. `sha256` is the file's, hexadecimal.
    """

    __tablename__ = "walk_protocol"
    __table_args__ = (
        UniqueConstraint("walk_id", "version", "kind"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("kind in ('pdf','docx')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    walk_id: Mapped[int] = mapped_column(ForeignKey(SafetyWalk.id, ondelete="RESTRICT"))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(Text, info=impersonal())
    file_key: Mapped[str] = mapped_column(Text, info=impersonal())
    sha256: Mapped[str] = mapped_column(Text, info=impersonal())
    size_bytes: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    published_on: Mapped[date] = mapped_column(Date)
