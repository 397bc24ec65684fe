"""Whether statements came in time: decided by the days of their phase, and again when a phase is given a later end."""

from sqlalchemy import Table, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from mapdialog.core.clock import local
from mapdialog.core.text import N_
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.queries import find_phase_of
from mapdialog.plans.report_models import PlanReportHolding
from mapdialog.plans.statement_models import PlanStatement

IN_TIME = N_("I tid: det kom in senast kl. 23.59.59 den sista dagen.")
LATE = N_("För sent: den sista dagen var slut när det kom in. Yttrandet är registrerat ändå, och märkt som sent.")
BEFORE = N_("Utanför alla skeden: det kom in innan det första skedet började.")
PLANNED = N_(
    "Utanför alla skeden än: det kom in under ett skede som är planerat men inte kungjort. "
    "Det läggs i skedet när det kungörs."
)


def recompute_in_time(session: Session, phase: PlanPhase) -> int:
    """Decide anew for the phase's statements, and for those that lay outside every phase; returns how many changed.

    To be called, after a flush, when a phase has been announced, opened or given other days. What was received in time
    in another phase stays there. What came after its time, on a day of this phase that nobody knew of yet, was given
    in this one (13:11 asks until when views were given), unless a finished report has told of it as late.
    """
    plan = session.get_one(Plan, phase.plan_id)
    session.refresh(plan, ["phases"])
    table = PlanStatement.__table__
    assert isinstance(table, Table)
    is_told = exists().where(PlanReportHolding.statement_id == PlanStatement.id)
    rows = session.execute(
        select(PlanStatement.id, PlanStatement.received_at, PlanStatement.phase_id, PlanStatement.in_time).where(
            PlanStatement.plan_id == phase.plan_id,
            or_(
                PlanStatement.phase_id.is_(None),
                PlanStatement.phase_id == phase.id,
                and_(PlanStatement.in_time.is_(False), ~is_told),
            ),
        )
    ).all()
    changed = 0
    for row in rows:
        found, in_time = find_phase_of(plan, row.received_at)
        if row.phase_id not in (None, phase.id) and found != phase:
            continue
        phase_id = found.id if found else None
        if found is not None and found.id != phase.id and row.phase_id == phase.id:
            phase_id, in_time = phase.id, local(row.received_at).date() <= phase.ends_on
        if (phase_id, in_time) != (row.phase_id, row.in_time):
            session.execute(update(table).where(table.c.id == row.id).values(phase_id=phase_id, in_time=in_time))
            changed += 1
    for known in list(session.identity_map.values()):
        if changed and isinstance(known, PlanStatement) and known.plan_id == phase.plan_id:
            session.expire(known, ["phase_id", "in_time", "phase"])
    return changed


def reason_in_words(statement: PlanStatement) -> str:
    """Why a statement counts as in time or not: a Swedish msgid."""
    if statement.phase is None or statement.in_time is None:
        day = local(statement.received_at).date()
        return PLANNED if any(one.starts_on <= day for one in statement.plan.phases) else BEFORE
    return IN_TIME if statement.in_time else LATE
