"""Times when the service could not receive: noted, ended, and held against the days of open phases. Callers commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.clock import local
from mapdialog.core.errors import DomainError, Invalid, NotFound
from mapdialog.core.text import N_, clean
from mapdialog.plans.deadlines import roll_forward
from mapdialog.plans.kinds import PhaseStatus
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.statement_models import PlanPhaseExtension, ServiceOutage

NOTE_MAX = 2_000
# What somebody could not send then may well have been meant for the last days.
NEAR_THE_END = timedelta(days=2)


@dataclass(frozen=True)
class Concerned:
    """An open phase whose last days an outage falls in, and a last day that would make up for it."""

    phase: PlanPhase
    suggested_end: date


def log_outage(
    session: Session, *, began_at: datetime, ended_at: datetime | None, note: str, at: datetime, actor_id: int | None
) -> ServiceOutage:
    """Note one; without an end it still goes on. Raises Invalid by field."""
    wrong: dict[str, DomainError] = {}
    if began_at > at:
        wrong["began_on"] = Invalid(N_("Avbrottet kan inte börja i framtiden."))
    _check_end(began_at, ended_at, at, wrong)
    if not clean(note):
        wrong["note"] = Invalid(N_("Skriv vad som inte fungerade och hur det märktes."))
    elif len(clean(note)) > NOTE_MAX:
        wrong["note"] = Invalid(
            N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."),
            length=len(clean(note)),
            most=NOTE_MAX,
        )
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    made = ServiceOutage(began_at=began_at, ended_at=ended_at, note=clean(note), noted_by_id=actor_id)
    session.add(made)
    session.flush()
    audit.record(session, actor_id, "outage.log", made)
    return made


def end_outage(
    session: Session, outage: ServiceOutage, ended_at: datetime, *, at: datetime, actor_id: int | None
) -> None:
    """The service receives again. Raises Invalid for an end that cannot be, or one that is noted already."""
    wrong: dict[str, DomainError] = {}
    if outage.ended_at is not None:
        wrong["ended_on"] = Invalid(N_("Avbrottet är redan avslutat."))
    _check_end(outage.began_at, ended_at, at, wrong)
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    outage.ended_at = ended_at
    session.flush()
    audit.record(session, actor_id, "outage.end", outage)


def get_outage(session: Session, outage_id: int) -> ServiceOutage:
    """One of them, or NotFound."""
    found = session.get(ServiceOutage, outage_id) if outage_id < 2**31 else None
    if found is None:
        raise NotFound(N_("Avbrottet finns inte. Välj ett i listan."))
    return found


def list_outages(session: Session, limit: int = 100) -> Sequence[ServiceOutage]:
    """The latest first."""
    query = select(ServiceOutage).order_by(ServiceOutage.began_at.desc(), ServiceOutage.id.desc())
    return session.scalars(query.limit(limit)).all()


def find_extension(session: Session, plan: Plan, outage: ServiceOutage) -> PlanPhaseExtension | None:
    """The latest extension of one of the plan's phases that was given because of the outage."""
    query = select(PlanPhaseExtension).where(
        PlanPhaseExtension.outage_id == outage.id, PlanPhaseExtension.phase_id.in_([one.id for one in plan.phases])
    )
    return session.scalar(query.order_by(PlanPhaseExtension.id.desc()).limit(1))


def find_concerned(plan: Plan, outage: ServiceOutage, at: datetime) -> Concerned | None:
    """The plan's open phase, when the outage fell in its last days, and a later end: a working day after it."""
    began, ended = local(outage.began_at).date(), local(outage.ended_at or at).date()
    for phase in plan.phases:
        if phase.standing == PhaseStatus.OPEN and began <= phase.ends_on and ended >= phase.ends_on - NEAR_THE_END:
            return Concerned(phase, roll_forward(max(phase.ends_on, ended) + timedelta(days=1)))
    return None


def _check_end(began_at: datetime, ended_at: datetime | None, at: datetime, wrong: dict[str, DomainError]) -> None:
    if ended_at is not None and ended_at <= began_at:
        wrong["ended_on"] = Invalid(N_("Avbrottet slutar innan det börjar. Ändra tiden."))
    elif ended_at is not None and ended_at > at:
        wrong["ended_on"] = Invalid(N_("Avbrottet kan inte sluta i framtiden. Lämna tomt om det pågår."))
