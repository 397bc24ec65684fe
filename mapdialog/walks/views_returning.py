"""Staff pages of return walks: planning one, and what has become of what the earlier walk found."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.contributions.models import State
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, NotFound
from mapdialog.core.text import N_
from mapdialog.walks import checking, comparison_page, editor_page, photos_page, queries, repeating
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.returning import compare
from mapdialog.walks.rules import takes_observations
from mapdialog.walks.views_follow_up import blueprint, settings
from mapdialog.web.access import requires
from mapdialog.web.errors import translated

_NO_REPEAT = N_("Vandringen är ingen återvandring, så det finns inget att jämföra med.")


@blueprint.post("/walks/<slug>/return")
@requires("edit_walks")
def plan_return(slug: str) -> Response:
    """A new walk that goes back to what this one found, and on to its plan."""
    walk = queries.get_walk(session(), slug)
    try:
        made = repeating.plan_return(
            session(),
            walk,
            title=_("Återvandring: %(title)s", title=walk.title),
            purpose=_("Vi går samma väg igen och ser vad som har hänt sedan förra vandringen."),
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
        return redirect(url_for("walks_staff.edit", slug=slug))
    session().commit()
    flash(_("Återvandringen har samma rutt, hållpunkter och checklista. Bestäm tiden, så är den planerad."), "success")
    return redirect(url_for("walks_staff.edit", slug=made.slug))


@blueprint.get("/walks/<slug>/comparison")
def comparison(slug: str) -> str:
    """The walk held against the one that it repeats."""
    return _page(queries.get_walk(session(), slug))


@blueprint.post("/walks/<slug>/comparison")
@requires("moderate")
def check_earlier(slug: str) -> Response | tuple[str, int]:
    """What has become of one earlier finding, from somebody's notes."""
    walk = queries.get_walk(session(), slug)
    earlier = _earlier(walk, request.form.get("follows", ""))
    try:
        made = checking.check_at_desk(
            session(),
            walk,
            earlier,
            request.form.get("verdict", ""),
            words=request.form.get("words", ""),
            client_id=_client_id(request.form.get("client_id", "")),
            receipt_prefix=settings().receipt_prefix,
            at=now(),
            actor_id=current_user.account_id,
        )
        photos_page.keep(made.observation)
    except DomainError as error:
        session().rollback()
        problem = translated(error)
        return _page(
            queries.get_walk(session(), slug), problem, {earlier.id: request.form.get("words", "")}
        ), error.status
    session().commit()
    flash(_("Bedömningen är sparad."), "success")
    return redirect(url_for(".comparison", slug=slug) + f"#fynd-{earlier.id}")


def _page(walk: SafetyWalk, problem: str = "", typed: dict[int, str] | None = None) -> str:
    found = compare(session(), walk)
    if found is None:
        raise NotFound(_NO_REPEAT)
    return render_template(
        "walks/staff/comparison.html",
        **comparison_page.context(found),
        tabs=editor_page.tabs(walk),
        is_open=takes_observations(walk.status),
        fresh_id=uuid.uuid4,
        photos_most=photos_page.most(),
        problem=problem,
        typed=typed or {},
    )


def _earlier(walk: SafetyWalk, sent: str) -> WalkObservation:
    found = (
        session().get(WalkObservation, int(sent)) if sent.isascii() and sent.isdecimal() and len(sent) < 18 else None
    )
    if found is None or walk.repeat_of_id is None or found.walk_id != walk.repeat_of_id:
        raise NotFound(N_("Iakttagelsen finns inte på den förra vandringen."))
    if found.state not in (State.PENDING, State.APPROVED) or found.merged_into_id is not None:
        raise NotFound(N_("Iakttagelsen finns inte på den förra vandringen."))
    return found


def _client_id(sent: str) -> uuid.UUID:
    try:
        return uuid.UUID(sent)
    except ValueError:
        return uuid.uuid4()
