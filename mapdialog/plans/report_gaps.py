"""What a finished report lacks: statements of its phases that have come in since, and approvals that are other now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from mapdialog.core.text import N_
from mapdialog.plans import consenting
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
OTHER_CONSENTS = N_(
    "%(phase)s: godkännandena i samrådskretsen är andra nu än redogörelsen säger. Gör en ny version, eller skriv "
    "varför det inte behövs."
)
NOT_PUBLIC = N_(
    "%(phase)s: redogörelsen är godkänd bara i sin fullständiga version, så ingen kan läsa den på webbplatsen. Gör "
    "webbversionen, eller skriv varför den inte behövs."
)
_S = PlanStatement.__table__.c


@dataclass(frozen=True)
class Gap:
    """A finished report and the numbers of the statements that it should tell of and does not, and whether the
    approvals that it counts are others now."""

    report: PlanReport
    phase: PlanPhase
    numbers: tuple[int, ...]
    has_other_consents: bool = False


def list_latest(session: Session, plan: Plan) -> list[PlanReport]:
    """The latest approved version of each report and edition, in every format that says the same."""
    query = select(PlanReport).where(PlanReport.plan_id == plan.id, PlanReport.frozen_at.is_not(None))
    ordered = session.scalars(query.order_by(PlanReport.frozen_at, PlanReport.id)).all()
    last = {(one.phase_id, one.kind, one.edition): one for one in ordered}
    pairs = ((one, last[one.phase_id, one.kind, one.edition]) for one in ordered)
    return [one for one, at_last in pairs if one is at_last or one.content_sha256 == at_last.content_sha256 is not None]


def list_gaps(session: Session, plan: Plan, kinds: Iterable[str] = tuple(ReportKind)) -> list[Gap]:
    """Those of the latest versions, of these kinds, that lack something."""
    phases = {one.id: one for one in plan.phases}
    consents = count_consents(session, plan)
    found = []
    for report in (one for one in list_latest(session, plan) if one.kind in kinds):
        numbers = _lacking(session, plan, report, phases[report.phase_id])
        is_other = consents is not None and report.consents not in (None, consents)
        if numbers or is_other:
            found.append(Gap(report, phases[report.phase_id], numbers, is_other))
    return found


def count_consents(session: Session, plan: Plan) -> str | None:
    """How many have approved, declined and not answered, where the plan goes by their approval: '4/1/1'."""
    if not consenting.is_needed(plan):
        return None
    held = consenting.count_consents(session, plan)
    return f"{held.approved}/{held.declined}/{held.silent}"


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


def list_unpublished(session: Session, plan: Plan) -> list[tuple[PlanPhase, str]]:
    """Phase and kind of each report that is finished in its full edition and has none that everybody may read."""
    made = {(one.phase_id, one.kind, one.edition) for one in list_latest(session, plan)}
    return [
        (phase, kind)
        for phase in plan.phases
        for kind in ReportKind
        if (phase.id, kind, Edition.FULL) in made and (phase.id, kind, Edition.WEB) not in made
    ]


def list_problems(gaps: Iterable[Gap]) -> list[Problem]:
    """The same as what stands in the way of what comes after, phase by phase, unless there is a reason."""
    found = []
    for phase, kind, numbers in by_phase(gaps):
        about = {"phase": PHASE_KINDS[phase.kind]} | ({"numbers": in_ranges(numbers)} if numbers else {})
        message, reference = LACKS if numbers else OTHER_CONSENTS, REPORT_REFERENCES[kind]
        found.append(Problem("report_lacks", message, Weight.NEEDS_REASON, reference, about))
    return found


def list_unpublished_problems(session: Session, plan: Plan) -> list[Problem]:
    """The same as what stands in the way of the adoption, whose notices lead to the reports, without a reason."""
    found = [(PHASE_KINDS[phase.kind], kind) for phase, kind in list_unpublished(session, plan)]
    return [
        Problem("not_public", NOT_PUBLIC, Weight.NEEDS_REASON, REPORT_REFERENCES[kind], {"phase": about})
        for about, kind in found
    ]


def list_steps(session: Session, plan: Plan) -> list[tuple[str, dict[str, Any], str]]:
    """What is to be done about all of it: msgid, what its %(name)s stand for, and the section the report is by."""
    found: list[tuple[str, dict[str, Any], str]] = []
    for phase, kind, numbers in by_phase(list_gaps(session, plan)):
        message = N_("%(phase)s: godkännandena är andra nu än redogörelsen säger. Gör en ny version av den.")
        if numbers:
            message = N_(
                "%(phase)s: yttrande %(numbers)s har kommit in sedan redogörelsen blev färdig och står inte i den. "
                "Gör en ny version av den."
            )
        found.append((message, {"phase": phase, "numbers": in_ranges(numbers)}, REPORT_REFERENCES[kind]))
    message = N_("Webbversionen av redogörelsen är inte gjord: %(phase)s. Gör den, så att alla kan läsa den.")
    unpublished = list_unpublished(session, plan)
    return found + [(message, {"phase": phase}, REPORT_REFERENCES[kind]) for phase, kind in unpublished]


def by_phase(gaps: Iterable[Gap]) -> list[tuple[PlanPhase, str, list[int]]]:
    """What any edition lacks, once for each phase and kind of report: numbers, and none where approvals are others."""
    found: dict[tuple[PlanPhase, str, bool], set[int]] = {}
    for one in gaps:
        if one.numbers:
            found.setdefault((one.phase, one.report.kind, True), set()).update(one.numbers)
        if one.has_other_consents:
            found.setdefault((one.phase, one.report.kind, False), set())
    return [(phase, kind, sorted(numbers)) for (phase, kind, _), numbers in found.items()]


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
