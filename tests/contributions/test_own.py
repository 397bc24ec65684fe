"""One's own contribution: changed and taken back until it is answered or the phase closes; nothing typed is lost."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mapdialog.config import Config
from mapdialog.contributions.models import Attachment, Contribution, State
from mapdialog.contributions.submission import edit_token
from mapdialog.core import clock
from mapdialog.dialogues.models import Dialogue, Phase
from mapdialog.notifications.models import OutgoingMail
from tests.contributions.conftest import TRELLEBORG, Send

Act = Callable[..., TestResponse]


@pytest.fixture
def act(client: FlaskClient, config: Config) -> Act:
    """Press a button on one's own page."""

    def do(one: Contribution, action: str, **fields: Any) -> TestResponse:
        token = edit_token(config.secret_key, one.client_id)
        return client.post(f"/c/{one.receipt}/edit/{token}", data={"action": action} | fields)

    return do


def now_of(session: Session, one: Contribution) -> Contribution:
    return session.scalars(select(Contribution).where(Contribution.id == one.id)).one()


def edited(one: Contribution, text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "category": "light", "version": one.version} | more


def test_the_page_comes_in_another_language_with_what_was_typed_and_nothing_is_saved(
    act: Act, session: Session, dialogue: Dialogue, send: Send
) -> None:
    one = send(dialogue, "Förut.")
    answer = act(one, "", **edited(one, "Halvfärdig <text>", mood="-2"), language="en")
    assert answer.status_code == 200 and '<html lang="en">' in answer.text
    assert ">Halvfärdig &lt;text&gt;</textarea>" in answer.text
    assert f'name="version" value="{one.version}"' in answer.text
    assert now_of(session, one).version == one.version
    stale = act(one, "", **edited(one, "Ny", version=7), language="sv")
    assert 'name="version" value="7"' in stale.text, "a change made meanwhile is to be noticed when it is saved"


def test_an_edit_is_shown_at_once_where_staff_read_afterwards_and_waits_where_they_read_first(
    act: Act, session: Session, dialogue: Dialogue, open_dialogue: Dialogue, send: Send
) -> None:
    first, afterwards = send(dialogue, "Förut."), send(open_dialogue, "Förut.")
    for one, state in ((first, State.PENDING), (afterwards, State.APPROVED)):
        assert act(one, "edit", **edited(one, "Nu.", mood="-2")).status_code == 302
        kept = now_of(session, one)
        assert (kept.raw_text, kept.public_text, kept.state) == ("Förut.", "Nu.", state)


def test_an_edit_with_a_personal_number_waits_also_where_staff_read_afterwards(
    act: Act, session: Session, open_dialogue: Dialogue, send: Send
) -> None:
    one = send(open_dialogue)
    act(one, "edit", **edited(one, "Grannen 640823-3234 kör för fort"))
    assert now_of(session, one).state == State.PENDING


@pytest.mark.parametrize("why", ["answered", "closed", "withdrawn"])
def test_too_late_is_said_and_what_was_typed_is_still_there(
    act: Act, session: Session, dialogue: Dialogue, send: Send, why: str
) -> None:
    one = send(dialogue, "Förut.")
    if why == "answered":
        session.execute(update(Contribution).values(answered_at=clock.now()))
    elif why == "closed":
        session.execute(update(Phase).values(closes_at=clock.now() - timedelta(minutes=1)))
    else:
        assert act(one, "withdraw").status_code == 302
    session.commit()
    answer = act(one, "edit", **edited(one, "Min nya långa text."))
    assert answer.status_code == 409
    assert "Min nya långa text." in answer.text and "inte sparad" in answer.text
    kept = now_of(session, one)
    assert kept.raw_text == "Förut." and kept.state == (State.WITHDRAWN if why == "withdrawn" else State.PENDING)
    assert why != "closed" or act(one, "withdraw").status_code == 409


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(act: Act, dialogue: Dialogue, send: Send) -> None:
    one = send(dialogue, "Förut.")
    answer = act(one, "edit", **edited(one, "x" * 10_001))
    assert answer.status_code == 422 and "x" * 10_001 in answer.text and 'id="text-error"' in answer.text
    answer = act(one, "mail", email="bo at exempel")
    assert answer.status_code == 422 and "bo at exempel" in answer.text and 'id="email-error"' in answer.text
    assert act(one, "mail", email="").status_code == 422


def test_two_windows_at_once_lose_no_words(act: Act, session: Session, dialogue: Dialogue, send: Send) -> None:
    one = send(dialogue)
    assert act(one, "edit", **edited(one, "Första fönstret.")).status_code == 302
    answer = act(one, "edit", **edited(one, "Andra fönstret."))
    assert answer.status_code == 409
    assert "Andra fönstret." in answer.text and "Första fönstret." in answer.text


def test_the_link_comes_by_mail_to_the_address_that_is_given(
    act: Act, session: Session, dialogue: Dialogue, send: Send
) -> None:
    one = send(dialogue)
    assert act(one, "mail", email="bo@exempel.se").status_code == 302
    [mail] = session.scalars(select(OutgoingMail)).all()
    assert mail.recipient == "bo@exempel.se" and f"/c/{one.receipt}/edit/" in mail.body_text


def test_sending_the_form_again_adds_no_photo_that_staff_have_not_seen(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    form = {"client_id": str(uuid.uuid4()), "category": "light", "text": "Hej", "action": "send", "started": "1"}
    form |= {"lon": str(TRELLEBORG[0]), "lat": str(TRELLEBORG[1])}
    url = f"/d/{dialogue.slug}/new"
    assert client.post(url, data=form).status_code == 303
    session.execute(update(Contribution).values(state=State.APPROVED, public_text="Hej"))
    session.commit()
    assert client.post(url, data=form | {"photos": (io.BytesIO(out.getvalue()), "a.png")}).status_code == 303
    assert session.scalars(select(Attachment)).all() == []


def test_a_dialogue_without_photos_says_so_and_keeps_the_words(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    dialogue.allows_photos = False
    session.commit()
    form = {"text": "Det här skrev jag.", "action": "review", "photos": (io.BytesIO(b"x"), "a.png")}
    answer = client.post(f"/d/{dialogue.slug}/new", data=form)
    assert answer.status_code == 422
    assert "tar inte emot foton" in answer.text and "Det här skrev jag." in answer.text


def test_a_reply_that_is_not_taken_stays_on_the_page(
    client: FlaskClient, session: Session, open_dialogue: Dialogue, send: Send
) -> None:
    one = send(open_dialogue)
    given = {"client_id": str(uuid.uuid4()), "text": "y" * 2_001, "name": "Bo"}
    answer = client.post(f"/c/{one.receipt}/replies", data=given)
    assert answer.status_code == 422 and "y" * 2_001 in answer.text and 'value="Bo"' in answer.text
    report = client.post(f"/c/{one.receipt}/reports", data={"reason": "finns inte", "text": "Läs detta."})
    assert report.status_code == 422 and "Läs detta." in report.text and 'id="report-error"' in report.text
    session.execute(update(Phase).values(closes_at=clock.now() - timedelta(minutes=1)))
    session.commit()
    answer = client.post(f"/c/{one.receipt}/replies", data=given | {"text": "Ett svar för sent."})
    assert answer.status_code == 409 and "Ett svar för sent." in answer.text
