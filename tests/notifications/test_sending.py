"""Mails arrive once, whole and readable; a server that is away is waited for, and nobody smuggles in a header."""

import email
import email.policy
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd import smtp as aiosmtp
from aiosmtpd.controller import Controller
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core import clock
from mapdialog.notifications import sending
from mapdialog.notifications.models import OutgoingMail


def waiting(session: Session, **values: Any) -> OutgoingMail:
    given = {
        "purpose": "receipt",
        "recipient": "bo@exempel.se",
        "subject": "Vi har tagit emot din synpunkt – tack",
        "body_text": "Hej!\n\nÅsa, tack för din synpunkt vid Östergatan.\n",
    }
    mail = OutgoingMail(**given | values)
    session.add(mail)
    session.commit()
    return mail


def with_settings(config: Config, **values: Any) -> Config:
    return Config(**{name: getattr(config, name) for name in config.__dataclass_fields__} | values)


class Sink:
    """A real SMTP server that remembers, and refuses what it is told to refuse."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.answer_recipient, self.answer_data = "250 OK", "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.answer_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer_data.startswith("250"):
            self.got.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.answer_data


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def server(sink: Sink) -> Iterator[Controller]:
    class Quiet(Controller):
        def factory(self) -> aiosmtp.SMTP:
            return aiosmtp.SMTP(self.handler, enable_SMTPUTF8=False)

    controller = Quiet(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def smtp(config: Config, server: Controller) -> Config:
    return with_settings(
        config, smtp_url=f"smtp://127.0.0.1:{server.port}", mail_from="Trelleborgs kommun <no-reply@trelleborg.example>"
    )


def test_a_mail_arrives_whole_and_only_once(session: Session, smtp: Config, sink: Sink) -> None:
    mail = waiting(session)
    assert sending.send_due(session, smtp) == 1
    assert sending.send_due(session, smtp) == 0
    [got] = sink.got
    assert got["Subject"] == mail.subject and got["To"] == mail.recipient
    assert got["From"] == "Trelleborgs kommun <no-reply@trelleborg.example>"
    assert got["Message-ID"].endswith("@trelleborg.example>") and got["Auto-Submitted"] == "auto-generated"
    assert got.get_content().replace("\r\n", "\n") == mail.body_text
    assert mail.sent_at is not None


@pytest.mark.parametrize("subject", ["Hej\r\nBcc: offer@exempel.se", "Hej\nX: y", "Hej\x0bdå", "Hej\u2028Bcc: a@b.se"])
def test_a_line_break_in_a_subject_smuggles_in_no_header(
    session: Session, smtp: Config, sink: Sink, subject: str
) -> None:
    waiting(session, subject=subject)
    sending.send_due(session, smtp)
    assert all(mail["Bcc"] is None and mail["X"] is None and mail["To"] == "bo@exempel.se" for mail in sink.got)


@pytest.mark.parametrize(
    "recipient", ["bo@exempel.se\nBcc: offer@exempel.se", "bo@exempel.se, offer@exempel.se", "inte en adress", ""]
)
def test_a_broken_address_reaches_nobody_else(session: Session, smtp: Config, sink: Sink, recipient: str) -> None:
    waiting(session, recipient=recipient)
    waiting(session)
    sending.send_due(session, smtp)
    assert "offer@exempel.se" not in str([mail["To"] for mail in sink.got])
    assert [str(mail["To"]) for mail in sink.got].count("bo@exempel.se") == 1


def test_a_server_that_is_away_is_tried_again_later_and_later(session: Session, config: Config) -> None:
    mail = waiting(session)
    away = with_settings(config, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    waits = []
    for _attempt in range(3):
        mail.next_try_at = clock.now() - timedelta(seconds=1)
        session.commit()
        assert sending.send_due(session, away) == 0
        waits.append(mail.next_try_at - clock.now())
    assert waits[0] < waits[1] < waits[2] and mail.attempts == 3 and mail.failed_at is None
    assert mail.last_error == "ConnectionRefusedError"
    mail.created_at, mail.next_try_at = clock.now() - timedelta(days=5), clock.now() - timedelta(seconds=1)
    session.commit()
    sending.send_due(session, away)
    assert mail.failed_at is not None


def test_a_refusal_for_good_is_not_tried_again_and_one_for_now_is(session: Session, smtp: Config, sink: Sink) -> None:
    for_good, for_now = waiting(session), None
    sink.answer_recipient = "550 No such user bo@exempel.se"
    sending.send_due(session, smtp)
    assert for_good.failed_at is not None and for_good.last_error == "Refused 550"
    for_now = waiting(session)
    sink.answer_recipient, sink.answer_data = "250 OK", "451 Try later"
    sending.send_due(session, smtp)
    assert for_now.failed_at is None and for_now.sent_at is None and for_now.next_try_at > clock.now()
    sink.answer_data = "250 OK"
    for_now.next_try_at = clock.now() - timedelta(seconds=1)
    session.commit()
    assert sending.send_due(session, smtp) == 1
    assert [mail["Message-ID"] for mail in sink.got] == [sending.compose(for_now, smtp)["Message-ID"]]


def test_tls_that_was_demanded_is_not_given_up(session: Session, smtp: Config, sink: Sink) -> None:
    mail = waiting(session)
    sending.send_due(session, with_settings(smtp, smtp_url=smtp.smtp_url + "?starttls=1"))
    assert sink.got == [] and mail.sent_at is None and mail.next_try_at > clock.now()


def test_a_self_made_certificate_is_not_trusted(
    session: Session, smtp: Config, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[ssl.SSLContext] = []
    monkeypatch.setattr(
        sending.smtplib, "SMTP_SSL", lambda *_a, context, **_k: seen.append(context) or (_ for _ in ()).throw(OSError)
    )
    waiting(session)
    sending.send_due(session, with_settings(smtp, smtp_url=smtp.smtp_url.replace("smtp://", "smtps://")))
    assert seen[0].verify_mode == ssl.CERT_REQUIRED and seen[0].check_hostname


def test_without_a_server_mails_become_files_that_a_person_can_read(
    session: Session, config: Config, tmp_path: Path
) -> None:
    mail = waiting(session)
    settings = with_settings(config, data_dir=tmp_path)
    assert sending.send_due(session, settings) == 1
    [file] = (tmp_path / "mail").iterdir()
    assert file.name.endswith(f"{mail.id:06d}-vi-har-tagit-emot-din-synpunkt-tack.eml")
    words = file.read_text()
    assert "Subject: Vi har tagit emot din synpunkt – tack" in words
    assert "Åsa, tack för din synpunkt vid Östergatan." in words
    assert email.message_from_bytes(file.read_bytes(), policy=email.policy.default).get_content() == mail.body_text


def test_two_workers_share_the_mails_and_send_none_twice(engine: Engine, smtp: Config, sink: Sink) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with Session(engine) as session:
        for number in range(12):
            session.add(OutgoingMail(purpose="test", recipient=f"a{number}@exempel.se", subject="x", body_text="y"))
        session.commit()

    def work(_n: int) -> int:
        with Session(engine) as own:
            return sending.send_due(own, smtp)

    try:
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(work, range(4))) == 12
        assert len(sink.got) == len({mail["To"] for mail in sink.got}) == 12
    finally:
        with Session(engine) as session:
            for mail in session.scalars(select(OutgoingMail)):
                session.delete(mail)
            session.commit()


def test_old_mails_lose_their_words_and_new_ones_keep_them(session: Session) -> None:
    old, new = waiting(session, sent_at=clock.now() - timedelta(days=31)), waiting(session, sent_at=clock.now())
    assert sending.forget_old(session) == 1
    session.expire_all()
    assert (old.recipient, old.subject, old.body_text) == ("", "", "") and new.recipient
