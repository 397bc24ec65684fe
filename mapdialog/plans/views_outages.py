"""Staff pages of times when the service could not receive, and of giving a phase a later end because of one."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from mapdialog.contributions.rules import Complaints
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.plans import outages as domain
from mapdialog.plans.models import Plan
from mapdialog.plans.queries import get_plan
from mapdialog.plans.registering import read_moment
from mapdialog.plans.statement_models import ServiceOutage
from mapdialog.plans.statement_page import blueprint, names_of, words
from mapdialog.web.access import may, requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]


class OutageForm(FlaskForm):
    """When the service could not receive, and how it was noticed."""

    began_on = StringField(_l("Började den"))
    began_time = StringField(_l("Klockan"))
    ended_on = StringField(_l("Slutade den"), description=_l("Tomt om det pågår."))
    ended_time = StringField(_l("Klockan"))
    note = TextAreaField(
        _l("Vad fungerade inte?"),
        description=_l("Skriv vad som hände och hur det märktes. Det kan bli ett skäl till att förlänga tiden."),
    )


@blueprint.route("/plans/<slug>/statements/outages", methods=["GET", "POST"])
@requires("register_statements")
def outages(slug: str) -> Page:
    """The outages that are noted, and a form for one more."""
    plan = get_plan(session(), slug)
    form = OutageForm()
    if not form.is_submitted():
        return _page(plan, form)
    at = now()
    try:
        began, ended = _moments(form, at)
        domain.log_outage(
            session(),
            began_at=began,
            ended_at=ended,
            note=form.note.data or "",
            at=at,
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _page(get_plan(session(), slug), form), error.status
    session().commit()
    flash(_("Avbrottet är noterat."), "success")
    return redirect(url_for(".outages", slug=slug))


@blueprint.post("/plans/<slug>/statements/outages/<int:outage_id>/end")
@requires("register_statements")
def end_outage(slug: str, outage_id: int) -> Page:
    """The service receives again, as of now."""
    plan = get_plan(session(), slug)
    outage, at = domain.get_outage(session(), outage_id), now()
    try:
        domain.end_outage(session(), outage, at, at=at, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        flash(translated(next(iter(getattr(error, "fields", {}).values()), error)), "warn")
        return redirect(url_for(".outages", slug=plan.slug))
    session().commit()
    flash(_("Avbrottet är avslutat."), "success")
    return redirect(url_for(".outages", slug=plan.slug))


def _moments(form: OutageForm, at: datetime) -> tuple[datetime, datetime | None]:
    """Beginning and end as typed; every complaint at its field, what the domain says of the rest too."""
    wrong = Complaints()

    def read(which: str) -> datetime | None:
        day, clock = form[f"{which}_on"].data or "", form[f"{which}_time"].data or ""
        try:
            return read_moment(day, clock, at, names=(f"{which}_on", f"{which}_time"))
        except Invalid as error:
            wrong.fields |= error.fields
            return None

    began, ended = read("began"), read("ended")
    if began is None and not any(name.startswith("began") for name in wrong.fields):
        wrong.fields["began_on"] = Invalid(N_("Skriv när avbrottet började."), field="began_on")
    wrong.stop_if_any(N_("Något behöver rättas innan det går att spara."))
    assert began is not None
    return began, ended


def _page(plan: Plan, form: OutageForm) -> str:
    listed, at = domain.list_outages(session()), now()
    return render_template(
        "staff/plans/statements/outages.html",
        plan=plan,
        tab="statements",
        form=form,
        rows=[_row(plan, one, at) for one in listed],
        names=names_of({one.noted_by_id for one in listed}),
        may_extend=may("edit_plans"),
        **words(plan),
    )


def _row(plan: Plan, one: ServiceOutage, at: datetime) -> dict[str, Any]:
    concerned = domain.find_concerned(plan, one, at)
    began, ended = (f"{local(moment):%Y-%m-%d %H.%M}" if moment else "" for moment in (one.began_at, one.ended_at))
    reason = _("Tjänsten kunde inte ta emot yttranden %(began)s–%(ended)s.", began=began, ended=ended or _("(pågår)"))
    return {
        "outage": one,
        "concerned": concerned,
        "extension": domain.find_extension(session(), plan, one),
        "reason": f"{reason} {one.note}",
    }
