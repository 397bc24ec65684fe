"""Reading in districts from a file: upload, say which field is what, see what would happen, read in."""

import base64
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from mapdialog.basemap import drawing, ground
from mapdialog.basemap.drawing import Overlay
from mapdialog.basemap.frame import fit
from mapdialog.contributions.import_uploads import Upload, get_upload, keep_upload
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.districts import actions, population_page, populations, preview, queries, rules
from mapdialog.districts.desk import blueprint
from mapdialog.districts.display import Coast, add_display
from mapdialog.districts.forms import FieldsForm, FileForm
from mapdialog.districts.importing import Fields, Incoming
from mapdialog.districts.preview import FileFacts, Preview
from mapdialog.geo.readers import READABLE_TABLES
from mapdialog.web.access import requires
from mapdialog.web.fielderrors import in_address, show_errors

Page = Response | str | tuple[str, int]
NO_DIALOGUE = 0  # uploads are kept for a dialogue; these belong to none
MAP_WIDTH, MAP_HEIGHT = 720, 480
_COLORS = {"added": "#1f6b3a", "changed": "#d55e00", "unchanged": drawing.PRIMARY}


@blueprint.route("/districts/import", methods=["GET", "POST"])
@requires("edit_districts")
def import_start() -> Page:
    """Choose a file."""
    form = FileForm()
    if not form.is_submitted():
        return render_template("staff/districts/import_start.html", form=form)
    try:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid(N_("Välj en fil att läsa in."), field="file")
        kept = keep_upload(_root(), NO_DIALOGUE, sent.filename, sent.save)
        preview.describe(kept.path)
    except DomainError as error:
        return _unreadable(error)
    return redirect(url_for(".import_preview", token=kept.token))


@blueprint.get("/districts/import/<token>")
@requires("edit_districts")
def import_preview(token: str) -> Page:
    """The file's districts as they would be stored; the address says how the file is read."""
    upload = get_upload(_root(), NO_DIALOGUE, token)
    form = FieldsForm(request.args)
    try:
        facts = _offer(upload, form)
        if "code" not in request.args:
            form.suggest(facts)
            form.clip_sea.data = True
            form.title.data = Path(upload.name).stem.replace("_", " ")[:100]
        table = _offer_table(form)
    except DomainError as error:
        return _unreadable(error)
    return _previewed(upload, form, facts, table)


@blueprint.post("/districts/import/<token>")
@requires("edit_districts")
def import_run(token: str) -> Page:
    """Read the file in, in one transaction. With `preview`, or a table that is new, it is only looked at once more."""
    upload = get_upload(_root(), NO_DIALOGUE, token)
    form = FieldsForm()
    asked = in_address(form)
    try:
        facts = _offer(upload, form)
        table = _offer_table(form)
    except DomainError as error:
        return _unreadable(error)
    try:
        changed = _address_after(asked)
        if changed is not None or "preview" in request.form:
            return redirect(url_for(".import_preview", token=token, **(asked if changed is None else changed)))
        report = _read_in(upload, form, table)
    except DomainError as error:
        session().rollback()
        show_errors(form, error)
        return _previewed(upload, form, facts, table), error.status
    upload.keep_result(report)
    session().commit()
    return redirect(url_for(".import_done", token=token))


@blueprint.get("/districts/import/<token>/done")
@requires("edit_districts")
def import_done(token: str) -> Page:
    """What the import did."""
    upload = get_upload(_root(), NO_DIALOGUE, token)
    if upload.result is None:
        return redirect(url_for(".import_preview", token=token))
    return render_template("staff/districts/import_done.html", upload=upload, report=upload.result)


def _root() -> Path:
    folder: Path = current_app.config["MAPDIALOG"].data_dir
    return folder / "district-imports"


def _offer(upload: Upload, form: FieldsForm) -> FileFacts:
    facts = preview.describe(upload.path, form.layer.data or None)
    sets = [one.set for one in queries.list_sets(session())]
    form.offer(facts, sets, current_app.config["MAPDIALOG"].local_crs)
    return facts


def _offer_table(form: FieldsForm) -> Upload | None:
    """The table of inhabitants that goes with the form, its columns offered; None without one."""
    if not form.table.data:
        return None
    kept = get_upload(_root(), NO_DIALOGUE, form.table.data)
    population_page.offer(kept.path, form)
    return kept


