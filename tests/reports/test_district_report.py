"""The district report in every format holds the same figures, and only those."""

import csv
import io
import json
import sqlite3
from pathlib import Path

import openpyxl
import pyogrio
import pytest
import shapely
from PIL import Image
from sqlalchemy.orm import Session

from mapdialog.analysis.scope import Scope
from mapdialog.basemap.frame import fit
from mapdialog.core.errors import Invalid
from mapdialog.dialogues.models import Dialogue
from mapdialog.districts.queries import get_set
from mapdialog.reports import district_names
from mapdialog.reports.district_files import KINDS, write_districts
from mapdialog.reports.district_report import DistrictReport, make_report, shaped_rows
from mapdialog.reports.heading import make_heading
from mapdialog.reports.looks import Look
from tests.seeds import make_dialogue, make_district_set

COLUMNS = ["code", "name", "population", "count", "per_1000", "count_belysning", "count_gront", "count_other"]
ROWS = {
    "A": ["A", "Ruta A", 1000, 0, 0.0, 0, 0, 0],
    "B": ["B", "Ruta B", 2500, 3, 1.2, 2, 1, 0],
    "C": ["C", "Ruta C", None, 0, None, 0, 0, 0],
    "D": ["D", "Ruta D", None, 1, None, 0, 0, 1],
}


def report_of(session: Session, dialogue: Dialogue) -> DistrictReport:
    scope = Scope(dialogue.id)
    return make_report(session, make_heading(dialogue, scope, "Trelleborgs kommun"), scope, get_set(session))


def written(session: Session, dialogue: Dialogue, path: Path, **look: bool) -> Path:
    write_districts(session, report_of(session, dialogue), path.suffix[1:], path, look=Look(**look))
    return path


