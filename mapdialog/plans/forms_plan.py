"""The form of a plan, and how it is carried over to a draft and back."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from shapely.geometry import MultiPolygon
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Optional

from mapdialog.accounts import queries as accounts
from mapdialog.accounts.models import Role
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues import area as areas
from mapdialog.dialogues.forms import DayField
from mapdialog.districts import nearness
from mapdialog.geo.geometry import from_element
from mapdialog.plans import forms_map_file, map_files, plan_questions
from mapdialog.plans.forms_map_file import MapFileForm
from mapdialog.plans.labels import PLAN_KINDS
from mapdialog.plans.models import Plan
from mapdialog.plans.plan_drafts import LINES, TEXTS, PlanDraft
from mapdialog.plans.rule_sets import RuleSet

_YES_NO = {"": None, "yes": True, "no": False}
_TRUTHS = ("deviates_from_comprehensive_plan", "significant_impact_assumed")


class PlanForm(MapFileForm):
    """A whole plan. What must hold is decided by `plans.planning`.

    `offers_swap` says that the area would lie right with longitude and latitude exchanged.
    """

    offers_swap = False
    version = HiddenField()
    registry_number = StringField(_l("Diarienummer"), description=_l("Till exempel SBN 2026/123."))
    shares_number = BooleanField(_l("Två planer hör till samma ärende"))
    name = StringField(_l("Planens namn"), description=_l("Som det står i handlingarna."))
    kind = SelectField(_l("Slags plan"), validate_choice=False)
    started_on = DayField(
        _l("Planarbetet startade"),
        [Optional()],
        description=_l("Dagen avgör vilka regler som gäller. Den kan rättas tills planen börjar kungöras."),
    )
    procedure = RadioField(_l("Förfarande"), validate_choice=False)
    grounds = SelectMultipleField(_l("Grunder för förfarandet"), validate_choice=False)
    grounds_text = TextAreaField(_l("Motivering"), description=_l("Varför just det förfarandet? För er själva."))
    change_reason = TextAreaField(
        _l("Varför ändras förfarandet?"),
        description=_l("Behövs när förfarandet ändras sedan planen har börjat kungöras. Skälet står kvar i loggen."),
    )
    deviates_from_comprehensive_plan = SelectField(_l("Avviker förslaget från översiktsplanen?"), validate_choice=False)
    significant_impact_assumed = SelectField(_l("Antas betydande miljöpåverkan?"), validate_choice=False)
    is_compatible = BooleanField(_l("Förslaget är förenligt med översiktsplanen trots att det avviker"))
    impact_decided_on = DayField(_l("Beslut om miljöpåverkan"), [Optional()])
    other_country = StringField(_l("Annat land som samråd ska ske med"), description=_l("Tomt om det inte behövs."))
    committee = StringField(_l("Ansvarig nämnd"), description=_l("Är personuppgiftsansvarig för yttrandena."))
    adopting_body = StringField(_l("Vem antar planen?"), description=_l("Till exempel Kommunfullmäktige."))
    officer_id = SelectField(_l("Handläggare"), validate_choice=False)
    contact = StringField(_l("Kontakt för frågor"), description=_l("Namn och telefon eller e-post. Visas för alla."))
    submit_to = StringField(
        _l("Hit skickas yttranden"), description=_l("Postadress och e-post, för den som inte skriver på webben.")
    )
    area_words = StringField(
        _l("Området i ord"),
        description=_l(
            "Så att det följer på ”Planen gäller”, till exempel: kvarteret Lärkan mellan Hamngatan och Västra vägen. "
            "Kungörelsen och breven har ingen karta."
        ),
    )
    summary = TextAreaField(
        _l("Kort om planen"), description=_l("Två eller tre meningar som alla förstår. Vad ska byggas, och var?")
    )
    description = TextAreaField(
        _l("Vad planen innebär"), description=_l("På klarspråk: vad ändras, för vem och när? Tom rad ger nytt stycke.")
    )
    area_choice = RadioField(_l("Planområde"), validate_choice=False)
    area = TextAreaField(_l("Ritat område"))
    area_is_there = BooleanField(_l("Planområdet ska ligga där det ligger"))

    def choose_from(self, session: Session, rules: RuleSet, language: str, plan: Plan | None) -> None:
        """Fill the choices; `rules` are those the plan keeps, or would keep."""
        self.offer()
        self.kind.choices = (
            list(PLAN_KINDS.items()) if language == "sv" else [(key, _(words)) for key, words in PLAN_KINDS.items()]
        )
        self.procedure.choices = [(str(one.key), one.label.text(language)) for one in rules.procedures]
        self.grounds.choices = [(str(one.key), one.label.text(language)) for one in rules.grounds]
        truths = [("", _("Inte bestämt")), ("no", _("Nej")), ("yes", _("Ja"))]
        self.deviates_from_comprehensive_plan.choices = self.significant_impact_assumed.choices = truths
        self.officer_id.choices = [("", _("Inte bestämt")), *_officers(session, plan)]
        whole = [("municipality", _("Hela kommunen"))] if areas.municipality_box(session) else []
        self.area_choice.choices = [
            ("drawn", _("Rita på kartan")),
            ("file", _("Läs in från en fil")),
            *whole,
            ("later", _("Lägg till det senare")),
        ]


def _officers(session: Session, plan: Plan | None) -> list[tuple[str, str]]:
    kept = plan.officer_id if plan else None
    return [
        (str(one.id), one.name)
        for one in accounts.list_accounts(session)
        if one.id == kept or (one.is_active and one.role in (Role.ADMINISTRATOR, Role.PLANNER))
    ]


def suggested(session: Session, account_id: int) -> dict[str, Any]:
    """Values for a new plan: who makes it has it in hand, and the house is the same as for the last one."""
    last = session.scalar(select(Plan).order_by(Plan.id.desc()).limit(1))
    house = {name: getattr(last, name) for name in ("committee", "adopting_body", "submit_to")} if last else {}
    return house | {"officer_id": str(account_id)}


def fill(plan: Plan) -> dict[str, Any]:
    """The form's values for a stored plan."""
    values: dict[str, Any] = {name: getattr(plan, name) for name in (*LINES, *TEXTS)}
    values |= {
        name: getattr(plan, name) for name in ("kind", "procedure", "started_on", "impact_decided_on", "grounds")
    }
    values |= {name: {None: "", True: "yes", False: "no"}[getattr(plan, name)] for name in _TRUTHS}
    values["officer_id"] = str(plan.officer_id or "")
    values["version"] = str(plan.version)
    values["area"] = areas.to_geojson(from_element(plan.area)) if plan.area is not None else ""
    values["area_choice"] = "drawn" if plan.area is not None else "later"
    return values


