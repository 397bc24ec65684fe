"""The table of who has said that they come to a walk: how many from each phone, and nothing about who they are."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from mapdialog.core.database import Base

MOST_TOGETHER = 6


class WalkComing(Base):
    """How many come together, said by a phone that is known again by a random `mark`, so that it can be taken back."""

    __tablename__ = "walk_coming"
    __table_args__ = (CheckConstraint(f"people between 1 and {MOST_TOGETHER}", name="people"),)

    walk_id: Mapped[int] = mapped_column(ForeignKey("safety_walk.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    people: Mapped[int] = mapped_column(SmallInteger)
    said_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
