"""The public invitation to a walk: why, when and where, how dark it will be, the way one goes, and how many come."""

import uuid
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Closed, Invalid
from mapdialog.walks import coming, editor_page, public_numbers, queries, routes, rules
from mapdialog.walks.coming_models import MOST_TOGETHER
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.views_follow_up import drawn, page_map
from mapdialog.web.errors import translated
from mapdialog.web.limits import limiter
from mapdialog.web.marks import Marks

blueprint = Blueprint("walks_invitation", __name__)
# Kept from the invitation until the walk is over.
_MARKS = Marks("coming", "walk-coming", 120 * 86_400)


@blueprint.get("/walks/<slug>/invitation")
def invitation(slug: str) -> Response:
    """The page; not there while the walk is only planned, and the way to what it led to once that is published."""
    walk = queries.get_invited(session(), slug)
    if walk.published_at is not None:
        return redirect(url_for("walk_results.walk", slug=slug))
    return make_response(invitation_page(walk))


@blueprint.post("/walks/<slug>/coming")
@limiter.limit("60 per hour")
def say_coming(slug: str) -> Response:
    """So many come (`people`), or nobody after all (`action=leave`); the phone is known again by a cookie."""
    walk, mark = queries.get_invited(session(), slug), _MARKS.find(slug)
    response: Any = redirect(url_for(".invitation", slug=slug, _anchor="coming"), 303)
    try:
        if request.form.get("action") == "leave":
            coming.take_back(session(), walk, mark, at=now())
            flash(_("Tack, nu vet vi att ni inte kommer."), "success")
            response = _MARKS.forget(response, slug)
        else:
            mark = mark or uuid.uuid4()
            coming.say(session(), walk, mark, _people(request.form.get("people", "")), at=now())
            flash(_("Tack! Nu vet vi att ni kommer."), "success")
            response = _MARKS.remember(response, slug, mark)
    except Invalid as error:
        session().rollback()
        return make_response(invitation_page(walk, problem=translated(error)), error.status)
    except Closed as error:
        session().rollback()
        flash(translated(error), "warn")
    session().commit()
    return response


@blueprint.get("/walks/<slug>/invitation.png")
def route_map(slug: str) -> Response:
    """The route on a drawn map, for who has no JavaScript."""
    return drawn([], [queries.get_invited(session(), slug)])


def invitation_page(walk: SafetyWalk, **problems: str) -> str:
    """The page, with what was wrong with a form on it: `problem` of who comes, `news_problem` and `news_email`."""
    people = coming.count_people(session()).get(walk.id, 0)
    return render_template(
        "walks/invitation.html",
        walk=walk,
        sun_lines=editor_page.sun_lines(session(), walk, walk.starts_at, walk.ends_at),
        has_map=routes.shape_of(walk) is not None,
        length_m=routes.told_m(routes.length_m(walk)),
        map_data=page_map([], [walk]),
        is_over=rules.is_over(walk.status, walk.ends_at or walk.starts_at, now()),
        takes_answers=coming.is_open(walk, now()),
        said=coming.find_people(session(), walk, _MARKS.find(walk.slug)),
        most_together=MOST_TOGETHER,
        people=public_numbers.total([people]),
        **problems,
    )


def _people(sent: str) -> int | None:
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 4 else None
