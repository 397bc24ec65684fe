"""The staff form that puts an observation's place right."""

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, NotFound
from mapdialog.core.text import N_, clean_line
from mapdialog.walks import astray, editor_page, observation_page, queries, replacing
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.typed_places import find_place
from mapdialog.walks.views_follow_up import blueprint, whole
from mapdialog.web.access import requires


@blueprint.post("/walks/<slug>/observations/<int:observation_id>/place")
@requires("moderate")
def place_observation(slug: str, observation_id: int) -> Response | tuple[str, int]:
    """Put it at a stop or at a place, exchange its longitude and latitude, or say that it lies right."""
    walk = queries.get_walk(session(), slug)
    one = observation_page.get(walk, observation_id)
    try:
        said = _place(walk, one, request.form.get("do", ""))
    except DomainError as error:
        session().rollback()
        walk = queries.get_walk(session(), slug)
        return observation_page.render(walk, observation_page.get(walk, observation_id), error), error.status
    session().commit()
    flash(said, "success")
    return redirect(url_for(".observation", slug=slug, observation_id=one.id))


def _place(walk: SafetyWalk, one: WalkObservation, wanted: str) -> str:
    version, actor_id = whole(request.form.get("version")), current_user.account_id
    if wanted == "confirm":
        replacing.confirm(session(), one, version=version, actor_id=actor_id)
        return _("Platsen står kvar och visas på kartorna.")
    if wanted == "unswap":
        stop_id, place = one.stop_id, astray.unswapped(session(), walk, one)
        if place is None:
            raise NotFound(N_("Platsen hamnar inte vid vandringen om talen byter plats. Ladda om sidan."))
    elif wanted == "put":
        typed = clean_line(request.form.get("place", ""))
        stop_id = whole(request.form.get("stop"))
        place = find_place(session(), typed, editor_page.where(session()), field="place")
    else:
        abort(400)
    replacing.put(session(), walk, one, stop_id=stop_id, place=place, version=version, actor_id=actor_id)
    return _("Platsen är ändrad.")
