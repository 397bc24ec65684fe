"""Limits say what to do and when, and take nothing that was typed."""

import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core import database
from mapdialog.factory import create_app
from mapdialog.web.limits import limiter
from tests.contributions.conftest import TRELLEBORG, make_dialogue


@pytest.fixture
def limited(config: Config, session: Session) -> Iterator[Flask]:
    """The application with its limits on, and narrow."""
    bind = database.session.get_bind()
    values = {name: getattr(config, name) for name in config.__dataclass_fields__}
    app = create_app(Config(**values | {"rate_limits": True, "submit_limit": "1 per hour"}))
    app.config["WTF_CSRF_ENABLED"] = False
    database.session.remove()
    database.session.configure(bind=bind, join_transaction_mode="create_savepoint")
    limiter.reset()
    yield app
    limiter.reset()
    limiter.enabled = False


def test_the_plain_form_at_its_limit_says_when_and_keeps_every_word(limited: Flask, session: Session) -> None:
    dialogue = make_dialogue(session)
    url, client = f"/d/{dialogue.slug}/new", limited.test_client()

    def send(action: str, text: str) -> object:
        form = {"client_id": str(uuid.uuid4()), "category": "light", "text": text, "action": action, "started": "1"}
        return client.post(url, data=form | {"lon": TRELLEBORG[0], "lat": TRELLEBORG[1]})

    assert send("send", "Den första.").status_code == 303  # type: ignore[attr-defined]
    answer = send("send", "Den andra, som tog lång tid att skriva.")
    assert answer.status_code == 429  # type: ignore[attr-defined]
    assert "Den andra, som tog lång tid att skriva." in answer.text  # type: ignore[attr-defined]
    assert "försök igen" in answer.text and "minut" in answer.text  # type: ignore[attr-defined]
    assert int(answer.headers["Retry-After"]) > 60  # type: ignore[attr-defined]
    assert send("review", "Att läsa igenom räknas inte.").status_code == 200  # type: ignore[attr-defined]
