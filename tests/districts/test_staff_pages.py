"""The officer's way: choose a file, see what would happen, read in, edit, remove."""

import io
import re
import zipfile
from pathlib import Path

import geopandas
import pytest
from flask.testing import FlaskClient
from shapely.geometry import box
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mapdialog.accounts.models import Role
from mapdialog.districts import queries
from mapdialog.districts.models import District, DistrictSet
from tests.seeds import TRELLEBORG, make_district_set
from tests.staffing import sign_in

EAST, NORTH = TRELLEBORG


@pytest.fixture
def planner(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, session, Role.PLANNER)
    return client


def gpkg(tmp_path: Path, codes: str = "AB", layer: str = "omr", name: str = "a.gpkg") -> Path:
    shapes = [box(EAST + n * 1000, NORTH, EAST + (n + 1) * 1000, NORTH + 1000) for n in range(len(codes))]
    frame = geopandas.GeoDataFrame(
        {"kod": list(codes), "namn": [f"Område {code}" for code in codes], "inv": [100] * len(codes)},
        geometry=shapes,
        crs=3006,
    )
    frame.to_file(tmp_path / name, layer=layer, engine="pyogrio")
    return tmp_path / name


def send(client: FlaskClient, content: bytes, name: str) -> TestResponse:
    return client.post("/staff/districts/import", data={"file": (io.BytesIO(content), name)})


def upload(client: FlaskClient, path: Path) -> str:
    answer = send(client, path.read_bytes(), path.name)
    assert answer.status_code == 302, answer.text
    return answer.location


def test_a_file_is_seen_before_it_is_read_in(planner: FlaskClient, session: Session, tmp_path: Path) -> None:
    address = upload(planner, gpkg(tmp_path))
    page = planner.get(address).text
    assert "Område A" in page
    assert "data:image/png;base64," in page
    assert re.search(r'<option selected value="kod">', page)
    assert session.scalar(select(DistrictSet)) is None
    choice = {"layer": "omr", "code": "kod", "name": "namn", "population": "inv", "population_year": "2024",
              "crs": "", "set_key": "", "title": "Egna områden", "clip_sea": "y"}  # fmt: skip
    answer = planner.post(address, data=choice)
    assert answer.status_code == 302, answer.text
    assert "2 områden" in planner.get(answer.location).text
    made = queries.get_set(session, "egna-omraden")
    assert (made.title, made.source) == ("Egna områden", "a.gpkg")
    facts = [(one.code, one.population, one.population_year) for one in queries.list_districts(session, made)]
    assert facts == [("A", 100, 2024), ("B", 100, 2024)]


def test_the_second_of_two_layers_can_be_chosen(planner: FlaskClient, session: Session, tmp_path: Path) -> None:
    gpkg(tmp_path, "AB", "ett")
    path = gpkg(tmp_path, "CDE", "tva")
    address = upload(planner, path)
    assert "Område C" in planner.get(address, query_string={"layer": "tva", "code": "kod", "name": "namn"}).text
    answer = planner.post(address, data={"layer": "tva", "code": "kod", "name": "namn", "title": "Två"})
    assert answer.status_code == 302
    assert len(queries.list_districts(session, queries.get_set(session, "tva"))) == 3