def _address_after(asked: dict[str, Any]) -> dict[str, Any] | None:
    """The preview's arguments where a table was sent or taken away, else None. Raises Invalid for `population_file`."""
    if "drop_table" in request.form:
        return population_page.without_table(asked)
    sent = request.files.get("population_file")
    if sent is None or not sent.filename:
        return None
    kept = keep_upload(
        _root(), NO_DIALOGUE, sent.filename, sent.save, readable=READABLE_TABLES, field="population_file"
    )
    populations.describe(kept.path)
    return population_page.without_table(asked) | {"table": kept.token}


def _fields(form: FieldsForm) -> Fields:
    if not form.code.data:
        raise Invalid(N_("Välj vilket fält som har områdenas kod."), field="code")
    crs = form.crs.data or ""
    return Fields(
        form.code.data,
        form.name.data or form.code.data,
        form.population.data or None,
        form.layer.data or None,
        int(crs) if crs.isdecimal() and len(crs) <= 6 else None,
    )


def _year(form: FieldsForm) -> int | None:
    stated = (form.population_year.data or "").strip()
    if not stated:
        return None
    if not stated.isdecimal() or not rules.FIRST_YEAR <= int(stated[:5]) <= local(now()).year + 1:
        raise Invalid(N_("Skriv ett år mellan 1900 och nästa år, till exempel 2024."), field="population_year")
    return int(stated)


def _read_in(upload: Upload, form: FieldsForm, table: Upload | None) -> dict[str, Any]:
    fields, year = _fields(form), _year(form)
    people = population_page.chosen(table.path if table else None, form)
    known = queries.get_set(session(), form.set_key.data) if form.set_key.data else None
    title = None if known else rules.check_title(form.title.data)
    key = known.key if known else rules.free_key(title or "", {one.set.key for one in queries.list_sets(session())})
    report = actions.import_districts(
        session(),
        upload.path,
        set_key=key,
        title=title,
        source_name=upload.name,
        code_field=fields.code,
        name_field=fields.name,
        population_field=fields.population,
        population_file=people[0] if people else None,
        population_fields=people[1] if people else None,
        population_year=year,
        coast=_coast() if form.clip_sea.data else None,
        crs=fields.crs,
        layer=fields.layer,
        local_zone=current_app.config["MAPDIALOG"].local_crs,
        replace=bool(form.replace.data),
        actor=current_user.account_id,
    )
    return asdict(report) | {"total": report.total, "title": title or (known.title if known else "")}


def _coast() -> Coast | None:
    found = ground.find_coast(current_app.config["MAPDIALOG"].municipality_code)
    return Coast(*found) if found else None


def _previewed(upload: Upload, form: FieldsForm, facts: FileFacts, table: Upload | None) -> str:
    """The page with what would happen, or what stands in its way beside the field."""
    seen: Preview | None = None
    if form.code.data:
        try:
            known = queries.find_set(session(), form.set_key.data) if form.set_key.data else None
            local_zone = current_app.config["MAPDIALOG"].local_crs
            seen = preview.look(
                session(),
                upload.path,
                _fields(form),
                district_set=known,
                local_zone=local_zone,
                people=population_page.chosen(table.path if table else None, form),
            )
        except DomainError as error:
            if not form.errors:
                show_errors(form, error)
    return render_template(
        "staff/districts/import_preview.html",
        upload=upload,
        form=form,
        facts=facts,
        table=table,
        preview=seen,
        image=_drawn(seen, form) if seen else None,
        image_size=(MAP_WIDTH, MAP_HEIGHT),
        has_sea=_coast() is not None,
    )


def _drawn(seen: Preview, form: FieldsForm) -> str:
    """The districts on the built-in map as a data address: whether they lie where they should is seen at once."""
    shown: list[Incoming] = seen.districts
    add_display(shown, coast=_coast() if form.clip_sea.data else None)
    shapes = [(one.display or one.shape, seen.fate(one.code)) for one in shown]
    boxes = [shape.bounds for shape, _fate in shapes]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    picture = drawing.static_map(
        session(),
        fit((west, south, east, north), MAP_WIDTH, MAP_HEIGHT),
        MAP_WIDTH,
        MAP_HEIGHT,
        overlays=[Overlay(shape, line=_COLORS[fate], width=1.5) for shape, fate in shapes],
        municipality_code=current_app.config["MAPDIALOG"].municipality_code,
    )
    return "data:image/png;base64," + base64.b64encode(picture).decode()


def _unreadable(error: DomainError) -> Page:
    """The file can't be used: back to choosing one, with the reason."""
    form = FileForm(formdata=None)
    show_errors(form, Invalid(error.message, field="file", **error.params))
    return render_template("staff/districts/import_start.html", form=form), error.status
