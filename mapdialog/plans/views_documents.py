"""The planner's page of a plan's documents: their versions, and in which phase each was shown."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, FileField, SelectField, StringField

from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.plans import documents as papers
from mapdialog.plans import queries
from mapdialog.plans.desk import blueprint, send_kept
from mapdialog.plans.documents import DocumentDraft
from mapdialog.plans.labels import PHASE_KINDS
from mapdialog.plans.models import Plan
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors

Page = Response | str | tuple[str, int]


class DocumentForm(FlaskForm):
    """A version of a document."""

    kind = SelectField(
        _l("Slags handling"),
        choices=lambda: [(key, _(words)) for key, words in papers.KINDS.items()],
        validate_choice=False,
    )
    title = StringField(
        _l("Rubrik"), description=_l("Tomt blir slagets namn. Samma rubrik igen blir nästa version av handlingen.")
    )
    file = FileField(_l("Fil"), description=_l("PDF, bild, Word, Excel eller OpenDocument. Högst 150 MB."))
    alt_text = StringField(
        _l("Vad handlingen visar, i ord"), description=_l("För den som inte kan se en karta eller bild.")
    )
    is_public = BooleanField(_l("Får läsas av alla"), default=True)


@blueprint.route("/plans/<slug>/documents", methods=["GET", "POST"])
@requires("edit_plans")
def documents(slug: str) -> Page:
    """Every document with its versions; sending a file adds one."""
    plan = queries.get_plan(session(), slug)
    form = DocumentForm()
    if not form.is_submitted():
        return _page(plan, form)
    try:
        _add(plan, form)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _page(plan, form), error.status
    session().commit()
    flash(_("Handlingen är sparad."), "success")
    return redirect(url_for(".documents", slug=slug))


@blueprint.get("/plans/<slug>/documents/<key>")
@requires("edit_plans")
def document_file(slug: str, key: str) -> Response:
    """A version as it was uploaded."""
    plan = queries.get_plan(session(), slug)
    found = papers.get_document(session(), plan, key)
    return send_kept(found.file_key, found.file_name, found.content_type)


@blueprint.post("/plans/<slug>/documents/<key>/remove")
@requires("edit_plans")
def remove_document(slug: str, key: str) -> Response:
    """Take away a version that no phase has shown."""
    plan = queries.get_plan(session(), slug)
    try:
        papers.remove_document(
            session(),
            plan,
            papers.get_document(session(), plan, key),
            files=current_app.extensions["files"],
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        flash(translated(error), "warn")
    else:
        session().commit()
        flash(_("Handlingen är borttagen."), "success")
    return redirect(url_for(".documents", slug=slug))


def _add(plan: Plan, form: DocumentForm) -> None:
    sent = request.files.get("file")
    if not form.validate():
        raise Invalid(N_("Något behöver rättas innan det går att spara."))
    if sent is None or not sent.filename:
        raise Invalid(N_("Välj en fil."), field="file")
    draft = DocumentDraft(
        kind=form.kind.data or "",
        title=form.title.data or "",
        file_name=sent.filename,
        data=sent.read(),
        alt_text=form.alt_text.data or "",
        is_public=bool(form.is_public.data),
    )
    papers.add_document(session(), plan, draft, files=current_app.extensions["files"], actor_id=current_user.account_id)


def _page(plan: Plan, form: DocumentForm) -> str:
    return render_template(
        "staff/plans/documents.html",
        plan=plan,
        tab="documents",
        form=form,
        listed=papers.list_documents(session(), plan),
        kinds=papers.KINDS,
        accept=papers.ACCEPT,
        shown=papers.shown_in(session(), plan),
        phases={phase.id: phase for phase in plan.phases},
        phase_kinds=PHASE_KINDS,
    )
