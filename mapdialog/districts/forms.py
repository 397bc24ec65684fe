"""Forms for reading in districts: the file, and which of its fields is what."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField

from mapdialog.districts.models import DistrictSet
from mapdialog.districts.populations import likely
from mapdialog.districts.preview import FileFacts
from mapdialog.geo.crs import LOCAL_ZONES, NAMES

_BEFORE_ZONES = (3006, 4326, 3857, 3021)


class FileForm(FlaskForm):
    """The file alone."""

    file = FileField(_l("Kartfil med områden"))


class FieldsForm(FlaskForm):
    """How the file is to be read, and which set it becomes. Choices are filled in from the file."""

    layer = SelectField(_l("Lager"), validate_choice=False)
    code = SelectField(
        _l("Fält med koden"),
        validate_choice=False,
        description=_l("Koden är områdets nyckel: samma kod nästa gång uppdaterar samma område."),
    )
    name = SelectField(_l("Fält med namnet"), validate_choice=False)
    population = SelectField(_l("Fält med antal invånare"), validate_choice=False)
    population_year = StringField(_l("Invånarna räknades år"))
    population_file = FileField(
        _l("Tabell med folkmängd"),
        description=_l("Excel (XLSX) eller CSV med områdenas koder och antal invånare, när kartfilen inte har dem."),
    )
    table = HiddenField()
    table_code = SelectField(_l("Tabellens fält med koden"), validate_choice=False)
    table_population = SelectField(_l("Tabellens fält med antal invånare"), validate_choice=False)
    table_year = SelectField(
        _l("Tabellens fält med året"), validate_choice=False, description=_l("Har en kod flera år tas det senaste.")
    )
    crs = SelectField(_l("Koordinatsystem"), validate_choice=False)
    set_key = SelectField(_l("Läs in till"), validate_choice=False)
    title = StringField(_l("Den nya indelningens namn"), description=_l("Till exempel RegSO 2025 eller Skolområden."))
    clip_sea = BooleanField(_l("Rita områdena utan hav. Synpunkter räknas ändå i hela området."), default=True)
    replace = BooleanField(_l("Ja, områdena som saknas i filen ska tas bort."))

    def offer(self, facts: FileFacts, sets: list[DistrictSet], local_zone: int) -> None:
        """Offer what the file and the installation have; suggest the likely fields where nothing was chosen."""
        names = [(name, name) for name in facts.fields]
        for role, empty in (("code", _("Välj …")), ("name", _("Samma som koden")), ("population", _("Inget"))):
            self[role].choices = [("", empty), *names]
        self.layer.choices = [(name, name) for name in facts.layers]
        self.layer.data = facts.layer
        zones = [local_zone, *(zone for zone in LOCAL_ZONES if zone != local_zone)]
        known = [epsg for epsg in (*_BEFORE_ZONES[:1], *zones, *_BEFORE_ZONES[1:]) if epsg in NAMES]
        systems = [(str(epsg), f"{NAMES[epsg]} (EPSG:{epsg})") for epsg in dict.fromkeys(known)]
        self.crs.choices = [("", _("Som filen säger, annars efter talen")), *systems]
        self.set_key.choices = [("", _("En ny indelning")), *((one.key, one.title) for one in sets)]

    def offer_table(self, columns: tuple[str, ...]) -> None:
        """Offer the table's columns; choose the likely ones where nothing was chosen."""
        names = [(name, name) for name in columns]
        self.table_code.choices = names
        self.table_population.choices = [("", _("Välj …")), *names]
        self.table_year.choices = [("", _("Inget")), *names]
        if self.table_code.data not in columns:
            code = likely(columns, "code", preferred=self.code.data or "")
            self.table_code.data = code or columns[0]
            self.table_population.data = likely(columns, "population", preferred=self.population.data or "")
            self.table_year.data = likely(columns, "year")

    def suggest(self, facts: FileFacts) -> None:
        """Choose the fields that look like code, name and population."""
        for role in ("code", "name", "population"):
            self[role].data = facts.likely(role)
