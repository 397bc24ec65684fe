"""Files that come with statements: told by their content, and stored as they were received with their checksum."""

import hashlib
import re
import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core import audit, events
from mapdialog.core.errors import Invalid, NotFound, TooLarge, UnsupportedMedia
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_, clean_line
from mapdialog.plans.file_contents import kind_of
from mapdialog.plans.statement_models import PlanStatement, PlanStatementFile

RECEIVED = "plan_statement_file_received"
MAX_BYTES = 50_000_000
MOST_FILES = 20
NAME_MAX = 120
# Suffix, media type and the names a file of the kind may bear.
KINDS: dict[str, tuple[str, frozenset[str]]] = {
    "pdf": ("application/pdf", frozenset({"pdf"})),
    "jpg": ("image/jpeg", frozenset({"jpg", "jpeg", "jpe", "jfif"})),
    "png": ("image/png", frozenset({"png"})),
    "gif": ("image/gif", frozenset({"gif"})),
    "webp": ("image/webp", frozenset({"webp"})),
    "heic": ("image/heic", frozenset({"heic", "heif", "hif"})),
    "tif": ("image/tiff", frozenset({"tif", "tiff"})),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        frozenset({"docx"}),
    ),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", frozenset({"xlsx"})),
    "pptx": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        frozenset({"pptx"}),
    ),
    "odt": ("application/vnd.oasis.opendocument.text", frozenset({"odt"})),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", frozenset({"ods"})),
    "odp": ("application/vnd.oasis.opendocument.presentation", frozenset({"odp"})),
    "doc": ("application/msword", frozenset({"doc", "dot"})),
    "xls": ("application/vnd.ms-excel", frozenset({"xls"})),
    "ppt": ("application/vnd.ms-powerpoint", frozenset({"ppt"})),
    "msg": ("application/vnd.ms-outlook", frozenset({"msg"})),
    "rtf": ("application/rtf", frozenset({"rtf"})),
    "eml": ("message/rfc822", frozenset({"eml"})),
    "txt": ("text/plain", frozenset({"txt", "csv", "md", "log", "ics", "vcf", "asc"})),
}
PICTURES_AND_PDF = frozenset({"pdf", "jpg", "png", "webp", "heic"})
ALL = frozenset(KINDS)
# What a file dialog offers; the content decides all the same.
ACCEPT = ",".join(f".{name}" for kind, (_type, names) in KINDS.items() if kind != "txt" for name in sorted(names))
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SUFFIX = re.compile(r"[a-z0-9]{1,8}")


@dataclass(frozen=True)
class CheckedFile:
    """A file whose content is what its name says: `kind` is a key of KINDS, `name` is fit for a download's header."""

    name: str
    kind: str
    data: bytes

    @property
    def content_type(self) -> str:
        """Its media type, by content."""
        return KINDS[self.kind][0]

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of what was received."""
        return hashlib.sha256(self.data).hexdigest()


def check_file(
    data: bytes, name: str, *, kinds: frozenset[str] = ALL, max_bytes: int = MAX_BYTES, field: str = "files"
) -> CheckedFile:
    """The file, checked by its content; nothing in it is altered. A name without a suffix is given the content's own.

    Raises Invalid (empty, broken, or a name that says something else than the content), TooLarge, UnsupportedMedia.
    """
    shown = clean_name(name)
    if not data:
        raise Invalid(N_("Filen %(name)s är tom."), field=field, name=shown)
    if len(data) > max_bytes:
        raise TooLarge(
            N_("Filen %(name)s är för stor: %(size)s MB. Gränsen är %(limit)s MB."),
            field=field,
            name=shown,
            size=-(-len(data) // 1_000_000),
            limit=max_bytes // 1_000_000,
        )
    kind = kind_of(data)
    if kind is None or kind not in kinds:
        readable = ", ".join(sorted(kind.upper() for kind in kinds))
        raise UnsupportedMedia(
            N_("Filen %(name)s är av ett slag som inte tas emot. Det här tas emot: %(readable)s."),
            field=field,
            name=shown,
            readable=readable,
        )
    suffix = _suffix(shown)
    if not suffix:
        shown = f"{shown}.{kind}"
    elif suffix not in KINDS[kind][1]:
        raise Invalid(
            N_("Filen %(name)s är i själva verket %(kind)s. Döp om den efter vad den är, och välj den igen."),
            field=field,
            name=shown,
            kind=kind.upper(),
        )
    return CheckedFile(shown, kind, data)


def clean_name(name: str) -> str:
    """A file's name without folders, control characters and marks that turn the writing around; never empty."""
    line = _BIDI.sub("", clean_line(unicodedata.normalize("NFC", name)))
    line = PurePosixPath(line.replace("\\", "/")).name.strip(". ")
    line = re.sub(r'[<>:"|?*;%]', "_", line)
    stem, dot, suffix = line.rpartition(".")
    if dot and stem and len(suffix) <= 8:
        return f"{stem[: NAME_MAX - len(suffix) - 1]}.{suffix}"
    return line[:NAME_MAX] or "fil"


def attach(
    session: Session, store: FileStore, statement: PlanStatement, file: CheckedFile, *, actor_id: int | None
) -> PlanStatementFile:
    """Store the file as it was received, with the statement, and announce RECEIVED. The same file again is the one
    that is there."""
    client_id = uuid.uuid5(statement.client_id, file.sha256)
    found = session.scalar(select(PlanStatementFile).where(PlanStatementFile.client_id == client_id))
    if found is not None:
        return found
    key = f"statements/{statement.plan_id}/{secrets.token_hex(16)}.{file.kind}"
    store.put(key, file.data)
    made = PlanStatementFile(
        statement_id=statement.id,
        client_id=client_id,
        file_key=key,
        file_name=file.name,
        content_type=file.content_type,
        size_bytes=len(file.data),
        sha256=file.sha256,
    )
    session.add(made)
    session.flush()
    session.expire(statement, ["files"])
    audit.record(session, actor_id, "statement.file", statement, file=made.id)
    events.announce(session, RECEIVED, statement=statement, actor_id=actor_id)
    return made


def get_file(session: Session, statement: PlanStatement, file_id: int) -> PlanStatementFile:
    """One of the statement's files, or NotFound."""
    found = session.get(PlanStatementFile, file_id) if file_id < 2**63 else None
    if found is None or found.statement_id != statement.id:
        raise NotFound(N_("Filen finns inte."))
    return found


def _suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return suffix.lower() if dot and stem and _SUFFIX.fullmatch(suffix.lower()) else ""
