"""The planner's pages of the parts of a plan map that citizens can point at: from a file, drawn, changed in a list."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues import area as areas
from mapdialog.plans import features, forms_map_file, queries
from mapdialog.plans.desk import blueprint
from mapdialog.plans.features import Columns, FeatureDraft, Imported
from mapdialog.plans.forms_plan_map import PartForm, PartsFileForm
from mapdialog.plans.models import Plan, PlanFeature
from mapdialog.plans.views_map import map_data
from mapdialog.web.access import requires
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]


@blueprint.route("/plans/<slug>/map/parts/file", methods=["GET", "POST"])
@requires("edit_plans")
def parts_file(slug: str) -> Page:
    """Parts from a map file."""
    plan = queries.get_plan(session(), slug)
    form = PartsFileForm()
    form.offer()
    if not form.is_submitted():
        return _file_page(plan, form)
    try:
        done = _import(plan, form)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _file_page(plan, form), error.status
    session().commit()
    added = ngettext("%(num)s ny del.", "%(num)s nya delar.", done.added)
    changed = ngettext("%(num)s del är ändrad.", "%(num)s delar är ändrade.", done.changed) if done.changed else ""
    flash(f"{added} {changed}".strip(), "success")
    return redirect(url_for(".plan_map", slug=slug, _anchor="parts"))


def _import(plan: Plan, form: PartsFileForm) -> Imported:
    upload = forms_map_file.receive(form, plan.id)
    if upload is None:
        raise Invalid(N_("Välj en fil."), field="file")
    was_asked = "title_field" in request.form and bool(request.form.get("file_token"))
    if not was_asked:  # A new file: the fields that were sent are another file's.
        form.title_field.data = form.code_field.data = form.text_field.data = None
    rows = forms_map_file.read(form, upload)
    if not was_asked and form.doubt(rows):
        message = N_(
            "Filen har flera fält med text. Kontrollera vilket som har delarnas namn, och lägg på kartan igen."
        )
        raise Invalid(message, field="title_field")
    if not form.title_field.data:
        raise Invalid(N_("Välj vilket fält som har delarnas namn."), field="title_field")
    columns = Columns(form.title_field.data, form.code_field.data or "", form.text_field.data or "")
    return features.import_features(session(), plan, rows, columns, actor_id=current_user.account_id)


def _file_page(plan: Plan, form: PartsFileForm) -> str:
    return render_template("staff/plans/overlay.html", plan=plan, tab="documents", form=form, what="parts")


@blueprint.route("/plans/<slug>/map/parts/new", methods=["GET", "POST"])
@blueprint.route("/plans/<slug>/map/parts/<int:feature_id>", methods=["GET", "POST"])
@requires("edit_plans")
def part(slug: str, feature_id: int | None = None) -> Page:
    """A part that is drawn, or (`feature_id`) what one is called; with `remove` it is taken away."""
    plan = queries.get_plan(session(), slug)
    one = features.get_feature(session(), plan, feature_id) if feature_id is not None else None
    form = PartForm(obj=one)
    if not form.is_submitted():
        return _part_page(plan, one, form)
    try:
        words = _keep(plan, one, form)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _part_page(plan, one, form), error.status
    session().commit()
    flash(words, "success")
    return redirect(url_for(".plan_map", slug=slug, _anchor="parts"))


def _keep(plan: Plan, one: PlanFeature | None, form: PartForm) -> str:
    actor = current_user.account_id
    if one is not None and "remove" in request.form:
        is_gone = features.remove_feature(session(), plan, one, actor_id=actor)
        return _("Delen är borttagen.") if is_gone else _("Delen har yttranden och är kvar, men går inte att peka på.")
    draft = FeatureDraft(form.code.data or "", form.title.data or "", form.text.data or "", bool(form.is_active.data))
    if one is not None:
        features.update_feature(session(), plan, one, draft, actor_id=actor)
    else:
        if not (form.area.data or "").strip():
            raise Invalid(N_("Rita delen på kartan."), field="area")
        shape = areas.from_geojson(form.area.data or "")
        features.add_feature(session(), plan, draft, shape, actor_id=actor)
    return _("Delen är sparad.")


def _part_page(plan: Plan, one: PlanFeature | None, form: PartForm) -> str:
    return render_template(
        "staff/plans/part.html", plan=plan, tab="documents", form=form, part=one, map_data=map_data(plan)
    )
