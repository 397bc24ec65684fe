"""Who did what: a row for every change a member of staff makes outside moderation, which has its own log."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Text, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal


class AuditEvent(Base):
    """One act of one account. `detail` names fields that changed, never citizens' texts."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "object_type", "object_id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(Text, info=impersonal())
    object_type: Mapped[str] = mapped_column(Text, info=impersonal())
    object_id: Mapped[str] = mapped_column(Text, info=impersonal())
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", info=personal("log"))


def record(session: Session, actor_id: int | None, action: str, subject: Any, **detail: Any) -> None:
    """Write one audit row about `subject` (a model instance with `__tablename__` and `id`), in this transaction."""
    session.add(
        AuditEvent(
            actor_id=actor_id,
            action=action,
            object_type=subject.__tablename__,
            object_id=str(subject.id),
            detail=detail,
        )
    )


def list_events(session: Session, subject: Any, limit: int = 200) -> list[AuditEvent]:
    """What was done to `subject`, the latest first."""
    query = select(AuditEvent).where(
        AuditEvent.object_type == subject.__tablename__, AuditEvent.object_id == str(subject.id)
    )
    return list(session.scalars(query.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(limit)))
