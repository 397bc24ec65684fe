"""Forms of the register of parties: one party, and how the columns of a table are read."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from mapdialog.dialogues.forms import DayField
from mapdialog.plans.consenting import CONSENTS
from mapdialog.plans.kinds import PartyGroup
from mapdialog.plans.labels import group_labels
from mapdialog.plans.party_import import ROLE_WORDS, TableFacts
from mapdialog.plans.register import NAMES, NOTIFY_BY, PartyDraft


def group_choices(plan_kind: str = "") -> list[tuple[str, str]]:
    """The groups in the law's order, as a plan of that kind calls them."""
    return [(str(key), _(words)) for key, words in group_labels(plan_kind).items()]


class PartyForm(FlaskForm):
    """One party; `plans.register` decides what holds."""

    version = HiddenField()
    party_group = SelectField(
        _l("Grupp"), choices=group_choices, default=PartyGroup.PROPERTY_PARTY.value, validate_choice=False
    )
    name = StringField(_l("Namn"))
    organisation = StringField(_l("Myndighet, förening eller företag"))
    property_designation = StringField(
        _l("Fastighetsbeteckning"), description=_l("Flera skiljs åt med komma: Övre 1, Övre 2")
    )
    street = StringField(_l("Adress"))
    postal_code = StringField(_l("Postnummer"))
    city = StringField(_l("Postort"))
    email = StringField(_l("E-post"))
    phone = StringField(_l("Telefon"))
    notify_by = RadioField(
        _l("Meddelas genom"),
        choices=lambda: [(key, _(words)) for key, words in NOTIFY_BY.items()],
        default="letter",
        validate_choice=False,
    )
    is_protected = BooleanField(
        _l("Skyddade personuppgifter"),
        description=_l(
            "Personen visas bara med nummer i listor, utskick och redogörelser. Bara administratörer och planens "
            "handläggare kan läsa uppgifterna, och varje läsning loggas."
        ),
    )
    note = TextAreaField(_l("Anteckning"))

    def draft(self) -> PartyDraft:
        """What was typed."""
        values = {name: self[name].data for name in NAMES}
        texts = {name: value or "" for name, value in values.items() if name != "is_protected"}
        return PartyDraft(**texts, is_protected=bool(values["is_protected"]))


class ConsentForm(FlaskForm):
    """What a party has answered in the limited standard procedure; `plans.consenting` decides what holds."""

    version = HiddenField()
    consent = RadioField(
        _l("Godkänner den här förslaget?"),
        choices=lambda: [(key, _(words)) for key, words in CONSENTS.items()],
        default="",
        validate_choice=False,
    )
    consent_on = DayField(_l("Svaret kom"), [Optional()])
    consent_note = StringField(
        _l("Var svaret finns"), description=_l("Godkännandet ska gå att visa: yttrande 7, brev 12 november.")
    )


class TableForm(FlaskForm):
    """The table of parties."""

    file = FileField(_l("Tabell (Excel eller CSV)"))


class ColumnsForm(FlaskForm):
    """Which column is what, and the group of rows that do not tell."""

    name = SelectField(_l("Namn"), validate_choice=False)
    first_name = SelectField(_l("Förnamn"), validate_choice=False)
    last_name = SelectField(_l("Efternamn"), validate_choice=False)
    organisation = SelectField(_l("Myndighet, förening eller företag"), validate_choice=False)
    property_designation = SelectField(_l("Fastighetsbeteckning"), validate_choice=False)
    street = SelectField(
        _l("Adress"), validate_choice=False, description=_l("Också hela adressen i en kolumn: Storgatan 1, 231 42 Ort")
    )
    postal_code = SelectField(_l("Postnummer"), validate_choice=False)
    city = SelectField(_l("Postort"), validate_choice=False)
    email = SelectField(_l("E-post"), validate_choice=False)
    phone = SelectField(_l("Telefon"), validate_choice=False)
    group = SelectField(_l("Grupp"), validate_choice=False)
    protected = SelectField(
        _l("Skyddade personuppgifter"),
        validate_choice=False,
        description=_l("Allt utom tomt, nej och 0 räknas som ja."),
    )
    note = SelectField(_l("Anteckning"), validate_choice=False)
    default_group = SelectField(
        _l("Grupp där filen inte säger något"),
        choices=group_choices,
        default=PartyGroup.PROPERTY_PARTY.value,
        validate_choice=False,
    )

    def offer(self, facts: TableFacts) -> None:
        """The file's columns as choices; the likely ones chosen unless somebody has."""
        for role in ROLE_WORDS:
            self[role].choices = [("", _("Finns inte")), *((name, name) for name in facts.fields)]

    def columns(self) -> dict[str, str]:
        """Field name by role."""
        return {role: self[role].data or "" for role in ROLE_WORDS}
