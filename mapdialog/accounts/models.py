"""Tables of staff accounts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import DateTime, Identity, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from mapdialog.core.database import Base
from mapdialog.core.pii import impersonal, personal


class Role(StrEnum):
    """What an account may do; the rights of each role stand in `web.access`, its words in `accounts.rules`."""

    ADMINISTRATOR = "administrator"
    PLANNER = "planner"
    MODERATOR = "moderator"
    SAFETY_COORDINATOR = "safety_coordinator"
    READER = "reader"


class Account(Base):
    """A member of staff who signs in with e-mail and password.

    While `one_time_until` is set the password was handed out by somebody else: it works until then, and only for
    choosing one's own. A new `session_nonce` ends every session of the account.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(Text, unique=True, info=personal("account"))
    name: Mapped[str] = mapped_column(Text, info=personal("account"))
    unit: Mapped[str] = mapped_column(Text, server_default="", info=impersonal())
    role: Mapped[str] = mapped_column(Text, info=impersonal())
    password_hash: Mapped[str] = mapped_column(Text, info=personal("account"))
    is_active: Mapped[bool] = mapped_column(server_default="true")
    one_time_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    session_nonce: Mapped[str] = mapped_column(
        Text, info=impersonal(), server_default=func.md5(func.random().cast(Text))
    )
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_sign_in_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SignInGuard(Base):
    """How often signing in failed lately, for one e-mail address or one network address, whether it exists or not.

    `key` is a keyed hash of either, so that the table names nobody.
    """

    __tablename__ = "sign_in_guard"

    key: Mapped[bytes] = mapped_column(primary_key=True, info=personal("short"))
    failures: Mapped[int] = mapped_column(server_default="0")
    last_failure_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), index=True)
    locked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
