"""A district report from stored links, against geopandas.sjoin of the same points and polygons in the same run."""

from collections.abc import Iterable, Iterator, Sequence

import geopandas
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from benchmarks.dataset import SLUG, ensure_rows
from benchmarks.measures import Measure, seconds, short
from mapdialog.analysis.districts import district_table
from mapdialog.analysis.scope import Scope
from mapdialog.core.database import make_engine
from mapdialog.dialogues.queries import get_dialogue
from mapdialog.districts.models import DistrictSet

AT_LEAST = 50.0
_POINTS = "select category_id, anchor as geom from contribution where state = 'approved'"
_AREAS = "select code, geom from district"


def run(sizes: Sequence[int]) -> Iterable[Measure]:
    """How many times faster the counted table is, and that both count the same."""
    for size in sizes:
        engine = make_engine(ensure_rows(size))
        yield from _measured(size, engine)
        engine.dispose()


def _measured(size: int, engine: Engine) -> Iterator[Measure]:
    at = f"of {short(size)}"
    points = geopandas.read_postgis(text(_POINTS), engine, geom_col="geom")
    areas = geopandas.read_postgis(text(_AREAS), engine, geom_col="geom")

    def joined() -> dict[str, int]:
        found = geopandas.sjoin(points, areas, predicate="covered_by")
        return found.groupby("code").size().to_dict()

    with Session(engine) as session:
        dialogue = get_dialogue(session, SLUG)
        district_set = session.scalars(select(DistrictSet)).one()
        table = district_table(session, Scope(dialogue.id), district_set)
        assert {row.code: row.count for row in table.rows if row.count} == joined(), "both must count the same"
        ours = seconds(lambda: district_table(session, Scope(dialogue.id), district_set), 9)
        period = Scope(dialogue.id, since=dialogue.published_at.date() if dialogue.published_at else None)
        scanned = seconds(lambda: district_table(session, period, district_set), 3)
    reference = seconds(joined, 3)
    yield Measure(f"geopandas.sjoin {at}, points already in memory", reference * 1000, "ms")
    yield Measure(f"district report {at}", ours * 1000, "ms")
    # With few points there is little to save: the goal is for the size that hurts.
    goal = AT_LEAST if size >= 1_000_000 else None
    yield Measure(f"sjoin / district report {at}", reference / ours, "times", goal, at_least=True)
    yield Measure(f"district report of a period (scan of the links) {at}", scanned * 1000, "ms")
    yield Measure(f"sjoin / district report of a period {at}", reference / scanned, "times")
