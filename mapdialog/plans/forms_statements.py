"""Forms of statements at the desk: registering one, and what is noted about one that was received."""

import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    SelectField,
    StringField,
    TextAreaField,
)

from mapdialog.core.text import clean
from mapdialog.plans.kinds import Channel, PartyGroup, Stance
from mapdialog.plans.models import Plan
from mapdialog.plans.statement_words import CHANNELS, DESK_CHANNELS, GROUPS, SHOWN_AS, STANCES, groups_of


def choices(words: dict[str, str]) -> list[tuple[str, str]]:
    """Keys with their words in the reader's language."""
    return [(str(key), _(text)) for key, text in words.items()]


class RegisterForm(FlaskForm):
    """A statement that came another way than through the web form; `plans.registering` decides what holds."""

    client_id = HiddenField()
    source_key = HiddenField()
    channel = SelectField(
        _l("Hur kom det in?"),
        choices=lambda: [(str(key), _(CHANNELS[key])) for key in DESK_CHANNELS],
        default=Channel.LETTER.value,
        validate_choice=False,
    )
    form_of = SelectField(
        _l("Skriftligt eller muntligt?"),
        choices=lambda: [
            ("", _("Som vanligt: telefon och möte är muntligt")),
            ("written", _("Skriftligt, till exempel en lapp på mötet")),
            ("oral", _("Muntligt, till exempel sagt vid ett besök")),
        ],
        validate_choice=False,
    )
    eml = FileField(
        _l("Sparat e-brev (.eml)"),
        description=_l("Avsändare, tid, ämne, text och bilagor fylls i härunder. Du kan rätta innan du sparar."),
    )
    received_on = StringField(_l("Dag det kom in"), description=_l("Tomt betyder att det kom in nu."))
    received_time = StringField(_l("Klockslag"), description=_l("Till exempel 14.32. Behövs nära sista dagen."))
    meeting = SelectField(
        _l("Vilket möte?"), validate_choice=False, description=_l("För det som sades på ett samrådsmöte.")
    )
    contact_name = StringField(_l("Namn"))
    organisation = StringField(_l("Myndighet, förening eller företag"))
    contact_email = EmailField(_l("E-post"))
    postal_address = StringField(_l("Postadress"), description=_l("Så här: Storgatan 1, 231 42 Trelleborg"))
    property_designation = StringField(_l("Fastighetsbeteckning"))
    party_group = SelectField(
        _l("Grupp"), choices=lambda: choices(GROUPS), default=PartyGroup.PUBLIC.value, validate_choice=False
    )
    is_protected = BooleanField(
        _l("Skyddade personuppgifter"), description=_l("Bara administratörer och planens handläggare får läsa det.")
    )
    subject = StringField(_l("Ärende eller rubrik"))
    text = TextAreaField(
        _l("Yttrandet"),
        description=_l("Ord för ord som det kom in. Är ett brev skannat och bifogat kan fältet lämnas tomt."),
    )
    files = MultipleFileField(_l("Bifoga filer"))
    place = StringField(
        _l("Plats"),
        description=_l("Klicka på kartan, eller skriv ett platsnamn eller koordinater. Tomt betyder hela planen."),
    )
    feature = SelectField(_l("Eller en del av planen"), validate_choice=False)
    registry_no = StringField(_l("Nummer i diariet"), description=_l("Om yttrandet redan är diariefört."))
    stance = SelectField(
        _l("Ställningstagande"), choices=lambda: choices(STANCES), default=Stance.NEUTRAL.value, validate_choice=False
    )
    signatories = IntegerField(_l("Antal som har skrivit under"), default=1)

    def offer(self, plan: Plan) -> None:
        """The plan's own parts, meetings and words."""
        self.party_group.choices = choices(groups_of(plan.kind))
        self.feature.choices = [
            ("", _("Ingen särskild del")),
            *((str(one.id), feature_name(one)) for one in plan.features if one.is_active),
        ]
        self.meeting.choices = [("", _("Inget av dem"))]
        for phase in plan.phases:
            for meeting in phase.meetings:
                self.meeting.choices.append((str(meeting.id), f"{meeting.starts_at:%Y-%m-%d} {meeting.place}"[:120]))

    @property
    def form_id(self) -> uuid.UUID:
        """The number the statement gets; a form that lost its own gets a new one."""
        try:
            return uuid.UUID(self.client_id.data or "")
        except ValueError:
            made = uuid.uuid4()
            self.client_id.data = str(made)
            return made


class CameInForm(FlaskForm):
    """How a statement that staff registered came in; `plans.statement_correcting` decides what holds."""

    version = HiddenField()
    channel = SelectField(
        _l("Hur kom det in?"),
        choices=lambda: [(str(key), _(CHANNELS[key])) for key in DESK_CHANNELS],
        validate_choice=False,
    )
    form_of = SelectField(
        _l("Skriftligt eller muntligt?"),
        choices=lambda: [
            ("", _("Som vanligt: telefon och möte är muntligt")),
            ("written", _("Skriftligt, till exempel en lapp på mötet")),
            ("oral", _("Muntligt, till exempel sagt vid ett besök")),
        ],
        validate_choice=False,
    )
    received_on = StringField(_l("Dag det kom in"))
    received_time = StringField(_l("Klockslag"), description=_l("Till exempel 14.32. Behövs nära sista dagen."))
    contact_name = StringField(_l("Namn"))
    organisation = StringField(_l("Myndighet, förening eller företag"))
    contact_email = EmailField(_l("E-post"))
    postal_address = StringField(_l("Postadress"), description=_l("Så här: Storgatan 1, 231 42 Trelleborg"))
    property_designation = StringField(_l("Fastighetsbeteckning"))
    keep_party = BooleanField(
        _l("Behåll kopplingen till planens register"),
        description=_l("Annars söks avsändaren upp på nytt när namn, organisation, e-post eller fastighet ändras."),
    )
    why = TextAreaField(
        _l("Varför rättas det?"),
        description=_l(
            "Står i loggen, och i nästa version av en redogörelse som redan är färdig. Skriv inga personuppgifter."
        ),
    )


class NotesForm(FlaskForm):
    """What the desk says about a statement; `plans.statement_tending` decides what holds."""

    version = HiddenField()
    registry_no = StringField(_l("Nummer i diariet"))
    party_group = SelectField(_l("Grupp"), choices=lambda: choices(GROUPS), validate_choice=False)
    stance = SelectField(_l("Ställningstagande"), choices=lambda: choices(STANCES), validate_choice=False)
    shown_as = SelectField(
        _l("I redogörelsens webbversion visas avsändaren"), choices=lambda: choices(SHOWN_AS), validate_choice=False
    )
    signatories = IntegerField(_l("Antal som har skrivit under"))
    assigned_to_id = SelectField(_l("Vem svarar?"), validate_choice=False)
    is_protected = BooleanField(
        _l("Skyddade personuppgifter"), description=_l("Bara administratörer och planens handläggare får läsa det.")
    )


def feature_name(feature: Any) -> str:
    """A part of the plan as a choice: 'B1 Bostäder'."""
    return clean(f"{feature.code} {feature.title}")


def whole(text: str | None) -> int | None:
    """A whole number, or None for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None
