"""Reads of accounts."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account, Role
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_


def normal_email(email: str) -> str:
    """An address as it is stored and compared: trimmed, lower case."""
    return email.strip().casefold()


def find_by_email(session: Session, email: str) -> Account | None:
    """The account of that address."""
    return session.scalar(select(Account).where(Account.email == normal_email(email)))


def get_by_email(session: Session, email: str) -> Account:
    """The same, or NotFound."""
    account = find_by_email(session, email)
    if account is None:
        raise NotFound(N_("Det finns ingen användare med adressen %(email)s."), email=email)
    return account


def get_account(session: Session, account_id: int) -> Account:
    """The account, or NotFound."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(N_("Användaren finns inte."))
    return account


def list_accounts(session: Session) -> list[Account]:
    """All accounts, the open ones first, by name."""
    return list(
        session.scalars(select(Account).order_by(Account.is_active.desc(), func.lower(Account.name), Account.id))
    )


def count_administrators(session: Session, *, but: int | None = None) -> int:
    """Active administrators other than the account `but`."""
    wanted = select(func.count()).where(
        Account.role == Role.ADMINISTRATOR.value, Account.is_active, Account.id != (but or 0)
    )
    return session.scalar(wanted) or 0
