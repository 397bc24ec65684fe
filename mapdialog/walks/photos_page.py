"""Photos chosen in a form of a walk: read within the installation's limits, and kept with what the form tells of."""

from collections.abc import Callable, Iterator
from functools import partial

from flask import current_app, request

from mapdialog.config import Config
from mapdialog.contributions.photos import Photo, read_photo
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.walks import recording_photos
from mapdialog.walks.findings import WalkObservation

# Each file's bytes, and how it is read.
Chosen = list[tuple[bytes, Callable[[], Photo]]]


def most() -> int:
    """How many photos an observation may have."""
    return _config().photos_per_contribution


def chosen() -> Iterator[tuple[bytes, Callable[[], Photo]]]:
    """Each file of the form's field `photos`: its bytes, and how it is read (which raises what is wrong with it)."""
    config = _config()
    limits = {"max_bytes": config.photo_max_mb * 1_000_000, "max_pixels": config.photo_max_pixels}
    for file in request.files.getlist("photos"):
        if file.filename:
            data = file.stream.read()
            yield data, partial(read_photo, data, **limits)


def has_chosen() -> bool:
    """True when the form came with any: a browser does not choose them anew when the page is shown again."""
    return any(file.filename for file in request.files.getlist("photos"))


def read_chosen() -> Chosen:
    """The same, each read once and for all. Raises Invalid (`photos`) when one can't be, or there are too many."""
    try:
        found: Chosen = [(data, partial(_same, read())) for data, read in chosen()]
    except DomainError as error:
        raise at_photos(error) from None
    if len(found) > most():
        raise Invalid(N_("En iakttagelse har högst %(most)s foton."), field="photos", most=most())
    return found


def keep(one: WalkObservation, photos: Chosen | None = None) -> None:
    """Keep what was chosen with an observation registered at the desk. Raises Invalid (`photos`)."""
    files = current_app.extensions["files"]
    for data, read in photos if photos is not None else chosen():
        try:
            recording_photos.add_at_desk(session(), files, one, data, read, most=most())
        except DomainError as error:
            raise at_photos(error) from None


def _same(photo: Photo) -> Photo:
    return photo


def at_photos(error: DomainError) -> Invalid:
    """The same words, at the form's own field."""
    return Invalid(error.message, field="photos", **error.params)


def _config() -> Config:
    found = current_app.config["MAPDIALOG"]
    assert isinstance(found, Config)
    return found
