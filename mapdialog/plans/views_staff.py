"""The planner's pages of plans: the list, the form, and what stands about one plan."""

from collections.abc import Sequence
from datetime import date

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.basemap import drawing
from mapdialog.basemap.drawing import Overlay
from mapdialog.basemap.frame import fit
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import Conflict, DomainError, Invalid, NotFound
from mapdialog.core.text import N_
from mapdialog.dialogues.area import municipality_box
from mapdialog.geo.geometry import from_element, from_store
from mapdialog.plans import (
    discontinuing,
    forms_plan,
    overview_page,
    planning,
    queries,
    views_announcing,
    views_documents,
    views_map,
    views_map_parts,
    views_phases,
    views_restarting,
)
from mapdialog.plans.desk import blueprint
from mapdialog.plans.forms_plan import PlanForm
from mapdialog.plans.models import Plan
from mapdialog.plans.problems import Problem
from mapdialog.plans.rule_sets import RuleSet, rule_set
from mapdialog.web import languages
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors
from mapdialog.web.mapdata import background_layers

# The pages of phases, announcements, documents and the map belong to the same blueprint.
__all__ = [
    "blueprint",
    "views_announcing",
    "views_documents",
    "views_map",
    "views_map_parts",
    "views_phases",
    "views_restarting",
]
Page = Response | str | tuple[str, int]
MAP_WIDTH, MAP_HEIGHT = 720, 420


@blueprint.get("/plans")
def index() -> str:
    """Every plan: where it stands and how many days are left."""
    found = queries.list_plans(session())
    return render_template("staff/plans/index.html", **overview_page.list_context(session(), found))


@blueprint.route("/plans/new", methods=["GET", "POST"])
@requires("edit_plans")
def new() -> Page:
    """A new plan."""
    blank = {"started_on": _today(), "kind": "detailed_plan", "area_choice": "later"}
    if request.method == "POST":
        return _submitted(PlanForm(data=blank), None)
    return _editor(PlanForm(data=blank | forms_plan.suggested(session(), current_user.account_id)), None)


@blueprint.route("/plans/<slug>/edit", methods=["GET", "POST"])
@requires("edit_plans")
def edit(slug: str) -> Page:
    """The form of one plan."""
    plan = queries.get_plan(session(), slug)
    form = PlanForm(data=forms_plan.fill(plan))
    return _submitted(form, plan) if form.is_submitted() else _editor(form, plan)


@blueprint.get("/plans/<slug>")
def overview(slug: str) -> str:
    """What stands about a plan, what to do next and by when, and what was done."""
    plan = queries.get_plan(session(), slug)
    return render_template("staff/plans/overview.html", **overview_page.context(session(), plan))


@blueprint.get("/plans/<slug>/area.png")
def area_image(slug: str) -> Response:
    """The plan's area drawn on the built-in map."""
    plan = queries.get_plan(session(), slug)
    if plan.area is None:
        raise NotFound(N_("Planen har inget område än."))
    shape = from_element(plan.area)
    west, south, east, north = shape.bounds
    margin = max(east - west, north - south, 200.0) * 0.4
    frame = fit((west - margin, south - margin, east + margin, north + margin), MAP_WIDTH, MAP_HEIGHT)
    drawn = drawing.static_map(
        session(),
        frame,
        MAP_WIDTH,
        MAP_HEIGHT,
        overlays=[Overlay(shape, width=2.5)],
        municipality_code=current_app.config["MAPDIALOG"].municipality_code,
        scale=2,
    )
    answer = make_response(drawn)
    answer.mimetype = "image/png"
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


@blueprint.post("/plans/<slug>/discontinue")
@requires("edit_plans")
def discontinue(slug: str) -> Response:
    """The planning is broken off, or taken up again."""
    plan = queries.get_plan(session(), slug)
    try:
        if "resume" in request.form:
            discontinuing.resume_plan(session(), plan, actor_id=current_user.account_id)
        else:
            reason = request.form.get("reason", "")
            discontinuing.discontinue_plan(session(), plan, reason=reason, at=now(), actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
    else:
        session().commit()
        flash(_("Sparat."), "success")
    return redirect(url_for(".overview", slug=slug))


@blueprint.post("/plans/<slug>/delete")
@requires("edit_plans")
def delete(slug: str) -> Response:
    """Take away a plan that holds nothing."""
    plan = queries.get_plan(session(), slug)
    name = plan.name
    try:
        planning.delete_plan(session(), plan, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
        return redirect(url_for(".overview", slug=slug))
    session().commit()
    flash(_("Planen ”%(name)s” är borttagen.", name=name), "success")
    return redirect(url_for(".index"))


def _today() -> date:
    return local(now()).date()


def _submitted(form: PlanForm, plan: Plan | None) -> Page:
    rules = _rules(form, plan)
    form.choose_from(session(), rules, languages.choose(), plan)
    if request.form.get("action") == "swap":
        forms_plan.swap_area(form)
        return _editor(form, plan, is_filled=True)
    is_readable = form.validate()
    try:
        # Read also when a field makes no sense: everything that is wrong is told at once.
        draft, wrong = forms_plan.read(form, session(), plan, rules, _today())
        found = planning.problems(session(), draft, rules, languages.choose())
        wrong |= {name: error for name, error in found.items() if name not in wrong and not form[name].errors}
        if wrong:
            raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
        if not is_readable:
            return _editor(form, plan, is_filled=True), 422
        if plan is None:
            plan = planning.create_plan(session(), draft, actor_id=current_user.account_id, language=languages.choose())
        else:
            seen = int(form.version.data) if (form.version.data or "").isdecimal() else None
            planning.update_plan(
                session(), plan, draft, version=seen, actor_id=current_user.account_id, language=languages.choose()
            )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        if isinstance(error, Conflict) and plan is not None:
            form.version.data = str(plan.version)
        unmet = error.problems if isinstance(error, planning.LacksReason) else []
        return _editor(form, plan, is_filled=True, unmet=unmet), error.status
    session().commit()
    flash(_("Planen är sparad."), "success")
    return redirect(url_for(".overview", slug=plan.slug))


def _rules(form: PlanForm, plan: Plan | None) -> RuleSet:
    """The rules the plan keeps, or would keep by the day that is typed."""
    if plan is not None:
        return rule_set(plan.rule_set)
    day = form.started_on.data
    return planning.rules_for(day if isinstance(day, date) else _today())


def _editor(form: PlanForm, plan: Plan | None, *, is_filled: bool = False, unmet: Sequence[Problem] = ()) -> str:
    rules = _rules(form, plan)
    if not is_filled:
        form.choose_from(session(), rules, languages.choose(), plan)
    day = plan.started_on if plan else form.started_on.data
    drawn = forms_plan.find_drawn(form)
    box = list(from_store(drawn).bounds) if drawn is not None else municipality_box(session())
    return render_template(
        "staff/plans/edit.html",
        form=form,
        plan=plan,
        rules=rules,
        language=languages.choose(),
        unmet=unmet,
        checked=rules.is_checked_for(day) if isinstance(day, date) else True,
        map_data={"bbox": box, "layers": background_layers()},
    )
