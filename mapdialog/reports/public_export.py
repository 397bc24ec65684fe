"""Everything public about a dialogue, streamed: what the API offers as contributions.geojson and contributions.csv."""

from collections.abc import Iterator
from typing import Literal

from sqlalchemy.orm import Session

from mapdialog.analysis.scope import Scope
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo.crs import WGS84
from mapdialog.reports import streaming
from mapdialog.reports.contribution_rows import Content


def stream_public(session: Session, dialogue: Dialogue, file_format: Literal["geojson", "csv"]) -> Iterator[bytes]:
    """Pieces of the file, approved contributions with public fields only. The database is asked at the first piece."""
    content = Content(Scope(dialogue.id), "public", WGS84)
    if file_format == "geojson":
        return streaming.stream_geojson(session, content)
    return streaming.stream_csv(session, content)
