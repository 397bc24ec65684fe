"""Where and when something was put up or printed, and the file that proves it: checked and kept for any text."""

import uuid
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_, clean_line
from mapdialog.plans.models import PlanAnnouncement
from mapdialog.plans.statement_files import CheckedFile, check_file
from mapdialog.plans.statement_models import PlanPhaseExtension

PROOF_KINDS = frozenset({"pdf", "jpg", "png", "tif", "eml", "msg", "docx"})
DAYS = ("board_posted_on", "board_removed_on", "newspaper_on")
FIELDS = ("board_url", "newspaper", *DAYS)


@dataclass(frozen=True)
class Proof:
    """A file that shows that it was announced, as it was sent."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Posting:
    """Where and when it was put up, as it is typed."""

    board_url: str = ""
    board_posted_on: date | None = None
    board_removed_on: date | None = None
    newspaper: str = ""
    newspaper_on: date | None = None
    proof: Proof | None = None


def check_posting(posting: Posting, today: date) -> tuple[CheckedFile | None, dict[str, DomainError]]:
    """The proof as a checked file, None without one, and what is wrong by field."""
    wrong: dict[str, DomainError] = {}
    if posting.board_url and not _is_address(clean_line(posting.board_url)):
        wrong["board_url"] = Invalid(N_("Skriv hela adressen, till exempel https://www.trelleborg.se/anslagstavla."))
    if posting.board_removed_on and posting.board_posted_on is None:
        wrong["board_posted_on"] = Invalid(N_("Skriv också vilken dag texten sattes upp."))
    elif posting.board_removed_on and posting.board_posted_on and posting.board_removed_on < posting.board_posted_on:
        wrong["board_removed_on"] = Invalid(N_("Texten togs ner innan den sattes upp. Ändra dagen."))
    for name in DAYS:
        day: date | None = getattr(posting, name)
        if day is not None and day > today:
            wrong[name] = Invalid(N_("Dagen har inte varit än. Skriv den när det är gjort."))
    if posting.newspaper_on and not clean_line(posting.newspaper):
        wrong["newspaper"] = Invalid(N_("Skriv vilken tidning det stod i."))
    checked = None
    if posting.proof is not None:
        try:
            checked = check_file(posting.proof.data, posting.proof.name, kinds=PROOF_KINDS, field="proof")
        except DomainError as error:
            wrong["proof"] = error
    return checked, wrong


def keep_posting(
    row: PlanAnnouncement | PlanPhaseExtension,
    posting: Posting,
    proof: CheckedFile | None,
    *,
    plan_id: int,
    files: FileStore,
) -> None:
    """Write the posting onto its row; without a new proof the one there is stays."""
    row.board_url, row.newspaper = clean_line(posting.board_url), clean_line(posting.newspaper)
    row.board_posted_on, row.board_removed_on = posting.board_posted_on, posting.board_removed_on
    row.newspaper_on = posting.newspaper_on
    if proof is not None:
        row.proof_file_key = f"plans/{plan_id}/proofs/{uuid.uuid4().hex}.{proof.kind}"
        row.proof_file_name = proof.name
        files.put(row.proof_file_key, proof.data)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
