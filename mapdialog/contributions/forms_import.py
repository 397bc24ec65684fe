"""Forms for reading in a file of contributions: the file, and which of its fields is what."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField

ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "utf-16", "mac-roman")
DELIMITERS = {";": _l("semikolon ;"), ",": _l("komma ,"), "\t": _l("tabb"), "|": _l("lodstreck |")}


class FileForm(FlaskForm):
    """The file alone."""

    file = FileField(_l("Fil med synpunkter"))


class MappingForm(FlaskForm):
    """How the file is to be read. Choices are filled in from the file."""

    layer = SelectField(_l("Lager"), validate_choice=False)
    text = SelectField(_l("Fält med texten"), validate_choice=False)
    category = SelectField(
        _l("Fält med kategorin"),
        validate_choice=False,
        description=_l("Värden som dialogen saknar blir nya kategorier. Utan fält blir allt ”Annat”."),
    )
    time = SelectField(
        _l("Fält med tiden"),
        validate_choice=False,
        description=_l("När det sades. Utan fält får allt dagens datum."),
    )
    x = SelectField(_l("Öst, x eller longitud"), validate_choice=False)
    y = SelectField(_l("Nord, y eller latitud"), validate_choice=False)
    crs = StringField(
        _l("Koordinatsystem (EPSG-nummer)"),
        description=_l("Lämna tomt om filen själv säger det. Vanliga: 3006 SWEREF 99 TM, 4326 WGS 84, 3021 RT 90."),
    )
    encoding = SelectField(_l("Teckenkodning"), validate_choice=False)
    delimiter = SelectField(_l("Skiljetecken"), validate_choice=False)
    empty_text = StringField(
        _l("Text åt rader utan text"),
        description=_l("Till exempel ”Endast markering på kartan”. Lämnas den tom avvisas raderna."),
    )

    def fill(self, fields: tuple[str, ...], layers: tuple[str, ...]) -> None:
        """Offer the file's own fields and layers."""
        names = [(name, name) for name in fields]
        for one in (self.text, self.category, self.time, self.x, self.y):
            one.choices = [("", _("Välj …") if one in (self.text, self.x, self.y) else _("Inget")), *names]
        self.layer.choices = [(name, name) for name in layers]
        self.encoding.choices = [("", _("Känn av själv")), *((name, name) for name in ENCODINGS)]
        self.delimiter.choices = [("", _("Känn av själv")), *((mark, str(words)) for mark, words in DELIMITERS.items())]
