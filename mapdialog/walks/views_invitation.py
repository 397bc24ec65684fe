"""The public invitation to a walk: why, when and where, how dark it will be, and the way one goes."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from mapdialog.core.database import session
from mapdialog.walks import editor_page, queries, routes
from mapdialog.walks.views_follow_up import drawn, page_map

blueprint = Blueprint("walks_invitation", __name__)


@blueprint.get("/walks/<slug>/invitation")
def invitation(slug: str) -> str:
    """The page; not there while the walk is only planned."""
    walk = queries.get_invited(session(), slug)
    return render_template(
        "walks/invitation.html",
        walk=walk,
        sun_lines=editor_page.sun_lines(session(), walk, walk.starts_at, walk.ends_at),
        has_map=routes.shape_of(walk) is not None,
        length_m=routes.length_m(walk),
        map_data=page_map([], [walk]),
    )


@blueprint.get("/walks/<slug>/invitation.png")
def route_map(slug: str) -> Response:
    """The route on a drawn map, for who has no JavaScript."""
    return drawn([], [queries.get_invited(session(), slug)])
