"""Photos of a form that is not sent yet: kept while the author reads it through, moved when it is sent."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mapdialog.contributions.authoring import put_files
from mapdialog.contributions.models import Attachment, Contribution, DraftPhoto
from mapdialog.contributions.photos import Photo
from mapdialog.core import clock
from mapdialog.core.errors import Invalid
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_

KEPT = timedelta(days=2)


def list_draft_photos(session: Session, draft_id: uuid.UUID) -> Sequence[DraftPhoto]:
    """The photos of a form, in the order they came."""
    return session.scalars(select(DraftPhoto).where(DraftPhoto.draft_id == draft_id).order_by(DraftPhoto.id)).all()


def keep_draft_photo(session: Session, store: FileStore, draft_id: uuid.UUID, photo: Photo, *, most: int) -> None:
    """Keep a photo with the form; the same photo again changes nothing. Invalid when there are `most` already."""
    kept = list_draft_photos(session, draft_id)
    if any(one.sha256 == photo.sha256 for one in kept):
        return
    if len(kept) >= most:
        raise Invalid(N_("Du kan skicka högst %(most)s foton."), field="photos", most=most)
    key, file_key, thumb_key = put_files(store, photo)
    row = DraftPhoto(
        draft_id=draft_id,
        key=key,
        file_key=file_key,
        thumb_key=thumb_key,
        width=photo.width,
        height=photo.height,
        size_bytes=len(photo.jpeg),
        sha256=photo.sha256,
    )
    session.add(row)
    session.flush()


def drop_draft_photo(session: Session, store: FileStore, draft_id: uuid.UUID, key: str) -> None:
    """Take a photo out of the form."""
    for photo in list_draft_photos(session, draft_id):
        if photo.key == key:
            session.delete(photo)
            store.delete(photo.file_key)
            store.delete(photo.thumb_key)


def attach_draft_photos(session: Session, contribution_id: int, draft_id: uuid.UUID) -> None:
    """Move the form's photos to the contribution that was made of it."""
    photos = list_draft_photos(session, draft_id)
    if not photos:
        return
    contribution = session.get_one(Contribution, contribution_id)
    count = session.scalars(select(func.count()).where(Attachment.contribution_id == contribution_id)).one()
    for position, photo in enumerate(photos, count):
        copied = {name: getattr(photo, name) for name in ("key", "file_key", "thumb_key", "width", "height")}
        copied |= {"size_bytes": photo.size_bytes, "sha256": photo.sha256, "content_type": "image/jpeg"}
        client_id = uuid.uuid5(draft_id, photo.key)
        session.add(Attachment(contribution_id=contribution_id, client_id=client_id, position=position, **copied))
        session.delete(photo)
    contribution.photo_count = count + len(photos)
    session.flush()


def remove_stale(session: Session, store: FileStore) -> int:
    """Remove photos of forms that nobody sent within two days; returns how many."""
    old = DraftPhoto.created_at < clock.now() - KEPT
    gone = session.execute(delete(DraftPhoto).where(old).returning(DraftPhoto.file_key, DraftPhoto.thumb_key)).all()
    for file_key, thumb_key in gone:
        store.delete(file_key)
        store.delete(thumb_key)
    return len(gone)
