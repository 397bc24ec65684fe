"""The citizens' door: a contribution with all that belongs to it, written in one call to the database, exactly once."""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from mapdialog.contributions.models import State
from mapdialog.contributions.terms import Terms
from mapdialog.core import events
from mapdialog.core.database import run_alone
from mapdialog.core.errors import Conflict
from mapdialog.core.text import N_
from mapdialog.geo.crs import STORE
from mapdialog.geo.geometry import anchor

RECEIVED = "contribution_received"


@dataclass(frozen=True)
class NewContribution:
    """What a citizen sends, checked and in EPSG:3006 (a Shapely geometry or its WKB). `state` is the caller's decision:
    pending where staff read first, approved where they read afterwards. `submitted_at` None means now."""

    client_id: uuid.UUID
    category_id: int
    geometry: BaseGeometry | bytes
    text: str
    mood: int | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    shows_name: bool = False
    channel: str = "web"
    language: str = "sv"
    place_source: str = "pin"
    place_label: str = ""
    accuracy_m: float | None = None
    submitted_at: datetime | None = None
    state: str = State.PENDING


@dataclass(frozen=True)
class Accepted:
    """The answer to a citizen. `created` is False when the same client_id had been received before."""

    contribution_id: int
    receipt: str
    state: str
    edit_token: str
    created: bool


# As psycopg2 takes it: SQLAlchemy's compiling and result rows would be a third of the whole work in Python.
# st_geomfromwkb with an srid is a function in SQL, which is read and planned anew each time; these two are in C.
_SUBMIT = """
    select contribution_id, receipt, state, dialogue_id, created from submit_comment(
        %(dialogue)s, %(client)s::uuid, %(category)s, st_setsrid(st_geomfromwkb(%(shape)s), %(srid)s),
        st_setsrid(st_geomfromwkb(%(place)s), %(srid)s), %(words)s::text, %(words_public)s::text, %(state)s,
        %(mood)s::smallint, %(name)s, %(email)s, %(shows_name)s, %(channel)s, %(language)s, %(source)s, %(label)s,
        %(accuracy)s::double precision, %(sent_at)s::timestamptz, %(token_hash)s, %(prefix)s,
        %(checked)s, %(at)s::timestamptz)
"""


def submit(
    session: Session, dialogue_id: int, new: NewContribution, *, secret_key: str, receipt_prefix: str
) -> Accepted:
    """Write a contribution, its kind's row and its district in every set; announce RECEIVED when new.

    The same client_id again, also at the same moment, gives the first one's receipt and token and no second row. In
    another dialogue it raises Conflict. The caller commits. A place on the border of two districts belongs to the one
    whose code sorts first.
    """
    token = edit_token(secret_key, new.client_id)
    values = _values(dialogue_id, new, token, receipt_prefix)
    accepted = _accepted(session.connection().exec_driver_sql(_SUBMIT, values).one(), dialogue_id, token)
    if accepted.created:
        events.announce(session, RECEIVED, dialogue_id=dialogue_id, new=new, accepted=accepted)
    return accepted


def submit_at_once(
    engine: Engine, terms: Terms, new: NewContribution, at: datetime, *, secret_key: str, receipt_prefix: str
) -> Accepted | None:
    """The same in one journey to the database, committed there, with the terms that `new` was checked against.

    None when it was not written: the terms have changed or the dialogue has closed since they were read, somebody who
    listens has more to write in the same transaction, or the database did not answer. `submit` tells which it was, and
    is safe to try: what was written after all is found by its client_id. Raises Conflict as `submit` does.
    """
    if events.concerns(RECEIVED, new=new):
        return None
    token = edit_token(secret_key, new.client_id)
    values = _values(terms.dialogue_id, new, token, receipt_prefix) | {"checked": terms.version, "at": at}
    row = run_alone(engine, _SUBMIT, values)
    if row is None or row[0] is None:
        return None
    return _accepted(row, terms.dialogue_id, token)


def _accepted(row: Sequence[Any], dialogue_id: int, token: str) -> Accepted:
    contribution_id, receipt, state, written_to, created = row
    if written_to != dialogue_id:
        raise Conflict(N_("Samma nummer har redan använts i en annan dialog. Ladda om sidan och skicka igen."))
    return Accepted(contribution_id, receipt, state, token, created)


def edit_token(secret_key: str, client_id: uuid.UUID) -> str:
    """The author's personal key to a contribution: reproducible for the author's phone, unguessable for others."""
    digest = hmac.new(secret_key.encode(), b"edit:" + client_id.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def token_hash(token: str) -> bytes:
    """What is stored of an edit token: its SHA-256, so that a leaked database opens nobody's contribution."""
    return hashlib.sha256(token.encode()).digest()


def _values(dialogue_id: int, new: NewContribution, token: str, prefix: str) -> dict[str, object]:
    shape = shapely.from_wkb(new.geometry) if isinstance(new.geometry, bytes) else new.geometry
    drawn, place = shapely.to_wkb(shape), anchor(shape)
    return {
        "dialogue": dialogue_id,
        "client": str(new.client_id),
        "category": new.category_id,
        "srid": STORE,
        "shape": drawn,
        "place": drawn if place is shape else shapely.to_wkb(place),
        "words": new.text,
        "words_public": new.text if new.state == State.APPROVED else None,
        "state": str(new.state),
        "mood": new.mood,
        "name": new.contact_name,
        "email": new.contact_email,
        "shows_name": new.shows_name,
        "channel": new.channel,
        "language": new.language,
        "source": new.place_source,
        "label": new.place_label,
        "accuracy": new.accuracy_m,
        "sent_at": new.submitted_at,
        "token_hash": token_hash(token),
        "prefix": prefix,
        "checked": None,
        "at": None,
    }
