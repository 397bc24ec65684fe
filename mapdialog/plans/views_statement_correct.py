"""Correcting how a statement that staff registered came in; what citizens sent on the web stays as it is."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.contributions.rules import Complaints, check_email
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.plans import registering, statement_tending
from mapdialog.plans.forms_statements import CameInForm, whole
from mapdialog.plans.models import Plan
from mapdialog.plans.queries import may_read_protected
from mapdialog.plans.receiving import ORAL
from mapdialog.plans.statement_correcting import CameIn, can_be_corrected, correct_registration
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.statement_page import account, blueprint, load
from mapdialog.plans.timing import reason_in_words
from mapdialog.web.access import may, requires
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]
_SENDER = ("contact_name", "contact_email", "organisation", "postal_address", "property_designation")


@blueprint.route("/plans/<slug>/statements/<int:number>/correct", methods=["GET", "POST"])
@requires("register_statements")
def correct(slug: str, number: int) -> Page:
    """The form as it was registered, and saving what is put right with the reason."""
    plan, statement = load(slug, number)
    if statement_tending.note_reading(session(), statement, current_user.account_id):
        session().commit()
    if not can_be_corrected(statement):
        return redirect(url_for(".show", slug=slug, number=number))
    form = CameInForm()
    if not form.is_submitted():
        return _page(plan, statement, _filled(statement))
    at = now()
    try:
        changed = correct_registration(
            session(),
            statement,
            _came_in(form, statement, at),
            form.why.data or "",
            keep_party=bool(form.keep_party.data),
            version=whole(form.version.data),
            at=at,
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        plan, statement = load(slug, number)
        show_errors(form, error)
        form.version.data = str(statement.version)
        return _page(plan, statement, form), error.status
    session().commit()
    if changed:
        flash(f"{_('Rättat.')} {_(reason_in_words(statement))}", "success" if statement.in_time else "warn")
    else:
        flash(_("Ingenting var ändrat."), "success")
    if statement.is_protected and not may_read_protected(plan, account()):
        return redirect(url_for(".index", slug=slug))
    return redirect(url_for(".show", slug=slug, number=number))


def _came_in(form: CameInForm, statement: PlanStatement, at: datetime) -> CameIn:
    wrong, moment = Complaints(), None
    try:
        moment = registering.read_moment(form.received_on.data or "", form.received_time.data or "", at)
        if moment is None:
            raise Invalid(N_("Skriv vilken dag det kom in."), field="received_on")
    except Invalid as error:
        wrong.fields |= error.fields
    email = wrong.take("contact_email", lambda: check_email(form.contact_email.data), "") or ""
    wrong.stop_if_any(N_("Något behöver rättas innan det går att spara."))
    assert moment is not None
    # The form shows whole seconds: what nobody has touched is no change.
    untouched = moment == statement.received_at.replace(microsecond=0)
    return CameIn(
        received_at=statement.received_at if untouched else moment,
        received_by=form.channel.data or "",
        written={"written": True, "oral": False}.get(form.form_of.data or ""),
        contact_name=clean_line(form.contact_name.data)[:200],
        contact_email=email,
        organisation=clean_line(form.organisation.data)[:200],
        postal_address=clean_line(form.postal_address.data)[:300],
        property_designation=clean_line(form.property_designation.data)[:200],
    )


def _filled(statement: PlanStatement) -> CameInForm:
    taken = local(statement.received_at)
    is_usual = statement.written == (statement.received_by not in ORAL)
    return CameInForm(
        formdata=None,
        version=statement.version,
        channel=statement.received_by,
        form_of="" if is_usual else "written" if statement.written else "oral",
        received_on=f"{taken:%Y-%m-%d}",
        received_time=f"{taken:%H.%M.%S}",
        **{name: getattr(statement, name) or "" for name in _SENDER},
    )


def _page(plan: Plan, statement: PlanStatement, form: CameInForm) -> str:
    return render_template(
        "staff/plans/statements/correct.html",
        plan=plan,
        tab="statements",
        one=statement,
        form=form,
        party=statement.party if may("read_parties") else None,
    )
