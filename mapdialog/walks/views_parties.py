"""Staff pages of the register of those who can be responsible."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.database import session
from mapdialog.core.errors import Conflict, DomainError
from mapdialog.core.text import N_, clean_line
from mapdialog.walks import actions_many, board, queries, tending
from mapdialog.walks.findings import ResponsibleParty
from mapdialog.walks.forms_actions import PartyForm
from mapdialog.walks.views_follow_up import blueprint
from mapdialog.web.access import requires
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]


@blueprint.get("/actions/parties")
def parties() -> str:
    """The register, and a form for one more."""
    return _page(PartyForm(formdata=None))


@blueprint.post("/actions/parties")
@requires("edit_walks")
def add_party() -> Page:
    """One more."""
    form = PartyForm()
    try:
        name = clean_line(form.name.data)
        if any(one.name == name for one in board.list_all_parties(session())):
            raise Conflict(N_("Det finns redan en ansvarig med det namnet."), field="name")
        tending.save_party(
            session(),
            name,
            form.owner_type.data or "",
            email=actions_many.check_email(form.email.data),
            phone=form.phone.data or "",
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _page(form), error.status
    session().commit()
    flash(_("%(name)s finns nu i registret.", name=name), "success")
    return redirect(url_for(".parties"))


@blueprint.get("/actions/parties/<int:party_id>")
@requires("edit_walks")
def party(party_id: int) -> str:
    """One of them, to be changed."""
    one = _get(party_id)
    form = PartyForm(
        formdata=None,
        name=one.name,
        owner_type=one.owner_type,
        email=one.email,
        phone=one.phone,
        is_active=one.is_active,
    )
    return render_template("walks/staff/party.html", party=one, form=form)


@blueprint.post("/actions/parties/<int:party_id>")
@requires("edit_walks")
def change_party(party_id: int) -> Page:
    """Save what was changed."""
    one = _get(party_id)
    form = PartyForm()
    try:
        actions_many.change_party(
            session(),
            one,
            form.name.data or "",
            form.owner_type.data or "",
            email=actions_many.check_email(form.email.data),
            phone=form.phone.data or "",
            is_active=bool(form.is_active.data),
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return render_template("walks/staff/party.html", party=_get(party_id), form=form), error.status
    session().commit()
    flash(_("Sparat."), "success")
    return redirect(url_for(".parties"))


def _get(party_id: int) -> ResponsibleParty:
    return actions_many.get_party(session(), party_id if party_id < 2**31 else 0)


def _page(form: PartyForm) -> str:
    return render_template(
        "walks/staff/parties.html",
        form=form,
        parties=board.list_all_parties(session()),
        counts=board.count_by_party(session()),
        active=queries.list_parties(session()),
        owners=tending.OWNERS,
    )