def read(
    form: PlanForm, session: Session, plan: Plan | None, rules: RuleSet, today: date
) -> tuple[PlanDraft, dict[str, DomainError]]:
    """The draft that the form says, and what of it can't be read. `rules` are those the plan keeps, or would keep.

    Without a day to start from the rest is read as if it were `today`, so that all faults are told at once. An area
    from a file is put into the form as a drawing, so that it is not lost when something else has to be corrected.
    What may be right and mostly is not is asked about, once.
    """
    wrong: dict[str, DomainError] = {}
    shape: MultiPolygon | None = None
    try:
        shape = _area(form, session, plan)
    except Invalid as error:
        wrong |= error.fields or {"area_choice": error}
    started = plan.started_on if plan else form.started_on.data
    if not isinstance(started, date):
        started = today
        if not form.started_on.errors:
            wrong["started_on"] = Invalid(N_("Skriv dagen då planarbetet startade. Den avgör vilka regler som gäller."))
    values: dict[str, Any] = {name: form[name].data or "" for name in (*LINES, *TEXTS)}
    values |= {name: _YES_NO.get(form[name].data or "") for name in _TRUTHS}
    officer = form.officer_id.data or ""
    draft = PlanDraft(
        **values,
        kind=form.kind.data or "",
        procedure=form.procedure.data or "",
        started_on=started,
        grounds=tuple(form.grounds.data or ()),
        officer_id=int(officer) if officer.isdecimal() and len(officer) < 10 else None,
        impact_decided_on=form.impact_decided_on.data,
        area=shape,
        change_reason=form.change_reason.data or "",
    )
    return draft, wrong | _questions(form, session, draft, rules, plan)


def _questions(
    form: PlanForm, session: Session, draft: PlanDraft, rules: RuleSet, plan: Plan | None
) -> dict[str, DomainError]:
    found: dict[str, DomainError | None] = {}
    if not form.shares_number.data:
        found["shares_number"] = plan_questions.about_number(session, draft.registry_number, plan)
    if not form.is_compatible.data:
        found["is_compatible"] = plan_questions.about_deviation(draft, rules, plan)
    is_stored = plan is not None and plan.area is not None and draft.area == from_element(plan.area)
    if draft.area is not None and not is_stored and not form.area_is_there.data:
        found["area_is_there"], form.offers_swap = plan_questions.about_place(session, draft.area)
    return {name: error for name, error in found.items() if error is not None}


def find_drawn(form: PlanForm) -> MultiPolygon | None:
    """The area that stands in the form, EPSG:3006; None without one that can be read."""
    try:
        return areas.from_geojson(form.area.data or "") if form.area_choice.data == "drawn" else None
    except Invalid:
        return None


def swap_area(form: PlanForm) -> None:
    """Let longitude and latitude of the form's area change places."""
    drawn = find_drawn(form)
    if drawn is not None and (turned := nearness.swapped(drawn)) is not None:
        form.area.data, form.area_is_there.data = areas.to_geojson(turned), False


def _area(form: PlanForm, session: Session, plan: Plan | None) -> MultiPolygon | None:
    choice = form.area_choice.data
    if choice in (None, "", "later"):
        return None
    if choice == "drawn":
        text = (form.area.data or "").strip()
        if plan is not None and plan.area is not None:
            stored = from_element(plan.area)
            if text == areas.to_geojson(stored):
                return stored  # type: ignore[return-value]
        if not text:
            raise Invalid(N_("Rita området på kartan, eller välj ett annat sätt."), field="area_choice")
        return areas.from_geojson(text)
    if choice == "municipality":
        shape = areas.whole_municipality(session)
    elif choice == "file":
        upload = forms_map_file.receive(form, plan.id if plan else 0)
        if upload is None:
            raise Invalid(N_("Välj en fil, eller ett annat sätt att ange området."), field="file")
        shape = map_files.area_of(forms_map_file.read(form, upload))
        form.forget_file()
        form.area_is_there.data = False
    else:
        raise Invalid(N_("Välj hur området anges."), field="area_choice")
    form.area.data, form.area_choice.data = areas.to_geojson(shape), "drawn"
    return shape
