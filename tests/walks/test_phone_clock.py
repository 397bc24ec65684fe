"""Phones' clocks: what is believed of them, and that no time nobody knows is told as if it were known."""

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.contributions import moderation
from mapdialog.core.clock import now
from mapdialog.walks import phone_clock
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.protocol import Version
from mapdialog.walks.protocol_findings import Maker
from mapdialog.walks.protocol_making import make_protocol
from tests.staffing import sign_in
from tests.walks.making import make_walk, observe

START = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
BEFORE = START - timedelta(days=20)
LATER = START + timedelta(days=9)


def a_walk() -> SafetyWalk:
    return SafetyWalk(created_at=START - timedelta(days=30), starts_at=START, ends_at=START + timedelta(hours=2))


@pytest.mark.parametrize(
    ("observed", "sent", "received", "seen"),
    [
        pytest.param(START, START, START, START, id="right"),
        pytest.param(START, None, LATER, START, id="sent a week later"),
        pytest.param(BEFORE, None, BEFORE, BEFORE, id="tried beforehand"),
        pytest.param(
            datetime(1970, 1, 1, 0, 5, tzinfo=UTC),
            datetime(1970, 1, 1, 0, 10, tzinfo=UTC),
            START,
            START - timedelta(minutes=5),
            id="1970 all the way",
        ),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), START, START, None, id="1970, then right"),
        pytest.param(START + timedelta(days=365), START, START, None, id="a year ahead, then right"),
        pytest.param(START + timedelta(minutes=30), START, START, None, id="half an hour ahead, then right"),
        pytest.param(START - timedelta(days=10), LATER, LATER, None, id="long before the walk, then right"),
        pytest.param(START + timedelta(days=5), LATER, LATER, None, id="long after the walk, then right"),
        pytest.param(START, datetime(2099, 12, 31, tzinfo=UTC), START, None, id="sent in 2099"),
    ],
)
def test_a_time_is_believed_that_can_be(
    observed: datetime, sent: datetime | None, received: datetime, seen: datetime | None
) -> None:
    told, offset = phone_clock.seen_at(a_walk(), observed, sent, received)
    assert told == (seen if seen is not None else received)
    assert (offset is None) == (sent is None or seen is None)


def test_what_is_older_than_its_walk_is_not_believed() -> None:
    walk = SafetyWalk(created_at=START, starts_at=None, ends_at=None)
    assert phone_clock.seen_at(walk, START - timedelta(days=300), None, LATER) == (LATER, None)
    assert phone_clock.seen_at(walk, START + timedelta(days=1), None, LATER)[0] == START + timedelta(days=1)


def a_doubted(session: Session, walk: SafetyWalk) -> WalkObservation:
    at = now()
    return observe(session, walk, observed_at=datetime(1999, 5, 6, 7, 8, tzinfo=UTC), sent_at=at, at=at)


def test_the_desk_is_told_that_nobody_knows_when(session: Session, client: FlaskClient) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    walk = make_walk(session)
    one = a_doubted(session, walk)
    base = f"/staff/walks/{walk.slug}/observations"
    listed, page = client.get(base).text, client.get(f"{base}/{one.id}").text
    assert all("mottagen" in each and "Telefonens klocka stämmer inte" in each for each in (listed, page))
    assert "1999" not in listed and "Telefonens klocka visade 1999-05-06 09:08." in page
    file = client.get(f"/staff/walks/export?format=csv&walk={walk.slug}").data.decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(file), delimiter=";"))
    assert (row["observed_at"], row["phone_clock_at"][:10]) == ("", "1999-05-06") and row["received_at"]


def test_papers_and_the_open_api_do_not_tell_a_time_that_nobody_knows(
    session: Session, app: Flask, client: FlaskClient
) -> None:
    walk = make_walk(session)
    moderation.approve(session, a_doubted(session, walk), version=None, actor_id=None)
    maker = Maker(app.extensions["files"], "Trelleborg", "1287", Version.INTERNAL)
    (only,) = make_protocol(session, walk, maker, at=now()).findings
    assert only.remarks[-1].startswith("Okänt när, mottagen ") and "klocka stämmer inte" in only.remarks[-1]
    walk.status, walk.published_at = "protocol_published", now()
    session.commit()
    (told,) = client.get(f"/api/v1/walks/{walk.slug}/observations.geojson").json["features"]
    assert told["properties"]["observed_at"] is None


def test_notes_typed_in_before_the_walk_begins_are_not_of_the_future(session: Session, client: FlaskClient) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    coming = now() + timedelta(days=5)
    times: dict[str, Any] = {"starts_at": coming, "ends_at": None, "pre_meeting_at": None, "follow_up_at": None}
    walk = make_walk(session, **times)
    sent = {
        "client_id": uuid.uuid4(),
        "category": "lighting",
        "polarity": "insecure",
        "severity": "3",
        "text": "Brunn.",
    }
    client.post(f"/staff/walks/{walk.slug}/observations/new", data=sent | {"stop": walk.stops[0].id, "is_acute": "y"})
    made = session.query(WalkObservation).filter_by(walk_id=walk.id).one()
    assert made.observed_at == made.submitted_at <= now() and not phone_clock.is_doubted(made)


def test_notes_of_a_walk_that_was_made_long_ago_keep_the_walks_time(session: Session) -> None:
    walk = make_walk(session)
    day = datetime(2020, 3, 4, 18, tzinfo=UTC)
    one = observe(session, walk, observed_at=day, recorded_by="desk", at=now())
    assert one.submitted_at == day and not phone_clock.is_doubted(one)
