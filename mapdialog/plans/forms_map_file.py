"""A map file in a form: chosen once, kept while its layer and coordinate system are asked for."""

from pathlib import Path

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, SelectField

from mapdialog.contributions.import_uploads import Upload, get_upload, keep_upload
from mapdialog.core.database import session
from mapdialog.core.errors import Invalid, NotFound
from mapdialog.dialogues.area import municipality_box
from mapdialog.geo.crs import NAMES
from mapdialog.plans import map_files
from mapdialog.plans.map_files import Choice, FileFacts, Here, MapRow


class MapFileForm(FlaskForm):
    """The fields of a map file, for forms that take one."""

    file = FileField(
        _l("Kartfil"),
        description=_l("GeoPackage, Shape-fil (alla delar i en zip), GeoJSON, DXF, KML eller MapInfo."),
    )
    file_token = HiddenField()
    file_layer = SelectField(_l("Lager i filen"), validate_choice=False)
    file_crs = SelectField(_l("Filens koordinatsystem"), validate_choice=False)

    def offer(self, facts: FileFacts | None = None) -> None:
        """Fill the choices; with a file its layers, and what its numbers look like where it doesn't say its system."""
        layers = facts.layers if facts else ()
        self.file_layer.choices = [
            *([("", _("Välj lager"))] if len(layers) != 1 else []),
            *((one.name, _layer_name(one)) for one in layers),
        ]
        first = _("Det som står i filen") if facts is None or facts.epsg else _("Välj koordinatsystem")
        self.file_crs.choices = [("", first), *((str(code), name) for code, name in NAMES.items())]
        if facts is not None and facts.epsg is None and not self.file_crs.data and facts.likely:
            self.file_crs.data = str(facts.likely)

    def forget_file(self) -> None:
        """The file has been used: nothing of it stays in the form."""
        self.file_token.data = self.file_layer.data = self.file_crs.data = ""


def _layer_name(one: map_files.FileLayer) -> str:
    return one.name if one.count is None else _("%(name)s (%(count)s former)", name=one.name, count=one.count)


def here() -> Here:
    """Where the municipality is."""
    box = municipality_box(session())
    near = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if box else None
    return Here(current_app.config["MAPDIALOG"].local_crs, near)


def _root() -> Path:
    folder: Path = current_app.config["MAPDIALOG"].data_dir
    return folder / "plan-imports"


def receive(form: MapFileForm, owner: int) -> Upload | None:
    """The file that was sent with the form now, or was kept when it was sent before; None without one.

    Raises Invalid (`file`). `owner` is the plan's id, 0 for one that is not stored yet.
    """
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        if form.file_token.data:  # Another file than before: what was chosen about that one says nothing about this.
            form.file_crs.data = ""
        kept = keep_upload(_root(), owner, sent.filename, sent.save, readable=map_files.READABLE)
        form.file_token.data, form.file_layer.data = kept.token, ""
        return kept
    if not form.file_token.data:
        return None
    try:
        return get_upload(_root(), owner, form.file_token.data)
    except NotFound as error:
        form.file_token.data = ""
        raise Invalid(error.message, field="file") from None


def read(form: MapFileForm, upload: Upload) -> list[MapRow]:
    """The shapes of the chosen layer; the form's choices are filled on the way, and the file forgotten if it is bad.

    Raises Invalid. A system that the file doesn't state is asked for, with what its numbers look like chosen already.
    """
    where = here()
    code = form.file_crs.data or ""
    chosen = Choice(form.file_layer.data or None, int(code) if code.isdecimal() and len(code) <= 6 else None)
    form.offer()
    try:
        form.offer(map_files.describe(upload.path, where, chosen.layer))
        return map_files.read_rows(upload.path, chosen, where)
    except Invalid as error:
        if error.field == "file":
            form.file_token.data = ""
        raise
