"""The worker's part in papers: protocols of walks and reports of plans as files, where nobody waits for them."""

from datetime import datetime
from functools import partial

from sqlalchemy import update
from sqlalchemy.orm import Session

from mapdialog.core import clock, jobs
from mapdialog.core.errors import DomainError
from mapdialog.core.files import FileStore
from mapdialog.plans.models import Plan
from mapdialog.plans.report_models import PlanReport
from mapdialog.reports import plan_packages, plan_reports, walk_protocols
from mapdialog.walks import actions, publishing, queries, rules
from mapdialog.walks.models import SafetyWalk, WalkStatus


@jobs.task(publishing.JOB, attempts=3)
def publish_walk_protocol(walk_id: int, actor_id: int | None = None, as_of: str = "") -> None:
    """Make the public protocol's files and, for a walk that is not public yet, take the step to it: both or neither.

    `as_of` (ISO 8601) is when a walk that is read in was published; its actions run since then. What is missing is
    noted for who asked; a fault of ours is noted too, and tried again.
    """
    try:
        with jobs.session() as session:
            was_at = datetime.fromisoformat(as_of) if as_of else None
            _publish(session, session.get(SafetyWalk, walk_id), actor_id, was_at)
    except Exception as error:
        with jobs.session() as session:
            if (walk := session.get(SafetyWalk, walk_id)) is not None:
                publishing.note_failure(session, walk, error, actor_id=actor_id)
        if not isinstance(error, DomainError):
            raise


@jobs.task("keep_walk_protocol", attempts=3)
def keep_walk_protocol(walk_id: int) -> None:
    """The protocol of a walk that was read in, by the name under which an earlier release asked for it: the queue of an
    installation that is upgraded may hold such a job still."""
    with jobs.session() as session:
        walk = session.get(SafetyWalk, walk_id)
        if walk is not None and walk.published_at is not None and not queries.list_protocols(session, walk):
            _publish(session, walk, None, None)


def _publish(session: Session, walk: SafetyWalk | None, actor_id: int | None, was_at: datetime | None) -> None:
    if walk is None or walk.status not in publishing.MAY_PUBLISH:
        return  # Somebody took it back meanwhile.
    config, at = jobs.configuration(), clock.now()
    wanted = [] if rules.is_public_at(walk.status) else [WalkStatus.PROTOCOL_PUBLISHED]
    for step in [*wanted, WalkStatus.ACTIONS_RUNNING] if was_at else wanted:
        actions.take_step(session, walk, step, version=None, actor_id=actor_id, at=was_at or at)
    files = FileStore(config.files_url)
    walk_protocols.publish(session, walk, config=config, files=files, actor_id=actor_id, at=at)


@jobs.task(plan_reports.JOB, attempts=1)
def make_plan_report(report_id: int) -> None:
    """Make one version of a plan's report; how far it has come, and why it failed, stands in its row."""
    config = jobs.configuration()
    if not _begins(report_id):
        return
    try:
        with jobs.session() as session:
            report = session.get_one(PlanReport, report_id)
            files = FileStore(config.files_url)
            plan_reports.keep(session, report, config, files, at=clock.now(), tell=partial(_tell, report_id))
    except Exception as error:
        with jobs.session() as session:
            report = session.get_one(PlanReport, report_id)
            # A fault of ours has no words for the planner; the log has its kind and place.
            report.state, report.error = "failed", str(error) if isinstance(error, DomainError) else ""
        if not isinstance(error, DomainError):
            raise


def _begins(report_id: int) -> bool:
    """Whether the report waits to be made: a job that comes twice makes it once."""
    with jobs.session() as session:
        report = session.get(PlanReport, report_id, with_for_update=True)
        if report is None or report.state != "queued":
            return False
        report.state, report.progress = "running", 0
    return True


def _tell(report_id: int, percent: int) -> None:
    """In a transaction of its own: the one that makes the report is open for as long as it takes."""
    with jobs.session() as session:
        session.execute(update(PlanReport).where(PlanReport.id == report_id).values(progress=percent))


@jobs.task(plan_packages.JOB, attempts=1)
def make_plan_package(plan_id: int, actor_id: int | None = None, with_protected: bool = False) -> None:
    """Make a plan's package for the archive; how far it has come, and that it failed, stands in the audit log."""
    config = jobs.configuration()
    files, at = FileStore(config.files_url), clock.now()
    try:
        with jobs.session() as session:
            plan = session.get_one(Plan, plan_id)
            plan_packages.keep(session, plan, config, files, at=at, with_protected=with_protected, actor_id=actor_id)
    except Exception:
        with jobs.session() as session:
            plan_packages.note_failure(session, session.get_one(Plan, plan_id), actor_id=actor_id)
        raise


@jobs.task("forget_plan_packages", every="29 3 * * *")
def forget_plan_packages() -> None:
    """Erase the packages of plans that were made a week ago."""
    with jobs.session() as session:
        plan_packages.forget_old(session, FileStore(jobs.configuration().files_url), clock.now())
