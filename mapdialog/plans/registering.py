"""Registers what did not come through the web form: when it came in, its files, and the one door. Callers commit."""

import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from email.utils import getaddresses

from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core.clock import STOCKHOLM, local
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_, clean
from mapdialog.plans import statement_files
from mapdialog.plans.eml import Letter, SentOn
from mapdialog.plans.eml_forwarded import find_inner, is_forwarded
from mapdialog.plans.kinds import Channel
from mapdialog.plans.models import Plan
from mapdialog.plans.receiving import NewStatement, ReceivedStatement, receive_statement
from mapdialog.plans.statement_files import CheckedFile, check_file

# What stands as the words of a statement that nobody has typed off: a scanned letter.
IN_THE_FILE = "(Yttrandet finns i den bifogade filen.)"
_OURS = N_("Brevet är skickat från kommunens egen adress. Har någon skickat det vidare, är avsändaren en annan.")
EARLIEST = date(1990, 1, 1)
_CLOCK = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)(?:[.:]([0-5]\d))?")
_SPACE = uuid.UUID("6f0ab0b4-0f0e-5d6c-9d0e-1c2f6f3f5a31")


@dataclass(frozen=True)
class Door:
    """What the one door needs beside the statement: the settings, the file store, the clock and who registers."""

    config: Config
    store: FileStore
    at: datetime
    actor_id: int | None


def read_moment(
    day: str, clock: str, at: datetime, *, names: tuple[str, str] = ("received_on", "received_time")
) -> datetime | None:
    """A moment that has been, of a day ('2026-12-15') and a time ('14.32') in Stockholm; None without a day.

    A day without a time is its noon, or now for today. Raises Invalid at one of the two fields `names`.
    """
    day, clock = day.strip(), clock.strip()
    if not day:
        if clock:
            raise Invalid(N_("Skriv också vilken dag det var."), field=names[0])
        return None
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise Invalid(N_("Skriv dagen så här: 2026-12-15."), field=names[0]) from None
    if found < EARLIEST:
        raise Invalid(N_("Kontrollera årtalet."), field=names[0])
    today = local(at).date()
    if found > today:
        raise Invalid(N_("Dagen har inte varit än. Kontrollera datumet."), field=names[0])
    if not clock:
        return _on(found, time(12)) if found < today else at
    match = _CLOCK.fullmatch(clock)
    if match is None:
        raise Invalid(N_("Skriv klockslaget så här: 14.32."), field=names[1])
    moment = _on(found, time(int(match[1]), int(match[2]), int(match[3] or 0)))
    if moment > at:
        raise Invalid(N_("Klockslaget har inte varit än. Kontrollera tiden."), field=names[1])
    return moment


def register(
    session: Session, plan: Plan, new: NewStatement, files: Sequence[CheckedFile], door: Door
) -> ReceivedStatement:
    """Write the statement and its files through the one door; one known before is given back as it is.

    Without words but with a file, IN_THE_FILE stands for the words. Raises Invalid by field, Conflict.
    """
    if not clean(new.text) and files:
        new = replace(new, text=IN_THE_FILE)
    received = receive_statement(
        session,
        plan,
        new,
        secret_key=door.config.secret_key,
        receipt_prefix=door.config.receipt_prefix,
        at=door.at,
        actor_id=door.actor_id,
    )
    if received.is_new:
        for file in files:
            statement_files.attach(session, door.store, received.statement, file, actor_id=door.actor_id)
    return received


_IN_THE_TEXT = N_(
    "Brevet är vidarebefordrat. Avsändare och text är det inre brevets; kontrollera dem, och när det kom in."
)
_MAYBE = N_("Ämnet säger att brevet är vidarebefordrat. Kontrollera vem som är avsändare och när det kom in.")

_INNER_DAY = N_("Dagen är när det bilagda brevet skickades till kommunen. Kontrollera den.")
_OUTER_DAY = N_("Dagen är när brevet skickades vidare. Kontrollera när det först kom till kommunen.")


