"""Writes of accounts: add, change, close, passwords and signing in. Callers commit."""

import re
import secrets
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.accounts import guard, passwords, queries
from mapdialog.accounts.models import Account, Role
from mapdialog.accounts.rules import ONE_TIME_DAYS, password_problem
from mapdialog.core import audit
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, DomainError, Forbidden, Invalid
from mapdialog.core.text import N_, clean_line

_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")


def add_account(
    session: Session,
    *,
    email: str,
    name: str,
    role: str,
    password: str,
    unit: str = "",
    is_one_time: bool = False,
    actor_id: int | None = None,
) -> Account:
    """A new account. With `is_one_time` the password must be changed at the first sign-in, within a week.

    Raises Invalid with each field that does not hold, Conflict (field `email`) when the address is taken.
    """
    email, name, role = queries.normal_email(email), clean_line(name), str(role)
    wrong = _wrong(email, name, role)
    if not is_one_time and (problem := password_problem(password, email=email, name=name)):
        wrong["password"] = Invalid(problem)
    if wrong:
        raise Invalid(N_("Användaren kan inte sparas än."), fields=wrong)
    account = Account(
        email=email,
        name=name,
        role=role,
        unit=clean_line(unit),
        session_nonce=secrets.token_hex(16),
        password_hash=passwords.hash_password(password),
    )
    if is_one_time:
        account.one_time_until = now() + timedelta(days=ONE_TIME_DAYS)
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        raise Conflict(N_("Det finns redan en användare med den adressen."), field="email") from None
    audit.record(session, actor_id, "account.add", account, role=role)
    return account


def change_account(
    session: Session, account: Account, *, name: str, unit: str, role: str, actor_id: int | None
) -> None:
    """New name, unit or role. Raises Invalid, Conflict when nobody would be left to administer."""
    wrong = _wrong(account.email, clean_line(name), str(role))
    if wrong:
        raise Invalid(N_("Användaren kan inte sparas än."), fields=wrong)
    if account.role == Role.ADMINISTRATOR and role != Role.ADMINISTRATOR:
        _demand_another_administrator(session, account)
    changed = [
        field
        for field, value in (("name", clean_line(name)), ("unit", clean_line(unit)), ("role", str(role)))
        if getattr(account, field) != value
    ]
    account.name, account.unit, account.role = clean_line(name), clean_line(unit), str(role)
    if changed:
        audit.record(session, actor_id, "account.change", account, fields=changed, role=str(role))


def deactivate(session: Session, account: Account, *, actor_id: int | None) -> None:
    """Close the account and end its sessions. Raises Conflict for the last administrator."""
    if account.role == Role.ADMINISTRATOR:
        _demand_another_administrator(session, account)
    account.is_active = False
    account.session_nonce = secrets.token_hex(16)
    audit.record(session, actor_id, "account.deactivate", account)


def reactivate(session: Session, account: Account, *, actor_id: int | None) -> None:
    """Open a closed account again, with the password it had."""
    account.is_active = True
    audit.record(session, actor_id, "account.reactivate", account)


def reset_password(session: Session, account: Account, *, actor_id: int | None) -> str:
    """A one-time password, returned once and never stored in clear; ends the account's sessions."""
    password = passwords.one_time_password()
    _set_password(account, password)
    account.one_time_until = now() + timedelta(days=ONE_TIME_DAYS)
    audit.record(session, actor_id, "account.reset_password", account)
    return password


def set_password(session: Session, account: Account, password: str, *, actor_id: int | None) -> None:
    """A password of one's own choice; ends the account's other sessions. Raises Invalid, field `password`."""
    if problem := password_problem(password, email=account.email, name=account.name):
        raise Invalid(problem, field="password")
    _set_password(account, password)
    account.one_time_until = None
    audit.record(session, actor_id, "account.password", account)


def change_password(session: Session, account: Account, *, old: str, new: str) -> None:
    """The account's own change of password. Raises Invalid at `old` or `password`."""
    if not passwords.verify(account.password_hash, old):
        raise Invalid(N_("Det är inte ditt nuvarande lösenord."), field="old")
    if old == new:
        raise Invalid(N_("Välj ett annat lösenord än det du har."), field="password")
    set_password(session, account, new, actor_id=account.id)


def sign_in(session: Session, *, email: str, password: str, address: str, secret_key: str) -> Account:
    """The account whose e-mail and password these are.

    Raises Forbidden with the same words for a wrong password, an unknown address, a closed account and a one-time
    password that is too old; TooMany while the door is shut. Both leave counters behind: commit also then.
    """
    email = queries.normal_email(email)[:320]
    doors = guard.knock(session, email, address, secret_key)
    account = queries.find_by_email(session, email)
    is_right = passwords.verify(account.password_hash if account else None, password[:1000])
    if account is None or not is_right or not account.is_active or _is_too_old(account):
        guard.failed(session, doors)
        raise Forbidden(N_("Fel e-post eller lösenord."))
    guard.succeeded(session, doors)
    if passwords.needs_rehash(account.password_hash):
        account.password_hash = passwords.hash_password(password)
    account.last_sign_in_at = now()
    session.flush()
    return account


def _is_too_old(account: Account) -> bool:
    return account.one_time_until is not None and account.one_time_until < now()


def _set_password(account: Account, password: str) -> None:
    account.password_hash = passwords.hash_password(password)
    account.session_nonce = secrets.token_hex(16)


def _wrong(email: str, name: str, role: str) -> dict[str, DomainError]:
    wrong: dict[str, DomainError] = {}
    if not _EMAIL.fullmatch(email) or len(email) > 254:
        wrong["email"] = Invalid(N_("Skriv en e-postadress, till exempel anna@kommunen.se."))
    if not name or len(name) > 120:
        wrong["name"] = Invalid(N_("Skriv ett namn på högst 120 tecken."))
    if role not in {one.value for one in Role}:
        wrong["role"] = Invalid(N_("Välj en roll."))
    return wrong


def _demand_another_administrator(session: Session, account: Account) -> None:
    if account.is_active and queries.count_administrators(session, but=account.id) == 0:
        raise Conflict(N_("Det måste finnas minst en administratör. Utse en till först."))
