"""What a finished report lacks: statements of its phases that have come in since, or were moved there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from mapdialog.core.text import N_
from mapdialog.plans.kinds import Edition, PhaseKind, ReportKind
from mapdialog.plans.labels import PHASE_KINDS
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.problems import Problem, Weight
from mapdialog.plans.report_models import PlanReport, PlanReportHolding
from mapdialog.plans.rules import REPORT_REFERENCES
from mapdialog.plans.statement_models import PlanStatement

LACKS = N_(
    "%(phase)s: yttrande %(numbers)s har kommit in sedan redogörelsen blev färdig och står inte i den. Gör en ny "
    "version, eller skriv varför det inte behövs."
)
_S = PlanStatement.__table__.c


@dataclass(frozen=True)
class Gap:
    """A finished report and the numbers of the statements that it should tell of and does not."""

    report: PlanReport
    phase: PlanPhase
    numbers: tuple[int, ...]


def list_latest(session: Session, plan: Plan) -> list[PlanReport]:
    """The latest approved version of each report and edition, in every format that says the same."""
    query = select(PlanReport).where(PlanReport.plan_id == plan.id, PlanReport.frozen_at.is_not(None))
    ordered = session.scalars(query.order_by(PlanReport.frozen_at, PlanReport.id)).all()
    last = {(one.phase_id, one.kind, one.edition): one for one in ordered}
    pairs = ((one, last[one.phase_id, one.kind, one.edition]) for one in ordered)
    return [one for one, at_last in pairs if one is at_last or one.content_sha256 == at_last.content_sha256 is not None]


def list_gaps(session: Session, plan: Plan, kinds: Iterable[str] = tuple(ReportKind)) -> list[Gap]:
    """Those of the latest versions, of these kinds, that lack a statement."""
    phases = {one.id: one for one in plan.phases}
    found = []
    for report in list_latest(session, plan):
        if report.kind in kinds and (numbers := _lacking(session, plan, report, phases[report.phase_id])):
            found.append(Gap(report, phases[report.phase_id], numbers))
    return found


def list_unpublished(session: Session, plan: Plan) -> list[tuple[PlanPhase, str]]:
    """Phases, each with the kind of a report of it that is finished with names and in no edition that all may read."""
    phases, latest = {one.id: one for one in plan.phases}, list_latest(session, plan)
    public = {(one.phase_id, one.kind) for one in latest if one.edition == Edition.WEB}
    shut = dict.fromkeys((one.phase_id, one.kind) for one in latest if (one.phase_id, one.kind) not in public)
    return [(phases[phase_id], kind) for phase_id, kind in shut]


def told_phases(session: Session, plan: Plan, phase: PlanPhase, kind: str) -> list[PlanPhase]:
    """The phases whose statements the report tells: its own, and in a granskningsutlåtande each consultation before it
    that has no finished samrådsredogörelse of its own (5:17 allows that it is told here)."""
    if kind != ReportKind.GRANSKNINGSUTLATANDE or phase.kind == PhaseKind.SECOND_REVIEW:
        return [phase]
    own = select(PlanReport.phase_id).where(
        PlanReport.plan_id == plan.id,
        PlanReport.kind == ReportKind.SAMRADSREDOGORELSE,
        PlanReport.frozen_at.is_not(None),
    )
    reported = set(session.scalars(own))
    earlier = [
        one
        for one in plan.phases
        if one.kind == PhaseKind.CONSULTATION and one.starts_on <= phase.starts_on and one.id not in reported
    ]
    return list(dict.fromkeys([*earlier, phase]))


def tells_of_what_came_before(plan: Plan, phases: Sequence[PlanPhase]) -> bool:
    """Whether a report of these phases tells of what came before every phase: that goes with the first consultation."""
    first = next((one for one in plan.phases if one.kind != PhaseKind.PROGRAMME_CONSULTATION), None)
    return first is not None and first in phases


def list_problems(gaps: Iterable[Gap]) -> list[Problem]:
    """The same as what stands in the way of what comes after, phase by phase, unless there is a reason."""
    return [
        Problem(
            "report_lacks",
            LACKS,
            Weight.NEEDS_REASON,
            REPORT_REFERENCES[kind],
            {"phase": PHASE_KINDS[phase.kind], "numbers": in_ranges(numbers)},
        )
        for phase, kind, numbers in by_phase(gaps)
    ]


def by_phase(gaps: Iterable[Gap]) -> list[tuple[PlanPhase, str, list[int]]]:
    """What any edition lacks, once for each phase and kind of report."""
    found: dict[tuple[PlanPhase, str], set[int]] = {}
    for one in gaps:
        found.setdefault((one.phase, one.report.kind), set()).update(one.numbers)
    return [(phase, kind, sorted(numbers)) for (phase, kind), numbers in found.items()]


def in_ranges(numbers: Iterable[int]) -> str:
    """'6–8, 10' for the numbers 6, 7, 8 and 10."""
    runs = groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0])
    ends = [[number for _, number in run] for _, run in runs]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in ends)


def _lacking(session: Session, plan: Plan, report: PlanReport, phase: PlanPhase) -> tuple[int, ...]:
    phases = told_phases(session, plan, phase, report.kind)
    of_them: ColumnElement[bool] = _S.phase_id.in_([one.id for one in phases])
    if tells_of_what_came_before(plan, phases):
        of_them = or_(of_them, _S.phase_id.is_(None))
    held = exists().where(PlanReportHolding.report_id == report.id, PlanReportHolding.statement_id == _S.id)
    query = (
        select(_S.number)
        .select_from(PlanStatement.__table__)
        .outerjoin(PlanParty, PlanParty.id == _S.party_id)
        .where(_S.plan_id == plan.id, of_them, ~held)
        .order_by(_S.number)
    )
    if report.edition == Edition.WEB:
        # Protected identities are counted there without being told, and so not held.
        is_protected = or_(_S.is_protected, and_(PlanParty.id.is_not(None), PlanParty.is_protected))
        query = query.where(~and_(is_protected, _S.registered_at <= report.frozen_at))
    return tuple(session.scalars(query))
