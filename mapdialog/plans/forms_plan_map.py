"""The forms of a plan's map: a picture with its corners, shapes from a file, a WMS layer, and parts to point at."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.geo import crs
from mapdialog.geo.crs import NAMES
from mapdialog.places.coordinates import parse_coordinates
from mapdialog.plans import part_columns, picture_warp
from mapdialog.plans.forms_map_file import MapFileForm, here
from mapdialog.plans.map_files import FileFacts, MapRow
from mapdialog.plans.picture_warp import Corners

CORNERS = ("corner_1", "corner_2", "corner_3", "corner_4")
_TITLES = ("namn", "titel", "title", "name", "bestämmelse", "beteckning", "rubrik", "layer", "text")
_CODES = ("kod", "code", "beteckning", "bestammelsekod", "bestämmelsekod")
_TEXTS = ("beskrivning", "text", "formulering", "description")


class OverlayForm(FlaskForm):
    """What every overlay has."""

    title = StringField(_l("Namn"), default=_l("Plankarta"))
    opacity = IntegerField(
        _l("Täckning i procent"), [Optional()], default=70, description=_l("Lägre låter mer av bakgrunden synas.")
    )

    def share(self) -> float:
        """The opacity as a share; what is no number is refused further in."""
        return (self.opacity.data or 0) / 100


class PictureForm(OverlayForm):
    """A picture and its four corners, or the world file that tells them."""

    file = FileField(_l("Bild"), description=_l("JPEG, PNG eller GeoTIFF, till exempel plankartan sparad som bild."))
    world_file = FileField(_l("Världsfil"), description=_l("JGW, PGW eller TFW: säger var bilden ligger."))
    file_crs = SelectField(_l("Världsfilens koordinatsystem"), validate_choice=False)
    corner_1 = StringField(_l("Övre vänstra hörnet"))
    corner_2 = StringField(_l("Övre högra hörnet"))
    corner_3 = StringField(_l("Nedre högra hörnet"))
    corner_4 = StringField(_l("Nedre vänstra hörnet"))

    def offer(self, local_zone: int) -> None:
        """Fill the choice of systems, the municipality's own first."""
        codes = [local_zone, *(code for code in NAMES if code != local_zone)]
        self.file_crs.choices = [(str(code), NAMES.get(code, str(code))) for code in codes]

    def fill_corners(self, corners: Corners) -> None:
        """Put corners in EPSG:3006 into the fields, as degrees."""
        for name, one in zip(CORNERS, corners, strict=True):
            lon, lat = crs.transform_point(*one, crs.STORE, crs.WGS84)
            self[name].data = f"{lat:.7f}, {lon:.7f}"

    def read_corners(self) -> Corners | None:
        """The corners in EPSG:3006; None when none is typed. Raises Invalid by field."""
        typed = [(self[name].data or "").strip() for name in CORNERS]
        if not any(typed):
            return None
        where, found = here(), []
        wrong: dict[str, DomainError] = {}
        for name, text in zip(CORNERS, typed, strict=True):
            spot = parse_coordinates(text, local_zone=where.local_zone, near=where.near)
            if spot is None:
                wrong[name] = Invalid(N_("Skriv två tal, till exempel 6138079 383209 eller 55.3751, 13.1569."))
            else:
                found.append(crs.transform_point(spot.lon, spot.lat, crs.WGS84, crs.STORE))
        if wrong:
            raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
        return picture_warp.checked((found[0], found[1], found[2], found[3]))


class ShapesForm(MapFileForm, OverlayForm):
    """Shapes of a map file as an overlay."""


class WmsForm(OverlayForm):
    """A layer of a map server."""

    wms_url = StringField(_l("Kartserverns adress"), description=_l("WMS, till exempel https://karta.kommun.se/wms."))
    wms_layers = StringField(_l("Lager"), description=_l("Namnen i tjänsten, med komma mellan."))


class PartsFileForm(MapFileForm):
    """Parts to point at, from a map file: which field says what."""

    title_field = SelectField(_l("Fält med delens namn"), validate_choice=False)
    code_field = SelectField(_l("Fält med beteckningen"), validate_choice=False)
    text_field = SelectField(_l("Fält med förklaringen"), validate_choice=False)

    def offer(self, facts: FileFacts | None = None) -> None:
        """Also the file's fields, those with likely names chosen."""
        super().offer(facts)
        names = facts.fields if facts else ()
        for field, first, likely in (
            (self.title_field, _("Välj fält"), _TITLES),
            (self.code_field, _("Inget"), _CODES),
            (self.text_field, _("Inget"), _TEXTS),
        ):
            field.choices = [("", first), *((name, name) for name in names)]
            if facts is not None and field.data is None:
                field.data = next((one for wanted in likely for one in names if one.casefold() == wanted), "")
            elif facts is not None and field.data and field.data not in names:
                field.data = ""

    def doubt(self, rows: Sequence[MapRow]) -> bool:
        """Whether the fields that were guessed may be others: the likeliest are chosen, with examples of what stands
        in each, and the planner is asked."""
        columns = part_columns.text_columns(rows)
        title, code, text = self.title_field.data, self.code_field.data or "", self.text_field.data or ""
        if title and title != code and {one.name for one in columns} <= {title, code, text}:
            return False
        if not title or title == code:
            self.title_field.data = part_columns.likely_title(columns, code, text) or title
        samples = {one.name: ", ".join(one.samples) for one in columns}
        for field in (self.title_field, self.code_field, self.text_field):
            field.choices = [
                (value, f"{label}: {samples[value]}"[:80] if value in samples else label)
                for value, label in field.choices
            ]
        return True


class PartForm(FlaskForm):
    """A part of the map: drawn, or changed."""

    code = StringField(_l("Beteckning"), description=_l("Till exempel B eller GATA."))
    title = StringField(_l("Delens namn"), description=_l("Så att alla förstår: ”Bostäder, högst fyra våningar”."))
    text = TextAreaField(_l("Förklaring"), description=_l("Vad bestämmelsen betyder, på klarspråk."))
    is_active = BooleanField(_l("Går att peka på"), default=True)
    area = TextAreaField(_l("Ritad yta"))
