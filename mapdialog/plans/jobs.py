"""The worker's part in plans: phases that were announced open on their first day."""

from mapdialog.core import clock, jobs
from mapdialog.plans import phasing


@jobs.task("open_plan_phases", every="*/5 * * * *")
def open_plan_phases() -> None:
    """Store and log that announced phases whose first day has come are open; every door knew it already."""
    with jobs.session() as session:
        phasing.open_those_due(session, clock.now())
