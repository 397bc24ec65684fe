"""Signing in as staff, for tests of their pages."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account, Role
from tests.seeds import PASSWORD, make_account


def sign_in(client: FlaskClient, session: Session, role: Role = Role.ADMINISTRATOR) -> Account:
    """A new account of that role, signed in with its password through the page."""
    account = make_account(session, role)
    answer = client.post("/staff/sign-in", data={"email": account.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return account
