"""What authors do with their own contribution by the personal link: photos, edit, move, withdraw. Nothing commits."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
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
from mapdialog.districts.linking import hold_sets, link_moved
from mapdialog.geo.geometry import anchor, from_element, to_element

STILL_M = 1.0


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
class NewPlace:
    """Where the author says it is now, checked, in EPSG:3006; the rest as when a contribution arrives."""

    geometry: BaseGeometry
    label: str = ""
    source: str = "pin"
    accuracy_m: float | None = None


@dataclass(frozen=True)
class Edit:
    """The author's new words, and `place` where it was moved. `version` is the contribution's when the form opened."""

    text: str
    category_id: int
    mood: int | None
    version: int
    place: NewPlace | None = None


def may_change(contribution: Contribution, terms: Terms) -> None:
    """Closed unless the author may still change it: until it is answered, withdrawn, or the phase has closed."""
    if contribution.state == State.WITHDRAWN:
        raise Closed(N_("Synpunkten är tillbakatagen och går inte att ändra."))
    if contribution.answered_at is not None:
        raise Closed(N_("Synpunkten har fått svar och går inte längre att ändra. Lämna gärna en ny."))
    if not terms.accepts_contributions:
        raise Closed(N_("Dialogen har stängt, så synpunkten går inte längre att ändra."))


def edit(session: Session, contribution: Contribution, terms: Terms, new: Edit) -> bool:
    """Keep the author's new words and place as a revision; False when nothing was changed.

    What was received first stays: its words in the contribution, and with the first change also its category, mood and
    place, as a revision of the moment it was received. Conflict when somebody (the author in another window, or staff)
    changed it since the form was opened.
    """
    may_change(contribution, terms)
    if new.place is not None:
        hold_sets(session)
    session.refresh(contribution, with_for_update={"of": Contribution})
    may_change(contribution, terms)  # It may have been answered while we waited for the row.
    if contribution.version != new.version:
        raise Conflict(N_("Synpunkten ändrades i ett annat fönster medan du skrev. Jämför texterna och spara igen."))
    before, mood = current_text(session, contribution), _mood(contribution)
    place = new.place if new.place and is_moved(contribution, new.place.geometry) else None
    if place is None and (new.text, new.category_id, new.mood) == (before, contribution.category_id, mood):
        return False
    was_moderated = contribution.moderated_at is not None or contribution.public_text not in (None, before)
    if not contribution.revisions:
        session.add(_revision(contribution, contribution.raw_text, received_at=contribution.received_at))
        session.flush()
    if place is not None:
        _move(contribution, place)
    contribution.state = rules.state_after_edit(terms, new.text, state=contribution.state, was_moderated=was_moderated)
    contribution.public_text = new.text
    contribution.category_id = new.category_id
    if isinstance(contribution, Comment):
        contribution.mood = new.mood
    contribution.version += 1
    session.add(_revision(contribution, new.text))
    session.flush()
    if place is not None:
        link_moved(session, contribution.id)
    events.announce(session, "contribution_edited", contribution=contribution)
    return True


def is_moved(contribution: Contribution, geometry: BaseGeometry) -> bool:
    """False while every corner (EPSG:3006) is within a metre of where it was: no map is read more closely."""
    return not shapely.equals_exact(from_element(contribution.geom), geometry, tolerance=STILL_M)


def _move(contribution: Contribution, place: NewPlace) -> None:
    contribution.geom = to_element(place.geometry)
    contribution.anchor = to_element(anchor(place.geometry))
    contribution.place_label, contribution.place_source = place.label, place.source
    contribution.accuracy_m = place.accuracy_m


def _mood(contribution: Contribution) -> int | None:
    return contribution.mood if isinstance(contribution, Comment) else None


def _revision(contribution: Contribution, words: str, **values: Any) -> ContributionRevision:
    """The words, with category, mood and place as the contribution has them at this moment."""
    return ContributionRevision(
        contribution_id=contribution.id,
        raw_text=words,
        category_id=contribution.category_id,
        geom=contribution.geom,
        mood=_mood(contribution),
        **values,
    )


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
