"""District files of every kind become sets, and sets follow their files."""

from pathlib import Path

import geopandas
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon, box
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core.errors import Conflict, Invalid
from mapdialog.districts import actions, queries
from mapdialog.districts.display import Coast
from mapdialog.districts.linking import count_links
from mapdialog.districts.models import District
from mapdialog.geo.geometry import from_element
from tests.seeds import TRELLEBORG, make_contribution, make_dialogue

EAST, NORTH = TRELLEBORG


def square(dx: float = 0, dy: float = 0, size: float = 1000) -> Polygon:
    return box(EAST + dx, NORTH + dy, EAST + dx + size, NORTH + dy + size)


def write(path: Path, rows: list[tuple], crs: int | None = 3006) -> Path:
    frame = geopandas.GeoDataFrame(
        {"kod": [row[0] for row in rows], "namn": [row[1] for row in rows]},
        geometry=[row[2] for row in rows],
        crs=3006,
    )
    (frame.to_crs(crs) if crs else frame.set_crs(None, allow_override=True)).to_file(path, engine="pyogrio")
    return path


def read_in(session: Session, path: Path, **options):
    return actions.import_districts(
        session, path, set_key="egna", **({"code_field": "kod", "name_field": "namn"} | options)
    )


@pytest.mark.parametrize(
    ("name", "crs", "code", "title"),
    [
        ("regso_2025_trelleborg_kavlinge_3006.gpkg", None, "regsokod", "regsonamn"),
        ("regso_2025_trelleborg_kavlinge_4326.geojson", None, "regsokod", "regsonamn"),
        ("deso_2025_goteborgsregionen_excl_gbg_3006.gpkg", None, "desokod", "desokod"),
        ("goteborg_primaromraden_2025_3006.gpkg", None, None, None),
    ],
)
def test_real_files_give_as_many_districts_as_geopandas_counts_codes(
    session: Session, shared_data: Path, name: str, crs: int | None, code: str | None, title: str | None
) -> None:
    frame = geopandas.read_file(shared_data / "areas" / name)
    code = code or next(column for column in frame.columns if frame[column].is_unique and column != "geometry")
    report = actions.import_districts(
        session, shared_data / "areas" / name, set_key="egna", code_field=code, name_field=title or code, crs=crs
    )
    assert len(report.added) == frame[code].nunique() == report.total
    stored = session.scalars(select(District)).all()
    area = sum(from_element(one.geom).area for one in stored)
    assert area == pytest.approx(frame.to_crs(3006).area.sum(), rel=1e-6)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.fgb"])
def test_the_same_districts_in_any_format_and_crs_lie_in_the_same_place(
    session: Session, tmp_path: Path, name: str
) -> None:
    crs = 4326 if name == "a.geojson" else 3008
    read_in(session, write(tmp_path / name, [("1", "Östra", square())], crs))
    stored = session.scalar(select(District))
    assert stored is not None
    assert stored.name == "Östra"
    assert shapely.hausdorff_distance(from_element(stored.geom), square()) < 0.1


def test_a_file_imported_again_tells_what_was_added_changed_and_removed(session: Session, tmp_path: Path) -> None:
    dialogue = make_dialogue(session)
    make_contribution(session, dialogue, at=(500, 500))
    first = [("1", "Ett", square()), ("2", "Två", square(1000)), ("3", "Tre", square(2000))]
    report = read_in(session, write(tmp_path / "a.gpkg", first), title="Egna")
    assert (report.added, report.linked) == (["1", "2", "3"], 1)
    district_set = queries.get_set(session, "egna")
    second = [("1", "Ett", square()), ("2", "Nya tvåan", square(1000)), ("4", "Fyra", square(0, 1000))]
    report = read_in(session, write(tmp_path / "b.gpkg", second))
    assert (report.added, report.changed, report.removed, report.unchanged) == (["4"], ["2"], ["3"], ["1"])
    assert (district_set.title, count_links(session, district_set)) == ("Egna", 1)
    assert [one.name for one in queries.list_districts(session, district_set)] == ["Ett", "Fyra", "Nya tvåan"]


def test_most_districts_vanish_only_when_that_is_meant(session: Session, tmp_path: Path) -> None:
    read_in(session, write(tmp_path / "a.gpkg", [(str(n), "x", square(n * 1000)) for n in range(4)]))
    other = write(tmp_path / "b.gpkg", [("annan", "x", square())])
    with pytest.raises(Invalid) as caught:
        read_in(session, other)
    assert list(caught.value.fields) == ["replace"]
    assert read_in(session, other, replace=True).removed == ["0", "1", "2", "3"]


