"""The worker's part in contributions: photos of forms that were never sent are removed every night."""

from mapdialog.contributions.drafts import remove_stale
from mapdialog.core import jobs
from mapdialog.core.files import FileStore


@jobs.task("remove_stale_photos", every="41 3 * * *")
def remove_stale_photos() -> None:
    """Remove what has waited for more than two days."""
    with jobs.session() as session:
        remove_stale(session, FileStore(jobs.configuration().files_url))
