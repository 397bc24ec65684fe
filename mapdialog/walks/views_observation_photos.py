"""Photos of an observation at the desk: hidden, shown again, blurred where they point out a person, and as received."""

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.contributions import photo_deciding
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, NotFound
from mapdialog.walks import observation_page, queries
from mapdialog.walks.views_follow_up import blueprint, whole
from mapdialog.web.access import requires


@blueprint.post("/walks/<slug>/observations/<int:observation_id>/photos/<key>/<any(hide, show, blur, unblur):decision>")
@requires("moderate")
def decide_photo(slug: str, observation_id: int, key: str, decision: str) -> Response | tuple[str, int]:
    """Hide, show, blur or unblur a photo of the observation's own."""
    walk = queries.get_walk(session(), slug)
    one = observation_page.get(walk, observation_id)
    try:
        said = photo_deciding.decide(
            session(),
            current_app.extensions["files"],
            one,
            key=key,
            decision=decision,
            form=request.form,
            version=whole(request.form.get("version")),
            actor_id=current_user.account_id,
        )
    except NotFound:
        raise
    except DomainError as error:
        session().rollback()
        walk = queries.get_walk(session(), slug)
        return observation_page.render(walk, observation_page.get(walk, observation_id), error), error.status
    session().commit()
    flash(_(said), "success")
    if walk.published_at is not None:
        flash(_("Det publicerade protokollet är som det var. Publicera en ny version, så följer fotot med."), "warn")
    return redirect(url_for(".observation", slug=slug, observation_id=observation_id, _anchor="foton"))
