"""Tables of staff accounts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import DateTime, Identity, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal


class Role(StrEnum):
    """What an account may do; the rights of each role stand in `accounts.rules`."""

    ADMINISTRATOR = "administrator"
    PLANNER = "planner"
    MODERATOR = "moderator"
    SAFETY_COORDINATOR = "safety_coordinator"
    READER = "reader"


class Account(Base):
    """A member of staff who signs in with e-mail and password."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(Text, unique=True, info=personal("account"))
    name: Mapped[str] = mapped_column(Text, info=personal("account"))
    unit: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    role: Mapped[str] = mapped_column(Text, info=impersonal())
    password_hash: Mapped[str] = mapped_column(Text, info=personal("account"))
    is_active: Mapped[bool] = mapped_column(server_default="true")
    failed_sign_ins: Mapped[int] = mapped_column(server_default="0")
    locked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    session_nonce: Mapped[str] = mapped_column(
        Text, info=impersonal(), server_default=func.md5(func.random().cast(Text))
    )
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_sign_in_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
