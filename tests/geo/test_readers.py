"""Files officers send, good and hostile."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pytest
import shapely

from mapdialog.geo import archives, ogrfile
from mapdialog.geo.csvtable import open_csv
from mapdialog.geo.problems import GeoProblem
from mapdialog.geo.readers import open_source, open_table


def rows_in(path: Path, **options) -> int:
    with open_source(path, **options) as source:
        return sum(len(batch) for batch in source.batches(size=100))


def test_real_files_have_as_many_rows_as_geopandas_finds(shared_data: Path) -> None:
    for path in sorted((shared_data / "areas").glob("*.gpkg")) + sorted((shared_data / "basemap").glob("*.shp")):
        assert rows_in(path) == len(geopandas.read_file(path)), path.name


def test_the_crs_comes_from_the_file(shared_data: Path) -> None:
    for name, epsg in (
        ("regso_2025_trelleborg_kavlinge_3006.gpkg", 3006),
        ("regso_2025_trelleborg_kavlinge_4326.geojson", 4326),
    ):
        with open_source(shared_data / "areas" / name) as source:
            assert source.crs_of().epsg == epsg
    with open_source(shared_data / "basemap/gbg_by_14.shp") as source:
        assert source.crs_of().epsg == 3006


def test_a_shapefile_without_prj_is_placed_by_its_numbers(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"namn": ["Åsö"]}, geometry=[shapely.box(128000, 6139000, 128500, 6139500)])
    frame.to_file(tmp_path / "lokal.shp", engine="pyogrio")
    with open_source(tmp_path / "lokal.shp") as source:
        assert source.layer().epsg is None
        assert source.crs_of().epsg is None
        assert source.crs_of(local_zone=3008).epsg == 3008
        assert source.sample().columns["namn"] == ["Åsö"]


def test_boston_reads_whole(shared_data: Path) -> None:
    with open_source(shared_data / "comments/boston_vision_zero_entry_2016-2017.csv") as source:
        assert source.crs_of(x="X", y="Y").epsg == 4326
        assert sum(len(batch) for batch in source.batches()) == 8534
        assert "\ufeffX" not in source.layer().fields


@pytest.mark.parametrize(
    "name",
    [
        "SYNTHETIC_zip_slip.zip",
        "zip_symlink_etc_passwd.zip",
        "shp_empty_zipfile.zip",
        "blns.json",
        "pmtiles_empty.pmtiles",
        "SVG_XSS1.svg",
        "corrupt_too_long.dbf",
        "SYNTHETIC_png_bomb_30000x30000.png",
    ],
)
def test_hostile_files_are_refused_in_one_line(shared_data: Path, name: str) -> None:
    with pytest.raises(GeoProblem) as caught, open_source(shared_data / "attack" / name) as source:
        list(source.batches())
    assert "\n" not in str(caught.value)


def test_what_is_wrong_with_a_damaged_file_is_said_without_the_librarys_own_words(tmp_path: Path) -> None:
    shapes = geopandas.GeoDataFrame(
        {"namn": ["Åsö"] * 50}, geometry=[shapely.box(13.1, 55.3, 13.2, 55.4)] * 50, crs=4326
    )
    for name in ("hel.gpkg", "hel.geojson", "hel.fgb", "hel.shp"):
        shapes.to_file(tmp_path / name, engine="pyogrio")
    whole = {path.suffix: path.read_bytes() for path in tmp_path.iterdir()}
    parts = {"a.shx": whole[".shx"], "a.dbf": whole[".dbf"]}
    sent = {
        "halv.gpkg": (whole[".gpkg"][:40_000], "går inte att läsa: den är skadad, inte hel"),
        "halv.geojson": (whole[".geojson"][:500], "går inte att läsa: den är skadad, inte hel"),
        "halv.fgb": (whole[".fgb"][:-200], "går inte att läsa: den är skadad, inte hel"),
        "ensam.shp": (whole[".shp"], "saknar filen .shx"),
        "halv.zip": (zipped(parts | {"a.shp": whole[".shp"][:800]}), "a.shp går inte att läsa"),
        "bild.zip": (b"\x89PNG\r\n\x1a\n", "ingen zip-fil"),
        "annat.dxf": (b"hej", "inte vad den heter"),
    }
    for name, (data, words) in sent.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(GeoProblem) as caught:
            rows_in(tmp_path / name)
        said = str(caught.value)
        assert words in said and not re.search(r"sqlite|fail|open|recogni|/tmp|\(.*\d", said), said


def zipped(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return made.getvalue()


def test_a_corrupt_shapefile_never_crashes(shared_data: Path) -> None:
    assert rows_in(shared_data / "attack/corrupt_too_long.shp") == 10


def test_a_zipped_shapefile_is_read_with_its_letters(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    frame = geopandas.GeoDataFrame(
        {"namn": ["Östervång", "Gislövs läge"]}, geometry=[shapely.Point(1, 2), shapely.Point(3, 4)], crs=3008
    )
    frame.to_file(folder / "områden.shp", engine="pyogrio")
    archive = tmp_path / "områden.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for part in folder.iterdir():
            zipped.write(part, f"leverans/{part.name}")
    with open_source(archive) as source:
        assert source.layer().epsg == 3008
        assert source.sample().columns["namn"] == ["Östervång", "Gislövs läge"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("a.geojson", b"0" * 60_000_000)
    with pytest.raises(GeoProblem, match="hårt packad"):
        archives.unpack(archive, tmp_path)


def test_a_file_that_points_elsewhere_is_refused(tmp_path: Path) -> None:
    source = "<SrcDataSource>/etc/passwd</SrcDataSource>"
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="x">{source}</OGRVRTLayer></OGRVRTDataSource>'
    for name in ("a.csv", "a.kml", "a.json", "a.dxf"):
        (tmp_path / name).write_text(vrt)
        with pytest.raises(GeoProblem), open_source(tmp_path / name) as source:
            list(source.batches())


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ";"), ("utf-8-sig", ","), ("cp1252", "\t"), ("utf-16", ";")]
)
def test_tables_are_read_whatever_they_are_written_with(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'namn{delimiter}text\r\nÅsa{delimiter}"rad 1\nrad 2"\r\n', encoding=encoding, newline="")
    with open_source(path) as source:
        assert source.sample().columns == {"namn": ["Åsa"], "text": ["rad 1\nrad 2"]}


@pytest.mark.parametrize("before", ["sep=;\r\n", "\r\n\r\n", '"sep=;"\n\n', "\n \n"])
def test_lines_before_the_header_are_passed_over(tmp_path: Path, before: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{before}a;b,c\n1;2,3\n4\n", newline="")
    opened = open_csv(path)
    assert (opened.fields, opened.delimiter) == (("a", "b,c"), ";")
    good, bad = opened.rows()
    assert (good.values, bad.line) == ({"a": "1", "b,c": "2,3"}, before.count("\n") + 3)


TITLED: list[list[Any]] = [
    ["Fastighetsförteckning upprättad 2026-11-22", None, None, None],
    [None, None, None, None],
    ["Fastighet", "Ägare", "Adress", "Skatt"],
    ["Lärkan 12", "Anna Ek", None, 12.5],
    ["Lärkan 13", None, "Storgatan 1, Trelleborg", 7],
]


@pytest.mark.parametrize("kind", ["xlsx", "padded.csv", "bare.csv"])
def test_a_title_above_the_names_of_the_columns_is_passed_over(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"t.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in TITLED:
            book.worksheets[0].append(row)
        book.worksheets[0].merge_cells("A1:D1")
        book.save(path)
    else:
        lines = [";".join(str("" if cell is None else cell) for cell in row) for row in TITLED]
        path.write_text(
            "\n".join(lines if kind == "padded.csv" else [line.strip(";") for line in lines[:2]] + lines[2:])
        )
    with open_table(path) as source:
        assert source.layer().fields == ("Fastighet", "Ägare", "Adress", "Skatt")
        batch = source.sample()
    assert batch.columns["Fastighet"] == ["Lärkan 12", "Lärkan 13"] and float(batch.columns["Skatt"][0]) == 12.5
    assert batch.first + 2 == 4, "rows are numbered as the file's own"


def test_a_table_without_a_title_keeps_its_first_row(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id;text\n1;a;b;c;d;e\nx;Hej, du;och;du;med\n")
    with open_table(path) as source:
        assert source.layer().fields == ("id", "text")


def test_rows_that_do_not_fit_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a;b\n1;2\n1\n1;2;3\n\n4;5\n")
    with open_source(path) as source:
        batch = source.sample(rows=10)
    assert batch.columns["a"] == ["1", "1", "1", "4"]
    assert [row for row, _ in batch.problems] == [1, 2]


@pytest.mark.parametrize(("written_in", "said"), [("ISO-8859-1", None), ("UTF-8", None), ("ISO-8859-1", "UTF-8")])
def test_a_shapefile_that_does_not_say_its_encoding_is_read_with_its_letters(
    tmp_path: Path, written_in: str, said: str | None
) -> None:
    frame = geopandas.GeoDataFrame({"BESTÄMM": ["Bostäder", "Å–ö" if written_in == "UTF-8" else "Åö"]})
    frame = frame.set_geometry([shapely.Point(0, 0), shapely.Point(1, 1)]).set_crs(3006)
    path = tmp_path / "bestammelser.shp"
    frame.to_file(path, engine="pyogrio", encoding=written_in)
    path.with_suffix(".cpg").unlink()
    if said:
        path.with_suffix(".cpg").write_text(said)
    with open_source(path) as source:
        assert source.layer(None).fields == ("BESTÄMM",)
        assert list(source.sample(None, rows=5).columns["BESTÄMM"]) == list(frame["BESTÄMM"])


def test_texts_that_cannot_be_read_are_told_of_in_plain_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = geopandas.GeoDataFrame({"namn": ["Bostäder"]}, geometry=[shapely.Point(0, 0)], crs=3006)
    path = tmp_path / "a.shp"
    frame.to_file(path, engine="pyogrio", encoding="ISO-8859-1")
    path.with_suffix(".cpg").write_text("OEM 850")
    monkeypatch.setattr(ogrfile.dbf_text, "encoding_of", lambda path: "UTF-8")
    with pytest.raises(GeoProblem) as caught, open_source(path) as source:
        source.sample(None, rows=5)
    assert "codec" not in str(caught.value.params) and "UTF-8" in caught.value.message
