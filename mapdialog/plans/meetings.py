"""Writes of the public meetings of a phase: when and where, how many came, what was said. Callers commit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Conflict, DomainError, Invalid, NotFound
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.plans.models import Plan, PlanMeeting, PlanPhase
from mapdialog.plans.statement_models import PlanStatement

KINDS: dict[str, str] = {
    "meeting": N_("Samrådsmöte"),
    "open_house": N_("Öppet hus"),
    "on_site": N_("Möte på plats"),
    "digital": N_("Digitalt möte"),
}
MOST_ATTENDING = 100_000


@dataclass(frozen=True)
class MeetingDraft:
    """What is typed about a meeting; `starts_at` is aware."""

    kind: str
    starts_at: datetime | None
    place: str
    attendance: int | None = None
    notes: str = ""


def get_meeting(session: Session, phase: PlanPhase, meeting_id: int) -> PlanMeeting:
    """That meeting of the phase, or NotFound."""
    found = session.scalar(select(PlanMeeting).where(PlanMeeting.id == meeting_id, PlanMeeting.phase_id == phase.id))
    if found is None:
        raise NotFound(N_("Mötet finns inte."))
    return found


def save_meeting(
    session: Session, plan: Plan, phase: PlanPhase, draft: MeetingDraft, *, meeting_id: int | None, actor_id: int | None
) -> PlanMeeting:
    """A new meeting, or (`meeting_id`) what is known of one now. Raises Invalid by field."""
    meeting = get_meeting(session, phase, meeting_id) if meeting_id is not None else PlanMeeting(phase_id=phase.id)
    if wrong := _faults(draft):
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    assert draft.starts_at is not None
    meeting.kind, meeting.starts_at, meeting.place = draft.kind, draft.starts_at, clean_line(draft.place)
    meeting.attendance, meeting.notes = draft.attendance, clean(draft.notes)
    session.add(meeting)
    session.flush()
    session.expire(phase, ["meetings"])
    audit.record(session, actor_id, "plan.meeting_save", plan, phase=phase.id, meeting=meeting.id)
    return meeting


def remove_meeting(session: Session, plan: Plan, phase: PlanPhase, meeting_id: int, *, actor_id: int | None) -> None:
    """Take a meeting away. Raises Conflict when views were noted at it."""
    meeting = get_meeting(session, phase, meeting_id)
    if session.scalar(select(exists().where(PlanStatement.meeting_id == meeting.id))):
        raise Conflict(N_("Det finns yttranden från mötet. Det kan inte tas bort."))
    audit.record(session, actor_id, "plan.meeting_remove", plan, phase=phase.id, meeting=meeting.id)
    session.delete(meeting)
    session.flush()
    session.expire(phase, ["meetings"])


def _faults(draft: MeetingDraft) -> dict[str, DomainError]:
    wrong: dict[str, DomainError] = {}
    if draft.kind not in KINDS:
        wrong["kind"] = Invalid(N_("Välj något i listan."))
    if draft.starts_at is None:
        wrong["starts_at"] = Invalid(N_("Skriv dag och tid."))
    if not clean_line(draft.place):
        wrong["place"] = Invalid(N_("Skriv var mötet är, så att alla hittar dit."))
    elif len(draft.place) > 300:
        wrong["place"] = Invalid(N_("Platsen är för lång. Gränsen är 300 tecken."))
    if draft.attendance is not None and not 0 <= draft.attendance <= MOST_ATTENDING:
        wrong["attendance"] = Invalid(N_("Skriv hur många som kom, i siffror."))
    if len(draft.notes) > 50_000:
        wrong["notes"] = Invalid(N_("Texten är för lång. Gränsen är 50 000 tecken."))
    return wrong
