"""The heatmap in one HTML file: time and size must follow from the area, not from the number of contributions."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.dataset import SLUG, ensure_rows
from benchmarks.measures import Measure, seconds, short
from mapdialog.analysis.heat import binned_cells
from mapdialog.analysis.scope import Scope
from mapdialog.core.database import make_engine
from mapdialog.dialogues.queries import get_dialogue
from mapdialog.reports.heading import make_heading
from mapdialog.reports.heat_files import write_heatmap
from mapdialog.reports.heat_report import make_heat
from mapdialog.reports.looks import Look

MOST_MB = 1.5
MOST_SECONDS = 10.0


def run(sizes: Sequence[int]) -> Iterable[Measure]:
    """Binning alone, the whole file, and the file's size with and without pins."""
    for size in sizes:
        yield from _measured(size, ensure_rows(size))


def _measured(size: int, url: str) -> Iterator[Measure]:
    at = f"of {short(size)}"
    engine = make_engine(url)
    with Session(engine) as session, tempfile.TemporaryDirectory() as folder:
        dialogue = get_dialogue(session, SLUG)
        scope = Scope(dialogue.id)
        target = Path(folder) / "map.html"

        def written(look: Look, kind: str = "html") -> None:
            report = make_heat(session, make_heading(dialogue, scope, "Bench"), scope, look)
            assert report.cells.total == size, "no contribution may be lost"
            write_heatmap(session, report, kind, target, look=look)

        written(Look())
        yield Measure(f"binning in the database {at}", seconds(lambda: binned_cells(session, scope), 3), "s")
        yield Measure(f"heatmap as HTML {at}", seconds(lambda: written(Look()), 3), "s", MOST_SECONDS)
        yield Measure(f"its size {at}", target.stat().st_size / 1e6, "MB", MOST_MB)
        written(Look(pins=True))
        yield Measure(f"its size with pins {at}", target.stat().st_size / 1e6, "MB", MOST_MB)
        yield Measure(f"heatmap as PNG {at}", seconds(lambda: written(Look(), "png")), "s")
    engine.dispose()
