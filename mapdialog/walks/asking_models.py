"""Tables of letters about actions, to those who are responsible, and of what they answered without an account."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.accounts.models import Account
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal
from mapdialog.walks.findings import ActionStatus, ResponsibleParty, WalkAction

_STATUSES = ",".join(repr(one.value) for one in ActionStatus)


class WalkActionLetter(Base):
    """That somebody responsible was written to about an action: a question, or a reminder of its deadline.

    A reminder is sent once for each deadline (a unique index sees to it). The letter's link names this row, signed; it
    opens the answer form until `expires_at`, and only while the action is still theirs.
    """

    __tablename__ = "walk_action_letter"
    __table_args__: Any = (
        CheckConstraint("purpose in ('question','due_soon','overdue')", name="purpose"),
        Index(None, "action_id"),
        Index(
            "uq_walk_action_letter_reminder",
            "action_id",
            "party_id",
            "purpose",
            "deadline",
            unique=True,
            postgresql_where=text("purpose <> 'question'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("walk_action.id", ondelete="CASCADE"))
    party_id: Mapped[int] = mapped_column(ForeignKey("responsible_party.id", ondelete="RESTRICT"), index=True)
    purpose: Mapped[str] = mapped_column(Text, info=impersonal())
    deadline: Mapped[date] = mapped_column(Date)
    written_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    action: Mapped[WalkAction] = relationship()
    party: Mapped[ResponsibleParty] = relationship()


class WalkActionAnswer(Base):
    """What somebody answered through a letter's link: a proposal, until the coordinator takes it or lays it aside.

    A newer one from the same responsible lays it aside by itself, decided by nobody. What was received is never
    rewritten (a trigger sees to it). Without a status it is a comment alone.
    """

    __tablename__ = "walk_action_answer"
    __table_args__: Any = (
        CheckConstraint(f"status in ({_STATUSES})", name="status"),
        CheckConstraint("status is not null or btrim(comment) <> ''", name="says_something"),
        CheckConstraint("(decided_at is null) = (is_taken is null)", name="decided_one_way"),
        Index(None, "letter_id"),
        Index("ix_walk_action_answer_waiting", "action_id", postgresql_where=text("decided_at is null")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("walk_action_letter.id", ondelete="CASCADE"))
    action_id: Mapped[int] = mapped_column(ForeignKey("walk_action.id", ondelete="CASCADE"))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    status: Mapped[str | None] = mapped_column(Text, info=impersonal())
    comment: Mapped[str] = mapped_column(Text, server_default="", info=personal("log"))
    day: Mapped[date | None] = mapped_column(Date)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    is_taken: Mapped[bool | None]
    letter: Mapped[WalkActionLetter] = relationship()

    @property
    def is_replaced(self) -> bool:
        """Whether a newer answer came before anybody had dealt with this one."""
        return self.is_taken is False and self.decided_by_id is None
