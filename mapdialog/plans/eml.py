"""Reads a saved e-mail (.eml): who, when, about what, the words, and what was attached; hostile ones raise Invalid."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import collapse_rfc2231_value, parseaddr, parsedate_to_datetime

from mapdialog.core.clock import STOCKHOLM
from mapdialog.core.errors import Invalid, TooLarge
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.plans.eml_forwarded import is_forwarded
from mapdialog.plans.html_text import text_of_html

MAX_BYTES = 50_000_000
MOST_ATTACHMENTS = 50
MOST_PARTS = 500
_LONGEST_HEADER = 4_000
# Taking a header of a million parameters apart would take the standard library minutes; no letter has such a one.
_ENDLESS = re.compile(rb"^content-(?:type|disposition):(?:[^\r\n]|\r?\n[ \t]){20000}", re.IGNORECASE | re.MULTILINE)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Clocks of mail servers go a little wrong.
_AHEAD = timedelta(minutes=10)
# As browsers read them: what calls itself Latin 1 or ASCII and has Windows' quotation marks is Windows' own.
_MEANT = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8"}
_FORWARDED = N_("Brevet låg som bilaga i ett vidarebefordrat brev. Avsändare och text är det bilagda brevets.")
_A_LINE_OR_TWO = 300
_CHARSET = N_("Tecken som inte gick att läsa har bytts mot �. Se det bifogade originalet.")
_FUTURE = N_("Brevets datum ligger i framtiden och används inte.")
_NO_DATE = N_("Brevet har inget datum som går att läsa.")
_TOO_MANY = N_("Brevet har så många bilagor att inte alla är utlästa. Resten finns i det bifogade originalet.")
_SENDERS_CLOCK = N_("Brevet säger inte när det togs emot, bara när avsändaren säger att det skickades.")


@dataclass(frozen=True)
class Attached:
    """An attachment as it came: what it is called there, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class SentOn:
    """That the letter lay in another: whose address that came from, where the inner one had been sent, and when that
    says it was received or sent."""

    by: str
    recipients: str
    received_at: datetime | None


@dataclass(frozen=True)
class Letter:
    """An e-mail. `received_at` is when the receiving server took it (UTC), else when it says it was sent, else None.

    `message_id` is without its brackets, '' when there is none. `notes` are msgids a registrar should read.
    """

    sender_name: str
    sender_email: str
    subject: str
    received_at: datetime | None
    sent_at: datetime | None
    text: str
    message_id: str
    attachments: tuple[Attached, ...] = ()
    notes: tuple[str, ...] = field(default=())
    sent_on: SentOn | None = None


