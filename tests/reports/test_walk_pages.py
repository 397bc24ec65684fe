"""Pages and files of figures over walks: for staff, empty or not, with nothing of few and nobody's name."""

import io
import re
from datetime import date

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.clock import now
from mapdialog.walks import tending
from mapdialog.walks.tending import ActionDraft
from tests.staffing import sign_in
from tests.walks.making import make_walk, observe

TODAY = date(2026, 11, 21)


@pytest.fixture
def coordinator(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    return client


def walked(session: Session) -> str:
    """A published walk of 2026 with six observations, a refused action and one that a private owner has."""
    walk = make_walk(session)
    for _number in range(6):
        observe(session, walk)
    owner = tending.save_party(session, "Bo Ek", "private", actor_id=None)
    tending.create_action(session, walk, ActionDraft("Laga staketet", party_id=owner.id), today=TODAY, actor_id=None)
    bridge = tending.create_action(session, walk, ActionDraft("Bygg en bro"), today=TODAY, actor_id=None)
    tending.move(session, bridge, "rejected", reason="Det är för dyrt.", today=TODAY, version=None, actor_id=None)
    walk.status, walk.published_at = "protocol_published", now()
    session.commit()
    return walk.slug


def test_before_any_walk_there_is_nothing_to_count(coordinator: FlaskClient) -> None:
    assert "Inget att räkna än" in coordinator.get("/staff/walks/statistics").text
    assert coordinator.get("/staff/walks/statistics.csv").status_code == 200
    assert coordinator.get("/staff/walks/summary/2026").status_code == 404


def test_tables_can_be_read_narrowed_to_a_year_and_taken_along(session: Session, coordinator: FlaskClient) -> None:
    walked(session)
    page = coordinator.get("/staff/walks/statistics").text
    assert "Per område" in page and "Privat ägare" not in page and "Bo Ek" in page  # staff see who answers
    assert 'href="/staff/walks/statistics?year=2026"' in page
    assert "Per område" not in coordinator.get("/staff/walks/statistics?year=2025").text
    assert coordinator.get("/staff/walks/statistics?year=i%20fjol").status_code == 422
    lines = coordinator.get("/staff/walks/statistics.csv?year=2026").data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Tabell;Grupp;Vandringar;Iakttagelser;")
    assert "Per kategori;Belysning;1;6;6;0;0;0;0;0;;" in lines
    book = openpyxl.load_workbook(io.BytesIO(coordinator.get("/staff/walks/statistics.xlsx").data))
    assert book.sheetnames == ["Per område", "Per kategori", "Per årstid", "Per ljus", "Per ansvarig"]


def test_the_year_on_paper_gives_reasons_and_names_no_private_owner(session: Session, coordinator: FlaskClient) -> None:
    walked(session)
    page = coordinator.get("/staff/walks/summary/2026").text
    main = page.split("<main", 1)[1]
    for words in ("Det är för dyrt.", "Laga staketet", "Privat ägare", "2023:196", "Belysning 6"):
        assert words in main, words
    assert "Bo Ek" not in main
    # The page is long: each part that is there is reached from the top, and no other is promised.
    jumps = re.findall(r'<li><a href="#([a-z]+-title)">', main)
    assert "carried-title" in jumps and "again-title" not in jumps and len(jumps) > 5
    assert all(f'<h2 id="{one}"' in main for one in jumps)
    book = openpyxl.load_workbook(io.BytesIO(coordinator.get("/staff/walks/summary/2026.xlsx").data))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "Laga staketet" in cells and "Det är för dyrt." in cells and "Bo Ek" not in cells


def test_walks_are_downloaded_by_who_may_read_what_is_not_public(
    session: Session, client: FlaskClient, coordinator: FlaskClient
) -> None:
    slug = walked(session)
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("gpkg", b"SQLite"), ("geojson", b"{")):
        answer = coordinator.get(f"/staff/walks/export?format={kind}&walk={slug}")
        assert answer.status_code == 200 and answer.data.startswith(start), kind
    assert coordinator.get("/staff/walks/export?format=csv&what=allt").status_code == 422
    assert coordinator.get("/staff/walks/export?format=csv&since=igår").status_code == 422
    client.post("/staff/sign-out")
    sign_in(client, session, Role.READER)
    assert client.get("/staff/walks/export?format=csv").status_code == 403
