"""Reports of plans as files in versions: asked for, made by the worker, finished and frozen. Callers commit."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core import audit, jobs
from mapdialog.core.errors import Conflict, Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_, clean
from mapdialog.plans import report_gaps, unmet, word_templates
from mapdialog.plans.answer_models import PlanAnswer
from mapdialog.plans.correcting import keep_holding
from mapdialog.plans.kinds import Edition, PhaseStatus, ReportKind
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.report_models import PlanReport
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.word_files import WordFile
from mapdialog.reports.file_kinds import kinds
from mapdialog.reports.papers import make_brand
from mapdialog.reports.plan_report import PlanReportContent, Question
from mapdialog.reports.plan_report_making import PHASES_OF, Maker, find_phase, make_content
from mapdialog.reports.plan_report_since import fingerprint

FORMATS = kinds("docx", "pdf")
JOB = "make_plan_report"
WAITING = ("queued", "running")
_NO_REPORT = N_("Redogörelsen finns inte.")
_QUESTIONS = N_("Redogörelsen kan inte färdigställas än: %(count)s att rätta.")
Tell = Callable[[int], None]


def ask_for(
    session: Session,
    plan: Plan,
    kind: str,
    edition: str,
    file_format: str,
    *,
    actor_id: int | None,
    at: datetime,
    phase: PlanPhase | None = None,
    is_draft: bool = True,
    reason: str = "",
) -> PlanReport:
    """Put the next version of a report in the queue; `reason` is why it is finished past what takes one.

    Raises Invalid, and Conflict while the same is being made.
    """
    if edition not in set(Edition) or file_format not in FORMATS:
        raise Invalid(N_("Välj version och filformat."), field="edition")
    about = phase or find_phase(plan, kind)
    if about.plan_id != plan.id or about.kind not in PHASES_OF[kind]:
        raise Invalid(N_("Redogörelsen hör inte till det skedet."), field="phase")
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update())
    same = (
        PlanReport.plan_id == plan.id,
        PlanReport.phase_id == about.id,
        PlanReport.kind == kind,
        PlanReport.edition == edition,
    )
    _demand_none_waits(session, *same, PlanReport.format == file_format)
    latest = session.scalar(select(func.max(PlanReport.number)).where(*same)) or 0
    report = PlanReport(
        plan_id=plan.id, phase_id=about.id, kind=kind, edition=edition, format=file_format, number=latest + 1,
        is_draft=is_draft, state="queued", asked_at=at, asked_by_id=actor_id, reason="" if is_draft else clean(reason),
    )  # fmt: skip
    session.add(report)
    session.flush()
    why = {"reason": report.reason} if report.reason else {}
    audit.record(session, actor_id, "plan.report", plan, report=report.id, kind=kind, edition=edition, **why)
    jobs.defer(session, JOB, report_id=report.id)
    return report


def try_again(session: Session, report: PlanReport, *, actor_id: int | None, at: datetime) -> None:
    """Put one that failed, or that a worker died over, in the queue again. Raises Conflict for any other.

    It takes the next number where others have been asked for since: it tells what is so now.
    """
    if report.state == "done":
        raise Conflict(N_("Redogörelsen är redan gjord."))
    session.execute(select(Plan.id).where(Plan.id == report.plan_id).with_for_update())
    others = (
        PlanReport.plan_id == report.plan_id,
        PlanReport.phase_id == report.phase_id,
        PlanReport.kind == report.kind,
        PlanReport.edition == report.edition,
        PlanReport.id != report.id,
    )
    _demand_none_waits(session, *others, PlanReport.format == report.format)
    latest = session.scalar(select(func.max(PlanReport.number)).where(*others))
    if latest is not None and latest >= report.number:
        report.number = latest + 1
    report.state, report.progress, report.error, report.asked_at = "queued", 0, "", at
    session.flush()
    audit.record(session, actor_id, "plan.report_again", report)
    jobs.defer(session, JOB, report_id=report.id)


def _demand_none_waits(session: Session, *same: ColumnElement[bool]) -> None:
    if session.scalar(select(PlanReport.id).where(*same, PlanReport.state.in_(WAITING)).limit(1)) is not None:
        raise Conflict(N_("Samma redogörelse görs just nu. Vänta tills den är klar."))


def make_file(
    content: PlanReportContent,
    file_format: str,
    path: Path,
    config: Config,
    *,
    tell: Tell = lambda percent: None,
    template: WordFile | None = None,
) -> None:
    """Write the report to `path`, as DOCX on the template if there is one (`word_templates.for_report` knows which).

    Raises Invalid and TooLarge for a bad template, Unavailable where PDF can't be made.
    """
    brand = make_brand(config)
    if FORMATS[file_format].name == "docx":
        from mapdialog.reports.plan_report_docx import write_docx

        write_docx(content, path, brand, template=template, tell=tell)
        return
    from mapdialog.reports.plan_report_pdf import write_pdf

    write_pdf(content, path, brand, tell=tell)


def keep(session: Session, report: PlanReport, config: Config, files: FileStore, *, at: datetime, tell: Tell) -> None:
    """Make the report's file and keep it. Raises Invalid where a final one still has questions."""
    plan, phase = session.get_one(Plan, report.plan_id), session.get_one(PlanPhase, report.phase_id)
    content = make_content(session, maker_of(plan, phase, report, config), at=at)
    if not report.is_draft:
        _demand_nothing_left(report, content)
    tell(5)
    kind = FORMATS[report.format]
    template = word_templates.for_report(session, files, config) if kind.name == "docx" else None
    with tempfile.TemporaryDirectory(prefix="mapdialog-report-") as folder:
        path = Path(folder) / f"report{kind.suffix}"
        make_file(content, report.format, path, config, tell=tell, template=template)
        data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    key = f"plan-reports/{plan.id}/{report.id}-{digest[:24]}{kind.suffix}"
    files.put(key, data)
    report.file_key, report.sha256, report.size_bytes, report.made_at = key, digest, len(data), at
    report.content_sha256 = fingerprint(content)
    report.state, report.progress = "done", 100
    session.flush()


