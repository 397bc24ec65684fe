"""Forms of what comes after a walk: observations from paper notes, actions, their status, and who is responsible."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from mapdialog.walks import following_up, tending
from mapdialog.walks.drafts import LIGHTS
from mapdialog.walks.findings import OwnerType, WalkAction
from mapdialog.walks.recording import SAID_BY
from mapdialog.walks.tending import ActionDraft

POLARITIES = {"insecure": _l("Otrygg"), "secure": _l("Trygg"), "neutral": _l("Varken eller")}
SEVERITIES = {1: _l("1 – litet"), 2: _l("2 – märkbart"), 3: _l("3 – allvarligt")}


def _choices(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(str(key), _(text)) for key, text in words.items()]


class CheckboxesField(SelectMultipleField):
    """Several of many, each with a box of its own; the macro of forms draws it as a group."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ActionForm(FlaskForm):
    """What is to be done, by whom, until when; `tending` decides what holds."""

    version = IntegerField()
    title = StringField(_l("Vad ska göras?"))
    description = TextAreaField(_l("Beskrivning"))
    where_text = StringField(_l("Var?"))
    party = SelectField(_l("Vem ansvarar?"), validate_choice=False)
    owner_type = SelectField(
        _l("Slags ansvarig"),
        choices=lambda: _choices(tending.OWNERS),
        default=OwnerType.UNKNOWN.value,
        validate_choice=False,
        description=_l("Gäller bara när du inte har valt någon ur registret."),
    )
    kind = SelectField(_l("Slags åtgärd"), choices=lambda: _choices(tending.KINDS), validate_choice=False)
    priority = SelectField(_l("Prioritet"), choices=lambda: _choices(tending.PRIORITIES), validate_choice=False)
    deadline = DateField(_l("Ska vara klar"), [Optional()])
    cost_class = SelectField(
        _l("Kostnad"), choices=lambda: [("", _("Inte bedömd")), *_choices(tending.COSTS)], validate_choice=False
    )
    external_case_no = StringField(
        _l("Ärendenummer hos andra"), description=_l("Till exempel numret på en felanmälan.")
    )
    observations = CheckboxesField(_l("Iakttagelser som åtgärden svarar på"), coerce=int, validate_choice=False)

    def draft(self) -> ActionDraft:
        """What was typed, as the domain takes it."""
        return ActionDraft(
            title=self.title.data or "",
            observation_ids=tuple(self.observations.data or ()),
            description=self.description.data or "",
            where_text=self.where_text.data or "",
            party_id=_number(self.party.data),
            owner_type=self.owner_type.data or OwnerType.UNKNOWN.value,
            kind=self.kind.data or "planned",
            priority=self.priority.data or "normal",
            cost_class=self.cost_class.data or None,
            deadline=self.deadline.data,
            external_case_no=self.external_case_no.data or "",
        )


class StatusForm(FlaskForm):
    """The next status, and what the public is told about it."""

    version = IntegerField()
    status = SelectField(_l("Ny status"), validate_choice=False)
    status_reason = TextAreaField(
        _l("Varför?"),
        description=_l("Krävs för ”Görs inte” och ”Utanför vårt ansvar”. Visas för alla som läser om vandringen."),
    )
    public_comment = TextAreaField(_l("Kommentar som alla får läsa"))
    note = TextAreaField(_l("Anteckning för er som arbetar här"))
    done_on = DateField(_l("Klart den"), [Optional()], description=_l("Bara för ”Klar”. Lämna tomt om det är i dag."))

    def offer(self, action: WalkAction) -> None:
        """Only what may follow on the action's status."""
        self.status.choices = [(one.value, _(following_up.STATUSES[one])) for one in following_up.NEXT[action.status]]


class PartyForm(FlaskForm):
    """Somebody who can do something about it."""

    name = StringField(_l("Namn"), description=_l("Enheten, bolaget, myndigheten eller föreningen."))
    owner_type = SelectField(
        _l("Slags ansvarig"), choices=lambda: _choices(tending.OWNERS), validate_choice=False, default="municipality"
    )
    email = StringField(
        _l("E-post"), description=_l("Dit går frågor och påminnelser. Helst en funktionsbrevlåda, inte en persons.")
    )
    phone = StringField(_l("Telefon"))
    is_active = BooleanField(_l("Kan väljas för nya åtgärder"), default=True)


class ObservationForm(FlaskForm):
    """An observation from somebody's paper notes."""

    client_id = HiddenField()
    stop = SelectField(_l("Hållpunkt"), validate_choice=False)
    category = SelectField(_l("Vad gäller det?"), validate_choice=False)
    polarity = RadioField(
        _l("Hur känns platsen?"), choices=lambda: list(POLARITIES.items()), default="insecure", validate_choice=False
    )
    severity = SelectField(
        _l("Hur allvarligt är det?"),
        choices=lambda: [("", _("Välj …")), *((str(key), text) for key, text in SEVERITIES.items())],
        validate_choice=False,
        description=_l("Behövs bara för otrygga platser."),
    )
    text = TextAreaField(
        _l("Vad såg ni?"),
        description=_l("Skriv av anteckningen. Skriv inte namn eller uppgifter om enskilda personer."),
    )
    photos = MultipleFileField(_l("Foton"))
    place = StringField(
        _l("Plats"),
        description=_l(
            "Behövs bara om det inte var vid hållpunkten. Klicka på kartan, eller skriv koordinater: 55.3751 13.1569"
        ),
    )
    group = SelectField(_l("Grupp"), validate_choice=False)
    said_by = SelectField(
        _l("Vem sade det?"), choices=lambda: _choices(SAID_BY), default="unknown", validate_choice=False
    )
    light = SelectField(_l("Ljus"), choices=lambda: [("", _("Inte angivet")), *_choices(LIGHTS)], validate_choice=False)
    is_acute = BooleanField(_l("Akut fara: felanmäl genast"))
    another = BooleanField(_l("Registrera en till efteråt"))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
