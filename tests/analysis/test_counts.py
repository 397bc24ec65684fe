"""Kept counts and counted ones say the same, and a heatmap loses nobody."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from mapdialog.analysis import choropleth, queries
from mapdialog.analysis.districts import district_table
from mapdialog.analysis.heat import binned_cells
from mapdialog.analysis.scope import Scope
from mapdialog.core.clock import local, now
from tests.seeds import make_contribution, make_dialogue, make_district_set


def test_kept_counts_equal_a_count_over_the_rows(session: Session) -> None:
    district_set = make_district_set(session)
    dialogue = make_dialogue(session)
    for index in range(12):
        at = (-900 + 150 * index, -500)
        make_contribution(session, dialogue, category=("belysning", "gront")[index % 2], at=at)
    kept = Scope(dialogue.id)
    counted = Scope(dialogue.id, since=(local(now()) - timedelta(days=2)).date())
    assert kept.is_kept and not counted.is_kept
    assert queries.count_by_category(session, kept) == queries.count_by_category(session, counted)
    one, other = (district_table(session, scope, district_set) for scope in (kept, counted))
    assert [row.by_category for row in one.rows] == [row.by_category for row in other.rows]
    assert one.inside == 12 and one.outside == 0


def test_a_district_narrows_to_what_is_linked_to_it(session: Session) -> None:
    district_set = make_district_set(session)
    dialogue = make_dialogue(session)
    for at in ((-500, -500), (-400, -500), (500, -500)):
        make_contribution(session, dialogue, at=at)
    by_code = {row.code: row for row in district_table(session, Scope(dialogue.id), district_set).rows}
    found = Counter(
        {
            code: queries.get_totals(session, Scope(dialogue.id, district_id=row.id)).count
            for code, row in by_code.items()
        }
    )
    assert found == {"A": 2, "B": 1, "C": 0, "D": 0}


def test_cells_hold_every_contribution_however_they_lie(session: Session) -> None:
    dialogue = make_dialogue(session)
    for index in range(30):
        make_contribution(session, dialogue, at=(index**3, -(index**2) * 7))
    cells = binned_cells(session, Scope(dialogue.id), max_cells=200)
    assert cells.total == 30
    assert len(cells) <= 200
    assert np.all(cells.count > 0)


def test_the_picture_has_each_district_in_the_class_of_its_table_row(session: Session) -> None:
    district_set = make_district_set(session)
    dialogue = make_dialogue(session)
    for at in ((-500, -500), (-400, -500), (500, -500)):
        make_contribution(session, dialogue, at=at)
    table = district_table(session, Scope(dialogue.id), district_set)
    classes = choropleth.classes_of(table, "count")
    picture = choropleth.draw(session, district_set, table, "count")
    shapes = choropleth.as_geojson(session, district_set, table, "count")
    assert picture is not None and shapes is not None
    steps = {area.row.code: choropleth.step_of(area.index, classes) for area in picture.areas}
    assert steps == {"A": "4", "B": "0", "C": "none", "D": "none"}
    assert sorted(feature["properties"]["step"] for feature in shapes["features"]) == sorted(steps.values())


def test_without_population_there_is_no_rate(session: Session) -> None:
    district_set = make_district_set(session)
    dialogue = make_dialogue(session)
    make_contribution(session, dialogue, at=(-500, 500))
    table = district_table(session, Scope(dialogue.id), district_set)
    rates = {row.code: row.per_1000 for row in table.rows}
    assert rates == {"A": 0.0, "B": 0.0, "C": None, "D": None}
    assert choropleth.step_of(None, choropleth.classes_of(table, "per_1000")) == "unknown"


def test_one_pass_tells_days_on_stockholms_clock_and_channels(session: Session) -> None:
    dialogue = make_dialogue(session)
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # Half past midnight in Stockholm: the next day there.
    for moment in (late, late - timedelta(hours=2), late + timedelta(days=3)):
        make_contribution(session, dialogue, submitted_at=moment)
    tally = queries.tally(session, Scope(dialogue.id))
    assert [(one.day.isoformat(), one.count) for one in tally.days] == [
        ("2026-07-01", 1),
        ("2026-07-02", 1),
        ("2026-07-05", 1),
    ]
    assert [(one.channel, one.count) for one in tally.channels] == [("web", 3)]
    assert (tally.totals.count, tally.totals.first_at, tally.totals.last_at) == (
        3,
        late - timedelta(hours=2),
        late + timedelta(days=3),
    )
    assert queries.count_by_state(session, Scope(dialogue.id)) == {
        "pending": 0,
        "approved": 3,
        "hidden": 0,
        "withdrawn": 0,
    }
