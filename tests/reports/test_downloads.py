"""Staff download every format; what is not public takes the right to it, and is noted."""

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.audit import AuditEvent
from mapdialog.dialogues.models import Dialogue
from tests.reports.conftest import SECRET_EMAIL
from tests.staffing import sign_in

BASE = "/staff/dialogues/trygg-vag/downloads"


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))


def test_the_page_offers_every_format(client: FlaskClient, session: Session, dialogue: Dialogue) -> None:
    sign_in(client, session)
    page = client.get(BASE).text
    for name in ("html", "png", "xlsx", "csv", "geojson", "gpkg", "shp", "dxf"):
        assert f'value="{name}"' in page
    assert 'value="rutor"' in page


def test_strangers_are_asked_to_sign_in(client: FlaskClient, dialogue: Dialogue) -> None:
    for path in ("", "/contributions?format=csv", "/districts?format=csv", "/heatmap?format=html"):
        answer = client.get(BASE + path)
        assert answer.status_code == 302
        assert "/staff/sign-in" in answer.location


@pytest.mark.parametrize("kind", ["csv", "xlsx", "geojson", "gpkg", "shp", "dxf"])
def test_contributions_come_in_every_format(
    client: FlaskClient, session: Session, dialogue: Dialogue, kind: str, tmp_path: Path
) -> None:
    sign_in(client, session)
    answer = client.get(f"{BASE}/contributions?format={kind}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=trygg-vag-synpunkter-")
    assert answer.headers["Cache-Control"] == "no-store"
    if kind in {"geojson", "gpkg"}:
        path = tmp_path / f"file.{kind}"
        path.write_bytes(answer.data)
        assert pyogrio.read_info(path, layer=0)["features"] == 5
    if kind == "xlsx":
        page = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        assert page is not None
        heads = [cell.value for cell in page[1]]
        assert page.print_area == f"'Synpunkter'!$A$1:${'ABCDEFGHIJKL'[heads.index('Longitud') - 1]}$6"
        assert (page.print_title_rows, page.page_setup.orientation) == ("$1:$1", "landscape")
    if kind == "shp":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as zipped:
            assert "synpunkter_punkter.shp" in zipped.namelist()


def test_a_formula_in_a_text_is_disarmed_in_csv(client: FlaskClient, session: Session, dialogue: Dialogue) -> None:
    sign_in(client, session)
    texts = [row["text"] for row in rows_of(client.get(f"{BASE}/contributions?format=csv").data)]
    assert "'=1+1 mörkt vid spåret" in texts
    assert 'Lampan; "trasig"\nsedan i höst' in texts


def test_districts_and_decimal_comma_are_written_when_asked(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    sign_in(client, session)
    rows = rows_of(client.get(f"{BASE}/contributions?format=csv&set=rutor&decimal=comma").data)
    assert sorted(row["district_code"] for row in rows) == ["", "B", "B", "B", "D"]
    assert all("," in row["lon"] for row in rows)


def test_personal_data_is_refused_without_the_right(client: FlaskClient, session: Session, dialogue: Dialogue) -> None:
    sign_in(client, session, Role.MODERATOR)
    answer = client.get(f"{BASE}/contributions?format=csv&personal=1")
    assert answer.status_code == 403
    assert SECRET_EMAIL not in answer.text


def test_personal_data_comes_with_the_right_and_is_noted(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    account = sign_in(client, session, Role.PLANNER)
    assert SECRET_EMAIL in client.get(f"{BASE}/contributions?format=csv&personal=1").text
    noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "export_contributions")).all()
    assert [(one.actor_id, one.detail["personal_data"]) for one in noted] == [(account.id, True)]


def test_names_and_addresses_are_left_out_otherwise(client: FlaskClient, session: Session, dialogue: Dialogue) -> None:
    sign_in(client, session)
    for kind in ("csv", "geojson"):
        assert SECRET_EMAIL not in client.get(f"{BASE}/contributions?format={kind}").text


def test_a_reader_gets_only_what_is_published(client: FlaskClient, session: Session, dialogue: Dialogue) -> None:
    sign_in(client, session, Role.READER)
    assert len(rows_of(client.get(f"{BASE}/contributions?format=csv").data)) == 5
    assert client.get(f"{BASE}/contributions?format=csv&state=all").status_code == 403


def test_all_states_are_there_for_who_moderates(client: FlaskClient, session: Session, dialogue: Dialogue) -> None:
    sign_in(client, session, Role.MODERATOR)
    rows = rows_of(client.get(f"{BASE}/contributions?format=csv&state=all").data)
    assert sorted(row["state"] for row in rows) == ["approved"] * 5 + ["hidden", "pending"]


@pytest.mark.parametrize("kind", ["html", "png", "xlsx", "csv", "geojson", "gpkg"])
def test_the_district_report_comes_in_every_format(
    client: FlaskClient, session: Session, dialogue: Dialogue, kind: str
) -> None:
    sign_in(client, session, Role.READER)
    answer = client.get(f"{BASE}/districts?format={kind}&set=rutor")
    assert answer.status_code == 200
    assert f".{kind}" in answer.headers["Content-Disposition"]
    assert len(answer.data) > 100


@pytest.mark.parametrize("kind", ["html", "png", "gpkg"])
def test_the_heatmap_comes_in_every_format(
    client: FlaskClient, session: Session, dialogue: Dialogue, kind: str
) -> None:
    sign_in(client, session, Role.READER)
    answer = client.get(f"{BASE}/heatmap?format={kind}&pins=1&weighted=1&category=belysning")
    assert answer.status_code == 200
    assert len(answer.data) > 1000


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/contributions", 422),
        ("/contributions?format=exe", 422),
        ("/contributions?format=csv&set=finns-inte", 404),
        ("/contributions?format=csv&crs=99999999999", 422),
        ("/contributions?format=csv&crs=123456", 422),
        ("/contributions?format=csv&state=weg", 422),
        ("/contributions?format=csv&since=i-gar", 422),
        ("/contributions?format=csv&since=2026-05-02&until=2026-05-01", 422),
        ("/contributions?format=csv&category=finns-inte", 422),
        ("/contributions?format=dxf&crs=4326", 422),
        ("/districts?format=csv&set=finns-inte", 404),
        ("/districts?format=shp", 422),
        ("/districts?format=csv&state=hidden", 403),
        ("/heatmap?format=csv", 422),
    ],
)
def test_odd_wishes_are_answered_in_words(
    client: FlaskClient, session: Session, dialogue: Dialogue, path: str, status: int
) -> None:
    sign_in(client, session)
    assert client.get(BASE + path).status_code == status


def test_an_unknown_dialogue_is_not_found(client: FlaskClient, session: Session) -> None:
    sign_in(client, session)
    assert client.get("/staff/dialogues/finns-inte/downloads").status_code == 404