def test_broken_areas_are_repaired_and_rows_without_area_or_code_are_named(session: Session, tmp_path: Path) -> None:
    bow = Polygon([(EAST, NORTH), (EAST + 900, NORTH + 900), (EAST + 900, NORTH), (EAST, NORTH + 900)])
    rows = [("1", "Fluga", bow), ("", "Utan kod", square(2000)), ("3", "Punkt", shapely.Point(EAST, NORTH)),
            ("4", "Tom", None), ("5", "Delad", square(3000)), ("5", "Delad", square(5000))]  # fmt: skip
    path = tmp_path / "a.geojson"
    write(path, rows, 4326)
    report = read_in(session, path)
    assert [code for code, _ in report.repaired] == ["1"]
    assert [(row, code) for row, code, _ in report.skipped] == [(2, ""), (3, "3"), (4, "4")]
    assert report.joined == ["5"]
    assert all(from_element(one.geom).is_valid for one in session.scalars(select(District)))


def test_a_file_without_crs_is_placed_by_its_numbers_and_the_municipalitys_zone(
    session: Session, tmp_path: Path
) -> None:
    frame = geopandas.GeoDataFrame({"kod": ["1"], "namn": ["x"]}, geometry=[square()], crs=3006).to_crs(3008)
    path = tmp_path / "a.shp"
    frame.set_crs(None, allow_override=True).to_file(path, engine="pyogrio")
    with pytest.raises(Invalid) as caught:
        read_in(session, path)
    assert list(caught.value.fields) == ["crs"]
    report = read_in(session, path, local_zone=3008)
    assert "3008" in report.crs
    stored = session.scalar(select(District))
    assert stored is not None
    assert shapely.hausdorff_distance(from_element(stored.geom), square()) < 0.1


def test_the_wrong_crs_is_refused_or_lands_where_it_says_but_never_breaks(session: Session, tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", [("1", "x", square())])
    for wrong in (4326, 999_999):
        with pytest.raises(Invalid):
            read_in(session, path, crs=wrong)
    assert session.scalar(select(District)) is None


@pytest.mark.parametrize("shape", [shapely.Point(EAST, NORTH), shapely.LineString([(EAST, NORTH), (EAST + 9, NORTH)])])
def test_a_file_without_areas_is_refused(session: Session, tmp_path: Path, shape: shapely.Geometry) -> None:
    with pytest.raises(Invalid) as caught:
        read_in(session, write(tmp_path / "a.gpkg", [("1", "x", shape)]))
    assert list(caught.value.fields) == ["file"]


def test_a_field_that_is_not_there_is_named_with_those_that_are(session: Session, tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", [("1", "x", square())])
    with pytest.raises(Invalid, match="kod, namn") as caught:
        read_in(session, path, code_field="saknas")
    assert caught.value.fields.keys() == {"code"}


def test_the_sea_is_clipped_off_what_is_drawn_but_not_off_what_is_counted(session: Session, tmp_path: Path) -> None:
    land = box(EAST - 5000, NORTH + 400, EAST + 5000, NORTH + 5000)
    coast = Coast(land, box(EAST - 9000, NORTH - 9000, EAST + 9000, NORTH + 9000))
    inland = ("2", "Inland", square(0, 1000))
    read_in(session, write(tmp_path / "a.gpkg", [("1", "Kust", square()), inland]), coast=coast)
    kust, other = session.scalars(select(District).order_by(District.code)).all()
    assert from_element(kust.display_geom).area == pytest.approx(600_000, rel=1e-3)
    assert from_element(kust.geom).area == pytest.approx(1_000_000, rel=1e-6)
    assert from_element(other.display_geom).area == pytest.approx(1_000_000, rel=1e-3)


def test_several_sets_live_side_by_side_and_the_default_goes_last(session: Session, tmp_path: Path) -> None:
    path = write(tmp_path / "a.gpkg", [("1", "x", square())])
    for key in ("ett", "tva"):
        actions.import_districts(session, path, set_key=key, code_field="kod", name_field="namn")
    first, second = queries.get_set(session, "ett"), queries.get_set(session, "tva")
    assert first.is_default
    with pytest.raises(Conflict):
        actions.delete_set(session, first)
    actions.make_default(session, second)
    actions.delete_set(session, first)
    actions.delete_set(session, second)
    assert queries.list_sets(session) == []


def test_holes_and_parts_survive(session: Session, tmp_path: Path) -> None:
    ring = square(0, 0, 3000).difference(square(1000, 1000))
    read_in(session, write(tmp_path / "a.gpkg", [("1", "x", MultiPolygon([ring, square(9000)]))]))
    stored = session.scalar(select(District))
    assert stored is not None
    assert from_element(stored.geom).area == pytest.approx(9_000_000, rel=1e-6)
