"""Photos by their key: to everybody when they are public, else to the author and to staff."""

from flask import Response, abort, current_app, request
from flask_login import current_user

from mapdialog.contributions import queries
from mapdialog.contributions.models import Attachment, Contribution, State
from mapdialog.contributions.views import blueprint
from mapdialog.core.database import session
from mapdialog.walks.findings import WalkObservation
from mapdialog.web.ownership import own_token


@blueprint.get("/photos/<key>.jpg")
def photo(key: str) -> Response:
    """The photo, at most 2560 pixels wide or high."""
    return _serve(key, thumbnail=False)


@blueprint.get("/photos/<key>-thumb.jpg")
def thumbnail(key: str) -> Response:
    """The photo, at most 480 pixels wide or high."""
    return _serve(key, thumbnail=True)


def _serve(key: str, *, thumbnail: bool) -> Response:
    found = queries.find_photo(session(), key) if key.isalnum() else None
    draft = queries.find_draft_photo(session(), key) if found is None and key.isalnum() else None
    if found is None and draft is None:
        abort(404)
    is_public = found is not None and _is_public(*found)
    if found is not None and not is_public and not _may_see(found[1]):
        abort(404)
    one = found[0] if found is not None else draft
    assert one is not None
    store = current_app.extensions["files"]
    response = Response(store.get(one.thumb_key if thumbnail else one.file_key), mimetype="image/jpeg")
    # Short, so that a photo that staff hide is soon gone from caches too.
    response.headers["Cache-Control"] = "public, max-age=300" if is_public else "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = f'inline; filename="{key}.jpg"'
    response.set_etag(f"{one.sha256[:24]}{'t' if thumbnail else ''}")
    response.make_conditional(request)
    return response


def _is_public(photo: Attachment, contribution: Contribution) -> bool:
    is_read = contribution.state == State.APPROVED and not photo.is_hidden
    if isinstance(contribution, WalkObservation):  # its dialogue is a vessel; the walk's protocol makes it public
        is_shown = is_read if contribution.merged_into_id is None else _is_of_a_public_one(photo, contribution)
        return is_shown and contribution.walk.published_at is not None
    return is_read and contribution.dialogue.published_at is not None


def _is_of_a_public_one(photo: Attachment, double: WalkObservation) -> bool:
    """True when it is shown with the observation that this one was merged into."""
    kept = session().get(WalkObservation, double.merged_into_id)
    return kept is not None and kept.state == State.APPROVED and not photo.is_hidden and photo in kept.gallery


def _may_see(contribution: Contribution) -> bool:
    return bool(current_user.is_authenticated) or own_token(contribution) is not None
