"""The worker's part in papers: a walk's published protocol as files, where nobody waits for them."""

from mapdialog.core import clock, jobs
from mapdialog.core.files import FileStore
from mapdialog.reports import walk_protocols
from mapdialog.walks import queries
from mapdialog.walks.models import SafetyWalk


@jobs.task("keep_walk_protocol", attempts=3)
def keep_walk_protocol(walk_id: int) -> None:
    """Keep the first published protocol of a walk that has none yet, such as one that was read in."""
    config = jobs.configuration()
    with jobs.session() as session:
        walk = session.get(SafetyWalk, walk_id)
        if walk is None or walk.published_at is None or queries.list_protocols(session, walk):
            return
        files = FileStore(config.files_url)
        walk_protocols.publish(session, walk, config=config, files=files, actor_id=None, at=clock.now())
