"""Staff pages of a plan's register: the list by group, one party, adding, changing and removing."""

from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.database import session
from mapdialog.core.errors import Conflict, DomainError, Forbidden
from mapdialog.plans import register, register_list, views_dispatches, views_party_import
from mapdialog.plans.forms_parties import PartyForm
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.party_page import account, blueprint, wanted_here, words
from mapdialog.plans.queries import get_plan
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

__all__ = ["blueprint", "views_dispatches", "views_party_import"]
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
        hidden=register_list.count_hidden(session(), plan),
        page=page,
        pages=pages,
        query=_query,
        **words(),
    )


@blueprint.route("/plans/<slug>/parties/new", methods=["GET", "POST"])
@requires("read_parties")
def new(slug: str) -> Page:
    """A new party."""
    plan = get_plan(session(), slug)
    form = PartyForm()
    if not form.is_submitted():
        return _form(plan, form, None)
    try:
        made = register.add_party(session(), plan, form.draft(), actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _form(plan, form, None), error.status
    number = made.number
    session().commit()
    flash(_("Sakägaren finns nu i registret, som nummer %(number)s.", number=number), "success")
    if request.form.get("do") == "next":
        return redirect(url_for(".new", slug=slug))
    return redirect(url_for(".index", slug=slug))


@blueprint.get("/plans/<slug>/parties/<int:number>")
@requires("read_parties")
def show(slug: str, number: int) -> str:
    """One party: who it is, what it has written and what was sent to it."""
    plan, party = _load(slug, number)
    return render_template(
        "staff/plans/parties/show.html",
        plan=plan,
        tab="parties",
        one=party,
        statements=register_list.statements_of(session(), party),
        sent=register_list.sent_to(session(), party),
        is_used=register.is_used(session(), party),
        **words(),
    )


@blueprint.route("/plans/<slug>/parties/<int:number>/edit", methods=["GET", "POST"])
@requires("read_parties")
def edit(slug: str, number: int) -> Page:
    """Change what is said of a party."""
    plan, party = _load(slug, number)
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
    _plan, party = _load(slug, number)
    try:
        register.remove_party(session(), party, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
        return redirect(url_for(".show", slug=slug, number=number))
    session().commit()
    flash(_("Borttaget ur registret."), "success")
    return redirect(url_for(".index", slug=slug))


def _load(slug: str, number: int) -> tuple[Plan, PlanParty]:
    """The plan and its party; reading a protected one is logged at once. Raises NotFound, Forbidden."""
    plan = get_plan(session(), slug)
    party = register_list.get_party(session(), plan, number)
    if not register.may_read(plan, party, account()):
        raise Forbidden(register.NOT_FOR_YOU)
    if request.method == "GET" and register.note_reading(session(), plan, party, account()):
        session().commit()
    return plan, party


def _form(plan: Plan, form: PartyForm, party: PlanParty | None) -> str:
    return render_template("staff/plans/parties/edit.html", plan=plan, tab="parties", form=form, one=party, **words())


def _query(**changed: object) -> str:
    """The address of the list as it is, with something else changed."""
    kept: dict[str, object] = {name: request.args.get(name, "") for name in FILTERS}
    return urlencode({name: value for name, value in (kept | changed).items() if value != ""})
