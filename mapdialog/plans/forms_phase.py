"""The forms of a phase: its days and texts, its meetings, a later end."""

from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from mapdialog.core.clock import STOCKHOLM, local
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues.forms import DayField, MomentField
from mapdialog.plans import meetings
from mapdialog.plans.meetings import MeetingDraft
from mapdialog.plans.models import PlanMeeting, PlanPhase
from mapdialog.plans.phasing import TEXTS, PhaseDraft


class PhaseForm(FlaskForm):
    """A phase. What must hold is decided by `plans.phasing`."""

    version = HiddenField()
    kind = HiddenField()
    starts_on = DayField(_l("Första dagen"), [Optional()])
    ends_on = DayField(_l("Sista dagen"), [Optional()], description=_l("Hela dagen räknas, till kl. 23.59.59."))
    override_reason = TextAreaField(
        _l("Skäl att avvika från det som krävs"), description=_l("Skälet sparas i ärendet och står i loggen.")
    )
    all_agreed_evidence = TextAreaField(
        _l("Alla berörda är överens om en kortare tid"),
        description=_l("Skriv hur och när de sa det, och var det finns."),
    )
    available_text = TextAreaField(
        _l("Här kan man läsa förslaget, förutom på webben"),
        description=_l("Skrivs efter ”Förslaget finns på kommunens webbplats och …”, till exempel ”i stadshuset”."),
    )
    held_text = TextAreaField(
        _l("Så har allmänheten kunnat delta"),
        description=_l("Annonser, affischer, utskick, utställningar. Står i redogörelsen. Tom rad ger nytt stycke."),
    )


class ExtendForm(FlaskForm):
    """A later end of an opened phase."""

    new_end = DayField(_l("Ny sista dag"), [Optional()])
    reason = TextAreaField(_l("Varför förlängs tiden?"))
    outage_id = SelectField(_l("På grund av ett avbrott"), validate_choice=False)


class MeetingForm(FlaskForm):
    """A public meeting."""

    kind = SelectField(
        _l("Slags möte"),
        choices=lambda: [(key, _(words)) for key, words in meetings.KINDS.items()],
        validate_choice=False,
    )
    starts_at = MomentField(_l("Dag och tid"))
    place = StringField(_l("Plats"))
    attendance = StringField(_l("Så många kom"))
    notes = TextAreaField(_l("Det här sades"), description=_l("Utan namn. Muntliga synpunkter redovisas."))


def fill_phase(phase: PlanPhase) -> dict[str, Any]:
    """The form's values for a stored phase."""
    values: dict[str, Any] = {name: getattr(phase, name) for name in (*TEXTS, "kind", "starts_on", "ends_on")}
    return values | {"version": str(phase.version)}


def fill_meeting(meeting: PlanMeeting) -> dict[str, Any]:
    """The form's values for a stored meeting."""
    return {
        "kind": meeting.kind,
        "starts_at": local(meeting.starts_at).replace(tzinfo=None),
        "place": meeting.place,
        "attendance": "" if meeting.attendance is None else str(meeting.attendance),
        "notes": meeting.notes,
    }


def read_phase(form: PhaseForm, kind: str) -> PhaseDraft:
    """The draft that the form says. Raises Invalid with the days that are missing."""
    wrong: dict[str, DomainError] = {
        name: Invalid(N_("Skriv vilken dag det är."))
        for name in ("starts_on", "ends_on")
        if not isinstance(form[name].data, date) and not form[name].errors
    }
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    texts: dict[str, Any] = {name: form[name].data or "" for name in TEXTS}
    days: dict[str, Any] = {name: form[name].data for name in ("starts_on", "ends_on")}
    return PhaseDraft(kind=kind, **days, **texts)


def read_meeting(form: MeetingForm) -> MeetingDraft:
    """The draft that the form says; a number of people that is none becomes one that is refused."""
    typed: datetime | None = form.starts_at.data
    counted = (form.attendance.data or "").strip()
    attendance = None if not counted else int(counted) if counted.isdecimal() and len(counted) < 9 else -1
    return MeetingDraft(
        kind=form.kind.data or "",
        starts_at=typed.replace(tzinfo=STOCKHOLM).astimezone(UTC) if typed is not None else None,
        place=form.place.data or "",
        attendance=attendance,
        notes=form.notes.data or "",
    )
