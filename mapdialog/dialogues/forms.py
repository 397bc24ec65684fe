"""The form of a dialogue: one page of fields with rows of categories and phases."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from mapdialog.dialogues.ladder import LADDER
from mapdialog.dialogues.models import Level, Moderation, Polarity
from mapdialog.dialogues.palette import COLORS, ICONS, POLARITIES, Choice


class DayField(DateField):
    """A day; a wrong one is told how days are written."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read '2026-12-15'; empty is None."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata([valuelist[0].strip()])
        except ValueError:
            raise ValueError(_("Skriv datumet så här: 2026-12-15.")) from None


class MomentField(DateTimeLocalField):
    """A day and a time on Stockholm's clock, without zone; a wrong one is told how it is written."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(label, [Optional()], format="%Y-%m-%dT%H:%M", **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read '2026-11-26T17:00'; empty is None."""
        text = valuelist[0].strip().replace(" ", "T", 1) if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            super().process_formdata([text])
        except ValueError:
            raise ValueError(_("Skriv dag och tid så här: 2026-11-26 17:00.")) from None


def _choices(found: tuple[Choice, ...]) -> list[tuple[str, str]]:
    return [(choice.value, str(_l(choice.label))) for choice in found]


class CategoryForm(Form):
    """A row of the table of categories."""

    id = HiddenField()
    key = HiddenField()
    position = IntegerField(_l("Ordning"), [Optional()])
    label_sv = StringField(_l("Namn på svenska"))
    label_en = StringField(_l("Namn på engelska"))
    icon = SelectField(_l("Ikon"), choices=lambda: _choices(ICONS), default="message-circle", validate_choice=False)
    color = SelectField(_l("Färg"), choices=lambda: _choices(COLORS), default="#0072B2", validate_choice=False)
    polarity = SelectField(_l("Form på kartan"), choices=lambda: _choices(POLARITIES), default=Polarity.NEUTRAL.value)
    question_sv = StringField(_l("Fråga på svenska"))
    question_en = StringField(_l("Fråga på engelska"))
    is_active = BooleanField(_l("Går att välja"))


class PhaseForm(Form):
    """A row of the table of phases; days are whole days in Stockholm, the last included."""

    id = HiddenField()
    title = StringField(_l("Namn"))
    opens_on = DayField(_l("Öppnar"), [Optional()])
    closes_on = DayField(_l("Sista dag"), [Optional()])
    accepts_contributions = BooleanField(_l("Tar emot synpunkter"))
    accepts_replies = BooleanField(_l("Tar emot svar på andras synpunkter"))


class DialogueForm(FlaskForm):
    """A whole dialogue. What must hold is decided by `dialogues.actions`."""

    version = HiddenField()
    title = StringField(_l("Rubrik"), description=_l("Kort och konkret. Det är det första man ser."))
    slug = StringField(
        _l("Adress"), description=_l("Lämna tomt, så görs adressen av rubriken. Går inte att ändra efter publicering.")
    )
    summary = TextAreaField(_l("Sammanfattning"), description=_l("En eller två meningar på startsidan."))
    description = TextAreaField(_l("Beskrivning"), description=_l("Bakgrunden, i klarspråk. Tom rad ger nytt stycke."))
    level = RadioField(
        _l("Steg på delaktighetstrappan"),
        choices=lambda: [(step.level.value, str(_l(step.label))) for step in LADDER],
        default=Level.DIALOGUE.value,
    )
    influence_text = TextAreaField(
        _l("Så mycket kan du påverka"),
        description=_l("Står överst för den som ska tycka till. Krävs för att publicera."),
    )
    use_text = TextAreaField(
        _l("Så används dina synpunkter"), description=_l("Vad händer med svaren, och när? Krävs för att publicera.")
    )
    frames_text = TextAreaField(
        _l("Det här är redan bestämt"), description=_l("Vad går inte att påverka: budget, lagar, tidigare beslut.")
    )
    decision_body = StringField(_l("Vem beslutar?"), description=_l("Till exempel Samhällsbyggnadsnämnden."))
    decision_on = DayField(_l("Planerat beslut"), [Optional()], description=_l("Dialogen ska sluta före den dagen."))
    committee = StringField(_l("Ansvarig nämnd"), description=_l("Är personuppgiftsansvarig för synpunkterna."))
    contact = StringField(_l("Kontakt för frågor"), description=_l("Namn och telefon eller e-post. Visas för alla."))
    registry_number = StringField(_l("Diarienummer"))
    moderation = RadioField(
        _l("När läser ni synpunkterna?"),
        default=Moderation.PRE.value,
        choices=lambda: [
            (Moderation.PRE.value, _("Innan de syns för andra")),
            (Moderation.POST.value, _("Efteråt: de syns direkt")),
        ],
    )
    allows_lines = BooleanField(_l("Rita linjer"))
    allows_areas = BooleanField(_l("Rita ytor"))
    allows_photos = BooleanField(_l("Bifoga foton"))
    allows_replies = BooleanField(_l("Svara på andras synpunkter"))
    area_choice = RadioField(_l("Var får man lämna synpunkter?"), validate_choice=False)
    area = TextAreaField(_l("Ritat område"))
    area_file = FileField(
        _l("Fil med området"),
        description=_l("GeoPackage, Shapefile i zip, GeoJSON, KML, DXF med flera. Alla ytor i filen slås ihop."),
    )
    area_crs = SelectField(_l("Filens koordinatsystem"), validate_choice=False)
    area_districts = SelectMultipleField(_l("Områden"), coerce=int, validate_choice=False)
    area_box = StringField(
        _l("Ruta i grader: väst, syd, öst, nord"), description=_l("Till exempel 13.10,55.35,13.20,55.40")
    )
    start_view = StringField(
        _l("Kartans första utsnitt"), description=_l("Tomt följer området. Annars en ruta i grader: väst,syd,öst,nord.")
    )
    map_layers = SelectMultipleField(_l("Bakgrundskartor att välja mellan"), validate_choice=False)
    categories = FieldList(FormField(CategoryForm), _l("Kategorier"))
    phases = FieldList(FormField(PhaseForm), _l("Perioder"))

    def rows(self, name: str) -> list[Any]:
        """The row forms of `categories` in the order of their positions, or of `phases` as they came."""
        entries = [entry.form for entry in self[name].entries]
        return sorted(entries, key=lambda row: row.position.data or 0) if name == "categories" else entries


class FeedbackForm(FlaskForm):
    """What the dialogue led to."""

    version = HiddenField()
    feedback_text = TextAreaField(
        _l("Så påverkade era synpunkter"),
        description=_l("Vad sa ni, vad gör kommunen nu, och vad gick inte och varför? Tom rad ger nytt stycke."),
    )
