"""Contributions over the API: taken once, refused with the field named, and nothing personal comes out."""

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mapdialog.contributions import moderation
from mapdialog.contributions.models import AbuseReport, Comment, Contribution
from mapdialog.core import clock
from mapdialog.dialogues.models import Dialogue, Phase
from tests.contributions.conftest import POINT, Send, make_dialogue


def feature(geometry: Any = POINT, **properties: Any) -> dict[str, Any]:
    given = {"client_id": str(uuid.uuid4()), "category": "light", "text": "Mörkt här."} | properties
    return {"type": "Feature", "geometry": geometry, "properties": given}


def post(client: FlaskClient, dialogue: Dialogue, body: Any, **more: Any) -> TestResponse:
    return client.post(f"/api/v1/dialogues/{dialogue.slug}/contributions", json=body, **more)


def again(session: Session, one: Contribution) -> Contribution:
    """The same row after a request: each request ends its session."""
    return session.get_one(Contribution, one.id)


def fields(response: TestResponse) -> set[str]:
    assert response.mimetype == "application/problem+json"
    return {error["field"] for error in response.get_json()["errors"]}


def test_the_first_time_is_201_and_every_other_time_the_same_as_200(
    client: FlaskClient, dialogue: Dialogue, session: Session
) -> None:
    body = feature(mood=-1, contact_email="bo@exempel.se", contact_name="Bo")
    first, second = post(client, dialogue, body), post(client, dialogue, body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()
    assert set(first.get_json()) >= {"receipt", "state", "edit_url"}
    assert first.get_json()["state"] == "pending"
    assert session.scalar(select(func.count()).select_from(Comment)) == 1


def test_the_edit_url_opens_the_authors_own_page(client: FlaskClient, dialogue: Dialogue) -> None:
    answer = post(client, dialogue, feature(text="Bara för mig")).get_json()
    page = client.get(answer["edit_url"])
    assert page.status_code == 200 and "Bara för mig" in page.text and answer["receipt"] in page.text
    assert client.get(answer["edit_url"] + "x").status_code == 403


def test_what_was_sent_is_what_is_stored(client: FlaskClient, dialogue: Dialogue, session: Session) -> None:
    body = feature(
        text="Mörkt\r\nhär",
        mood=2,
        place_source="gps",
        accuracy_m=8.5,
        place_label="Algatan",
        language="en",
        shows_name=True,
        contact_name="Bo",
        submitted_at="2026-01-01T10:00:00+01:00",
    )
    receipt = post(client, dialogue, body).get_json()["receipt"]
    kept = session.scalars(select(Comment).where(Contribution.receipt == receipt)).one()
    assert (kept.raw_text, kept.mood, kept.place_source, kept.accuracy_m, kept.place_label, kept.language) == (
        "Mörkt\nhär",
        2,
        "gps",
        8.5,
        "Algatan",
        "en",
    )


def test_lines_and_areas_are_taken(client: FlaskClient, dialogue: Dialogue) -> None:
    line = {"type": "LineString", "coordinates": [[13.15, 55.37], [13.16, 55.38]]}
    area = {"type": "Polygon", "coordinates": [[[13.15, 55.37], [13.16, 55.37], [13.16, 55.38], [13.15, 55.37]]]}
    assert [post(client, dialogue, feature(shape)).status_code for shape in (line, area)] == [201, 201]


@pytest.mark.parametrize(
    ("properties", "geometry", "field"),
    [
        ({"category": "finns-inte"}, POINT, "category"),
        ({"text": " "}, POINT, "text"),
        ({"mood": 9}, POINT, "mood"),
        ({"contact_email": "nej"}, POINT, "contact_email"),
        ({"client_id": "1"}, POINT, "client_id"),
        ({}, {"type": "Point", "coordinates": [18.06, 59.33]}, "geometry"),
        ({}, None, "geometry"),
        ({}, {"type": "MultiPoint", "coordinates": [[13.15, 55.37]]}, "geometry"),
        ({"website": "x"}, POINT, "website"),
    ],
)
def test_what_does_not_hold_is_422_with_the_field_named(
    client: FlaskClient, dialogue: Dialogue, properties: Any, geometry: Any, field: str
) -> None:
    response = post(client, dialogue, feature(geometry, **properties))
    assert response.status_code == 422 and fields(response) == {field}


def test_several_wrong_fields_are_named_at_once(client: FlaskClient, dialogue: Dialogue) -> None:
    assert fields(post(client, dialogue, feature(None, text="", category="x"))) == {"geometry", "text", "category"}


def test_complaints_come_in_the_readers_language_of_errors(client: FlaskClient, dialogue: Dialogue) -> None:
    said = post(client, dialogue, feature(text="")).get_json()["errors"][0]["detail"]
    assert said == "Skriv något om platsen innan du går vidare."


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a":1,"a":2}',
        b"[" * 100_000,
        b"[]",
        b'"x"',
        b"5",
        b"",
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"\\ud800": 1, "\\ud800": 2}',
    ],
)
def test_what_cannot_be_read_is_400(client: FlaskClient, dialogue: Dialogue, body: bytes) -> None:
    url = f"/api/v1/dialogues/{dialogue.slug}/contributions"
    response = client.post(url, data=body, content_type="application/geo+json")
    assert response.status_code == 400 and response.mimetype == "application/problem+json"
    response.get_data().decode()


