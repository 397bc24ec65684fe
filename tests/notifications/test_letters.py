"""News about a contribution becomes a mail in the same transaction, to its author and nobody else."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.contributions.actions import reply
from mapdialog.contributions.models import Contribution
from mapdialog.contributions.submission import edit_token
from mapdialog.contributions.terms import get_terms
from mapdialog.core import clock, events
from mapdialog.core.errors import TooMany
from mapdialog.dialogues.models import Dialogue
from mapdialog.notifications import listeners
from mapdialog.notifications.actions import send_personal_link
from mapdialog.notifications.models import OutgoingMail
from tests.contributions.conftest import Send


@pytest.fixture(autouse=True)
def _configured(config: Config) -> None:
    listeners.configure(config)


def mails(session: Session) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_the_receipt_has_number_link_and_day_but_none_of_the_words_sent(
    session: Session,
    config: Config,
    dialogue: Dialogue,
    send: Send,
) -> None:
    made = send(dialogue, "KÖP BILLIGA KLOCKOR", contact_email="bo@exempel.se", contact_name="KLOCKOR AB")
    [mail] = mails(session)
    assert (mail.recipient, mail.purpose) == ("bo@exempel.se", "receipt")
    assert made.receipt in mail.subject and "Svar" not in mail.subject
    assert f"/c/{made.receipt}/edit/{edit_token(config.secret_key, made.client_id)}" in mail.body_text
    assert "senast" in mail.body_text and dialogue.title in mail.body_text
    assert "KLOCKOR" not in mail.body_text + mail.subject


def test_nobody_is_written_to_who_gave_no_address(session: Session, dialogue: Dialogue, send: Send) -> None:
    made = send(dialogue)
    for event in ("contribution_approved", "contribution_hidden", "contribution_answered"):
        events.announce(session, event, contribution=made)
    assert mails(session) == []


def test_the_author_hears_of_publishing_hiding_answers_and_replies(
    session: Session,
    open_dialogue: Dialogue,
    send: Send,
) -> None:
    made = send(open_dialogue, contact_email="bo@exempel.se")
    made.hidden_reason = "Texten pekar ut en person."
    for event in ("contribution_approved", "contribution_hidden", "contribution_answered"):
        events.announce(session, event, contribution=made)
    reply(session, made, get_terms(session, open_dialogue.slug, clock.now()), client_id=uuid.uuid4(), text="Håller med")
    session.flush()
    assert [mail.purpose for mail in mails(session)] == ["receipt", "published", "hidden", "answered", "replied"]
    assert "Texten pekar ut en person." in mails(session)[2].body_text
    assert all(mail.recipient == "bo@exempel.se" for mail in mails(session))


def test_a_mail_that_was_rolled_back_was_never_written(session: Session, dialogue: Dialogue, send: Send) -> None:
    made = send(dialogue, contact_email="bo@exempel.se")
    events.announce(session, "contribution_answered", contribution=made)
    session.rollback()
    assert [mail.purpose for mail in mails(session)] == ["receipt"]


def test_the_link_can_be_sent_again_but_not_without_end(
    session: Session,
    config: Config,
    dialogue: Dialogue,
    send: Send,
) -> None:
    made = session.get_one(Contribution, send(dialogue, contact_email="bo@exempel.se").id)
    for _time in range(5):
        send_personal_link(session, made, config)
    with pytest.raises(TooMany):
        send_personal_link(session, made, config)
    assert [mail.purpose for mail in mails(session)] == ["receipt", *["link"] * 5]
