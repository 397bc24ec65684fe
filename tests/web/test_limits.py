"""Limits say what to do and when, and take nothing that was typed."""

import uuid
from collections.abc import Callable

from flask import Flask
from sqlalchemy.orm import Session

from tests.contributions.conftest import TRELLEBORG, make_dialogue


def test_the_plain_form_at_its_limit_says_when_and_keeps_every_word(
    limited: Callable[[str], Flask], session: Session
) -> None:
    app = limited("1 per hour")
    dialogue = make_dialogue(session)
    url, client = f"/d/{dialogue.slug}/new", app.test_client()

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
