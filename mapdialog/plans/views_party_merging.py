"""Staff's merging of two parties that are the same, and parting them again."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.plans import party_merging
from mapdialog.plans.party_page import blueprint, load_party
from mapdialog.web.access import requires
from mapdialog.web.errors import translated


@blueprint.post("/plans/<slug>/parties/<int:number>/merge")
@requires("read_parties")
def merge(slug: str, number: int) -> Response:
    """This party is kept and has what is the other's, named by its number."""
    plan, kept = load_party(slug, number)
    typed = clean_line(request.form.get("other")).removeprefix("#")
    try:
        if not (typed.isascii() and typed.isdecimal()):
            raise Invalid(N_("Skriv numret i registret, till exempel 12."), field="other")
        _plan, other = load_party(slug, int(typed))
        moved = party_merging.merge(session(), kept, other, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
        return redirect(url_for(".show", slug=plan.slug, number=number))
    session().commit()
    said = _("Nummer %(other)s är nu samma som den här.", other=typed)
    told = ngettext("%(num)s yttrande flyttades hit.", "%(num)s yttranden flyttades hit.", moved)
    flash(f"{said} {told}" if moved else said, "success")
    return redirect(url_for(".show", slug=slug, number=number))


@blueprint.post("/plans/<slug>/parties/<int:number>/part")
@requires("read_parties")
def part(slug: str, number: int) -> Response:
    """This party stands by itself again."""
    _plan, other = load_party(slug, number)
    try:
        party_merging.part(session(), other, actor_id=current_user.account_id)
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
        return redirect(url_for(".show", slug=slug, number=number))
    session().commit()
    flash(_("Isärtagna. Se över uppgifterna om båda: det som fylldes i hos den andra står kvar där."), "success")
    return redirect(url_for(".show", slug=slug, number=number))
