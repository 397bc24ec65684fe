"""Sends the mails that wait: each under a row lock, with a Message-ID that stays, and with patience."""

import logging
import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core import clock
from mapdialog.core.text import clean_line, slugify
from mapdialog.notifications import plan_mails, walk_news
from mapdialog.notifications.models import OutgoingMail

log = logging.getLogger(__name__)

GIVES_UP_AFTER = timedelta(days=4)  # RFC 5321 4.5.4.1: four to five days
LONGEST_WAIT = timedelta(hours=4)
KEPT_AFTER_SENDING = timedelta(days=30)
TIMEOUT_SECONDS = 20


class Refused(Exception):
    """The server will never take this mail: no retry helps. `code` is its reply code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Transport(Protocol):
    """Something that delivers one mail, or raises OSError, smtplib.SMTPException (try again) or Refused (never)."""

    def deliver(self, mail: OutgoingMail, message: EmailMessage) -> None:
        """Deliver it."""


def send_due(session: Session, config: Config, *, limit: int = 200, transport: Transport | None = None) -> int:
    """Send what is due, committing after each mail; returns how many were sent.

    A mail is locked while it is being sent (`for update skip locked`), so several workers share the work and none sends
    the same mail. Failures wait 1, 2, 4 … minutes, at most four hours, and give up after four days.
    """
    transport = transport or transport_for(config)
    sent = 0
    for _round in range(limit):
        mail: OutgoingMail | None = session.scalar(_next_due())
        if mail is None:
            session.rollback()
            break
        sent += _send_one(mail, config, transport)
        if mail.failed_at is not None and mail.purpose == plan_mails.DISPATCH:
            plan_mails.note_failure(session, mail)
        session.commit()
    return sent


def _next_due() -> Select[OutgoingMail]:
    waits = (OutgoingMail.sent_at.is_(None), OutgoingMail.failed_at.is_(None), OutgoingMail.next_try_at <= clock.now())
    return (
        select(OutgoingMail)
        .where(*waits)
        .order_by(OutgoingMail.next_try_at, OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _send_one(mail: OutgoingMail, config: Config, transport: Transport) -> int:
    mail.attempts += 1
    try:
        transport.deliver(mail, compose(mail, config))
    except (Refused, ValueError) as error:
        mail.failed_at, mail.last_error = clock.now(), type(error).__name__ + _code(error)
    except (OSError, smtplib.SMTPException) as error:
        mail.last_error = type(error).__name__ + _code(error)
        mail.next_try_at = clock.now() + min(timedelta(minutes=2 ** min(mail.attempts - 1, 10)), LONGEST_WAIT)
        if clock.now() - mail.created_at > GIVES_UP_AFTER:
            mail.failed_at = clock.now()
        log.warning("mail %s could not be sent (attempt %s): %s", mail.id, mail.attempts, mail.last_error)
    else:
        mail.sent_at, mail.last_error = clock.now(), ""
        return 1
    return 0


def _code(error: BaseException) -> str:
    """The server's reply code; its words may repeat the address and are left out of log and table."""
    code = getattr(error, "smtp_code", None) or getattr(error, "code", None)
    return f" {code}" if code else ""


def compose(mail: OutgoingMail, config: Config) -> EmailMessage:
    """The row as a mail. Line breaks in headers cannot pass: they are cleaned, and the library refuses the rest."""
    name, address = parseaddr(config.mail_from)
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((name, address))
    message["To"] = _one_address(mail.recipient)
    if mail.reply_to:
        message["Reply-To"] = clean_line(mail.reply_to)
    message["Subject"] = clean_line(mail.subject)
    message["Date"] = format_datetime(clock.local(mail.created_at))
    message["Message-ID"] = f"<mail-{mail.id}-{int(mail.created_at.timestamp())}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers back
    if address := walk_news.stop_address(mail, config):
        message["List-Unsubscribe"] = f"<{address}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body_text, cte="quoted-printable")
    return message


def _one_address(recipient: str) -> str:
    """The address, if it is exactly one; anything else would let a row reach somebody it was not written to."""
    if not re.fullmatch(r"[^\s@,;:<>()\"]+@[^\s@,;:<>()\"]+", recipient):
        raise Refused(501)
    return recipient


def transport_for(config: Config) -> Transport:
    """SMTP when a server is set, readable files otherwise."""
    return Smtp(config.smtp_url) if config.smtp_url else Folder(config.mail_dir)


@dataclass(frozen=True)
class Folder:
    """Mails as .eml files that a person can read: time, number and subject in the name, UTF-8 inside."""

    folder: Path

    def deliver(self, mail: OutgoingMail, message: EmailMessage) -> None:
        """Write the file whole or not at all; the same mail always gets the same name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        readable = EmailMessage(policy=SMTP.clone(utf8=True, cte_type="8bit", linesep="\n"))
        for header, value in message.items():
            if header not in {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}:
                readable[header] = str(value)
        readable.set_content(mail.body_text, cte="8bit")
        moment = clock.local(mail.created_at).strftime("%Y-%m-%dT%H.%M.%S")
        path = self.folder / f"{moment}-{mail.id:06d}-{slugify(mail.subject)}.eml"
        partial = path.with_suffix(".part")
        partial.write_bytes(readable.as_bytes())
        partial.replace(path)


@dataclass(frozen=True, repr=False)
class Smtp:
    """smtp://user:password@host:587?starttls=1, or smtps://… with TLS from the first byte.

    `starttls` is `1` (demanded), `0` (never) or left out (used when the server offers it).
    """

    url: str

    def deliver(self, mail: OutgoingMail, message: EmailMessage) -> None:
        """Hand it over in a connection of its own. A permanent refusal of this mail (5xx) raises Refused."""
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise (Refused(code) if 500 <= code < 600 else smtplib.SMTPException(str(code))) from None
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            if 500 <= error.smtp_code < 600:
                raise Refused(error.smtp_code) from None
            raise

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        wants_tls = parse_qs(parts.query).get("starttls", [""])[0]
        host, context = parts.hostname or "localhost", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
        try:
            server.ehlo()
            if parts.scheme == "smtp" and (wants_tls == "1" or (wants_tls != "0" and server.has_extn("starttls"))):
                server.starttls(context=context)
                server.ehlo()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def forget_old(session: Session) -> int:
    """Clear address and words of mails that were sent or given up a month ago; never commits. Returns how many."""
    done = clock.now() - KEPT_AFTER_SENDING
    over = or_(OutgoingMail.sent_at < done, OutgoingMail.failed_at < done)
    cleared = session.scalars(
        update(OutgoingMail)
        .where(over, OutgoingMail.recipient != "")
        .values(recipient="", reply_to="", subject="", body_text="", last_error="")
        .returning(OutgoingMail.id)
    )
    return len(cleared.all())
