"""The table of those who want news of a walk: an address, a language, and nothing else about them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal
from mapdialog.walks.models import SafetyWalk


class WalkSubscriber(Base):
    """An address that asked for news of a walk; it gets none before it has confirmed by its own mail.

    `told_at` is until when it has been told everything. The row is erased at unsubscribing, after a week without
    confirming, and when the walk has long been closed.
    """

    __tablename__ = "walk_subscriber"
    __table_args__ = (
        Index("uq_walk_subscriber_address", "walk_id", text("lower(email)"), unique=True),
        CheckConstraint("(confirmed_at is null) = (told_at is null)", name="told_once_confirmed"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    walk_id: Mapped[int] = mapped_column(ForeignKey("safety_walk.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(Text, info=personal("subscription"))
    language: Mapped[str] = mapped_column(Text, info=impersonal())
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    walk: Mapped[SafetyWalk] = relationship()
