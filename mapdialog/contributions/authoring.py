"""What authors do with their own contribution through the personal link: photos, edit, withdraw. Nothing commits."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.contributions import rules
from mapdialog.contributions.models import Attachment, Comment, Contribution, ContributionRevision, State
from mapdialog.contributions.photos import Photo
from mapdialog.contributions.queries import current_text
from mapdialog.contributions.submission import token_hash
from mapdialog.contributions.terms import Terms
from mapdialog.core import clock, events
from mapdialog.core.errors import Closed, Conflict, Forbidden, Invalid
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_


def check_token(contribution: Contribution, token: str | None) -> None:
    """Forbidden unless the token is the author's; compared in constant time."""
    kept = contribution.edit_token_hash
    if not token or kept is None or not hmac.compare_digest(token_hash(token), kept):
        raise Forbidden(N_("Länken stämmer inte. Öppna den igen från kvittot eller brevet."))


def owns(contribution: Contribution, token: str | None) -> bool:
    """True if the token is the author's."""
    try:
        check_token(contribution, token)
    except Forbidden:
        return False
    return True


def add_photo(
    session: Session,
    store: FileStore,
    contribution: Contribution,
    terms: Terms,
    read: Callable[[], Photo],
    *,
    client_id: uuid.UUID,
    most: int,
) -> tuple[Attachment, bool]:
    """Read and store a photo and its row, and say whether it is new: the same client_id again gives the first.

    The files are written before the row: a crash between leaves files that nobody sees, never a row without its file.
    """
    found = session.scalar(select(Attachment).where(Attachment.client_id == client_id))
    if found is not None and found.contribution_id == contribution.id:
        return found, False
    if found is not None:
        raise Conflict(N_("Bilden har redan skickats med en annan synpunkt. Välj den igen."))
    may_change(contribution, terms)
    if not terms.allows_photos:
        raise Invalid(N_("Dialogen tar inte emot foton."), field="photo")
    photo = read()
    session.execute(select(Contribution.id).where(Contribution.id == contribution.id).with_for_update())
    count = session.scalars(select(func.count()).where(Attachment.contribution_id == contribution.id)).one()
    if count >= most:
        raise Invalid(N_("Det finns redan %(count)s foton. Fler går inte att lägga till."), field="photo", count=count)
    key, file_key, thumb_key = put_files(store, photo)
    made = Attachment(
        contribution_id=contribution.id,
        client_id=client_id,
        key=key,
        file_key=file_key,
        thumb_key=thumb_key,
        content_type="image/jpeg",
        width=photo.width,
        height=photo.height,
        size_bytes=len(photo.jpeg),
        sha256=photo.sha256,
        position=count,
    )
    session.add(made)
    contribution.photo_count = count + 1
    if contribution.state == State.APPROVED and terms.is_premoderated:
        contribution.state = State.PENDING  # What staff have not seen is not shown where they read first.
    session.flush()
    return made, True


def put_files(store: FileStore, photo: Photo) -> tuple[str, str, str]:
    """Put a photo's files in the store; returns the key for addresses and the two files' keys in the store."""
    key = secrets.token_hex(12)
    folder = f"photos/{clock.now():%Y-%m}"
    file_key, thumb_key = f"{folder}/{key}.jpg", f"{folder}/{key}-thumb.jpg"
    store.put(file_key, photo.jpeg)
    store.put(thumb_key, photo.thumbnail)
    return key, file_key, thumb_key


@dataclass(frozen=True)
class Edit:
    """The author's new words. `version` is the contribution's when the form was opened."""

    text: str
    category_id: int
    mood: int | None
    version: int


def may_change(contribution: Contribution, terms: Terms) -> None:
    """Closed unless the author may still change it: until it is answered, withdrawn, or the phase has closed."""
    if contribution.state == State.WITHDRAWN:
        raise Closed(N_("Synpunkten är tillbakatagen och går inte att ändra."))
    if contribution.answered_at is not None:
        raise Closed(N_("Synpunkten har fått svar och går inte längre att ändra. Lämna gärna en ny."))
    if not terms.accepts_contributions:
        raise Closed(N_("Dialogen har stängt, så synpunkten går inte längre att ändra."))


def edit(session: Session, contribution: Contribution, terms: Terms, new: Edit) -> bool:
    """Keep the author's new words as a revision; the first ones stay as they came. False when nothing was changed.

    Conflict when somebody (the author in another window, or staff) changed it since the form was opened.
    """
    may_change(contribution, terms)
    locked = session.scalars(
        select(Contribution.version).where(Contribution.id == contribution.id).with_for_update()
    ).one()
    if locked != new.version:
        raise Conflict(N_("Synpunkten ändrades i ett annat fönster medan du skrev. Jämför texterna och spara igen."))
    mood = contribution.mood if isinstance(contribution, Comment) else None
    before = current_text(session, contribution)
    if (new.text, new.category_id, new.mood) == (before, contribution.category_id, mood):
        return False
    was_moderated = contribution.moderated_at is not None or contribution.public_text not in (None, before)
    session.add(
        ContributionRevision(
            contribution_id=contribution.id,
            raw_text=new.text,
            category_id=new.category_id,
            geom=contribution.geom,
            mood=new.mood,
        )
    )
    contribution.state = rules.state_after_edit(terms, new.text, state=contribution.state, was_moderated=was_moderated)
    contribution.public_text = new.text
    contribution.category_id = new.category_id
    if isinstance(contribution, Comment):
        contribution.mood = new.mood
    contribution.version += 1
    session.flush()
    events.announce(session, "contribution_edited", contribution=contribution)
    return True


def withdraw(session: Session, contribution: Contribution, terms: Terms) -> None:
    """Take it off the map. The record of what was received stays, as the law on public records demands."""
    if contribution.state == State.WITHDRAWN:
        return
    may_change(contribution, terms)
    contribution.state = State.WITHDRAWN
    contribution.version += 1
    session.flush()
    events.announce(session, "contribution_withdrawn", contribution=contribution)


def digest(data: bytes) -> str:
    """A photo's own mark, so that the same file sent twice from a plain form is one photo."""
    return hashlib.sha256(data).hexdigest()
