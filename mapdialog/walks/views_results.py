"""The public page of a walk after its protocol: what was found, what is done about it, and what is not and why."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.walks import comparison_page, queries
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.public_list import list_public
from mapdialog.walks.public_page import after_protocol, public_spots
from mapdialog.walks.returning import compare
from mapdialog.walks.views_follow_up import drawn

blueprint = Blueprint("walk_results", __name__)


@blueprint.get("/walks")
def index() -> str:
    """Every walk to come, and every one whose protocol is published."""
    return render_template("walks/index.html", walks=list_public(session(), now()))


@blueprint.get("/walks/<slug>")
def walk(slug: str) -> str | Response:
    """The page; before the protocol is published the way to the invitation, and nothing while it is only planned."""
    found = queries.get_invited(session(), slug)
    if found.published_at is None:
        return redirect(url_for("walks_invitation.invitation", slug=slug))
    return render_template("walks/public.html", **after_protocol(found))


@blueprint.get("/walks/<slug>/map.png")
def walk_map(slug: str) -> Response:
    """The same on a drawn map."""
    found = _published(slug)
    return drawn([(one.lon, one.lat, one.color) for one in public_spots(found)], [found])


@blueprint.get("/walks/<slug>/comparison")
def comparison(slug: str) -> str:
    """A return walk held against the walk before, once both protocols are published."""
    found = compare(session(), _published(slug), is_public=True)
    if found is None:
        raise NotFound(
            N_("Det finns ingen jämförelse att visa. Båda vandringarnas protokoll behöver vara publicerade.")
        )
    return render_template("walks/comparison.html", **comparison_page.context(found))


def _published(slug: str) -> SafetyWalk:
    found = queries.find_walk(session(), slug)
    if found is None or found.published_at is None:
        raise NotFound(N_("Vandringen finns inte, eller så är protokollet inte publicerat än."))
    return found
