"""Forms of the answering: a point, an answer, a theme, a change of the plan; the domain decides what holds."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from shapely.geometry.base import BaseGeometry
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField

from mapdialog.geo.geometry import from_element, from_store
from mapdialog.plans.answer_models import PlanAnswer, PlanAnswerWording, PlanChange, PlanPoint
from mapdialog.plans.answer_rules import AnswerDraft
from mapdialog.plans.changes import ChangeDraft
from mapdialog.plans.labels import OUTCOMES
from mapdialog.plans.points import PointDraft

Choices = list[tuple[str, str]]


def whole(text: str | None) -> int | None:
    """The whole number that was sent, None for anything else."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


class PointForm(FlaskForm):
    """A view in a statement: the words it quotes, a summary, theme, part of the plan, officer."""

    version = HiddenField()
    start = HiddenField()
    end = HiddenField()
    quote = TextAreaField(
        _l("Citat ur yttrandet"), description=_l("Markera orden i texten, eller klistra in dem precis som de står.")
    )
    summary = TextAreaField(
        _l("Sammanfattning"),
        description=_l("Så här står synpunkten i redogörelsen. Skriv inga namn på privatpersoner."),
    )
    theme = SelectField(_l("Tema"), validate_choice=False)
    new_theme = StringField(_l("Nytt tema"))
    feature = SelectField(_l("Del av planen"), validate_choice=False)
    place = StringField(
        _l("Plats"), description=_l("Ortnamn, adress eller koordinater. Tomt betyder samma plats som yttrandet.")
    )
    assigned_to = SelectField(_l("Handläggare"), validate_choice=False)

    def offer(self, themes: Choices, features: Choices, officers: Choices) -> None:
        """What can be chosen."""
        none = [("", _("Inget valt"))]
        self.theme.choices, self.feature.choices = none + themes, [("", _("Hela planen")), *features]
        self.assigned_to.choices = [("", _("Ingen än")), *officers]

    def fill(self, point: PlanPoint) -> None:
        """The point as it is."""
        self.version.data, self.quote.data, self.summary.data = str(point.version), point.quote, point.summary
        self.start.data, self.end.data = _text(point.quote_start), _text(point.quote_end)
        self.theme.data, self.feature.data = _text(point.theme_id), _text(point.feature_id)
        self.assigned_to.data, self.place.data = _text(point.assigned_to_id), place_text(point)

    def draft(self, theme_id: int | None = None, place: BaseGeometry | None = None) -> PointDraft:
        """What was sent; `theme_id` is a new theme made of what was written, `place` (EPSG:3006) what that means."""
        return PointDraft(
            summary=self.summary.data or "",
            quote=self.quote.data or "",
            start=whole(self.start.data),
            end=whole(self.end.data),
            theme_id=theme_id if theme_id is not None else whole(self.theme.data),
            feature_id=whole(self.feature.data),
            place=place,
            assigned_to_id=whole(self.assigned_to.data),
        )


class AnswerForm(FlaskForm):
    """An answer's wording."""

    version = HiddenField()
    text = TextAreaField(_l("Kommunens svar"))
    outcome = RadioField(
        _l("Vad blev det av synpunkten?"),
        choices=lambda: [(str(key), _(words)) for key, words in OUTCOMES.items()],
        validate_choice=False,
    )
    reason = TextAreaField(_l("Skäl"), description=_l("Krävs för alla svar utom ”Tillgodosedd”. Står i redogörelsen."))
    forwarded_to = StringField(
        _l("Skickad vidare till"), description=_l("Krävs för ”Skickad vidare”: nämnd, bolag eller myndighet.")
    )

    def fill(self, answer: PlanAnswer | PlanAnswerWording, version: int) -> None:
        """A wording, to be saved over that version."""
        self.text.data, self.outcome.data, self.reason.data = answer.text, answer.outcome, answer.reason
        self.forwarded_to.data, self.version.data = answer.forwarded_to, str(version)

    def draft(self) -> AnswerDraft:
        """What was sent."""
        return AnswerDraft(
            self.text.data or "", self.outcome.data or None, self.reason.data or "", self.forwarded_to.data or ""
        )


class ChangeForm(FlaskForm):
    """What was changed in the plan after a phase."""

    description = TextAreaField(
        _l("Vad har ändrats?"),
        description=_l(
            "Så här står det i redogörelsen, till exempel ”Högsta nockhöjd i kvarter A sänks till 12 meter.”"
        ),
    )
    phase = SelectField(_l("Efter vilket skede?"), validate_choice=False)
    document = StringField(_l("Handling som ändrats"), description=_l("Till exempel plankartan."))
    is_major = BooleanField(
        _l("Förslaget ändras väsentligt"),
        description=_l("Efter en granskning krävs då en ny granskning (5 kap. 25 §, 3 kap. 18 § PBL)."),
    )

    def fill(self, change: PlanChange) -> None:
        """The change as it is."""
        self.description.data, self.phase.data = change.description, str(change.phase_id)
        self.document.data, self.is_major.data = change.document, change.is_major

    def draft(self) -> ChangeDraft:
        """What was sent."""
        return ChangeDraft(
            self.description.data or "", whole(self.phase.data), self.document.data or "", bool(self.is_major.data)
        )


def place_text(point: PlanPoint) -> str:
    """Where the point lies of its own, as latitude and longitude in degrees; '' for the statement's place."""
    if point.geom is None:
        return ""
    middle = from_store(from_element(point.geom).representative_point())
    return f"{middle.centroid.y:.6f} {middle.centroid.x:.6f}"


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
