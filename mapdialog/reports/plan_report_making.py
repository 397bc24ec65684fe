"""Puts a plan report together: reads the plan once, numbers and counts everything, and finds what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mapdialog.core.clock import local
from mapdialog.core.errors import Invalid, NotFound
from mapdialog.core.text import N_
from mapdialog.plans.answer_models import PlanChange
from mapdialog.plans.kinds import Edition, PhaseKind, PlanKind, ReportKind
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.report_gaps import tells_of_what_came_before, told_phases
from mapdialog.plans.rule_sets import rule_set
from mapdialog.reports import plan_report_words as words
from mapdialog.reports.plan_report import Change, PlanReportContent, Totals
from mapdialog.reports.plan_report_held import read_held
from mapdialog.reports.plan_report_map import describe_map, draw_map
from mapdialog.reports.plan_report_outside import list_outside
from mapdialog.reports.plan_report_questions import hide_personal, list_questions, part_with_reasons
from mapdialog.reports.plan_report_reading import StatementRow, read_statements
from mapdialog.reports.plan_report_since import Series, read_since
from mapdialog.reports.plan_report_telling import Telling
from mapdialog.reports.plan_report_unmet import list_unmet
from mapdialog.walks.paper_pictures import Picture

_CONSULTATIONS = (PhaseKind.PROGRAMME_CONSULTATION, PhaseKind.CONSULTATION)
_REVIEWS = (PhaseKind.REVIEW, PhaseKind.SECOND_REVIEW)
PHASES_OF: dict[str, tuple[str, ...]] = {
    ReportKind.SAMRADSREDOGORELSE: _CONSULTATIONS,
    ReportKind.GRANSKNINGSUTLATANDE: (*_REVIEWS, PhaseKind.CONSULTATION),
    ReportKind.SARSKILT_UTLATANDE: _REVIEWS,
}
NO_PHASE = N_("Planen har inget skede som rapporten kan handla om.")
NOT_THAT_PHASE = N_("Rapporten kan inte handla om skedet %(phase)s. Välj bland: %(phases)s.")


@dataclass(frozen=True)
class Maker:
    """For which plan, phase, kind and edition a report is made, and what all papers of an installation share."""

    plan: Plan
    phase: PlanPhase
    kind: str
    edition: str
    municipality: str
    municipality_code: str
    is_draft: bool = True
    has_map: bool = True

    @property
    def is_web(self) -> bool:
        """Whether everybody may read it."""
        return self.edition == Edition.WEB


def kinds_of(plan: Plan) -> tuple[str, ...]:
    """The reports there can be of a plan of that kind."""
    if plan.kind == PlanKind.COMPREHENSIVE_PLAN:
        return (ReportKind.SAMRADSREDOGORELSE, ReportKind.SARSKILT_UTLATANDE)
    return (ReportKind.SAMRADSREDOGORELSE, ReportKind.GRANSKNINGSUTLATANDE)


def fitting_phases(plan: Plan, kind: str) -> list[PlanPhase]:
    """The phases that such a report can be about, in order of their days: reviews where there are any.

    Raises Invalid where there is none.
    """
    if kind not in kinds_of(plan):
        raise Invalid(N_("En plan av den här sorten har ingen sådan redogörelse."), field="kind")
    fitting = sorted((one for one in plan.phases if one.kind in PHASES_OF[kind]), key=lambda o: (o.starts_on, o.id))
    if not fitting:
        raise Invalid(NO_PHASE, field="kind")
    # In the limited standard procedure there is no review, and the consultation ends in the report.
    return [one for one in fitting if one.kind in _REVIEWS] or fitting


def find_phase(plan: Plan, kind: str, key: str = "") -> PlanPhase:
    """The phase of that key; without one the latest that has been opened, or else the latest that is planned.

    Raises Invalid where the report can't be about it.
    """
    fitting = fitting_phases(plan, kind)
    if not key:
        return ([one for one in fitting if one.has_opened] or fitting)[-1]
    for one in fitting:
        if one.key == key:
            return one
    raise Invalid(NOT_THAT_PHASE, field="phase", phase=key, phases=", ".join(one.key for one in fitting))


def make_content(session: Session, maker: Maker, *, at: datetime) -> PlanReportContent:
    """The report as it stands at that moment, with the questions that keep it from being finished."""
    plan, phase = maker.plan, maker.phase
    rows = read_statements(session, plan)
    phases = told_phases(session, plan, phase, maker.kind)
    told = _told(plan, phases, rows)
    changes, causes = _changes(session, phases, rows, maker)
    telling = Telling(rows, told, maker.is_web, causes)
    before = [one for one in plan.phases if one.starts_on <= phase.starts_on]
    held = read_held(session, before)
    totals = telling.totals(sum(meeting.attendance or 0 for one in held for meeting in one.meetings))
    is_across = maker.kind != ReportKind.SAMRADSREDOGORELSE
    unmet, unmet_hidden = list_unmet(session, telling, plan, phase, is_across=is_across)
    picture, note = _map(session, maker, told)
    addresses = _known_addresses(plan)
    content = PlanReportContent(
        **_about(maker, at),
        held=held,
        groups=telling.groups(),
        totals=totals,
        map=picture,
        map_note=note,
        drawn=describe_map(plan, told, is_web=maker.is_web),
        changes=changes,
        unmet=unmet,
        unmet_hidden=unmet_hidden,
        left_out=_left_out(totals),
        questions=(),
    )
    series = Series(plan.id, phase.id, maker.kind, maker.edition)
    since = read_since(session, series, content, telling, [one.id for one in phases])
    if since is not None and maker.is_web:
        since = part_with_reasons(since, telling, addresses)
    content = replace(content, since=since)
    outside = list_outside(session, maker, phases, content)
    questions = (*list_questions(content, telling, maker, addresses), *outside)
    if maker.is_web and questions:
        content = hide_personal(content, telling, addresses)
    return replace(content, questions=questions)


def _map(session: Session, maker: Maker, told: Sequence[StatementRow]) -> tuple[Picture | None, str]:
    if not maker.has_map:
        return None, ""
    code = maker.municipality_code
    return draw_map(session, maker.plan, told, is_web=maker.is_web, municipality_code=code)


def _about(maker: Maker, at: datetime) -> dict[str, Any]:
    """What stands round the statements: which plan, which report, who made it when and by which law."""
    plan = maker.plan
    return {
        "kind": maker.kind,
        "edition": maker.edition,
        "is_draft": maker.is_draft,
        "plan_name": plan.name,
        "plan_kind": words.PLAN_KINDS[plan.kind],
        "is_comprehensive": plan.kind == PlanKind.COMPREHENSIVE_PLAN,
        "procedure": words.PROCEDURES[plan.procedure],
        "municipality": maker.municipality,
        "registry_number": plan.registry_number,
        "committee": plan.committee,
        "made_on": local(at).date(),
        "made": words.day(at),
        "contents_by_law": _law(plan, maker.kind),
        "summary": plan.summary,
        "changes_text": maker.phase.changes_text,
        "is_major_change": maker.phase.major_change,
        "officers": _officers(plan),
    }


def _told(plan: Plan, phases: Sequence[PlanPhase], rows: Sequence[StatementRow]) -> list[StatementRow]:
    """The statements of the phases; what came before every phase is told with the first consultation."""
    ids: set[int | None] = {one.id for one in phases}
    if tells_of_what_came_before(plan, phases):
        ids.add(None)
    return [row for row in rows if row.phase_id in ids]


def _changes(
    session: Session, phases: Sequence[PlanPhase], rows: Sequence[StatementRow], maker: Maker
) -> tuple[tuple[Change, ...], dict[int, tuple[int, ...]]]:
    """The changes after these phases, and which of them each point caused."""
    found = session.scalars(
        select(PlanChange)
        .where(PlanChange.phase_id.in_([one.id for one in phases]))
        .options(selectinload(PlanChange.causes))
        .order_by(PlanChange.position, PlanChange.id)
    ).all()
    labels = {
        point.id: (row.number, point.seq)
        for row in rows
        for point in row.points
        if not (maker.is_web and row.sender.is_protected)
    }
    caused: dict[int, tuple[int, ...]] = {}
    made = []
    for number, one in enumerate(found, start=1):
        causes = sorted(labels[cause.point_id] for cause in one.causes if cause.point_id in labels)
        for cause in one.causes:
            caused[cause.point_id] = (*caused.get(cause.point_id, ()), number)
        made.append(
            Change(
                number, one.description, one.document, one.is_major, tuple(f"{first}.{seq}" for first, seq in causes)
            )
        )
    return tuple(made), caused


def _law(plan: Plan, kind: str) -> str:
    """Which section demands the report, as the plan's own rules say."""
    try:
        law = rule_set(plan.rule_set)
        return law.report(kind, plan.kind).basis.legal_ref
    except NotFound:
        return ""


def _officers(plan: Plan) -> tuple[tuple[str, str], ...]:
    return ((plan.officer.name, plan.officer.unit),) if plan.officer is not None else ()


def _left_out(totals: Totals) -> str:
    if not totals.hidden_statements:
        return ""
    statements = words.counted(totals.hidden_statements, "yttrande", "yttranden")
    points = words.counted(totals.hidden_points, "synpunkt", "synpunkter")
    return f"{statements} med {points} är medräknade men redovisas inte i den här versionen."


def _known_addresses(plan: Plan) -> str:
    """The municipality's own ways in, which may stand in a report."""
    return f"{plan.contact} {plan.submit_to}"
