"""Reading in contributions from a file: upload, say which field is what, read in, hand back what was rejected."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import current_app, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from mapdialog.contributions.desk import blueprint
from mapdialog.contributions.forms_import import FileForm, MappingForm
from mapdialog.contributions.import_mapping import Mapping
from mapdialog.contributions.import_preview import Preview, look
from mapdialog.contributions.import_uploads import Upload, get_upload, keep_upload
from mapdialog.contributions.importing import NO_TEXT, import_file
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid, NotFound
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Dialogue
from mapdialog.dialogues.queries import get_dialogue
from mapdialog.geo import geometry
from mapdialog.geo.crs import name_of
from mapdialog.web.access import requires
from mapdialog.web.fielderrors import in_address, show_errors
from mapdialog.web.shell import remember_dialogue

Page = Response | str | tuple[str, int]


@blueprint.route("/dialogues/<slug>/import", methods=["GET", "POST"])
@requires("edit_dialogues")
def import_start(slug: str) -> Page:
    """Choose a file."""
    dialogue = get_dialogue(session(), slug)
    remember_dialogue(slug)
    form = FileForm()
    if not form.is_submitted():
        return render_template("staff/import/start.html", dialogue=dialogue, form=form)
    try:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid(N_("Välj en fil att läsa in."), field="file")
        kept = keep_upload(_root(), dialogue.id, sent.filename, sent.save)
    except DomainError as error:
        show_errors(form, error)
        return render_template("staff/import/start.html", dialogue=dialogue, form=form), error.status
    return redirect(url_for(".import_preview", slug=slug, token=kept.token))


@blueprint.get("/dialogues/<slug>/import/<token>")
@requires("edit_dialogues")
def import_preview(slug: str, token: str) -> Page:
    """The file's first rows, and which field is what; `layer`, `encoding` … in the address read it another way."""
    dialogue = get_dialogue(session(), slug)
    remember_dialogue(slug)
    upload = get_upload(_root(), dialogue.id, token)
    form = MappingForm(request.args)
    try:
        preview = _look(dialogue, upload, form)
    except DomainError as error:
        return _unreadable(dialogue, error)
    for name, field in preview.suggested.items():
        if name not in request.args:
            form[name].data = field
    if preview.crs_problem:
        show_errors(form, preview.crs_problem)
    return _page(dialogue, upload, form, preview)


@blueprint.post("/dialogues/<slug>/import/<token>")
@requires("edit_dialogues")
def import_run(slug: str, token: str) -> Page:
    """Read the file in: everything that holds, in one transaction. With `preview` it is only looked at once more."""
    if "preview" in request.form:
        return redirect(url_for(".import_preview", slug=slug, token=token, **in_address(MappingForm())))
    dialogue = get_dialogue(session(), slug)
    upload = get_upload(_root(), dialogue.id, token)
    form = MappingForm()
    try:
        preview = _look(dialogue, upload, form)
        report = _read_in(dialogue, upload, form)
    except DomainError as error:
        session().rollback()
        if "preview" not in locals():
            return _unreadable(dialogue, error)
        show_errors(form, error)
        return _page(dialogue, upload, form, preview), error.status
    upload.keep_result(report)
    session().commit()
    return redirect(url_for(".import_done", slug=slug, token=token))


@blueprint.get("/dialogues/<slug>/import/<token>/done")
@requires("edit_dialogues")
def import_done(slug: str, token: str) -> Page:
    """What became of the rows."""
    dialogue = get_dialogue(session(), slug)
    upload = get_upload(_root(), dialogue.id, token)
    if upload.result is None:
        return redirect(url_for(".import_preview", slug=slug, token=token))
    crs = name_of(upload.result["epsg"])
    return render_template(
        "staff/import/done.html",
        dialogue=dialogue,
        upload=upload,
        report=upload.result,
        crs=crs,
        without_text=NO_TEXT in upload.result["reasons"],
    )


@blueprint.get("/dialogues/<slug>/import/<token>/rejects.csv")
@requires("edit_dialogues")
def import_rejects(slug: str, token: str) -> Response:
    """The rejected rows with the reason for each."""
    upload = get_upload(_root(), get_dialogue(session(), slug).id, token)
    if not upload.rejects.is_file():
        raise NotFound(N_("Inga rader avvisades."))
    return send_file(upload.rejects, "text/csv", as_attachment=True, download_name=f"{slug}-avvisade-rader.csv")


def _root() -> Path:
    folder: Path = current_app.config["MAPDIALOG"].data_dir
    return folder / "imports"


def _look(dialogue: Dialogue, upload: Upload, form: MappingForm) -> Preview:
    preview = look(
        upload.path,
        encoding=form.encoding.data or None,
        delimiter=form.delimiter.data or None,
        layer=form.layer.data or None,
        x=form.x.data,
        y=form.y.data,
        crs=_epsg(form, raises=False),
        area=geometry.from_element(dialogue.area) if dialogue.area is not None else None,
        local_zone=current_app.config["MAPDIALOG"].local_crs,
    )
    form.fill(preview.fields, preview.layers)
    return preview


def _read_in(dialogue: Dialogue, upload: Upload, form: MappingForm) -> dict[str, Any]:
    config = current_app.config["MAPDIALOG"]
    if not form.text.data:
        raise Invalid(N_("Välj vilket fält som har texten."), field="text")
    mapping = Mapping(
        text=form.text.data,
        category=form.category.data or "",
        x=form.x.data or None,
        y=form.y.data or None,
        time=form.time.data or None,
        crs=_epsg(form, raises=True),
        layer=form.layer.data or None,
        empty_text=(form.empty_text.data or "").strip()[:200],
    )
    report = import_file(
        session(),
        dialogue,
        upload.path,
        mapping,
        encoding=form.encoding.data or None,
        delimiter=form.delimiter.data or None,
        receipt_prefix=config.receipt_prefix,
        local_zone=config.local_crs,
        rejects=upload.rejects,
        translate=_,
    )
    return asdict(report)


def _epsg(form: MappingForm, *, raises: bool) -> int | None:
    """The number of 'EPSG:3006' or '3006'."""
    text = (form.crs.data or "").upper().removeprefix("EPSG:").strip()
    if text.isdecimal() and len(text) <= 6:
        return int(text)
    if text and raises:
        raise Invalid(N_("Skriv koordinatsystemet som ett EPSG-nummer, till exempel 3006."), field="crs")
    return None


def _page(dialogue: Dialogue, upload: Upload, form: MappingForm, preview: Preview) -> str:
    return render_template("staff/import/preview.html", dialogue=dialogue, upload=upload, form=form, preview=preview)


def _unreadable(dialogue: Dialogue, error: DomainError) -> Page:
    """The file can't be opened: back to choosing one, with the reason."""
    form = FileForm(formdata=None)
    form.process()
    show_errors(form, Invalid(error.message, field="file", **error.params))
    return render_template("staff/import/start.html", dialogue=dialogue, form=form), error.status
