"""Photos that phones send by their UUID, before or after their observation, each once. Callers commit."""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from mapdialog.contributions.authoring import put_files
from mapdialog.contributions.models import Attachment, Contribution
from mapdialog.contributions.photos import Photo
from mapdialog.core.errors import Conflict, Forbidden, Invalid
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.recording_models import WalkDevice, WalkEarlyPhoto, WalkRecording

_SAME = ("client_id", "key", "file_key", "thumb_key", "width", "height", "size_bytes", "sha256")


def put_photo(
    session: Session,
    store: FileStore,
    device: WalkDevice,
    read: Callable[[], Photo],
    *,
    observation_id: uuid.UUID,
    client_id: uuid.UUID,
    most: int,
) -> bool:
    """Keep a photo of the observation with that UUID, whether that has come or not; False when it was kept before.

    The files are written before the row: a crash between leaves files that nobody sees, and the phone sends again.
    Raises Conflict when the photo's UUID was used elsewhere, Invalid when there are `most` already, Forbidden.
    """
    if _is_known(session, device, observation_id, client_id):
        return False
    if _count(session, observation_id) >= most:
        raise Invalid(N_("En iakttagelse har högst %(most)s foton."), field="photo", most=most)
    early = _stored(store, read(), client_id=client_id, observation_client_id=observation_id, device_id=device.id)
    # Held together with the observation's own arrival, so that a photo is never left waiting for one that has come.
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:id, 7))"), {"id": str(observation_id)})
    if _is_known(session, device, observation_id, client_id):
        return False
    one = _find_own(session, device, observation_id)
    if one is None:
        session.add(early)
    else:
        _attach(session, one, early)
    session.flush()
    return True


def add_at_desk(
    session: Session, store: FileStore, one: WalkObservation, data: bytes, read: Callable[[], Photo], *, most: int
) -> bool:
    """Keep a file with an observation registered at the desk; False when the same file was kept with it before.

    Raises Invalid when there are `most` already, and what `read` raises.
    """
    client_id = uuid.uuid5(one.client_id, hashlib.sha256(data).hexdigest())
    if session.scalar(select(Attachment.id).where(Attachment.client_id == client_id)) is not None:
        return False
    if _count(session, one.client_id) >= most:
        raise Invalid(N_("En iakttagelse har högst %(most)s foton."), field="photo", most=most)
    _attach(session, one, _stored(store, read(), client_id=client_id))
    session.flush()
    session.expire(one, ["photos"])
    return True


def hide_photo(session: Session, device: WalkDevice, observation_id: uuid.UUID, client_id: uuid.UUID) -> None:
    """The phone's owner took the photo away: it is not shown any more, though the record of it stays."""
    if not _is_known(session, device, observation_id, client_id):
        return
    early = session.get(WalkEarlyPhoto, client_id)
    if early is not None:
        session.delete(early)
    found = session.scalar(select(Attachment).where(Attachment.client_id == client_id))
    if found is not None:
        found.is_hidden = True
    session.flush()


def attach_early(session: Session, device: WalkDevice, one: WalkObservation) -> None:
    """Give an observation that has just come the photos that came before it."""
    waiting = select(WalkEarlyPhoto).where(
        WalkEarlyPhoto.observation_client_id == one.client_id, WalkEarlyPhoto.device_id == device.id
    )
    for early in session.scalars(waiting.order_by(WalkEarlyPhoto.received_at, WalkEarlyPhoto.client_id)).all():
        _attach(session, one, early)
        session.delete(early)
        session.flush()


def list_received(session: Session, observation_id: uuid.UUID) -> list[uuid.UUID]:
    """Client UUIDs of the photos that are here."""
    held = select(Attachment.client_id).join(Contribution).where(Contribution.client_id == observation_id)
    early = select(WalkEarlyPhoto.client_id).where(WalkEarlyPhoto.observation_client_id == observation_id)
    return [*session.scalars(held), *session.scalars(early)]


def _stored(store: FileStore, photo: Photo, **ids: Any) -> WalkEarlyPhoto:
    """The photo's files in the store, and what a row of it says; not added to the session."""
    key, file_key, thumb_key = put_files(store, photo)
    return WalkEarlyPhoto(
        key=key,
        file_key=file_key,
        thumb_key=thumb_key,
        width=photo.width,
        height=photo.height,
        size_bytes=len(photo.jpeg),
        sha256=photo.sha256,
        **ids,
    )


def _attach(session: Session, one: WalkObservation, early: WalkEarlyPhoto) -> None:
    count = session.scalars(select(func.count()).where(Attachment.contribution_id == one.id)).one()
    same = {name: getattr(early, name) for name in _SAME}
    session.add(Attachment(contribution_id=one.id, content_type="image/jpeg", position=count, **same))
    one.photo_count = count + 1


def _find_own(session: Session, device: WalkDevice, observation_id: uuid.UUID) -> WalkObservation | None:
    row = session.execute(
        select(WalkObservation, WalkRecording.device_id)
        .outerjoin(WalkRecording, WalkRecording.observation_id == WalkObservation.id)
        .where(WalkObservation.client_id == observation_id)
    ).one_or_none()
    if row is None:
        return None
    if row.device_id != device.id:
        raise Forbidden(N_("Iakttagelsen är gjord på en annan telefon och kan bara ändras där."))
    return row.WalkObservation


def _is_known(session: Session, device: WalkDevice, observation_id: uuid.UUID, client_id: uuid.UUID) -> bool:
    one = _find_own(session, device, observation_id)
    held = session.scalar(select(Attachment).where(Attachment.client_id == client_id))
    early = session.get(WalkEarlyPhoto, client_id)
    is_elsewhere = (held is not None and (one is None or held.contribution_id != one.id)) or (
        early is not None and (early.device_id != device.id or early.observation_client_id != observation_id)
    )
    if is_elsewhere:
        raise Conflict(N_("Bilden har redan skickats med en annan iakttagelse. Ta den igen."))
    return held is not None or early is not None


def _count(session: Session, observation_id: uuid.UUID) -> int:
    held = (
        select(func.count())
        .select_from(Attachment)
        .join(Contribution)
        .where(Contribution.client_id == observation_id, ~Attachment.is_hidden)
    )
    early = select(func.count()).where(WalkEarlyPhoto.observation_client_id == observation_id)
    return (session.scalar(held) or 0) + (session.scalar(early) or 0)
