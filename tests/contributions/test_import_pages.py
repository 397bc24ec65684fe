"""Reading in a file from the staff's page: upload, preview, reading in, and what was rejected."""

import io
import os
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.contributions.import_uploads import KEEP_SECONDS, get_upload, keep_upload
from mapdialog.contributions.models import Contribution
from mapdialog.core.errors import NotFound
from mapdialog.dialogues.models import Dialogue
from tests.seeds import make_dialogue
from tests.staffing import sign_in

URL = "/staff/dialogues/trygg-vag/import"
TABLE = "\r\n".join(
    (
        "X;Y;Kategori;Kommentar;Datum",
        "382709;6137579;Belysning;Mörkt vid Algatan;2026-03-01",
        "382809;6137579;Cykel;=1+1;2026-03-02",
        "382809;6137579;Cykel;;2026-03-02",
    )
)
FIELDS = {"text": "Kommentar", "category": "Kategori", "time": "Datum", "x": "X", "y": "Y"}


@pytest.fixture
def dialogue(session: Session) -> Dialogue:
    """A dialogue without contributions."""
    made = make_dialogue(session)
    session.commit()
    return made


def upload(client: FlaskClient, body: bytes = TABLE.encode("cp1252"), name: str = "enkät.csv") -> TestResponse:
    """Send a file as the form does."""
    return client.post(URL, data={"file": (io.BytesIO(body), name)}, content_type="multipart/form-data")


def test_a_file_is_looked_at_with_its_fields_already_chosen(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    sign_in(client, session, Role.PLANNER)
    page = client.get(upload(client).location).text
    assert "Mörkt vid Algatan" in page
    for field in FIELDS.values():
        assert f'<option selected value="{field}">' in page
    assert "cp1252" in page and "SWEREF 99 TM" in page
    assert "Platserna på de första 3 raderna går att använda." in page
    assert session.scalar(select(func.count(Contribution.id))) == 0


def test_it_is_read_in_once_and_rejected_rows_can_be_fetched(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    sign_in(client, session)
    address = upload(client).location
    done = client.post(address, data=FIELDS)
    assert done.status_code == 302, done.text
    page = client.get(done.location).text
    assert "2 synpunkter är inlästa och publicerade." in page
    assert "Texten saknas." in page and "Ny kategori: Cykel." in page
    assert "Text åt rader utan text" in page
    rejects = client.get(address + "/rejects.csv").data.decode("utf-8-sig")
    assert rejects.splitlines()[1].startswith("4;Texten saknas.;382809")
    again = client.post(address, data=FIELDS)
    assert "Inget nytt lades till." in client.get(again.location).text
    assert session.scalar(select(func.count(Contribution.id))) == 2


def test_looking_at_the_file_anew_keeps_the_choices_and_leaves_the_forms_token_out_of_the_address(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    sign_in(client, session)
    address = upload(client, TABLE.replace("Kategori", "Tema").encode()).location
    assert '<option selected value="Tema">' in client.get(address).text
    chosen = FIELDS | {"category": "", "time": "", "csrf_token": "hemlig", "slug": "annan", "preview": "1"}
    moved = client.post(address, data=chosen)
    assert moved.status_code == 302 and "hemlig" not in moved.location and "annan" not in moved.location
    page = client.get(moved.location).text
    assert '<option selected value="Kommentar">' in page and '<option selected value="Tema">' not in page
    assert session.scalar(select(func.count(Contribution.id))) == 0


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"", "tom.csv", "Filen är tom."),
        (b"MZ\x00", "virus.exe", "går inte att läsa"),
        (b"PK\x05\x06" + b"\x00" * 18, "tom.zip", "Zip"),
        (b"inte en databas", "karta.gpkg", ""),
        (b"\x00\x01\x02\xff\xfe" * 50, "skräp.csv", ""),
        (b"{", "karta.geojson", ""),
        (b"<svg onload=alert(1)>", "../../etc/passwd.csv", ""),
    ],
)
def test_a_file_that_cannot_be_used_is_told_at_the_field(
    client: FlaskClient, session: Session, dialogue: Dialogue, body: bytes, name: str, words: str
) -> None:
    sign_in(client, session)
    answer = upload(client, body, name)
    if answer.status_code == 302:
        answer = client.get(answer.location)
    assert answer.status_code in (200, 422)
    assert words in answer.text
    assert "<svg onload" not in answer.text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": ""}, "Välj vilket fält som har texten."),
        ({"x": "finns inte"}, "finns inte i filen"),
        ({"x": ""}, "Ange både x-fält"),
        ({"crs": "lund"}, "Skriv koordinatsystemet som ett EPSG-nummer"),
        ({"crs": "999999"}, ""),
        ({"encoding": "x-klingon"}, ""),
        ({"layer": "finns inte"}, ""),
    ],
)
def test_a_choice_that_does_not_hold_is_told_and_nothing_is_read_in(
    client: FlaskClient, session: Session, dialogue: Dialogue, changed: dict[str, str], field: str
) -> None:
    sign_in(client, session)
    answer = client.post(upload(client).location, data=FIELDS | changed)
    assert answer.status_code in (302, 422)
    assert field in answer.text
    if answer.status_code == 422:
        assert "%(" not in answer.text
        assert session.scalar(select(func.count(Contribution.id))) == 0