def list_questions(session: Session, maker: Maker, *, at: datetime) -> tuple[Question, ...]:
    """What keeps the report from being finished, in its own order; empty where nothing does."""
    return make_content(session, replace(maker, has_map=False), at=at).questions


def that_stop(questions: Iterable[Question], *, has_reason: bool) -> tuple[Question, ...]:
    """Those that keep the report from being finished, with a reason or without."""
    return tuple(one for one in questions if not (has_reason and one.takes_reason))


def _demand_nothing_left(report: PlanReport, content: PlanReportContent) -> None:
    if left := that_stop(content.questions, has_reason=bool(report.reason)):
        raise Invalid(_QUESTIONS, count=len(left))


def approve(session: Session, report: PlanReport, config: Config, *, actor_id: int | None, at: datetime) -> None:
    """Freeze a finished report: from now on neither it nor its file changes, and its web edition is public.

    Its phase is reported from then on. Raises Conflict for a draft, for who asked for the report and where it would say
    something else if it were made now; Invalid where something keeps it from being finished.
    """
    if report.frozen_at is not None:
        return
    if report.state != "done" or report.is_draft:
        raise Conflict(N_("Bara en färdig version kan godkännas. Gör den först."))
    if actor_id is not None and actor_id == report.asked_by_id:
        raise Conflict(N_("Den som har beställt redogörelsen kan inte godkänna den. Be en kollega."))
    plan, phase = session.get_one(Plan, report.plan_id), session.get_one(PlanPhase, report.phase_id)
    _hold_answers(session, plan)
    content = make_content(session, replace(maker_of(plan, phase, report, config), has_map=False), at=at)
    _demand_nothing_left(report, content)
    if fingerprint(content) != report.content_sha256:
        raise Conflict(N_("Ärendet har ändrats sedan versionen gjordes. Gör den igen."))
    report.approved_by_id, report.frozen_at = actor_id, at
    report.consents = report_gaps.count_consents(session, plan)
    if phase.status == PhaseStatus.CLOSED:
        phase.status = PhaseStatus.REPORTED
    session.flush()
    keep_holding(session, report, (one.id for one in content.statements), _remaining(session, plan, report))
    audit.record(session, actor_id, "plan.report_approved", plan, report=report.id, sha256=report.sha256)


