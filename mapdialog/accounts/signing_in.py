"""Flask-Login's door: loads the account of a session, and drops sessions whose account changed or was closed."""

from flask import Flask
from flask_login import LoginManager, UserMixin

from mapdialog.accounts.models import Account
from mapdialog.core.database import session


class SignedIn(UserMixin):
    """The account behind a session cookie, as views see it (`current_user`)."""

    def __init__(self, account: Account) -> None:
        self.account_id, self.name, self.email, self.role = account.id, account.name, account.email, account.role
        self.unit, self.must_change_password = account.unit, account.one_time_until is not None
        self._key = f"{account.id}:{account.session_nonce}"

    def get_id(self) -> str:
        """Id and nonce: changing the password or closing the account makes a new nonce, which ends other sessions."""
        return self._key


def register(app: Flask) -> None:
    """Install Flask-Login."""
    manager = LoginManager(app)
    manager.session_protection = None  # phones change address; the nonce and SameSite cookies protect the session

    @manager.user_loader
    def _load(key: str) -> SignedIn | None:
        account_id, _, nonce = key.partition(":")
        account = session.get(Account, int(account_id)) if account_id.isdecimal() else None
        if account is None or not account.is_active or account.session_nonce != nonce:
            return None
        return SignedIn(account)
