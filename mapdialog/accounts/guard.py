"""Slows down guessing of passwords: failures are counted per e-mail address and per network address, known or not."""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from mapdialog.accounts.models import SignInGuard
from mapdialog.accounts.rules import ACCOUNT, ADDRESS, Patience
from mapdialog.core.clock import now
from mapdialog.core.errors import TooMany
from mapdialog.core.text import N_

Door = tuple[SignInGuard, Patience]


def knock(session: Session, email: str, address: str, secret_key: str) -> list[Door]:
    """Take both counters until commit, so that guesses sent at once wait for each other.

    Raises TooMany while either is locked, whether an account of that e-mail exists or not.
    """
    wanted = {_key("email", email, secret_key): ACCOUNT, _key("address", address, secret_key): ADDRESS}
    rows = [{"key": key} for key in sorted(wanted)]
    session.execute(insert(SignInGuard).values(rows).on_conflict_do_nothing())
    query = select(SignInGuard).where(SignInGuard.key.in_(wanted)).order_by(SignInGuard.key).with_for_update()
    doors = [(row, wanted[row.key]) for row in session.scalars(query.execution_options(populate_existing=True))]
    at = now()
    for row, _ in doors:
        if row.locked_until is not None and at < row.locked_until:
            raise TooMany(
                N_("För många försök att logga in. Vänta %(wait)s och försök igen."), wait=_words(row.locked_until - at)
            )
    return doors


def failed(session: Session, doors: list[Door]) -> None:
    """Count one more failure at each door, and shut it when it is time."""
    at = now()
    for row, patience in doors:
        row.failures = 1 if at - row.last_failure_at > patience.forgotten_after else row.failures + 1
        row.last_failure_at = at
        wait = patience.wait(row.failures)
        row.locked_until = at + wait if wait else None
    session.flush()


def succeeded(session: Session, doors: list[Door]) -> None:
    """Forget the e-mail address's failures, not the network address's: an own account must not open the way to others.

    Rows that no longer count are swept out on the way.
    """
    for row, patience in doors:
        if patience is ACCOUNT:
            row.failures, row.locked_until = 0, None
    session.flush()
    _sweep(session, now())


def _sweep(session: Session, at: datetime) -> None:
    old = select(SignInGuard.key).where(SignInGuard.last_failure_at < at - 2 * ACCOUNT.forgotten_after)
    stale = old.limit(500).with_for_update(skip_locked=True)
    session.execute(
        delete(SignInGuard).where(SignInGuard.key.in_(stale.scalar_subquery())),
        execution_options={"synchronize_session": False},
    )


def _key(kind: str, value: str, secret_key: str) -> bytes:
    return hmac.new(secret_key.encode(), f"{kind}:{value}".encode(), hashlib.sha256).digest()


def _words(wait: timedelta) -> str:
    seconds = max(1, int(wait.total_seconds()))
    return f"{seconds} s" if seconds < 90 else f"{-(-seconds // 60)} min"
