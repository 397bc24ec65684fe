"""The table of mails to send: written in the same transaction as what they tell about, sent by the worker."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal


class OutgoingMail(Base):
    """A mail waiting, sent or given up. The texts are cleared once it has been sent and the retention time is over.

    `entry_id` is the decision it tells of, with which it is taken back while it waits. `reply_to` is addresses with
    commas between, where who answers the mail reaches a person; empty where nobody is meant to.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        Index("ix_outgoing_mail_entry_id", "entry_id", postgresql_where=text("entry_id is not null")),
        Index("ix_outgoing_mail_due", "next_try_at", postgresql_where=text("sent_at is null and failed_at is null")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    purpose: Mapped[str] = mapped_column(Text, info=impersonal())
    recipient: Mapped[str] = mapped_column(Text, info=personal("short"))
    reply_to: Mapped[str] = mapped_column(Text, server_default="", info=personal("short"))
    subject: Mapped[str] = mapped_column(Text, info=personal("short"))
    body_text: Mapped[str] = mapped_column(Text, info=personal("short"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    next_try_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str] = mapped_column(Text, server_default="", info=personal("short"))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_entry.id", ondelete="SET NULL"))
    failed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