def test_wrong_kinds_sizes_and_places_have_their_own_answers(
    client: FlaskClient, dialogue: Dialogue, session: Session
) -> None:
    url = f"/api/v1/dialogues/{dialogue.slug}/contributions"
    assert client.post(url, data="text=x").status_code == 415
    assert (
        client.post(url, data=b'{"a":"' + b"x" * 1_100_000 + b'"}', content_type="application/json").status_code == 413
    )
    assert client.post("/api/v1/dialogues/finns-inte/contributions", json=feature()).status_code == 404
    assert client.put(url, json=feature()).status_code == 405
    session.execute(update(Phase).values(closes_at=clock.now() - timedelta(minutes=1)))
    session.commit()
    assert post(client, dialogue, feature()).status_code == 409
    assert client.post(url, json=["x"]).status_code == 400
    assert client.post(url, json={"type": "FeatureCollection", "features": []}).status_code == 422


def test_the_public_sees_what_is_approved_and_nothing_personal(
    client: FlaskClient, open_dialogue: Dialogue, session: Session, send: Send
) -> None:
    made = send(open_dialogue, "Fint här", contact_email="bo@exempel.se", contact_name="Bo Ek", mood=1)
    shown = client.get(f"/api/v1/contributions/{made.receipt}")
    assert shown.status_code == 200 and shown.headers["Access-Control-Allow-Origin"] == "*"
    body = shown.get_json()
    assert body["geometry"]["type"] == "Point" and body["properties"]["text"] == "Fint här"
    assert body["properties"]["category"] == "light" and body["properties"]["mood"] == 1
    assert "exempel" not in shown.text and "Bo Ek" not in shown.text and str(made.client_id) not in shown.text
    second = client.get(f"/api/v1/contributions/{made.receipt}", headers={"If-None-Match": shown.headers["ETag"]})
    assert second.status_code == 304
    moderation.hide(session, again(session, made), rule="other_matter", version=None, actor_id=None)
    session.commit()
    assert client.get(f"/api/v1/contributions/{made.receipt}").status_code == 404


def test_staff_text_is_what_the_public_reads(
    client: FlaskClient, open_dialogue: Dialogue, session: Session, send: Send
) -> None:
    made = send(open_dialogue, "Grannen heter Bo")
    moderation.edit(session, again(session, made), text="Grannen heter …", approves=False, version=None, actor_id=None)
    session.commit()
    assert client.get(f"/api/v1/contributions/{made.receipt}").get_json()["properties"]["text"] == "Grannen heter …"


def test_support_counts_once_a_device_and_can_be_taken_back(
    client: FlaskClient, open_dialogue: Dialogue, send: Send
) -> None:
    url = f"/api/v1/contributions/{send(open_dialogue).receipt}"
    assert "device" not in "".join(client.get(url).headers.getlist("Set-Cookie"))
    for _time in range(3):
        assert client.post(url + "/support").get_json() == {"support_count": 1, "supported": True}
    assert client.get(url).get_json()["properties"]["supported"]
    other = client.application.test_client()
    assert other.post(url + "/support", json={}).get_json()["support_count"] == 2
    for _time in range(2):
        assert client.delete(url + "/support").get_json() == {"support_count": 1, "supported": False}
    assert other.post(url + "/support", data={"x": "1"}).status_code == 415


def test_support_leaves_a_mark_that_differs_between_dialogues(
    client: FlaskClient, open_dialogue: Dialogue, session: Session, send: Send
) -> None:
    from mapdialog.contributions.models import Support

    second = make_dialogue(session, moderation="post")
    for made in (send(open_dialogue), send(second)):
        client.post(f"/api/v1/contributions/{made.receipt}/support")
    marks = session.scalars(select(Support.device_hash)).all()
    assert len(marks) == len(set(marks)) == 2
    assert client.get_cookie("device").value.encode() not in b"".join(marks)  # type: ignore[union-attr]


def test_a_reply_is_taken_once_and_moderated_as_the_dialogue_says(
    client: FlaskClient, open_dialogue: Dialogue, session: Session, send: Send
) -> None:
    made = send(open_dialogue)
    url, sent = (
        f"/api/v1/contributions/{made.receipt}/replies",
        {"client_id": str(uuid.uuid4()), "text": "Ja!", "name": "Eva"},
    )
    assert [client.post(url, json=sent).status_code for _time in range(2)] == [201, 200]
    [shown] = client.get(f"/api/v1/contributions/{made.receipt}").get_json()["properties"]["replies"]
    assert (shown["text"], shown["name"]) == ("Ja!", "Eva")
    assert again(session, made).reply_count == 1
    held = client.post(url, json=sent | {"client_id": str(uuid.uuid4()), "text": "Ring 640823-3234"}).get_json()
    assert held["state"] == "pending"
    assert client.post(url, json={"client_id": "x", "text": ""}).status_code == 422
    session.execute(update(Dialogue).values(allows_replies=False))
    session.commit()
    assert client.post(url, json=sent | {"client_id": str(uuid.uuid4())}).status_code == 409


