"""Protocols of walks as files: made fresh, or published in versions that are kept. Callers commit."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core import audit
from mapdialog.core.clock import local
from mapdialog.core.files import FileStore
from mapdialog.reports.file_kinds import kinds
from mapdialog.reports.papers import Brand, make_brand
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.protocol import Protocol, Version
from mapdialog.walks.protocol_findings import Maker
from mapdialog.walks.protocol_making import make_protocol
from mapdialog.walks.protocol_models import WalkProtocol

KINDS = kinds("pdf", "docx")


def write(protocol: Protocol, kind: str, brand: Brand) -> bytes:
    """The protocol as a file of that kind; KeyError for another. The libraries are loaded first here."""
    return _writer(kind)(protocol, brand)


def _writer(kind: str) -> Callable[[Protocol, Brand], bytes]:
    if KINDS[kind].name == "docx":
        from mapdialog.reports.walk_protocol_docx import protocol_docx

        return protocol_docx
    from mapdialog.reports.walk_protocol_pdf import protocol_pdf

    return protocol_pdf


def make_file(
    session: Session, walk: SafetyWalk, kind: str, version: Version, *, config: Config, files: FileStore, at: datetime
) -> bytes:
    """A fresh file. Raises Invalid with what is missing, Unavailable where PDF can't be made."""
    protocol = make_protocol(session, walk, _maker(config, files, version), at=at)
    return write(protocol, kind, make_brand(config))


def publish(
    session: Session, walk: SafetyWalk, *, config: Config, files: FileStore, actor_id: int | None, at: datetime
) -> int:
    """Keep the public protocol as it is now, as PDF and DOCX, under the next number; returns the number.

    The walk's protocol is published already, in this transaction. Raises Invalid with what is missing.
    """
    protocol = make_protocol(session, walk, _maker(config, files, Version.PUBLIC), at=at)
    brand = make_brand(config)
    made = {kind: write(protocol, kind, brand) for kind in KINDS}
    session.execute(select(SafetyWalk.id).where(SafetyWalk.id == walk.id).with_for_update(key_share=True))
    latest = session.scalar(select(func.max(WalkProtocol.version)).where(WalkProtocol.walk_id == walk.id))
    number = (latest or 0) + 1
    for kind, data in made.items():
        digest = hashlib.sha256(data).hexdigest()
        key = f"walk-protocols/{walk.id}/{number}-{digest[:24]}{KINDS[kind].suffix}"
        files.put(key, data)
        session.add(
            WalkProtocol(
                walk_id=walk.id,
                version=number,
                kind=kind,
                file_key=key,
                sha256=digest,
                size_bytes=len(data),
                made_at=at,
                made_by_id=actor_id,
                published_on=local(at).date(),
            )
        )
    session.flush()
    audit.record(session, actor_id, "walk.protocol", walk, version=number)
    return number


def _maker(config: Config, files: FileStore, version: Version) -> Maker:
    return Maker(files, config.municipality, config.municipality_code, version)