def read_letter(data: bytes, *, at: datetime) -> Letter:
    """The letter in an .eml file. `at` is the clock: what says it came later than that is not believed.

    Raises Invalid for what is no letter or cannot be read, TooLarge past 50 MB.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(N_("Brevet är större än %(limit)s MB."), field="eml", limit=MAX_BYTES // 1_000_000)
    if not data.strip():
        raise Invalid(N_("Filen är tom."), field="eml")
    if _ENDLESS.search(data):
        raise Invalid(N_("Brevet är så hopvikt att det inte går att läsa."), field="eml")
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(data)
        letter = _letter(message, at, depth=0)
    except (RecursionError, MemoryError):
        raise Invalid(N_("Brevet är så hopvikt att det inte går att läsa."), field="eml") from None
    except Invalid:
        raise
    except Exception:  # The parser's own errors on hostile files are of every kind.
        raise Invalid(N_("Filen är inget e-brev som går att läsa. Spara brevet som .eml igen."), field="eml") from None
    if not (letter.sender_email or letter.sender_name or letter.subject or letter.message_id):
        raise Invalid(N_("Filen är inget e-brev som går att läsa. Spara brevet som .eml igen."), field="eml")
    return letter


def _letter(message: Message, at: datetime, *, depth: int) -> Letter:
    notes: list[str] = []
    words, attached = _parts(message, notes)
    name, address = _sender(message)
    sent = _moment(_header(message, "Date"))
    received = _moment(_header(message, "Received").rpartition(";")[2])
    if any(one is not None and one > at + _AHEAD for one in (received, sent)):
        notes.append(_FUTURE)
    believed = [min(one, at) for one in (received, sent) if one is not None and one <= at + _AHEAD]
    if not believed:
        notes.append(_NO_DATE)
    elif received is None:
        notes.append(_SENDERS_CLOCK)
    letter = Letter(
        sender_name=name,
        sender_email=address,
        subject=clean_line(_header(message, "Subject"))[:500],
        received_at=believed[0] if believed else None,
        sent_at=sent if sent is not None and sent <= at + _AHEAD else None,
        text=words,
        message_id=clean_line(_header(message, "Message-ID")).strip("<>")[:300],
        attachments=tuple(attached),
        notes=tuple(dict.fromkeys(notes)),
    )
    # What a registrar writes above a letter that is sent on is a line or two; whoever writes more means it.
    is_sent_on = not words or (is_forwarded(letter.subject) and len(words) < _A_LINE_OR_TWO)
    inner = _only_letter(message) if is_sent_on and depth < 3 else None
    if inner is not None:
        # Somebody sent the citizen's letter on as an attachment and wrote nothing: then that one is meant.
        meant = _letter(inner, at, depth=depth + 1)
        return replace(
            meant,
            message_id=meant.message_id or letter.message_id,
            received_at=letter.received_at or meant.received_at,
            attachments=meant.attachments,
            sent_on=SentOn(address, f"{_header(inner, 'To')}, {_header(inner, 'Cc')}", meant.received_at),
            notes=(_FORWARDED, *(note for note in meant.notes if note not in (_NO_DATE, _FUTURE, _SENDERS_CLOCK))),
        )
    return letter


def _parts(message: Message, notes: list[str]) -> tuple[str, list[Attached]]:
    """The words of the letter, and what is attached to it."""
    plain: list[str] = []
    html: list[str] = []
    attached: list[Attached] = []
    for number, part in enumerate(_leaves(message)):
        if number >= MOST_PARTS or len(attached) >= MOST_ATTACHMENTS:
            notes.append(_TOO_MANY)
            break
        kind, name = part.get_content_type(), _file_name(part)
        is_attached = part.get_content_disposition() == "attachment" or bool(name)
        if kind == "message/rfc822":
            attached.append(Attached(name or "brev.eml", _whole(part)))
        elif kind in ("text/plain", "text/html") and not is_attached:
            words = _decoded(part, notes)
            (html if kind == "text/html" else plain).append(text_of_html(words) if kind == "text/html" else words)
        elif data := _bytes(part):
            attached.append(Attached(name or f"bilaga-{number + 1}", data))
    words = "\n\n".join(one for one in plain if one.strip()) or "\n\n".join(one for one in html if one.strip())
    return clean(words), attached


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """The parts that hold something, in order; a letter within the letter is one of them, not opened."""
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        yield message
        return
    if depth > 50:
        raise RecursionError
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part, depth + 1)


def _only_letter(message: Message) -> Message | None:
    inner = [part for part in _leaves(message) if part.get_content_type() == "message/rfc822" and part.is_multipart()]
    first = inner[0].get_payload(0) if len(inner) == 1 else None
    return first if isinstance(first, Message) else None


def _whole(part: Message) -> bytes:
    """The letter within the letter, as it stood."""
    if not part.is_multipart():
        return _bytes(part)
    inner = part.get_payload(0)
    return inner.as_bytes() if isinstance(inner, Message) else b""


def _bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _decoded(part: Message, notes: list[str]) -> str:
    data = _bytes(part)
    try:
        said = (part.get_content_charset() or "us-ascii").lower()
    except Exception:  # A parameter that cannot be taken apart says nothing.
        said = "us-ascii"
    for charset in dict.fromkeys((_MEANT.get(said, said), "utf-8", "cp1252")):
        try:
            return data.decode(charset)
        except (LookupError, UnicodeError):
            continue
    notes.append(_CHARSET)
    return data.decode("utf-8" if said == "utf-8" else "cp1252", "replace")


def _file_name(part: Message) -> str:
    try:
        found = part.get_filename()
    except Exception:  # As above.
        return ""
    return clean_line(_unfolded(found))[:200] if found else ""


def _header(message: Message, name: str) -> str:
    """The first header of the name, decoded, '' when there is none."""
    wanted = name.lower()
    raw = next((value for key, value in message.raw_items() if key.lower() == wanted), "")
    return _unfolded(str(raw)[:_LONGEST_HEADER])


def _unfolded(raw: str) -> str:
    """A header's words: encoded words decoded, and bytes that simply stand there read as UTF-8, else Windows' own."""
    raw = re.sub(r"\r?\n[ \t]", " ", collapse_rfc2231_value(raw))
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        pieces = [(raw, None)]
    return "".join(_piece(words, charset) for words, charset in pieces)


def _piece(words: str | bytes, charset: str | None) -> str:
    data = words.encode("utf-8", "surrogateescape") if isinstance(words, str) else words
    for one in (_MEANT.get((charset or "utf-8").lower(), charset or "utf-8"), "utf-8"):
        try:
            return data.decode(one)
        except (LookupError, UnicodeError):
            continue
    return data.decode("cp1252", "replace")


def _sender(message: Message) -> tuple[str, str]:
    """Name and address; the address is told apart before the name is decoded, since a name may hold anything."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == "from"), "")[:_LONGEST_HEADER]
    if raw.count("(") > 20:
        return "", ""
    name, address = parseaddr(re.sub(r"\r?\n[ \t]", " ", raw))
    name, address = clean_line(_unfolded(name)), clean_line(_unfolded(address))
    if "@" not in address or len(address) > 254:
        name, address = name or address, ""
    return ("" if name == address else name)[:120], address


def _moment(header: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header.strip()) if header.strip() else None
        if moment and moment.tzinfo is None:
            # Without a zone it is our own clock that is meant; -0000 is how mail says UTC of nowhere in particular.
            moment = moment.replace(tzinfo=UTC if header.strip().endswith("-0000") else STOCKHOLM)
        return moment.astimezone(UTC) if moment and moment.astimezone(UTC) >= _EARLIEST else None
    except Exception:  # Dates of hostile letters raise TypeError, ValueError, OverflowError …
        return None
