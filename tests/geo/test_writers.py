"""Files planners take home, read back with other programs."""

import sqlite3
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas
import openpyxl
import pyarrow as pa
import pyogrio
import pytest
import shapely
from geoalchemy2 import Geometry
from sqlalchemy import Connection, Engine, column, select, text

from mapdialog.geo import dxf, qgis, spreadsheet, tables, writers
from mapdialog.geo.tables import Field

FIELDS = [
    Field("id", "integer", "Nummer"),
    Field("text", title="Text"),
    Field("value", "number"),
    Field("at", "time", "Tid"),
    Field("day", "date"),
    Field("public", "boolean"),
    Field("a_very_long_name"),
    Field("a_very_long_name_too"),
]
AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
SHAPES = [
    shapely.Point(383209, 6138079),
    shapely.LineString([(383209, 6138079), (383300, 6138100)]),
    shapely.box(383000, 6138000, 383100, 6138100),
]
TEXTS = ['=HYPERLINK("http://x")', 'Ålder; "citat"\nny rad 😀', None]


def reader() -> pa.RecordBatchReader:
    rows = [
        (i, TEXTS[i], 1.5 * i, AT, date(2026, 11, 21), i == 0, "x", "y", shapely.to_wkb(SHAPES[i])) for i in range(3)
    ]
    return tables.rows_reader(iter(rows), FIELDS, size=2)


def test_a_geopackage_opens_with_its_styles(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    style = qgis.categorized("text", [("a", "A & B", "#0072B2")], title="Kategori")
    writers.write_gpkg(path, reader(), layer="synpunkter", styles=[style])
    frame = geopandas.read_file(path, layer="synpunkter")
    assert frame.crs.to_epsg() == 3006
    assert list(frame["text"])[:2] == TEXTS[:2]
    assert frame.geometry.iloc[2].equals(SHAPES[2])
    with sqlite3.connect(path) as database:
        qml, default = database.execute("SELECT styleQML, useAsDefault FROM layer_styles").fetchone()
    assert "A &amp; B" in qml
    assert default == 1
    assert {"synpunkter", "layer_styles"} == {str(name) for name, _ in pyogrio.list_layers(path)}


def test_a_shapefile_zip_has_one_file_per_kind_of_shape(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    writers.write_shp(path, reader(), layer="synpunkter")
    with zipfile.ZipFile(path) as zipped:
        names = zipped.namelist()
        zipped.extractall(tmp_path)
    assert {name for name in names if name.endswith(".shp")} == {
        f"synpunkter_{kind}.shp" for kind in ("punkter", "linjer", "ytor")
    }
    assert "synpunkter_ytor.cpg" in names
    lines = geopandas.read_file(tmp_path / "synpunkter_linjer.shp")
    assert lines["text"][0] == TEXTS[1]
    assert lines["at"][0] == "2026-11-21 12:30:00"
    assert len(set(lines.columns)) == len(FIELDS) + 1


def test_dxf_opens_with_layers_and_one_line_texts(tmp_path: Path) -> None:
    path = tmp_path / "x.dxf"
    dxf.write_dxf(path, reader(), layer_field="a_very_long_name", text_field="text")
    frame = geopandas.read_file(path)
    assert set(frame["Layer"]) == {"x"}
    assert sorted(frame.geometry.geom_type) == ["LineString", "LineString", "Point", "Point", "Point"]
    assert any(str(words).startswith("Ålder;") for words in frame["Text"])
    assert path.read_text(encoding="cp1252").endswith("EOF\n")


def test_excel_gets_text_never_formulas(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    assert spreadsheet.write_xlsx(path, reader(), FIELDS) == 3
    sheet = openpyxl.load_workbook(path).active
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]][:2] == ["Nummer", "Text"]
    assert rows[1][1].value == TEXTS[0]
    assert rows[1][1].data_type == "s"
    assert rows[1][3].value == datetime(2026, 11, 21, 13, 30)  # the clock in Stockholm
    assert rows[1][2].data_type == "n"


def test_csv_is_what_swedish_excel_opens() -> None:
    raw = b"".join(spreadsheet.csv_stream(reader(), FIELDS))
    assert raw.startswith(b"\xef\xbb\xbfNummer;Text;")
    lines = raw.decode("utf-8-sig").split("\r\n")
    assert lines[1].startswith('0;"\'=HYPERLINK(""http://x"")";0,0;2026-11-21 13:30:00;2026-11-21;1;')


def test_attack_lines_stay_text(shared_data: Path) -> None:
    for line in (shared_data / "attack/patt_csv_injection.txt").read_text().splitlines():
        assert not spreadsheet.safe_text(line).startswith(tuple("=+-@"))


@pytest.fixture
def connection(engine: Engine):
    with engine.connect() as opened:
        yield opened


def copied(connection: Connection, sql: str, fields: list[Field]) -> pa.Table:
    source = text(sql).columns(*[column(field.name) for field in fields], column("geom", Geometry)).subquery()
    statement = select(*[source.c[field.name] for field in fields], tables.hex_wkb(source.c.geom).label("geom"))
    return tables.copy_reader(connection, statement, fields, block_size=2000).read_all()


def test_rows_are_copied_out_of_the_database_as_they_are(connection: Connection) -> None:
    fields = [
        Field("id", "integer"),
        Field("words"),
        Field("at", "time"),
        Field("yes", "boolean"),
        Field("share", "number"),
    ]
    found = copied(
        connection,
        """select i as id, case i when 1 then null when 2 then '' else E'a"b;\\n å ' || i end as words,
        timestamptz '2026-11-21 12:30:00.25+00' as at, i % 2 = 0 as yes, i / 4.0 as share,
        case when i % 5 = 0 then null else st_point(i, i) end as geom from generate_series(1, 700) i""",
        fields,
    )
    assert found.num_rows == 700
    words = found["words"].to_pylist()
    assert words[:3] == [None, "", 'a"b;\n å 3']
    shapes = shapely.from_wkb(found["geom"].to_pylist())
    assert shapes[4] is None
    assert shapes[698].x == 699
    assert found["at"][0].as_py() == datetime(2026, 11, 21, 12, 30, 0, 250000, tzinfo=UTC)
    assert found["yes"].to_pylist()[:2] == [False, True]


def test_no_rows_give_an_empty_table(connection: Connection) -> None:
    found = copied(connection, "select 1 as id, st_point(0, 0) as geom where false", [Field("id", "integer")])
    assert found.num_rows == 0


def test_the_databases_error_reaches_the_reader(connection: Connection) -> None:
    with pytest.raises(Exception, match="division by zero"):
        copied(
            connection,
            "select 1 / (i - 900) as id, st_point(0, 0) as geom from generate_series(1, 1000) i",
            [Field("id", "integer")],
        )
