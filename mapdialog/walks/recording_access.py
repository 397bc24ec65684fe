"""Who may record on a walk: codes for leaders and participants, and the phones that joined by them. Callers commit."""

import hashlib
import hmac
import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from mapdialog.core import audit
from mapdialog.core.errors import Forbidden, NotFound
from mapdialog.core.text import N_
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.recording_models import WalkDevice, WalkJoinCode

ROLES: dict[str, str] = {"leader": N_("Ledare"), "participant": N_("Deltagare")}
# Nothing that is mistaken for something else in the dark, and no vowels that make words.
ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
LENGTH = 10


def make_code(
    session: Session, walk: SafetyWalk, role: str, *, secret_key: str, at: datetime, actor_id: int | None
) -> WalkJoinCode:
    """A new code for the role; the one before, and every phone that joined by it, is shut out. Raises KeyError."""
    ROLES[role]
    for earlier in session.scalars(
        select(WalkJoinCode).where(
            WalkJoinCode.walk_id == walk.id, WalkJoinCode.role == role, WalkJoinCode.revoked_at.is_(None)
        )
    ):
        earlier.revoked_at = at
    session.flush()
    seed = uuid.uuid4()
    made = WalkJoinCode(
        walk_id=walk.id,
        role=role,
        seed=seed,
        code_hash=_hashed(secret_key, _code_of(secret_key, seed)),
        created_by_id=actor_id,
    )
    session.add(made)
    session.flush()
    audit.record(session, actor_id, "walk.code", walk, role=role)
    return made


def revoke(session: Session, walk: SafetyWalk, role: str, *, at: datetime, actor_id: int | None) -> None:
    """Shut out everybody who joined in that role; what they have sent stays."""
    for code in list_open(session, walk):
        if code.role == role:
            code.revoked_at = at
    session.flush()
    audit.record(session, actor_id, "walk.code_revoked", walk, role=role)


def list_open(session: Session, walk: SafetyWalk) -> list[WalkJoinCode]:
    """The walk's codes that work, the leaders' first."""
    query = select(WalkJoinCode).where(WalkJoinCode.walk_id == walk.id, WalkJoinCode.revoked_at.is_(None))
    return list(session.scalars(query.order_by(WalkJoinCode.role)))


def words_of(secret_key: str, code: WalkJoinCode) -> str:
    """The code as it is shown, in two halves: 'B7KQM-4TXPW'."""
    plain = _code_of(secret_key, code.seed)
    return f"{plain[:5]}-{plain[5:]}"


def find_code(session: Session, secret_key: str, typed: str) -> WalkJoinCode | None:
    """The code that works, however it was typed: case, spaces and dashes do not matter."""
    plain = "".join(letter for letter in typed.upper() if letter in ALPHABET)
    if len(plain) != LENGTH:
        return None
    return session.scalar(
        select(WalkJoinCode)
        .where(WalkJoinCode.code_hash == _hashed(secret_key, plain), WalkJoinCode.revoked_at.is_(None))
        .options(joinedload(WalkJoinCode.walk))
    )


def get_code(session: Session, secret_key: str, typed: str) -> WalkJoinCode:
    """The same, or NotFound with what to do."""
    found = find_code(session, secret_key, typed)
    if found is None:
        raise NotFound(N_("Koden gäller inte. Läs den en gång till, eller fråga den som leder vandringen efter en ny."))
    return found


def join(session: Session, code: WalkJoinCode, mark: uuid.UUID | None) -> WalkDevice:
    """The phone, joined by the code; one that has joined the walk before keeps what it has sent as its own."""
    known = session.scalar(select(WalkDevice).where(WalkDevice.mark == mark)) if mark else None
    if known is not None and known.walk_id == code.walk_id:
        known.code = code
        session.flush()
        return known
    made = WalkDevice(walk_id=code.walk_id, code=code, mark=uuid.uuid4())
    session.add(made)
    session.flush()
    return made


def get_device(session: Session, mark: uuid.UUID | None, slug: str) -> tuple[WalkDevice, SafetyWalk]:
    """The phone and the walk of that address, which must be the one it joined. Raises Forbidden."""
    row = session.execute(
        select(WalkDevice, SafetyWalk)
        .join(SafetyWalk, SafetyWalk.id == WalkDevice.walk_id)
        .where(WalkDevice.mark == mark, SafetyWalk.slug == slug)
        .options(joinedload(WalkDevice.code))
    ).one_or_none()
    if row is None:
        raise Forbidden(N_("Telefonen är inte med på vandringen. Skanna koden. Det som inte är skickat ligger kvar."))
    device, walk = row
    if device.code.revoked_at is not None:
        raise Forbidden(
            N_("Koden gäller inte längre. Skanna vandringens nya kod. Det du har skrivit finns kvar i telefonen.")
        )
    return device, walk


def note_clock(device: WalkDevice, sent_at: datetime | None, at: datetime) -> None:
    """Keep when the phone was heard of, and how many seconds our clock is ahead of its own."""
    device.seen_at = at
    if sent_at is not None:
        device.clock_offset_s = (at - sent_at).total_seconds()


def _code_of(secret_key: str, seed: uuid.UUID) -> str:
    number = int.from_bytes(hmac.digest(secret_key.encode(), b"walk-code:" + seed.bytes, hashlib.sha256), "big")
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def _hashed(secret_key: str, plain: str) -> bytes:
    return hmac.digest(secret_key.encode(), b"walk-code-hash:" + plain.encode(), hashlib.sha256)
