"""The planner's page that puts right the day a plan was started, and shows which rules follow from it."""

from datetime import date
from typing import cast

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import Optional

from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues.forms import DayField
from mapdialog.plans import planning, queries, restarting
from mapdialog.plans.desk import blueprint
from mapdialog.plans.models import Plan
from mapdialog.plans.rule_sets import list_rule_sets, rule_set
from mapdialog.web import languages
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors
from mapdialog.web.filters import date_long

Page = Response | str | tuple[str, int]


class StartForm(FlaskForm):
    """Another day to have started on. What must hold is decided by `plans.restarting`."""

    started_on = DayField(_l("Planarbetet startade"), [Optional()])
    reason = TextAreaField(_l("Varför rättas dagen?"), description=_l("Skälet sparas i ärendet och står i loggen."))
    procedure = RadioField(_l("Förfarande"), validate_choice=False)
    grounds = SelectMultipleField(_l("Grunder för förfarandet"), validate_choice=False)


@blueprint.route("/plans/<slug>/start", methods=["GET", "POST"])
@requires("edit_plans")
def start(slug: str) -> Page:
    """The day and the reason; the procedure is asked for when other rules follow."""
    plan = queries.get_plan(session(), slug)
    form = StartForm(data={name: getattr(plan, name) for name in ("started_on", "procedure", "grounds")})
    if not form.is_submitted():
        return _page(plan, form)
    is_readable = form.validate()
    day = cast("date | None", form.started_on.data)
    try:
        if not is_readable or day is None:
            raise Invalid(N_("Skriv vilken dag det är."), field="started_on")
        draft = restarting.StartDraft(
            day, form.reason.data or "", form.procedure.data or plan.procedure, tuple(form.grounds.data or plan.grounds)
        )
        rules = restarting.correct_start(
            session(),
            plan,
            draft,
            actor_id=current_user.account_id,
            language=languages.choose(),
        )
    except DomainError as error:
        session().rollback()
        if is_readable:
            show_errors(form, error)
        return _page(queries.get_plan(session(), slug), form, translated(error)), error.status
    session().commit()
    said = _("Planarbetet startade %(day)s.", day=date_long(day))
    flash(f"{said} {_('Planen följer %(rules)s.', rules=rules.label.text(languages.choose()))}", "success")
    return redirect(url_for(".overview", slug=slug))


def _page(plan: Plan, form: StartForm, problem: str = "") -> str:
    day = cast("date | None", form.started_on.data)
    rules = planning.rules_for(day) if day is not None else rule_set(plan.rule_set)
    return render_template(
        "staff/plans/start.html",
        plan=plan,
        tab="overview",
        form=form,
        problem=problem if not form.errors else "",
        is_told=restarting.is_told(plan),
        rules=rule_set(plan.rule_set),
        following=rules,
        is_asked=rules.key != plan.rule_set,
        rule_sets=list_rule_sets(),
        language=languages.choose(),
    )
