"""The worker's part in plans: announced phases open on their first day, files that nobody sent are removed."""

import shutil

from mapdialog.core import clock, jobs
from mapdialog.core.files import FileStore
from mapdialog.plans import phasing, statement_drafts


@jobs.task("open_plan_phases", every="*/5 * * * *")
def open_plan_phases() -> None:
    """Store and log that announced phases whose first day has come are open; every door knew it already."""
    with jobs.session() as session:
        phasing.open_those_due(session, clock.now())


@jobs.task("remove_stale_plan_drafts", every="47 3 * * *")
def remove_stale_plan_drafts() -> None:
    """Remove files of statements that were begun and not sent within two days."""
    settings = jobs.configuration()
    with jobs.session() as session:
        statement_drafts.remove_stale(session, FileStore(settings.files_url))
    # Where they lay before they were in the file store.
    shutil.rmtree(settings.data_dir / "statement-drafts", ignore_errors=True)
