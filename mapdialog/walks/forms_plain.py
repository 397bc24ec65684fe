"""The form of one observation on the way, for a phone whose browser runs no JavaScript."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField

from mapdialog.walks.drafts import LIGHTS
from mapdialog.walks.forms_actions import POLARITIES
from mapdialog.walks.models import SafetyWalk, WalkStop
from mapdialog.walks.recording import SAID_BY

SEVERITY_WORDS = {"1": _l("Lite"), "2": _l("Tydligt"), "3": _l("Mycket")}


class PlainForm(FlaskForm):
    """What one sees, how it feels, and where; `recording` decides what holds."""

    client_id = HiddenField()
    group = SelectField(_l("Vilken grupp går du med?"), validate_choice=False)
    category = SelectField(_l("Vad gäller det?"), validate_choice=False)
    polarity = RadioField(_l("Hur känns platsen?"), choices=lambda: list(POLARITIES.items()), validate_choice=False)
    severity = RadioField(
        _l("Hur allvarligt?"),
        choices=lambda: list(SEVERITY_WORDS.items()),
        default="2",
        validate_choice=False,
        description=_l("Räknas bara när platsen är otrygg."),
    )
    is_acute = BooleanField(_l("Akut fara: någon kan skadas nu"))
    stop = SelectField(_l("Vid vilken hållpunkt?"), validate_choice=False)
    place = StringField(
        _l("Eller var?"),
        description=_l("Behövs bara om det inte är vid en hållpunkt: gata, platsnamn eller koordinater."),
    )
    text = TextAreaField(_l("Vad ser du?"), description=_l("Skriv inte namn eller uppgifter om enskilda personer."))
    photos = MultipleFileField(_l("Foton"))
    light = SelectField(_l("Ljuset"), validate_choice=False)
    said_by = SelectField(_l("Vem sade det?"), default="unknown", validate_choice=False)

    def offer(self, walk: SafetyWalk, *, in_english: bool) -> None:
        """Only what the walk has; a stop that lies nowhere says so."""
        items = walk.checklist.items
        words = [(one.key, (in_english and one.label_en) or one.label_sv) for one in items]
        self.category.choices = [("", _("Välj …")), *words]
        self.stop.choices = [("", _("Inte vid en hållpunkt")), *((str(one.id), _stop(one)) for one in walk.stops)]
        self.light.choices = [("", _("Inte angivet")), *((key, _(label)) for key, label in LIGHTS.items())]
        self.said_by.choices = [(key, _(label)) for key, label in SAID_BY.items()]
        self.group.choices = [("", _("Välj …")), *((str(one.id), one.name) for one in walk.groups)]


def _stop(stop: WalkStop) -> str:
    words = f"{stop.seq}. {stop.name}"
    return words if stop.place is not None else _("%(stop)s (skriv också var)", stop=words)
