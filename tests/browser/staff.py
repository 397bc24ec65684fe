"""What staff do in the browser, in steps with names."""

from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account, Role
from tests.chromium import Live
from tests.seeds import PASSWORD, make_account


def account_of(live: Live, role: Role, name: str = "") -> str:
    """The e-mail address of an account of that role; made the first time."""
    email = f"{name or role}@personal.example"

    def make(session: Session) -> None:
        if session.scalar(select(Account).where(Account.email == email)) is None:
            make_account(session, role, email)

    live.seed(make)
    return email


_signed_in: dict[tuple[str, str], Any] = {}


def sign_in(page: Page, live: Live, role: Role = Role.PLANNER, name: str = "") -> Page:
    """Through the page, as they would, the first time in a file; then by the cookie they got. Gives the page back."""
    email = account_of(live, role, name)
    kept = _signed_in.get((str(live.data_dir), email))
    if kept is not None:
        page.context.add_cookies(kept)
        return page
    page.goto("/staff/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Det här väntar")
    _signed_in[str(live.data_dir), email] = page.context.cookies()
    return page


def one(live: Live, query: str, **values: Any) -> Any:
    """The first value that a query finds, or None."""
    with live.engine.connect() as connection:
        return connection.execute(text(query), values).scalar()


def state_of(live: Live, receipt: str) -> str:
    """The state of a contribution."""
    return str(one(live, "select state from contribution where receipt = :receipt", receipt=receipt))


def press(page: Page, key: str) -> None:
    """Press a key when the page shows that it acts: not before its script runs, nor in the wake of another letter."""
    expect(page.locator("html[data-keys=on]")).to_be_attached()
    page.keyboard.press(key)
