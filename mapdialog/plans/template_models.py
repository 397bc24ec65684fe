"""Table of the municipality's own Word templates: every version that was uploaded, for reports and for letters."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapdialog.accounts.models import Account
from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal

REPORT, LETTER = "report", "letter"


class WordTemplate(Base):
    """One version of a template as it was uploaded, never rewritten. The newest of a purpose is in use, unless it was
    taken out of use (`removed_at`): then none of that purpose is."""

    __tablename__ = "word_template"
    __table_args__ = (
        UniqueConstraint("purpose", "number"),
        CheckConstraint("purpose in ('report','letter')", name="purpose"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    purpose: Mapped[str] = mapped_column(Text, info=impersonal())
    number: Mapped[int]
    file_key: Mapped[str] = mapped_column(Text, info=impersonal())
    file_name: Mapped[str] = mapped_column(Text, info=impersonal())
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text, info=impersonal())
    uploaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id, ondelete="SET NULL"))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    uploaded_by: Mapped[Account | None] = relationship()
