"""Staff pages of a plan's register: the list by group, one party, adding, changing and removing."""

from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.clock import local
from mapdialog.core.database import session
from mapdialog.core.errors import Conflict, DomainError
from mapdialog.plans import (
    consenting,
    party_merging,
    register,
    register_list,
    views_dispatches,
    views_party_import,
    views_party_merging,
)
from mapdialog.plans.forms_parties import ConsentForm, PartyForm, group_choices
from mapdialog.plans.kinds import PartyGroup, PlanKind, Procedure
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.party_page import account, blueprint, load_party, today, wanted_here, words
from mapdialog.plans.queries import get_plan, may_read_protected
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

__all__ = ["blueprint", "views_dispatches", "views_party_import", "views_party_merging"]
Page = Response | str | tuple[str, int]
FILTERS = ("group", "notify", "flag", "q")


@blueprint.get("/plans/<slug>/parties")
@requires("read_parties")
def index(slug: str) -> str:
    """The register, grouped as PBL 5:11 does."""
    plan = get_plan(session(), slug)
    wanted = wanted_here(plan)
    counts = register_list.count_parties(session(), plan, wanted)
    pages = max(1, -(-sum(counts.values()) // register_list.ON_A_PAGE))
    asked = request.args.get("page", "")
    page = max(1, min(int(asked) if asked.isdecimal() and len(asked) < 6 else 1, pages))
    return render_template(
        "staff/plans/parties/index.html",
        plan=plan,
        tab="parties",
        wanted=wanted,
        counts=counts,
        total=sum(counts.values()),
        listed=register_list.list_parties(session(), plan, wanted, page=page),
        held=consenting.count_consents(session(), plan) if consenting.is_needed(plan) else None,
        hidden=register_list.count_hidden(session(), plan),
        page=page,
        pages=pages,
        query=_query,
        **words(plan),
    )


@blueprint.route("/plans/<slug>/parties/new", methods=["GET", "POST"])
@requires("read_parties")
def new(slug: str) -> Page:
    """A new party."""
    plan = get_plan(session(), slug)
    form = PartyForm()
    if not form.is_submitted():
        if plan.kind == PlanKind.COMPREHENSIVE_PLAN:
            form.party_group.data = PartyGroup.OTHER_INTEREST.value
        return _form(plan, form, None)
    try:
        made = register.add_party(session(), plan, form.draft(), actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _form(plan, form, None), error.status
    number = made.number
    session().commit()
    flash(_("Nu i registret, som nummer %(number)s.", number=number), "success")
    if request.form.get("do") == "next":
        return redirect(url_for(".new", slug=slug))
    return redirect(url_for(".index", slug=slug))


@blueprint.get("/plans/<slug>/parties/<int:number>")
@requires("read_parties")
def show(slug: str, number: int) -> str:
    """One party: who it is, what it has written and what was sent to it."""
    return _shown(*load_party(slug, number))


@blueprint.post("/plans/<slug>/parties/<int:number>/consent")
@requires("read_parties")
def consent(slug: str, number: int) -> Page:
    """Whether the party approves the proposal, the day it answered and where that stands."""
    plan, party = load_party(slug, number)
    form = ConsentForm()
    if not form.validate():
        return _shown(plan, party, form), 422
    try:
        consenting.record_consent(
            session(),
            party,
            form.consent.data or "",
            on=form.consent_on.data,
            note=form.consent_note.data or "",
            today=today(),
            version=int(form.version.data) if (form.version.data or "").isdecimal() else None,
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        if isinstance(error, Conflict):
            form.version.data = str(party.version)
        return _shown(plan, party, form), error.status
    session().commit()
    flash(_("Sparat."), "success")
    return redirect(url_for(".show", slug=slug, number=number))


def _shown(plan: Plan, party: PlanParty, form: ConsentForm | None = None) -> str:
    protected = may_read_protected(plan, account())
    statements = register_list.statements_of(session(), party)
    answer = {name: getattr(party, name) for name in ("consent", "consent_on", "consent_note", "version")}
    read = next((one for one in statements if str(one.number) == request.args.get("statement")), None)
    if read is not None and not party.consent:
        note = _("Yttrande %(number)s", number=read.number)
        answer |= {"consent_on": local(read.received_at).date(), "consent_note": note}
    return render_template(
        "staff/plans/parties/show.html",
        plan=plan,
        tab="parties",
        one=party,
        consent_form=form or ConsentForm(formdata=None, **answer),
        asks_consent=plan.procedure == Procedure.STANDARD_LIMITED,
        consents=consenting.CONSENTS,
        twins=party_merging.list_twins(session(), party, protected=protected),
        merged=[one for one in party_merging.list_merged(session(), party) if protected or not one.is_protected],
        statements=statements,
        sent=register_list.sent_to(session(), party),
        is_used=register.is_used(session(), party),
        **words(plan),
    )


@blueprint.route("/plans/<slug>/parties/<int:number>/edit", methods=["GET", "POST"])
@requires("read_parties")
def edit(slug: str, number: int) -> Page:
    """Change what is said of a party."""
    plan, party = load_party(slug, number)
    if party.merged_into_id is not None:
        return redirect(url_for(".show", slug=slug, number=number))
    form = PartyForm(data={name: getattr(party, name) for name in (*register.NAMES, "version")})
    if not form.is_submitted():
        return _form(plan, form, party)
    seen = int(form.version.data) if (form.version.data or "").isdecimal() else None
    try:
        register.update_party(session(), party, form.draft(), version=seen, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        if isinstance(error, Conflict):
            form.version.data = str(party.version)
        return _form(plan, form, party), error.status
    session().commit()
    flash(_("Sparat."), "success")
    if not register.may_read(plan, party, account()):
        return redirect(url_for(".index", slug=slug))
    return redirect(url_for(".show", slug=slug, number=number))


@blueprint.post("/plans/<slug>/parties/<int:number>/remove")
@requires("read_parties")
def remove(slug: str, number: int) -> Response:
    """Take a party out of the register, if nothing names it."""
    _plan, party = load_party(slug, number)
    try:
        register.remove_party(session(), party, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
        return redirect(url_for(".show", slug=slug, number=number))
    session().commit()
    flash(_("Borttaget ur registret."), "success")
    return redirect(url_for(".index", slug=slug))


def _form(plan: Plan, form: PartyForm, party: PlanParty | None) -> str:
    form.party_group.choices = group_choices(plan.kind)
    return render_template(
        "staff/plans/parties/edit.html", plan=plan, tab="parties", form=form, one=party, **words(plan)
    )


def _query(**changed: object) -> str:
    """The address of the list as it is, with something else changed."""
    kept: dict[str, object] = {name: request.args.get(name, "") for name in FILTERS}
    return urlencode({name: value for name, value in (kept | changed).items() if value != ""})
