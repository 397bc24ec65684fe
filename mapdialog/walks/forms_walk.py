"""The forms of a walk and of a checklist: one page each, with rows."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from mapdialog.dialogues.forms import MomentField
from mapdialog.dialogues.palette import COLORS, ICONS, Choice
from mapdialog.walks.checklists import LEANINGS
from mapdialog.walks.drafts import FOLIAGES, GROUNDS, LIGHTS, WEATHERS


def _chosen(choices: dict[str, str]) -> Any:
    return lambda: [("", _("Inte valt")), *((value, _(label)) for value, label in choices.items())]


def _palette(found: tuple[Choice, ...]) -> list[tuple[str, str]]:
    return [(choice.value, _(choice.label)) for choice in found]


class StopForm(Form):
    """A stop; `place` is typed as coordinates or a name, or pointed out on the map. One that `is_far` from the rest of
    the walk is asked about, until `is_there` says that it lies right."""

    is_far = False
    id = HiddenField()
    position = IntegerField(_l("Ordning"), [Optional()])
    name = StringField(_l("Namn"))
    questions = TextAreaField(_l("Frågor att ställa"))
    place = StringField(_l("Plats"))
    is_there = BooleanField(_l("Platsen är rätt, fast den ligger långt bort"))


class GroupForm(Form):
    """A group of walkers."""

    id = HiddenField()
    name = StringField(_l("Gruppens namn"))
    leader = StringField(_l("Gruppledare"))


class WalkForm(FlaskForm):
    """A whole walk. What must hold is decided by `walks.actions`.

    `offers_swap` says that the route would lie right with longitude and latitude exchanged.
    """

    offers_swap = False
    version = HiddenField()
    title = StringField(_l("Rubrik"), description=_l("Till exempel Trygghetsvandring i Östervång."))
    purpose = TextAreaField(_l("Syfte"), description=_l("Vad vill ni veta, och varför just här?"))
    organiser = StringField(_l("Arrangör"), description=_l("Enheten som håller i vandringen."))
    contact = StringField(_l("Kontakt för frågor"), description=_l("Namn och telefon eller e-post. Visas för alla."))
    registry_number = StringField(_l("Diarienummer"))
    area_name = StringField(_l("Områdets namn"), description=_l("Som folk kallar det: Östervång, Innerstaden."))
    district_id = SelectField(_l("Distrikt"), validate_choice=False)
    repeat_of_id = SelectField(_l("Återvandring av"), validate_choice=False)
    pre_meeting_at = MomentField(_l("Förmöte"), description=_l("Två till tre veckor före."))
    starts_at = MomentField(_l("Vandringen börjar"), description=_l("Vill ni se mörkret? Titta på solens tider."))
    ends_at = MomentField(_l("Vandringen slutar"), description=_l("Räkna med en timme eller två, och fika efteråt."))
    follow_up_at = MomentField(_l("Återträff"), description=_l("Två till tre veckor efter."))
    meeting_place = StringField(_l("Samlingsplats"), description=_l("Där ni möts innan ni börjar gå."))
    route = TextAreaField(_l("Ritad rutt"))
    route_file = FileField(
        _l("Rutt från en GPX-fil"), description=_l("Från en klocka, en telefon eller ett kartprogram. Ersätter rutten.")
    )
    route_number = StringField(_l("Spårets nummer"), description=_l("Bara om filen har flera spår."))
    route_by_stops = BooleanField(_l("Dra rutten rakt mellan hållpunkterna"))
    route_is_there = BooleanField(_l("Rutten ska ligga där den ligger"))
    stops = FieldList(FormField(StopForm), _l("Hållpunkter"))
    groups = FieldList(FormField(GroupForm), _l("Grupper"))
    checklist_version_id = SelectField(_l("Checklista"), validate_choice=False)
    invitation_text = TextAreaField(
        _l("Inbjudan"), description=_l("Vem är välkommen, vad händer och hur är marken? Tom rad ger nytt stycke.")
    )
    light = SelectField(_l("Ljus"), choices=_chosen(LIGHTS), validate_choice=False)
    weather = SelectField(_l("Väder"), choices=_chosen(WEATHERS), validate_choice=False)
    ground = SelectField(_l("Marken"), choices=_chosen(GROUNDS), validate_choice=False)
    foliage = SelectField(_l("Växtlighet"), choices=_chosen(FOLIAGES), validate_choice=False)

    def stop_rows(self) -> list[Any]:
        """The row forms of the stops, in the order of their positions."""
        return sorted((entry.form for entry in self.stops.entries), key=lambda row: row.position.data or 0)


class ItemForm(Form):
    """A category of a checklist."""

    key = HiddenField()
    position = IntegerField(_l("Ordning"), [Optional()])
    label_sv = StringField(_l("Namn på svenska"))
    label_en = StringField(_l("Namn på engelska"))
    questions_sv = TextAreaField(_l("Kontrollfrågor på svenska, en på varje rad"))
    questions_en = TextAreaField(_l("Kontrollfrågor på engelska, en på varje rad"))
    leaning = SelectField(
        _l("Brukar handla om"),
        choices=lambda: [(value, _(label)) for value, label in LEANINGS.items()],
        validate_choice=False,
    )
    icon = SelectField(_l("Ikon"), choices=lambda: _palette(ICONS), default="message-circle", validate_choice=False)
    color = SelectField(_l("Färg"), choices=lambda: _palette(COLORS), default="#0072B2", validate_choice=False)


class ChecklistForm(FlaskForm):
    """A checklist; saving makes a new version."""

    title = StringField(_l("Checklistans namn"))
    items = FieldList(FormField(ItemForm), _l("Kategorier"))

    def item_rows(self) -> list[Any]:
        """The row forms, in the order of their positions."""
        return sorted((entry.form for entry in self["items"].entries), key=lambda row: row.position.data or 0)
