"""Staff pages of the answering: the work queue, and what is done with many points at once."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError
from mapdialog.dialogues.area import list_choices
from mapdialog.plans import (
    answer_queue,
    answer_reading,
    approving,
    changes,
    themes,
    views_plan_answer_editor,
    views_plan_changes,
    views_plan_points,
    views_plan_points_excel,
    views_plan_unmet,
)
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint
from mapdialog.plans.answers_page import (
    actor_id,
    blueprint,
    chosen_points,
    load,
    officer_choices,
    phase_choices,
    query_of,
    theme_choices,
    wanted_of,
    words,
)
from mapdialog.plans.approving import Moved
from mapdialog.plans.completeness import count_left
from mapdialog.plans.forms_answers import whole
from mapdialog.plans.models import Plan
from mapdialog.plans.point_locks import demand_some
from mapdialog.plans.statement_list import count_hidden
from mapdialog.web.access import requires
from mapdialog.web.errors import translated

__all__ = [
    "blueprint",
    "views_plan_answer_editor",
    "views_plan_changes",
    "views_plan_points",
    "views_plan_points_excel",
    "views_plan_unmet",
]  # one blueprint
Page = Response | str | tuple[str, int]


@blueprint.get("/plans/<slug>/answers")
@requires("read_parties")
def index(slug: str) -> str:
    """The points that the address asks for."""
    return _page(load(slug))


@blueprint.post("/plans/<slug>/answers")
@requires("edit_plans")
def many(slug: str) -> Page:
    """What the pressed button says about the points that are ticked."""
    plan = load(slug)
    points = chosen_points(plan)
    deed = DEEDS.get(request.form.get("do", ""))
    if deed is None:
        abort(400)
    try:
        demand_some(points)
        page = deed(plan, points)
    except DomainError as error:
        session().rollback()
        return _page(load(slug), error, {one.id for one in points}), error.status
    if page is not None:
        return page
    session().commit()
    query = query_of(request.form, page=request.form.get("page", ""))
    return redirect(url_for(".index", slug=slug) + ("?" + query if query else ""))


def _answer(plan: Plan, points: list[PlanPoint]) -> Page:
    return views_plan_answer_editor.compose_page(plan, points)


def _assign(plan: Plan, points: list[PlanPoint]) -> None:
    count = themes.assign_many(session(), plan, points, whole(request.form.get("to_officer")), actor_id=actor_id())
    flash(ngettext("%(num)s synpunkt har fått handläggare.", "%(num)s synpunkter har fått handläggare.", count))


def _theme(plan: Plan, points: list[PlanPoint]) -> None:
    theme_id = whole(request.form.get("to_theme"))
    if label := request.form.get("new_theme", "").strip():
        theme_id = themes.take_theme(session(), plan, label, actor_id=actor_id()).id
    count = themes.theme_many(session(), plan, points, theme_id, actor_id=actor_id())
    flash(ngettext("%(num)s synpunkt har fått temat.", "%(num)s synpunkter har fått temat.", count))


def _change(plan: Plan, points: list[PlanPoint]) -> None:
    change = changes.get_change(session(), plan, whole(request.form.get("to_change")) or 0)
    count = changes.link_points(session(), change, points, actor_id=actor_id())
    flash(
        ngettext("%(num)s synpunkt är kopplad till ändringen.", "%(num)s synpunkter är kopplade till ändringen.", count)
    )


def _review(plan: Plan, points: list[PlanPoint]) -> None:
    answers = _answers_of(plan, points)
    moved = approving.review_many(session(), answers, at=now(), actor_id=actor_id())
    flash(ngettext("%(num)s svar är granskat.", "%(num)s svar är granskade.", len(moved.done)))
    _tell_left(moved)


def _approve(plan: Plan, points: list[PlanPoint]) -> None:
    moved = approving.approve_many(session(), _answers_of(plan, points), at=now(), actor_id=actor_id())
    flash(ngettext("%(num)s svar är färdigt.", "%(num)s svar är färdiga.", len(moved.done)))
    _tell_left(moved)


DEEDS: dict[str, Callable[[Plan, list[PlanPoint]], Any]] = {
    "answer": _answer,
    "assign": _assign,
    "theme": _theme,
    "change": _change,
    "review": _review,
    "approve": _approve,
}


def _answers_of(plan: Plan, points: list[PlanPoint]) -> list[PlanAnswer]:
    ids = {one.answer_id for one in points if one.answer_id is not None}
    return [answer_reading.get_answer(session(), plan, one) for one in sorted(ids)]


def _tell_left(moved: Moved) -> None:
    """Why some stayed where they were, each reason once."""
    if not moved.left:
        return
    said = ngettext("%(num)s svar är som förut:", "%(num)s svar är som förut:", len(moved.left))
    flash(said + " " + " ".join(dict.fromkeys(_why(error) for _answer, error in moved.left)), "warn")


def _why(error: DomainError) -> str:
    fields = getattr(error, "fields", {})
    return " ".join([translated(error), *(translated(one) for one in fields.values() if one is not error)])


def _page(plan: Plan, problem: DomainError | None = None, ticked: set[int] | None = None) -> str:
    asked = request.values
    wanted = wanted_of(plan, asked)
    counts = answer_queue.count_queue(session(), plan, wanted)
    pages = max(1, -(-counts[wanted.state] // answer_queue.ON_A_PAGE))
    page = max(1, min(whole(asked.get("page")) or 1, pages))
    return render_template(
        "staff/plans/answers/index.html",
        plan=plan,
        tab="answers",
        wanted=wanted,
        counts=counts,
        rows=answer_queue.list_queue(session(), plan, wanted, page=page),
        page=page,
        pages=pages,
        left=count_left(session(), plan),
        hidden=0 if wanted.protected and not wanted.q else count_hidden(session(), plan),
        districts=list_choices(session()),
        themes=theme_choices(plan),
        officers=officer_choices(),
        phases=phase_choices(plan),
        changes=changes.list_changes(session(), plan),
        query=lambda **changed: query_of(asked, **changed),
        problem=translated(problem) if problem else "",
        wrong_field=problem.field if problem else "",
        ticked=ticked or set(),
        **words(),
    )
