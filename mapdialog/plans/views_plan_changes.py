"""Staff pages of changes to the plan and the points that caused them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from mapdialog.core.database import session
from mapdialog.core.errors import DomainError
from mapdialog.plans import answer_queue, changes
from mapdialog.plans.answer_models import PlanChange, PlanPoint
from mapdialog.plans.answers_page import account, actor_id, blueprint, load, phase_choices, words
from mapdialog.plans.forms_answers import ChangeForm, whole
from mapdialog.plans.models import Plan
from mapdialog.plans.queries import may_read_protected
from mapdialog.plans.rules import needs_second_review
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]


@blueprint.get("/plans/<slug>/answers/changes")
@requires("read_parties")
def list_changes(slug: str) -> str:
    """The plan's changes, and a form for the next one."""
    plan = load(slug)
    return _page(plan, None, _form(plan))


@blueprint.post("/plans/<slug>/answers/changes")
@requires("edit_plans")
def add_change(slug: str) -> Page:
    """A new change."""
    return _save(slug, None)


@blueprint.post("/plans/<slug>/answers/changes/text")
@requires("edit_plans")
def save_changes_text(slug: str) -> Page:
    """What the report says of a phase's changes as a whole, or why nothing is changed."""
    plan = load(slug)
    phase_id, typed = whole(request.form.get("phase")), request.form.get("changes_text", "")
    seen = whole(request.form.get("version"))
    try:
        changes.save_text(session(), plan, phase_id, typed, version=seen, actor_id=actor_id())
    except DomainError as error:
        session().rollback()
        plan = load(slug)
        told = {"phase": phase_id, "text": typed, "problem": translated(error)}
        return _page(plan, None, _form(plan), told), error.status
    session().commit()
    flash(_("Sparat."), "success")
    return redirect(url_for(".list_changes", slug=slug, _anchor=f"text-{phase_id}"))


@blueprint.get("/plans/<slug>/answers/changes/<int:change_id>")
@requires("read_parties")
def change(slug: str, change_id: int) -> str:
    """One change, to be worded differently, with its points."""
    plan = load(slug)
    found = changes.get_change(session(), plan, change_id)
    form = _form(plan)
    form.fill(found)
    return _page(plan, found, form)


@blueprint.post("/plans/<slug>/answers/changes/<int:change_id>")
@requires("edit_plans")
def save_change(slug: str, change_id: int) -> Page:
    """What the pressed button says: save it, take it away, or take a point from it."""
    plan = load(slug)
    found = changes.get_change(session(), plan, change_id)
    if (unlinked := whole(request.form.get("unlink"))) is not None:
        changes.unlink_point(session(), found, unlinked, actor_id=actor_id())
        session().commit()
        return redirect(url_for(".change", slug=slug, change_id=change_id))
    if request.form.get("do") == "delete":
        try:
            changes.delete_change(session(), plan, found, actor_id=actor_id())
        except DomainError as error:
            return _again(slug, change_id, error)
        session().commit()
        flash(_("Ändringen är borttagen."), "success")
        return redirect(url_for(".list_changes", slug=slug))
    return _save(slug, change_id)


def _save(slug: str, change_id: int | None) -> Page:
    plan = load(slug)
    found = changes.get_change(session(), plan, change_id) if change_id is not None else None
    form = _form(plan)
    try:
        made = changes.save_change(session(), plan, form.draft(), found, actor_id=actor_id())
    except DomainError as error:
        return _again(slug, change_id, error)
    session().commit()
    flash(_("Ändringen är sparad. Koppla synpunkterna som ledde till den i listan över svar."), "success")
    phase = next(one for one in plan.phases if one.id == made.phase_id)
    if needs_second_review(made.is_major, phase.kind):
        flash(
            _("Förslaget är väsentligt ändrat efter granskningen. Planera en ny granskning (5 kap. 25 § PBL)."), "warn"
        )
    return redirect(url_for(".list_changes", slug=slug))


def _again(slug: str, change_id: int | None, error: DomainError) -> Page:
    session().rollback()
    plan = load(slug)
    form = _form(plan)
    show_errors(form, error)
    found = changes.get_change(session(), plan, change_id) if change_id is not None else None
    return _page(plan, found, form), error.status


def _form(plan: Plan) -> ChangeForm:
    form = ChangeForm()
    form.phase.choices = [("", _("Välj …")), *phase_choices(plan)]
    return form


def _page(plan: Plan, found: PlanChange | None, form: ChangeForm, typed: dict[str, Any] | None = None) -> str:
    points: list[PlanPoint] = []
    if found is not None:
        points = answer_queue.get_points(session(), plan, [one.point_id for one in found.causes])
        if not may_read_protected(plan, account()):
            points = [one for one in points if not one.statement.is_protected]
    return render_template(
        "staff/plans/answers/changes.html",
        plan=plan,
        tab="answers",
        change=found,
        form=form,
        points=points,
        changes=changes.list_changes(session(), plan),
        phases=[one for one in plan.phases if one.has_opened],
        typed=typed or {},
        text_max=changes.TEXT_MAX,
        phase_by_id=dict(phase_choices(plan)),
        **words(),
    )
