"""Walks as files: the same rows in every format, places where they are, and nothing that is hidden or merged."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from shapely import Point
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.reports.walk_files import write_walks
from mapdialog.reports.walk_rows import WalkContent
from mapdialog.walks import recording, tending
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.tending import ActionDraft
from tests.walks.making import EAST, NORTH, make_walk, observe

TODAY = date(2026, 11, 21)


@pytest.fixture
def walk(session: Session) -> SafetyWalk:
    """Two observations that count, two that do not; an action of the first and one of none; and another walk's own."""
    made = make_walk(session)
    made.status = "performed"
    lamp = observe(session, made, "Lampan\när släckt.")
    observe(session, made, "=1+1", stop_id=made.stops[0].id)
    double, hidden = observe(session, made, "Dubblett."), observe(session, made, "Dold.")
    recording.merge(session, made, lamp, [double], actor_id=None)
    moderation.hide(session, hidden, rule="advertising", version=None, actor_id=None)
    one = tending.create_action(
        session, made, ActionDraft("Byt lampan", observation_ids=(lamp.id,)), today=TODAY, actor_id=None
    )
    tending.create_action(session, made, ActionDraft("Utan plats"), today=TODAY, actor_id=None)
    one.created_at = datetime(2026, 11, 1, 12, tzinfo=UTC)
    tending.move(session, one, "done", done_on=date(2026, 11, 11), today=TODAY, version=None, actor_id=None)
    observe(session, make_walk(session, title="En annan"), "Annan vandring.")
    session.flush()
    return made


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_csv_holds_what_counts_and_nothing_a_spreadsheet_runs(
    session: Session, walk: SafetyWalk, tmp_path: Path
) -> None:
    write_walks(session, WalkContent(walk_id=walk.id), "csv", tmp_path / "a.csv", decimal_comma=False)
    rows = read_csv(tmp_path / "a.csv")
    assert [(one["text"], one["stop"], one["polarity"]) for one in rows] == [
        ("Lampan\när släckt.", "", "insecure"),
        ("'=1+1", "Stationen", "insecure"),
    ]
    assert float(rows[0]["east"]) == pytest.approx(EAST + 100, abs=0.01)
    assert float(rows[0]["lat"]) == pytest.approx(55.37, abs=0.1) and float(rows[0]["lon"]) == pytest.approx(
        13.16, abs=0.1
    )


def test_an_action_lies_where_its_observations_do_or_nowhere(
    session: Session, walk: SafetyWalk, tmp_path: Path
) -> None:
    write_walks(session, WalkContent("actions", walk.id), "csv", tmp_path / "a.csv", decimal_comma=False)
    lamp, nowhere = read_csv(tmp_path / "a.csv")
    assert (lamp["title"], lamp["status"], lamp["days_to_done"]) == ("Byt lampan", "done", "10")
    assert float(lamp["north"]) == pytest.approx(NORTH + 5, abs=0.01)
    assert (nowhere["title"], nowhere["east"], nowhere["days_to_done"]) == ("Utan plats", "", "")


def test_a_geopackage_holds_both_layers_and_geojson_is_in_degrees(
    session: Session, walk: SafetyWalk, tmp_path: Path
) -> None:
    write_walks(session, WalkContent(walk_id=walk.id), "gpkg", tmp_path / "a.gpkg")
    counts = {
        name: pyogrio.read_info(tmp_path / "a.gpkg", layer=name)["features"] for name in ("iakttagelser", "atgarder")
    }
    assert counts == {"iakttagelser": 2, "atgarder": 2}
    write_walks(session, WalkContent("actions", walk.id), "geojson", tmp_path / "a.geojson")
    lamp, nowhere = json.loads((tmp_path / "a.geojson").read_text())["features"]
    assert lamp["geometry"]["coordinates"] == pytest.approx([13.16, 55.37], abs=0.1) and nowhere["geometry"] is None


def test_squares_tell_where_there_is_much_and_nothing_of_few(session: Session, tmp_path: Path) -> None:
    walk = make_walk(session)
    west, north = EAST // 250 * 250, NORTH // 250 * 250
    near, far = Point(west + 10, north + 10), Point(west + 1010, north + 10)
    for _number in range(6):
        observe(session, walk, "Mörkt.", place=near)
    for _number in range(2):
        observe(session, walk, "Annas port.", place=near, polarity="secure", severity=None)
    observe(session, walk, "En enda.", place=far)
    content = WalkContent("squares", walk_id=walk.id)
    write_walks(session, content, "csv", tmp_path / "a.csv")
    much, few = read_csv(tmp_path / "a.csv")
    assert (much["square"], much["count"], much["class"]) == (f"{west:06.0f}{north:07.0f}", "8", "5–9")
    assert (much["insecure"], much["secure"], much["neutral"]) == ("", "", ""), "two of eight, or six of eight, tell it"
    assert much["commonest"] == "Belysning"
    assert (few["count"], few["class"], few["commonest"]) == ("", "Färre än 5", "")
    write_walks(session, content, "gpkg", tmp_path / "a.gpkg")
    info = pyogrio.read_info(tmp_path / "a.gpkg", layer="rutor")
    assert info["features"] == 2 and info["geometry_type"] == "Polygon"
    write_walks(session, content, "geojson", tmp_path / "a.geojson")
    shape = json.loads((tmp_path / "a.geojson").read_text())["features"][0]["geometry"]
    assert shape["type"] == "Polygon" and 13 < shape["coordinates"][0][0][0] < 14
    write_walks(session, content, "xlsx", tmp_path / "a.xlsx")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active.max_row == 3
    assert "Anna" not in (tmp_path / "a.csv").read_text() + (tmp_path / "a.geojson").read_text()


def test_a_workbook_speaks_in_words(session: Session, walk: SafetyWalk, tmp_path: Path) -> None:
    write_walks(session, WalkContent(walk_id=walk.id), "xlsx", tmp_path / "a.xlsx")
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert page is not None
    head, *rows = page.iter_rows(values_only=True)
    assert [row[head.index("Känns")] for row in rows] == ["Otrygg", "Otrygg"]


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (WalkContent(year=2026), ["Lampan\när släckt.", "'=1+1"]),  # the other walk has not been held
        (WalkContent(year=2025), []),
        (WalkContent(since=datetime(2999, 1, 1, tzinfo=UTC)), []),
        (WalkContent(), ["Lampan\när släckt.", "'=1+1", "Annan vandring."]),
    ],
)
def test_all_walks_are_narrowed_by_year_and_day(
    session: Session, walk: SafetyWalk, tmp_path: Path, content: WalkContent, texts: list[str]
) -> None:
    write_walks(session, content, "csv", tmp_path / "a.csv")
    assert [one["text"] for one in read_csv(tmp_path / "a.csv")] == texts
