"""Remembers in the session which contributions this browser has opened with their personal link."""

from flask import session as cookie

from mapdialog.contributions.authoring import owns
from mapdialog.contributions.models import Contribution

KEY = "own"
MOST = 8


def remember_own(contribution: Contribution, token: str) -> None:
    """Keep the token; the oldest of more than eight is forgotten."""
    kept = {name: value for name, value in cookie.get(KEY, {}).items() if name != contribution.receipt}
    cookie[KEY] = dict([*kept.items(), (contribution.receipt, token)][-MOST:])


def own_token(contribution: Contribution) -> str | None:
    """The token, if this browser has opened the contribution with it."""
    token = cookie.get(KEY, {}).get(contribution.receipt)
    return token if owns(contribution, token) else None