def test_a_report_reaches_staff(client: FlaskClient, open_dialogue: Dialogue, session: Session, send: Send) -> None:
    url = f"/api/v1/contributions/{send(open_dialogue).receipt}/reports"
    assert client.post(url, json={"reason": "hate", "text": "Se här"}).status_code == 201
    assert session.scalars(select(AbuseReport.text)).all() == ["Se här"]
    for wrong in (
        {"reason": "flood"},
        {"reason": 5},
        {},
        {"reason": "hate", "reply_id": 10**30},
        {"reason": "hate", "text": 5},
    ):
        assert client.post(url, json=wrong).status_code == 422, wrong


def test_what_lies_near_comes_nearest_first_and_only_what_is_public(
    client: FlaskClient, open_dialogue: Dialogue, dialogue: Dialogue, send: Send
) -> None:
    def at(lon: float) -> dict[str, Any]:
        return {"type": "Point", "coordinates": [lon, 55.37]}

    far, near, _away = (send(open_dialogue, place=at(lon)) for lon in (13.1506, 13.1501, 13.2))
    send(dialogue, place=at(13.15))
    url = f"/api/v1/dialogues/{open_dialogue.slug}/nearby?lon=13.15&lat=55.37&radius=100"
    found = client.get(url).get_json()["features"]
    assert [one["properties"]["receipt"] for one in found] == [near.receipt, far.receipt]
    assert [one["properties"]["distance_m"] for one in found] == [6, 38]
    client.post(f"/api/v1/contributions/{far.receipt}/support")
    answer = client.get(url)
    assert [one["properties"]["supported"] for one in answer.get_json()["features"]] == [False, True]
    assert "private" in answer.headers["Cache-Control"]
    for wrong in (
        "lon=x&lat=55",
        "lon=13",
        "lon=13&lat=nan",
        "lon=13&lat=95",
        "lon=13&lat=55&radius=-1",
        "lon=1&lat=5&radius=1e9",
    ):
        assert client.get(f"/api/v1/dialogues/{open_dialogue.slug}/nearby?{wrong}").status_code == 422, wrong


def test_the_feed_answers_with_what_is_public_and_304_when_nothing_changed(
    client: FlaskClient, open_dialogue: Dialogue, dialogue: Dialogue, send: Send
) -> None:
    send(open_dialogue, "Mörk gångväg")
    url = f"/api/v1/dialogues/{open_dialogue.slug}/contributions?bbox=13,55,14,56&zoom=12"
    first = client.get(url)
    assert first.status_code == 200 and len(first.get_json()["features"]) == 1
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    send(open_dialogue, "Till")
    second = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200 and second.get_json()["total"] == 2
    assert client.get(url + "&q=gångväg").get_json()["total"] == 1
    assert client.get(url + "&category=other").get_json()["total"] == 0
    assert client.get(url + "&category=light,other").get_json()["total"] == 2
    tomorrow = (clock.local(clock.now()) + timedelta(days=1)).date()
    assert client.get(url + f"&since={tomorrow}").get_json()["total"] == 0
    assert client.get(url + f"&until={tomorrow}").get_json()["total"] == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("bbox=1,2,3", "bbox"),
        ("bbox=a,b,c,d", "bbox"),
        ("bbox=14,55,13,56", "bbox"),
        ("zoom=x", "zoom"),
        ("zoom=nan", "zoom"),
        ("zoom=-1", "zoom"),
        ("category=finns-inte", "category"),
        ("since=i-gar", "since"),
        ("until=2026-13-01", "until"),
        ("q=" + "x" * 101, "q"),
        ("since=0001-01-01T00:00:00%2B14:00", "since"),
    ],
)
def test_a_feed_that_is_asked_wrongly_says_which_part(
    client: FlaskClient, dialogue: Dialogue, query: str, field: str
) -> None:
    response = client.get(f"/api/v1/dialogues/{dialogue.slug}/contributions?{query}")
    assert response.status_code == 422 and fields(response) == {field}


def test_a_state_that_changed_shows_in_the_feed_at_once(
    client: FlaskClient, dialogue: Dialogue, session: Session, send: Send
) -> None:
    made = send(dialogue)
    url = f"/api/v1/dialogues/{dialogue.slug}/contributions"
    assert client.get(url).get_json()["total"] == 0
    moderation.approve(session, again(session, made), version=None, actor_id=None)
    session.commit()
    assert client.get(url).get_json()["total"] == 1


def test_too_many_from_one_address_is_429_with_a_time_to_wait(
    limited: Callable[[str], Flask], session: Session
) -> None:
    app = limited("2 per hour")
    dialogue = make_dialogue(session)
    client = app.test_client()
    answers = [post(client, dialogue, feature()) for _time in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[-1].headers["Retry-After"] and answers[-1].mimetype == "application/problem+json"
    assert json.loads(answers[-1].text)["status"] == 429
