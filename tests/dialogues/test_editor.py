"""The editor as a planner meets it for the first time: where, when, and what the map opens on."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core.clock import local, now
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo.geometry import from_element
from mapdialog.web.mapdata import map_data
from tests.seeds import make_district_set
from tests.staffing import sign_in

NEW = "/staff/dialogues/new?template=safety"
TEXTS = {
    "title": "Torget",
    "level": "dialogue",
    "influence_text": "Mycket.",
    "use_text": "I beslutet.",
    "moderation": "pre",
}
SQUARE = '{"type":"Polygon","coordinates":[[[13.1,55.3],[13.2,55.3],[13.2,55.4],[13.1,55.4],[13.1,55.3]]]}'
ELSEWHERE = SQUARE.replace("[13.1,", "[14.1,").replace("[13.2,", "[14.2,")


def saved(session: Session, slug: str = "torget") -> Dialogue:
    session.expire_all()
    return session.scalars(select(Dialogue).where(Dialogue.slug == slug)).one()


def test_a_new_dialogue_begins_in_the_whole_municipality_and_is_open_for_four_weeks(
    client: FlaskClient, session: Session
) -> None:
    make_district_set(session)
    sign_in(client, session)
    page = client.get(NEW).text
    assert re.search(r'value="municipality" checked', page)
    assert f'value="{local(now()).date()}"' in page
    assert "Lämna synpunkter" in page


def test_without_districts_a_place_anywhere_is_what_there_is(client: FlaskClient, session: Session) -> None:
    sign_in(client, session)
    page = client.get(NEW).text
    assert 'value="municipality"' not in page
    assert re.search(r'value="anywhere" checked', page)


def test_the_whole_municipality_becomes_an_area_that_can_be_changed(client: FlaskClient, session: Session) -> None:
    make_district_set(session)
    sign_in(client, session)
    assert client.post(NEW, data=TEXTS | {"area_choice": "municipality"}).status_code == 302
    dialogue = saved(session)
    assert round(from_element(dialogue.area).area / 1e6) == 16
    assert re.search(r'value="drawn" checked', client.get("/staff/dialogues/torget").text)


def test_the_map_follows_the_area_unless_a_view_was_chosen(client: FlaskClient, session: Session) -> None:
    sign_in(client, session)
    client.post(NEW, data=TEXTS | {"area_choice": "drawn", "area": SQUARE})
    assert saved(session).start_view is None
    chosen = "13.12,55.32,13.14,55.34"
    version = saved(session).updated_at.isoformat()
    first = TEXTS | {"area_choice": "drawn", "area": SQUARE, "start_view": chosen, "version": version}
    assert client.post("/staff/dialogues/torget", data=first).status_code == 302
    page = client.get("/staff/dialogues/torget").text
    kept = re.search(r'name="start_view"[^>]*value="([^"]+)"', page)
    assert kept
    version = saved(session).updated_at.isoformat()
    moved = TEXTS | {"area_choice": "drawn", "area": ELSEWHERE, "start_view": kept[1], "version": version}
    assert client.post("/staff/dialogues/torget", data=moved).status_code == 302
    assert saved(session).start_view is None, "an old view that shows nothing of the new area gives way to it"


def test_a_view_beside_the_area_is_told_at_its_field(client: FlaskClient, session: Session) -> None:
    sign_in(client, session)
    asked = TEXTS | {"area_choice": "drawn", "area": SQUARE, "start_view": "17.1,59.3,17.2,59.4"}
    answer = client.post(NEW, data=asked)
    assert answer.status_code == 422
    assert 'id="start_view-error"' in answer.text


def test_a_dialogue_without_area_opens_on_the_municipality(client: FlaskClient, session: Session) -> None:
    make_district_set(session)
    sign_in(client, session)
    client.post(NEW, data=TEXTS | {"area_choice": "anywhere"})
    with client.application.test_request_context():
        west, south, east, north = map_data(session, saved(session))["bbox"]
    assert 12.9 < west < east < 13.4
    assert 55.2 < south < north < 55.5