def test_updating_a_set_asks_before_most_of_it_vanishes(planner: FlaskClient, session: Session, tmp_path: Path) -> None:
    make_district_set(session)
    address = upload(planner, gpkg(tmp_path, "XY"))
    choice = {"layer": "omr", "code": "kod", "name": "namn", "set_key": "rutor"}
    page = planner.get(address, query_string=choice).text
    assert 'name="replace"' in page
    refused = planner.post(address, data=choice)
    assert refused.status_code == 422
    assert "saknar 4 av de 4" in refused.text
    assert planner.post(address, data=choice | {"replace": "y"}).status_code == 302
    assert [one.code for one in queries.list_districts(session, queries.get_set(session, "rutor"))] == ["X", "Y"]


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.gpkg", b"", "tom"),
        ("a.gpkg", b"not a geopackage at all", "annat innehåll"),
        ("a.exe", b"MZ", "går inte att läsa"),
        ("a.geojson", b"{", "går inte att läsa"),
        ("a.zip", b"PK\x03\x04 broken", "skadad"),
        ("a.zip", zipped(**{"../../etc/a.geojson": b"{}"}), "pekar ut ur den"),
        ("a.zip", zipped(**{"a.geojson": b"0" * 30_000_000}), "hårt packad"),
        ("a.zip", zipped(**{"las.mig": b"x"}), "ingen kartfil"),
        ("../../a.gpkg", b"x" * 200, "annat innehåll"),
    ],
)
def test_bad_files_are_told_in_words_beside_the_field(
    planner: FlaskClient, name: str, content: bytes, words: str
) -> None:
    answer = send(planner, content, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="file-error"' in answer.text


def test_a_file_larger_than_the_setting_is_refused_before_it_is_read(planner: FlaskClient) -> None:
    answer = planner.post("/staff/districts/import", environ_overrides={"CONTENT_LENGTH": "300000000"})
    assert answer.status_code == 413


def test_a_hundred_megabytes_from_somebody_who_is_not_signed_in_are_refused(client: FlaskClient) -> None:
    answer = client.post("/staff/districts/import", environ_overrides={"CONTENT_LENGTH": "100000000"})
    assert answer.status_code == 413


def test_without_a_code_field_nothing_is_read_in(planner: FlaskClient, session: Session, tmp_path: Path) -> None:
    address = upload(planner, gpkg(tmp_path))
    answer = planner.post(address, data={"layer": "omr", "code": "", "title": "x"})
    assert answer.status_code == 422
    assert "Välj vilket fält" in answer.text
    assert session.scalar(select(DistrictSet)) is None


def test_names_populations_and_years_are_edited_and_mistakes_stay_on_the_page(
    planner: FlaskClient, session: Session
) -> None:
    district_set = make_district_set(session)
    one = queries.list_districts(session, district_set)[0]
    wrong = {"title": "Rutor", f"name-{one.id}": "Nytt namn", f"population-{one.id}": "många", f"year-{one.id}": "3"}
    refused = planner.post("/staff/districts/rutor", data=wrong)
    assert refused.status_code == 422
    assert 'value="många"' in refused.text
    right = wrong | {f"population-{one.id}": "1 234", f"year-{one.id}": "2023", "title": "Fyra rutor"}
    assert planner.post("/staff/districts/rutor", data=right).status_code == 302
    session.expire_all()
    kept = session.get_one(District, one.id)
    assert (kept.name, kept.population, kept.population_year) == ("Nytt namn", 1234, 2023)
    assert queries.get_set(session, "rutor").title == "Fyra rutor"


def test_a_set_is_removed_only_after_a_question(planner: FlaskClient, session: Session) -> None:
    make_district_set(session)
    assert "4 områden tas bort" in planner.get("/staff/districts/rutor/delete").text
    assert planner.post("/staff/districts/rutor/delete").status_code == 302
    assert queries.find_set(session, "rutor") is None


def test_the_default_set_is_kept_while_there_are_others(planner: FlaskClient, session: Session) -> None:
    make_district_set(session)
    make_district_set(session, "andra", is_default=False)
    assert planner.post("/staff/districts/rutor/delete").status_code == 409
    assert planner.post("/staff/districts/andra/default").status_code == 302
    assert planner.post("/staff/districts/rutor/delete").status_code == 302


def test_readers_look_but_do_not_touch(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, Role.READER)
    make_district_set(session)
    assert "Läs in områden" not in client.get("/staff/districts").text
    page = client.get("/staff/districts/rutor")
    assert page.status_code == 200
    assert 'name="title"' not in page.text
    assert client.get("/staff/districts/rutor/map.png").mimetype == "image/png"
    for address in ("/staff/districts/import", "/staff/districts/rutor", "/staff/districts/rutor/delete"):
        assert client.post(address).status_code == 403


def test_somebody_elses_token_and_paths_are_not_found(planner: FlaskClient) -> None:
    for token in ("0" * 32, "..", "%2e%2e%2f%2e%2e", "a" * 500):
        assert planner.get(f"/staff/districts/import/{token}").status_code == 404
