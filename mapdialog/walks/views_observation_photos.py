"""Photos of an observation at the desk: hidden, shown again, blurred where they point out a person, and as received."""

from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.contributions import blurring, inbox_page
from mapdialog.contributions.models import Attachment
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, NotFound
from mapdialog.core.text import N_
from mapdialog.walks import observation_page, queries
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.views_follow_up import blueprint
from mapdialog.web.access import requires


@blueprint.post("/walks/<slug>/observations/<int:observation_id>/photos/<key>/<any(hide, show, blur, unblur):decision>")
@requires("moderate")
def decide_photo(slug: str, observation_id: int, key: str, decision: str) -> Response | tuple[str, int]:
    """Hide, show, blur or unblur a photo of the observation's own."""
    walk = queries.get_walk(session(), slug)
    one = observation_page.get(walk, observation_id)
    try:
        said = _decide(one, _photo(one, key), decision)
    except NotFound:
        raise
    except DomainError as error:
        session().rollback()
        walk = queries.get_walk(session(), slug)
        return observation_page.render(walk, observation_page.get(walk, observation_id), error), error.status
    session().commit()
    flash(said, "success")
    if walk.published_at is not None:
        flash(_("Det publicerade protokollet är som det var. Publicera en ny version, så följer fotot med."), "warn")
    return redirect(url_for(".observation", slug=slug, observation_id=observation_id, _anchor="foton"))


def _decide(one: WalkObservation, photo: Attachment, decision: str) -> str:
    """What the pressed button says; returns what to say."""
    version = request.form.get("version", "")
    seen: dict[str, Any] = {
        "version": int(version) if version.isdecimal() and len(version) < 10 else None,
        "actor_id": current_user.account_id,
    }
    files = current_app.extensions["files"]
    if decision in ("hide", "show"):
        blurring.set_hidden(session(), one, photo, decision == "hide", **seen)
        return _("Fotot är dolt.") if decision == "hide" else _("Fotot visas.")
    if decision == "blur":
        blurring.blur(session(), files, one, photo, inbox_page.box_in(request.form), **seen)
        return _("Fotot är suddat. Originalet finns kvar.")
    blurring.unblur(session(), files, one, photo, **seen)
    return _("Suddningen är borta.")


def _photo(one: WalkObservation, key: str) -> Attachment:
    for photo in one.photos:
        if photo.key == key:
            return photo
    raise NotFound(N_("Fotot finns inte."))