def _hold_answers(session: Session, plan: Plan) -> None:
    """Nobody opens an answer between the reading of it and the moment from which the report locks it."""
    query = select(PlanAnswer.id).where(PlanAnswer.plan_id == plan.id).order_by(PlanAnswer.id)
    session.execute(query.with_for_update(read=True))


def _remaining(session: Session, plan: Plan, report: PlanReport) -> Iterator[int]:
    """Ids of the points that the report lists as remaining, of its phase and those before (13:11)."""
    if report.kind == ReportKind.SAMRADSREDOGORELSE:
        return
    begun = next(one.starts_on for one in plan.phases if one.id == report.phase_id)
    came = select(PlanStatement.number).join(PlanPhase, PlanPhase.id == PlanStatement.phase_id)
    later = set(session.scalars(came.where(PlanStatement.plan_id == plan.id, PlanPhase.starts_on > begun)))
    for person in unmet.list_unmet(session, plan):
        if report.edition == Edition.FULL or not person.is_protected:
            yield from (view.point_id for view in person.views if view.number not in later)


def list_reports(session: Session, plan: Plan) -> list[PlanReport]:
    """Every version, the latest asked for first."""
    query = select(PlanReport).where(PlanReport.plan_id == plan.id)
    return list(session.scalars(query.order_by(PlanReport.asked_at.desc(), PlanReport.id.desc())))


def get_report(session: Session, plan: Plan, report_id: int) -> PlanReport:
    """One version. Raises NotFound."""
    report = session.get(PlanReport, report_id)
    if report is None or report.plan_id != plan.id:
        raise NotFound(_NO_REPORT)
    return report


def get_public(session: Session, plan: Plan, kind: str, file_format: str, phase: str = "") -> PlanReport:
    """The latest frozen web edition, which everybody may read: of the phase with that key, without one of the last
    phase there is. Raises NotFound."""
    keys = {one.id: one.key for one in plan.phases}
    for one in reversed(list_public(session, plan)):
        if (one.kind, one.format) == (kind, file_format) and phase in ("", keys[one.phase_id]):
            return one
    raise NotFound(_NO_REPORT)


def list_public(session: Session, plan: Plan) -> list[PlanReport]:
    """The latest frozen web edition of each phase, kind and format, the phases in order of their days."""
    query = (
        select(PlanReport)
        .join(PlanPhase, PlanPhase.id == PlanReport.phase_id)
        .where(PlanReport.plan_id == plan.id, PlanReport.edition == Edition.WEB, PlanReport.frozen_at.is_not(None))
        .order_by(PlanPhase.starts_on, PlanPhase.id, PlanReport.kind, PlanReport.format, PlanReport.frozen_at)
        .order_by(PlanReport.id)
    )
    return list({(one.phase_id, one.kind, one.format): one for one in session.scalars(query)}.values())


def find_outdated(public: list[PlanReport]) -> set[int]:
    """Which of the public ones say something else than the latest approved of their phase and kind."""
    return set(find_replaced(public))


def find_replaced(reports: list[PlanReport]) -> dict[int, int]:
    """Of approved versions that say something else than the latest approved of theirs: id, and that one's number."""
    frozen = sorted((one for one in reports if one.frozen_at), key=lambda one: (one.frozen_at, one.id))
    latest = {(one.phase_id, one.kind, one.edition): one for one in frozen}
    pairs = ((one, latest[one.phase_id, one.kind, one.edition]) for one in frozen)
    return {one.id: last.number for one, last in pairs if one.content_sha256 != last.content_sha256}


def maker_of(plan: Plan, phase: PlanPhase, report: PlanReport, config: Config) -> Maker:
    """What the report is made of."""
    return Maker(
        plan,
        phase,
        report.kind,
        report.edition,
        config.municipality,
        config.municipality_code,
        is_draft=report.is_draft,
    )
