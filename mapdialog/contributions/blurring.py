"""Hides a photo, or blurs what points out a person in it; the file as it was received stays. Callers commit."""

import hashlib
import io
import secrets

from PIL import Image, ImageFilter
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Attachment, Contribution
from mapdialog.contributions.moderation import log, take
from mapdialog.contributions.photos import QUALITY, THUMBNAIL_SIDE
from mapdialog.core.clock import now
from mapdialog.core.errors import Invalid
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_

Box = tuple[float, float, float, float]


def set_hidden(
    session: Session,
    contribution: Contribution,
    photo: Attachment,
    hidden: bool,
    *,
    version: int | None,
    actor_id: int | None,
) -> None:
    """Hide the photo from the public, or show it again."""
    take(session, contribution, version)
    photo.is_hidden = hidden
    log(session, contribution, "hide_photo" if hidden else "show_photo", actor_id, note=_name(photo))


def blur(
    session: Session,
    store: FileStore,
    contribution: Contribution,
    photo: Attachment,
    box: Box,
    *,
    version: int | None,
    actor_id: int | None,
) -> None:
    """Blur a rectangle (left, top, right, bottom as parts of the width and height, 0–1) beyond recognition.

    The public gets new files; the first file is kept under `original_key`. Raises Invalid for an empty rectangle.
    """
    left, top, right, bottom = (min(1.0, max(0.0, edge)) for edge in box)
    if right - left < 0.005 or bottom - top < 0.005:
        raise Invalid(N_("Markera en ruta i fotot som ska suddas."), field="box")
    take(session, contribution, version)
    picture = Image.open(io.BytesIO(store.get(photo.file_key)), formats=("JPEG",)).convert("RGB")
    blurred = _blurred(picture, (left, top, right, bottom))
    _replace(store, photo, blurred)
    log(session, contribution, "blur_photo", actor_id, note=_name(photo))


def unblur(
    session: Session,
    store: FileStore,
    contribution: Contribution,
    photo: Attachment,
    *,
    version: int | None,
    actor_id: int | None,
) -> None:
    """Go back to the photo as it was received."""
    if photo.original_key is None:
        return
    take(session, contribution, version)
    data = store.get(photo.original_key)
    _point_at(store, photo, photo.original_key, data)
    photo.original_key = None
    log(session, contribution, "unblur_photo", actor_id, note=_name(photo))


def _blurred(picture: Image.Image, box: Box) -> Image.Image:
    """Coarse squares first, so that sharpening cannot bring anything back, then a blur so that it does not shout."""
    width, height = picture.size
    edges = (int(box[0] * width), int(box[1] * height), max(1, round(box[2] * width)), max(1, round(box[3] * height)))
    part = picture.crop(edges)
    few = max(1, min(8, min(part.size) // 12))
    squares = part.resize((few * max(1, part.width // max(1, min(part.size))), few), Image.Resampling.BOX)
    smooth = squares.resize(part.size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(max(part.size) / 40))
    made = picture.copy()
    made.paste(smooth, edges[:2])
    return made


def _replace(store: FileStore, photo: Attachment, picture: Image.Image) -> None:
    photo.original_key = photo.original_key or photo.file_key
    data, file_key = _jpeg(picture), f"photos/{now():%Y-%m}/{secrets.token_hex(12)}.jpg"
    store.put(file_key, data)
    _point_at(store, photo, file_key, data)


def _point_at(store: FileStore, photo: Attachment, file_key: str, data: bytes) -> None:
    """Show this file from now on, at a new address: what browsers have kept of the old one is never asked for again."""
    small = Image.open(io.BytesIO(data), formats=("JPEG",)).convert("RGB")
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    photo.key = secrets.token_hex(12)
    photo.file_key, photo.thumb_key = file_key, f"photos/{now():%Y-%m}/{photo.key}-thumb.jpg"
    store.put(photo.thumb_key, _jpeg(small))
    photo.size_bytes, photo.sha256 = len(data), hashlib.sha256(data).hexdigest()


def _name(photo: Attachment) -> str:
    return f"Foto {photo.position + 1}"


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