def test_csv_has_bom_semicolons_and_the_promised_columns(session: Session, dialogue: Dialogue, tmp_path: Path) -> None:
    raw = written(session, dialogue, tmp_path / "d.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";")
    assert head == COLUMNS
    assert rows == [["" if value is None else str(value) for value in row] for row in ROWS.values()]


def test_csv_writes_decimal_comma_when_asked(session: Session, dialogue: Dialogue, tmp_path: Path) -> None:
    text = written(session, dialogue, tmp_path / "d.csv", decimal_comma=True).read_text("utf-8-sig")
    assert "B;Ruta B;2500;3;1,2;2;1;0" in text


def test_a_district_named_like_a_formula_is_text_in_csv_and_excel(
    session: Session, dialogue: Dialogue, tmp_path: Path
) -> None:
    next(one for one in get_set(session).districts if one.code == "A").name = "=cmd|' /C calc'!A0"
    session.flush()
    assert "A;'=cmd|" in written(session, dialogue, tmp_path / "d.csv").read_text("utf-8-sig")
    cell = openpyxl.load_workbook(written(session, dialogue, tmp_path / "d.xlsx")).worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == ("=cmd|' /C calc'!A0", "s")


def test_excel_opens_with_frozen_head_filters_and_number_formats(
    session: Session, dialogue: Dialogue, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(written(session, dialogue, tmp_path / "d.xlsx"))
    page = book.worksheets[0]
    titles, *rows, sums = [[cell.value for cell in row] for row in page.iter_rows()]
    assert titles[:5] == ["Områdets kod", "Områdets namn", "Invånare", "Synpunkter", "Synpunkter per 1 000 invånare"]
    assert (len(titles), "Belysning" in titles, rows) == (len(COLUMNS), True, list(ROWS.values()))
    assert (sums[0], sums[3]) == ("Summa", sum(row[3] for row in ROWS.values()))
    assert (page.freeze_panes, page.auto_filter.ref) == ("C2", "A1:H5")
    assert (page["C3"].number_format, page["E3"].number_format) == ("#,##0", "#,##0.00")
    assert page["A1"].font.bold
    assert page.column_dimensions["B"].width > 20
    about = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows(min_row=3)}
    assert about["varav utanför alla områden"] == 1
    assert about["count_belysning"] == "Belysning"


def test_geojson_lies_in_degrees_with_every_district(session: Session, dialogue: Dialogue, tmp_path: Path) -> None:
    found = json.loads(written(session, dialogue, tmp_path / "d.geojson").read_text())
    assert {f["properties"]["code"]: list(f["properties"].values()) for f in found["features"]} == ROWS
    assert (found["total"], found["outside"]) == (5, 1)
    lon, lat = found["features"][0]["geometry"]["coordinates"][0][0][0]
    assert 13 < lon < 13.3
    assert 55.2 < lat < 55.5


def test_geopackage_is_metres_with_styles_that_qgis_finds(session: Session, dialogue: Dialogue, tmp_path: Path) -> None:
    path = written(session, dialogue, tmp_path / "d.gpkg")
    info = pyogrio.read_info(path, layer="omraden")
    assert (info["crs"], info["features"], info["geometry_type"]) == ("EPSG:3006", 4, "MultiPolygon")
    assert list(info["fields"]) == COLUMNS
    frame = pyogrio.read_dataframe(path, layer="omraden", read_geometry=True)
    assert dict(zip(frame["code"], frame["count"], strict=True)) == {"A": 0, "B": 3, "C": 0, "D": 1}
    assert frame.geometry.area.round().tolist() == [4_000_000] * 4
    with sqlite3.connect(path) as database:
        styles = database.execute("select f_table_name, useAsDefault, styleQML from layer_styles order by 2").fetchall()
    assert [(name, bool(default)) for name, default, _ in styles] == [("omraden", False), ("omraden", True)]
    assert 'attr="count"' in styles[1][2]
    assert 'attr="per_1000"' in styles[0][2]


def test_the_slide_is_a_picture_for_a_wide_screen(session: Session, dialogue: Dialogue, tmp_path: Path) -> None:
    with Image.open(written(session, dialogue, tmp_path / "d.png")) as picture:
        assert picture.size == (1920, 1080)
        assert len(picture.getcolors(1 << 22) or ()) > 100


def test_the_slide_lists_districts_too_small_for_their_name(session: Session, dialogue: Dialogue) -> None:
    report = report_of(session, dialogue)
    shapes = [(row, shapely.from_wkb(wkb)) for row, wkb in shaped_rows(session, report)]
    bounds = shapely.total_bounds([shape for _, shape in shapes])
    near = district_names.lay_out(report, fit(tuple(bounds), 700, 430), shapes, [], (200, 250))
    assert {(label.about.name, label.about.number) for label in near.labels} >= {("Ruta A", "0"), ("Ruta B", "3")}
    assert (near.keys, near.left_out) == ((), 0)
    far = district_names.lay_out(report, fit((3e5, 6e6, 7e5, 6.5e6), 700, 430), shapes, [], (200, 250))
    assert [(key.about.name, key.about.number) for key in far.keys] == [("Ruta B", "3"), ("Ruta D", "1")]
    crowded = district_names.lay_out(report, fit((3e5, 6e6, 7e5, 6.5e6), 700, 430), shapes, [], (200, 60))
    assert (crowded.keys, crowded.left_out) == ((), 2), "what the list has no room for is counted"


@pytest.mark.parametrize("kind", KINDS)
def test_a_dialogue_without_contributions_gives_every_format(session: Session, kind: str, tmp_path: Path) -> None:
    empty = make_dialogue(session, "tyst")
    make_district_set(session)
    assert written(session, empty, tmp_path / f"d.{kind}").stat().st_size > 100


def test_an_unknown_format_is_refused_and_leaves_nothing(session: Session, dialogue: Dialogue, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="exe"):
        written(session, dialogue, tmp_path / "d.exe")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_keeps_the_older_file(
    session: Session, dialogue: Dialogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(session, dialogue, tmp_path / "d.csv")
    before = path.read_bytes()
    monkeypatch.setattr("mapdialog.reports.district_files._csv", lambda *_, **__: (1 / 0 for _ in "x"))
    with pytest.raises(ZeroDivisionError):
        written(session, dialogue, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
