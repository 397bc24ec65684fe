"""The officers' pages of dialogues: list, editor, preview, publishing and feedback."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.accounts import queries as accounts
from mapdialog.contributions import queries_staff as contributions
from mapdialog.core import audit
from mapdialog.core.clock import now
from mapdialog.core.database import session
from mapdialog.core.errors import Conflict, DomainError, Invalid
from mapdialog.dialogues import actions, editing, formdata, queries, staff_pages, templates
from mapdialog.dialogues.drafts import Draft
from mapdialog.dialogues.forms import DialogueForm, FeedbackForm
from mapdialog.dialogues.models import Dialogue
from mapdialog.web.access import requires
from mapdialog.web.errors import translated
from mapdialog.web.fielderrors import show_errors
from mapdialog.web.mapdata import background_layers, layer_choices, map_data
from mapdialog.web.shell import remember_dialogue

blueprint = Blueprint("dialogues_staff", __name__)
Page = Response | str | tuple[str, int]


@blueprint.get("/dialogues")
def index() -> str:
    """Every dialogue with its status and how much it has received."""
    return render_template(
        "staff/dialogues/index.html",
        dialogues=queries.list_all(session()),
        at=now(),
        received=contributions.received_by_dialogue(session()),
        status_of=staff_pages.status_of,
    )


@blueprint.route("/dialogues/new", methods=["GET", "POST"])
@requires("edit_dialogues")
def new() -> Page:
    """Begin: first from what, then the editor."""
    start = staff_pages.starting_point(session(), request.args)
    if start is None:
        return render_template(
            "staff/dialogues/begin.html", templates=templates.list_templates(), earlier=queries.list_names(session())
        )
    form = staff_pages.make_form(session(), formdata.fill(start, None), layer_choices())
    if not form.is_submitted():
        if "template" in request.args:
            form.area_choice.data = form.area_choice.choices[0][0]  # the whole municipality, where it is known
        return _editor(form, None)
    return _submitted(form, None, start)


@blueprint.route("/dialogues/<slug>", methods=["GET", "POST"])
@requires("edit_dialogues")
def edit(slug: str) -> Page:
    """The editor of one dialogue."""
    dialogue = queries.get_dialogue(session(), slug)
    remember_dialogue(slug)
    draft = templates.draft_of(dialogue)
    form = staff_pages.make_form(session(), formdata.fill(draft, dialogue.updated_at), layer_choices())
    if not form.is_submitted():
        if "check" in request.args:
            show_errors(form, staff_pages.obstacles_as_error(dialogue))
        return _editor(form, dialogue)
    return _submitted(form, dialogue, draft)


def _submitted(form: DialogueForm, dialogue: Dialogue | None, before: Draft) -> Page:
    """A button of the editor was pressed: rows change on the page alone, everything else saves first."""
    action = request.form.get("action", "save")
    if editing.apply(form, action):
        return _editor(form, dialogue)
    if not form.validate():
        return _editor(form, dialogue), 422
    try:
        saved = _save(form, dialogue, before)
        if action == "publish":
            return _publish(saved)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        theirs = staff_pages.differences(form, dialogue) if isinstance(error, Conflict) and dialogue else None
        return _editor(form, dialogue, theirs), error.status
    session().commit()
    if action == "preview":
        return redirect(url_for(".preview", slug=saved.slug))
    flash(
        _("Dialogen är sparad.") if saved.published_at else _("Utkastet är sparat. Bara ni som arbetar här ser det."),
        "success",
    )
    return redirect(url_for(".edit", slug=saved.slug))


def _save(form: DialogueForm, dialogue: Dialogue | None, before: Draft) -> Dialogue:
    draft = formdata.read(
        form,
        session(),
        before,
        local_zone=current_app.config["MAPDIALOG"].local_crs,
        near=staff_pages.municipality_centre(session()),
    )
    if dialogue is None:
        return actions.create_dialogue(session(), draft, actor_id=current_user.account_id)
    actions.update_dialogue(
        session(),
        dialogue,
        draft,
        version=staff_pages.parse_version(form.version.data),
        actor_id=current_user.account_id,
        used_category_ids=contributions.used_category_ids(session(), dialogue.id),
    )
    return dialogue


def _publish(dialogue: Dialogue) -> Response:
    """The draft is saved whatever happens; what still lacks is told on the next page."""
    session().commit()
    try:
        actions.publish(session(), dialogue, actor_id=current_user.account_id)
    except Invalid as error:
        session().rollback()
        flash(translated(error), "warn")
        return redirect(url_for(".edit", slug=dialogue.slug, check="publish"))
    session().commit()
    flash(_("Dialogen är publicerad."), "success")
    return redirect(url_for(".edit", slug=dialogue.slug))


def _editor(form: DialogueForm, dialogue: Dialogue | None, theirs: Any = None) -> str:
    used = contributions.used_category_ids(session(), dialogue.id) if dialogue else set()
    context = staff_pages.editor_context(session(), dialogue)
    context["map_data"]["layers"] = background_layers()
    return render_template(
        "staff/dialogues/edit.html",
        form=form,
        dialogue=dialogue,
        used=used,
        theirs=theirs,
        **context,
    )


@blueprint.post("/dialogues/<slug>/publish")
@requires("edit_dialogues")
def publish(slug: str) -> Response:
    """Show the draft, as it was previewed, to citizens; what it lacks is told in the editor."""
    return _publish(queries.get_dialogue(session(), slug))


@blueprint.post("/dialogues/<slug>/unpublish")
@requires("edit_dialogues")
def unpublish(slug: str) -> Response:
    """Back to draft, while nothing has been received."""
    dialogue = queries.get_dialogue(session(), slug)
    actions.lock(session(), dialogue, None)
    try:
        actions.unpublish(
            session(),
            dialogue,
            received=contributions.count_received(session(), dialogue.id),
            actor_id=current_user.account_id,
        )
    except Conflict as error:
        session().rollback()
        flash(translated(error), "danger")
    else:
        session().commit()
        flash(_("Dialogen är åter ett utkast. Medborgarna ser den inte längre."), "success")
    return redirect(url_for(".edit", slug=slug))


@blueprint.get("/dialogues/<slug>/preview")
def preview(slug: str) -> str:
    """What citizens will read, before they can."""
    dialogue = queries.get_dialogue(session(), slug)
    remember_dialogue(slug)
    return render_template(
        "staff/dialogues/preview.html",
        dialogue=dialogue,
        map_data=map_data(session(), dialogue),
        **staff_pages.citizen_context(dialogue),
    )


@blueprint.route("/dialogues/<slug>/feedback", methods=["GET", "POST"])
@requires("edit_dialogues")
def feedback(slug: str) -> Page:
    """Tell what the dialogue led to."""
    dialogue = queries.get_dialogue(session(), slug)
    remember_dialogue(slug)
    form = FeedbackForm(version=dialogue.updated_at.isoformat(), feedback_text=dialogue.feedback_text)
    if not form.is_submitted():
        return render_template("staff/dialogues/feedback.html", form=form, dialogue=dialogue)
    publishes = request.form.get("action") == "publish"
    try:
        seen: datetime | None = staff_pages.parse_version(form.version.data)
        actions.save_feedback(
            session(),
            dialogue,
            form.feedback_text.data or "",
            publishes=publishes,
            version=seen,
            actor_id=current_user.account_id,
        )
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        form.version.data = dialogue.updated_at.isoformat()
        theirs = dialogue.feedback_text if isinstance(error, Conflict) else None
        return render_template(
            "staff/dialogues/feedback.html", form=form, dialogue=dialogue, theirs=theirs
        ), error.status
    session().commit()
    flash(_("Återkopplingen är publicerad.") if publishes else _("Återkopplingen är sparad."), "success")
    return redirect(url_for(".feedback", slug=slug))


@blueprint.get("/dialogues/<slug>/history")
def history(slug: str) -> str:
    """Who changed what in the dialogue itself."""
    dialogue = queries.get_dialogue(session(), slug)
    remember_dialogue(slug)
    return render_template(
        "staff/dialogues/history.html",
        dialogue=dialogue,
        events=audit.list_events(session(), dialogue),
        actors={account.id: account.name for account in accounts.list_accounts(session())},
        names=staff_pages.EVENT_NAMES,
        fields=staff_pages.FIELD_NAMES,
    )