def test_without_a_file_the_page_asks_for_one(client: FlaskClient, session: Session, dialogue: Dialogue) -> None:
    sign_in(client, session)
    answer = client.post(URL, data={})
    assert answer.status_code == 422
    assert "Välj en fil att läsa in." in answer.text


@pytest.mark.parametrize("token", ["0" * 32, "..%2f..%2fetc", "finns-inte"])
def test_a_file_that_is_not_there_is_not_found(
    client: FlaskClient, session: Session, dialogue: Dialogue, token: str
) -> None:
    sign_in(client, session)
    for page in ("", "/done", "/rejects.csv"):
        assert client.get(f"{URL}/{token}{page}").status_code == 404


def test_readers_may_not_read_in(client: FlaskClient, session: Session, dialogue: Dialogue) -> None:
    sign_in(client, session, Role.READER)
    assert client.get(URL).status_code == 403
    assert upload(client).status_code == 403


def test_a_file_belongs_to_its_dialogue(tmp_path: Path) -> None:
    kept = keep_upload(tmp_path, 1, "a.csv", lambda path: path.write_text("x"))
    assert get_upload(tmp_path, 1, kept.token).name == "a.csv"
    with pytest.raises(NotFound):
        get_upload(tmp_path, 2, kept.token)


def test_files_are_removed_after_two_days(tmp_path: Path, config: Config) -> None:
    old = keep_upload(tmp_path, 1, "gammal.csv", lambda path: path.write_text("x"))
    before = time.time() - KEEP_SECONDS - 60
    os.utime(old.folder, (before, before))
    keep_upload(tmp_path, 1, "ny.csv", lambda path: path.write_text("x"))
    assert not old.folder.exists()


def test_what_attackers_write_stays_text(
    client: FlaskClient, session: Session, dialogue: Dialogue, shared_data: Path
) -> None:
    lines = [
        line.replace('"', '""')
        for file in sorted((shared_data / "attack").glob("patt_*.txt"))
        for line in file.read_text("utf-8", "replace").splitlines()
    ]
    body = "X;Y;Kategori;Kommentar;Datum\r\n" + "\r\n".join(f'382709;6137579;Belysning;"{line}";' for line in lines)
    sign_in(client, session)
    address = upload(client, body.encode(), "<script>alert(1)</script>.csv").location
    preview = client.get(address)
    assert preview.status_code == 200 and "<script>alert(1)" not in preview.text
    done = client.post(address, data=FIELDS)
    assert done.status_code == 302
    assert client.get(done.location).status_code == 200
    assert client.get("/staff/dialogues/trygg-vag/results").status_code == 200
    assert session.scalar(select(func.count(Contribution.id))) > 100