def letter_id(plan: Plan, letter: Letter) -> uuid.UUID:
    """The number by which an e-mail is known in a plan: the same letter saved twice is one statement.

    Of its Message-ID together with sender and words, since anybody can write any Message-ID.
    """
    return stable_id(plan, "mail", letter.message_id, letter.sender_email.casefold(), letter.subject, letter.text)


def stable_id(plan: Plan, *parts: str) -> uuid.UUID:
    """A number that is the same for the same parts in the same plan."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
    return uuid.uuid5(_SPACE, f"{plan.dialogue_id}:{digest}")


def statement_of(plan: Plan, letter: Letter) -> NewStatement:
    """The e-mail as a statement; without words its subject stands for them, unless something is attached."""
    words = letter.text or ("" if letter.attachments else letter.subject)
    return NewStatement(
        client_id=letter_id(plan, letter),
        text=words,
        received_by=Channel.EMAIL,
        received_at=letter.received_at,
        contact_name=letter.sender_name,
        contact_email=letter.sender_email,
        subject=letter.subject,
        source_key=letter.message_id or None,
    )


def notes_about(letter: Letter, config: Config) -> tuple[str, ...]:
    """What a registrar should know about the letter: msgids."""
    return (*letter.notes, *((_OURS,) if _is_ours(letter.sender_email, config) else ()))


def as_meant(letter: Letter, config: Config) -> Letter:
    """The citizen's letter that a colleague sent on in the text of this one, if somebody did; else this one.

    A letter from outside is its sender's own, whatever it says of others: there it is only told.
    """
    if letter.sent_on is not None:
        return _dated(letter, letter.sent_on, config)
    if not is_forwarded(letter.subject):
        return letter
    inner = find_inner(letter.subject, letter.text) if _is_ours(letter.sender_email, config) else None
    if inner is None:
        return replace(letter, notes=(*letter.notes, _MAYBE))
    return replace(
        letter,
        sender_name=inner.name,
        sender_email=inner.email,
        subject=inner.subject,
        text=inner.text,
        notes=(*letter.notes, _IN_THE_TEXT),
    )


def _dated(letter: Letter, sent_on: SentOn, config: Config) -> Letter:
    """A letter that lay in one of ours came when it was sent to the municipality, not when a colleague sent it on."""
    to_us = any(_is_ours(address, config) for _, address in getaddresses([sent_on.recipients]))
    at, later = sent_on.received_at, letter.received_at
    if at is None or (later is not None and at >= later) or not (to_us and _is_ours(sent_on.by, config)):
        return replace(letter, notes=(*letter.notes, _OUTER_DAY))
    return replace(letter, received_at=at, notes=(*letter.notes, _INNER_DAY))


def _is_ours(address: str, config: Config) -> bool:
    own = config.contact.rpartition("@")[2].casefold()
    return bool(own) and address.casefold().endswith(f"@{own}")


def files_of(letter: Letter, data: bytes, name: str) -> tuple[list[CheckedFile], list[DomainError]]:
    """The letter itself, as it was received, and its attachments; and why some were not taken out of it.

    Those are still in the letter. Nothing is lost and nothing that lies about itself is handed out as a file.
    """
    taken = [CheckedFile(_eml_name(name), "eml", data)]
    refused: list[DomainError] = []
    for attached in letter.attachments:
        try:
            if len(taken) >= statement_files.MOST_FILES:
                raise Invalid(
                    N_("Ett yttrande kan ha högst %(most)s filer."), field="files", most=statement_files.MOST_FILES
                )
            taken.append(check_file(attached.data, attached.name))
        except DomainError as error:
            refused.append(error)
    return taken, refused


def _eml_name(name: str) -> str:
    cleaned = statement_files.clean_name(name)
    return cleaned if cleaned.lower().endswith(".eml") else f"{cleaned[:110]}.eml"


def _on(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, STOCKHOLM).astimezone(UTC)
