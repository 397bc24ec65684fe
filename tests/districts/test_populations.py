"""A table of inhabitants beside the map file: matched by code, seen before it is used, its mistakes in words."""

import io
from pathlib import Path

import pytest
import xlsxwriter
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.errors import Invalid
from mapdialog.districts import queries
from mapdialog.districts.actions import import_districts
from mapdialog.districts.importing import Incoming
from mapdialog.districts.models import DistrictSet
from mapdialog.districts.populations import TableFields, add_populations, describe, likely
from tests.districts.test_staff_pages import gpkg, upload
from tests.staffing import sign_in

MAP = {"layer": "omr", "code": "kod", "name": "namn", "title": "Egna", "clip_sea": "y"}


@pytest.fixture
def planner(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, session, Role.PLANNER)
    return client


def table(tmp_path: Path, text: str, name: str = "folk.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def workbook(tmp_path: Path, rows: list[list[object]]) -> Path:
    path = tmp_path / "folk.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def districts(*codes: str) -> list[Incoming]:
    return [Incoming(code, code, None) for code in codes]  # type: ignore[arg-type]


def filled(path: Path, fields: TableFields, *codes: str) -> list[tuple[str, int | None, int | None]]:
    made = districts(*codes)
    add_populations(made, path, fields)
    return [(one.code, one.population, one.year) for one in made]


def test_an_excel_table_gives_populations_by_code_and_year(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["Kod", "Folkmängd", "År"], [101, 1234, 2023], [101, 1250, 2024], ["102", 99, 2024]])
    assert describe(path) == ("Kod", "Folkmängd", "År")
    assert filled(path, TableFields("Folkmängd", "Kod", "År"), "101", "102") == [
        ("101", 1250, 2024),
        ("102", 99, 2024),
    ]


def test_a_workbook_of_words_alone_keeps_its_first_row_as_names(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["kod", "inv"], ["A", "1 234"], ["B", ".."]])
    assert filled(path, TableFields("inv", "kod"), "A", "B") == [("A", 1234, None), ("B", None, None)]


def test_what_does_not_match_is_told_from_both_sides(tmp_path: Path) -> None:
    path = table(tmp_path, "kod;inv\nA;10\nZ;7\nÖ;8\n")
    found = add_populations(districts("A", "B"), path, TableFields("inv", "kod"))
    assert (found.found, found.without, found.unknown) == (1, ("B",), ("Z", "Ö"))


@pytest.mark.parametrize(
    ("text", "fields", "field", "words"),
    [
        ("kod;inv\n1287;10\n", TableFields("inv", "kod"), "table_code", "Tabellen har 1287, kartfilen A, B"),
        ("kod;inv\nA;många\n", TableFields("inv", "kod"), "table_population", "många"),
        ("kod;inv\nA;5\n", TableFields("antal", "kod"), "table_population", "kod, inv"),
        ("kod;kon;inv\nA;man;5\nA;kvinna;6\n", TableFields("inv", "kod"), "population_file", "Koden A står på flera"),
        ("kod;inv;ar\nA;5;i fjol\n", TableFields("inv", "kod", "ar"), "table_year", "i fjol"),
    ],
)
def test_mistakes_name_the_field(tmp_path: Path, text: str, fields: TableFields, field: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        add_populations(districts("A", "B"), table(tmp_path, text), fields)
    assert caught.value.field == field


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", b"PK broken"), ("a.xlsx", b"not a zip"), ("a.csv", b"")])
def test_a_damaged_table_is_told_at_the_file(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Invalid) as caught:
        describe(tmp_path / name)
    assert caught.value.field == "population_file"


def test_the_likely_columns_are_chosen() -> None:
    columns = ("omrade_kod", "Namn", "Folkmängd 2024", "År")
    assert [likely(columns, role) for role in ("code", "population", "year")] == ["omrade_kod", "Folkmängd 2024", "År"]
    assert likely(columns, "code", preferred="Namn") == "Namn"


def test_the_command_line_finds_the_codes_in_the_first_column_too(session: Session, tmp_path: Path) -> None:
    report = import_districts(
        session, gpkg(tmp_path), set_key="egna", code_field="kod", name_field="namn", population_field="antal",
        population_file=table(tmp_path, "nyckel;antal\nA;10\nB;20\nC;30\n"), population_year=2022,
    )  # fmt: skip
    made = queries.list_districts(session, queries.get_set(session, "egna"))
    assert [(one.code, one.population, one.population_year) for one in made] == [("A", 10, 2022), ("B", 20, 2022)]
    assert report.unmatched == ["C"]
    assert any("C" in line and "finns i kartfilen" in line for line in report.lines(str))


def test_on_the_page_a_table_is_seen_before_it_is_read_in(
    planner: FlaskClient, session: Session, tmp_path: Path
) -> None:
    address = upload(planner, gpkg(tmp_path))
    content = workbook(tmp_path, [["kod", "Folkmängd", "år"], ["A", 1500, 2024], ["X", 3, 2024]]).read_bytes()
    answer = planner.post(address, data=MAP | {"population_file": (io.BytesIO(content), "scb.xlsx")})
    assert answer.status_code == 302, answer.text
    page = planner.get(answer.location).text
    assert "scb.xlsx" in page
    assert "1 av 2 områden" in page
    assert "Områden utan antal i tabellen:</strong> B" in page
    assert "finns i kartfilen:</strong> X" in page
    assert session.scalar(select(DistrictSet)) is None
    token = answer.location.split("table=")[1].split("&")[0]
    chosen = MAP | {"table": token, "table_code": "kod", "table_population": "Folkmängd", "table_year": "år"}
    done = planner.post(address, data=chosen)
    assert done.status_code == 302, done.text
    made = queries.list_districts(session, queries.get_set(session, "egna"))
    assert [(one.code, one.population, one.population_year) for one in made] == [("A", 1500, 2024), ("B", None, None)]


def test_a_table_can_be_left_out_again(planner: FlaskClient, tmp_path: Path) -> None:
    address = upload(planner, gpkg(tmp_path))
    sent = planner.post(address, data=MAP | {"population_file": (io.BytesIO(b"kod;inv\nA;1\nB;2\n"), "f.csv")})
    token = sent.location.split("table=")[1].split("&")[0]
    dropped = planner.post(address, data=MAP | {"table": token, "drop_table": "1"})
    assert "table=" not in dropped.location
    assert "f.csv" not in planner.get(dropped.location).text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("f.exe", b"MZ", "går inte att läsa"),
        ("f.csv", b"", "tom"),
        ("f.xlsx", b"PK nonsense", "skadad"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_beside_its_field(
    planner: FlaskClient, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    address = upload(planner, gpkg(tmp_path))
    answer = planner.post(address, data=MAP | {"population_file": (io.BytesIO(content), name)})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="population_file-error"' in answer.text


def test_codes_of_another_kind_are_told_beside_the_column(planner: FlaskClient, tmp_path: Path) -> None:
    address = upload(planner, gpkg(tmp_path))
    sent = planner.post(address, data=MAP | {"population_file": (io.BytesIO(b"kod;inv\n1287;1\n"), "f.csv")})
    page = planner.get(sent.location).text
    assert "Ingen kod i tabellen finns i kartfilen" in page
    assert 'id="table_code-error"' in page
