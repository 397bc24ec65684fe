"""Writes of changes to the plan and of the points that caused them. Callers commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Conflict, DomainError, Invalid, NotFound
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.plans.answer_models import PlanChange, PlanChangePoint, PlanPoint
from mapdialog.plans.correcting import list_frozen_phases
from mapdialog.plans.kinds import PhaseKind
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.point_locks import demand_some

TEXT_MAX = 10_000
REVIEWS = (PhaseKind.REVIEW.value, PhaseKind.SECOND_REVIEW.value)


@dataclass(frozen=True)
class ChangeDraft:
    """What was changed after a phase, in which document; `is_major` when it alters the proposal essentially."""

    description: str
    phase_id: int | None
    document: str = ""
    is_major: bool = False


def save_change(
    session: Session, plan: Plan, draft: ChangeDraft, change: PlanChange | None = None, *, actor_id: int | None
) -> PlanChange:
    """A new change, or another wording of one. A major one after a review makes a second review due (PBL 5:25).

    Raises Invalid by field, Conflict when a finished report tells of its phase.
    """
    phase = session.get(PlanPhase, draft.phase_id) if draft.phase_id is not None else None
    wrong: dict[str, DomainError] = {}
    if not clean(draft.description):
        wrong["description"] = Invalid(N_("Skriv vad som har ändrats i planen."))
    if phase is None or phase.plan_id != plan.id:
        wrong["phase"] = Invalid(N_("Välj vilket skede ändringen gjordes efter."))
    if wrong or phase is None:
        raise Invalid(N_("Något i ändringen behöver rättas."), fields=wrong)
    _demand_open(session, plan, phase.id)
    if change is not None:
        _demand_open(session, plan, change.phase_id, change.created_at)
    before = change.phase_id if change else phase.id
    if change is None:
        last = session.scalar(select(func.max(PlanChange.position)).where(PlanChange.plan_id == plan.id)) or 0
        change = PlanChange(plan_id=plan.id, position=last + 1, created_by_id=actor_id)
        session.add(change)
    change.description, change.document = clean(draft.description)[:10_000], clean_line(draft.document)[:200]
    change.phase_id, change.is_major = phase.id, draft.is_major
    session.flush()
    mark_major(session, plan, {before, phase.id})
    audit.record(session, actor_id, "plan_change.save", change, major=change.is_major)
    return change


def save_text(
    session: Session, plan: Plan, phase_id: int | None, text: str, *, version: int | None, actor_id: int | None
) -> None:
    """What a phase's report says of the changes as a whole, or why nothing is changed; empty takes it away.

    Raises Invalid (`changes_text`, `phase`), Conflict when a colleague saved first or a finished report tells of it.
    """
    session.execute(select(PlanPhase.id).where(PlanPhase.id == phase_id).with_for_update())
    phase = session.get(PlanPhase, phase_id) if phase_id is not None else None
    if phase is None or phase.plan_id != plan.id:
        raise Invalid(N_("Välj vilket skede ändringen gjordes efter."), field="phase")
    session.refresh(phase)
    if version is not None and version != phase.version:
        raise Conflict(
            N_("En kollega har ändrat texten sedan du öppnade den. Det du skrev finns kvar; jämför och spara.")
        )
    text = clean(text)
    if len(text) > TEXT_MAX:
        raise Invalid(N_("Texten är för lång. Gränsen är %(most)s tecken."), field="changes_text", most=TEXT_MAX)
    if text == phase.changes_text:
        return
    _demand_open(session, plan, phase.id)
    phase.changes_text = text
    phase.version += 1
    session.flush()
    audit.record(session, actor_id, "plan_phase.changes_text", phase)


def link_points(session: Session, change: PlanChange, points: Sequence[PlanPoint], *, actor_id: int | None) -> int:
    """Note that the points caused the change; how many did not yet. Raises Invalid (`ids`) without points."""
    demand_some(points)
    if any(one.plan_id != change.plan_id for one in points):
        raise Conflict(N_("Synpunkten hör till en annan plan."))
    rows = [{"change_id": change.id, "point_id": one.id, "plan_id": change.plan_id} for one in points]
    query = insert(PlanChangePoint).values(rows).on_conflict_do_nothing().returning(PlanChangePoint.point_id)
    made = len(session.scalars(query).all())
    session.expire(change, ["causes"])
    audit.record(session, actor_id, "plan_change.link", change, points=[one.id for one in points])
    return made


def unlink_point(session: Session, change: PlanChange, point_id: int, *, actor_id: int | None) -> None:
    """Take away that the point caused the change."""
    found = session.get(PlanChangePoint, (change.id, point_id))
    if found is not None:
        session.delete(found)
        session.flush()
        session.expire(change, ["causes"])
        audit.record(session, actor_id, "plan_change.unlink", change, point=point_id)


def delete_change(session: Session, plan: Plan, change: PlanChange, *, actor_id: int | None) -> None:
    """Take the change away. Raises Conflict when a finished report tells of its phase."""
    _demand_open(session, plan, change.phase_id, change.created_at)
    phase_id = change.phase_id
    audit.record(session, actor_id, "plan_change.delete", change)
    session.delete(change)
    session.flush()
    mark_major(session, plan, {phase_id})


def get_change(session: Session, plan: Plan, change_id: int) -> PlanChange:
    """One change of the plan, or NotFound."""
    found = session.get(PlanChange, change_id)
    if found is None or found.plan_id != plan.id:
        raise NotFound(N_("Ändringen finns inte."))
    return found


def list_changes(session: Session, plan: Plan) -> list[PlanChange]:
    """The plan's changes in the report's order."""
    query = select(PlanChange).where(PlanChange.plan_id == plan.id)
    return list(session.scalars(query.order_by(PlanChange.position, PlanChange.id)))


def mark_major(session: Session, plan: Plan, phase_ids: set[int]) -> None:
    """Let each review say whether the plan was changed essentially after it."""
    for phase in plan.phases:
        if phase.id in phase_ids and phase.kind in REVIEWS:
            phase.major_change = bool(
                session.scalar(select(exists().where(PlanChange.phase_id == phase.id, PlanChange.is_major)))
            )
    session.flush()


def _demand_open(session: Session, plan: Plan, phase_id: int, made_at: datetime | None = None) -> None:
    """For a change made at that moment: one that a finished report tells of stays. A new one waits for a correction."""
    if phase_id in list_frozen_phases(session, plan.id, made_at):
        raise Conflict(N_("En färdig redogörelse berättar om det skedets ändringar. De ändras inte mer."))
