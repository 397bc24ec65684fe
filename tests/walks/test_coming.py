"""Saying that one comes to a walk: numbers without names, by a phone that may change its mind until it begins."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.core.clock import now
from mapdialog.walks import actions, coming
from mapdialog.walks.models import SafetyWalk
from tests.walks.making import make_walk


@pytest.mark.parametrize(("people", "groups", "missing"), [(20, 1, 0), (21, 1, 1), (40, 2, 0), (61, 2, 2), (0, 1, 0)])
def test_a_group_holds_twenty(people: int, groups: int, missing: int) -> None:
    assert coming.groups_missing(people, groups) == missing


def invited(session: Session, starts_at: datetime) -> SafetyWalk:
    times: dict[str, Any] = {"pre_meeting_at": None, "ends_at": None, "follow_up_at": None}
    walk = make_walk(session, starts_at=starts_at, **times)
    actions.take_step(session, walk, "invited", version=None, actor_id=None, at=now())
    session.commit()
    return walk


@pytest.fixture
def walk(session: Session) -> SafetyWalk:
    return invited(session, now() + timedelta(days=7))


def people(session: Session, walk: SafetyWalk) -> int:
    return coming.count_people(session).get(walk.id, 0)


def test_one_phone_answers_once_changes_its_number_and_takes_it_back(
    client: FlaskClient, session: Session, walk: SafetyWalk
) -> None:
    address = f"/walks/{walk.slug}/coming"
    page = client.post(address, data={"people": "2"}, follow_redirects=True).text
    assert "Du har sagt att ni kommer 2 stycken." in page
    client.post(address, data={"people": "6"})
    assert people(session, walk) == 6
    page = client.post(address, data={"action": "leave"}, follow_redirects=True).text
    assert "Du har sagt" not in page and people(session, walk) == 0


def test_nothing_but_a_number_and_a_random_mark_is_kept(
    client: FlaskClient, session: Session, walk: SafetyWalk
) -> None:
    client.post(f"/walks/{walk.slug}/coming", data={"people": "1", "name": "Anna"})
    columns = session.scalars(
        text("select column_name from information_schema.columns where table_name = 'walk_coming'")
    )
    assert set(columns) == {"walk_id", "mark", "people", "said_at"}


@pytest.mark.parametrize("sent", ["", "0", "7", "-1", "två", "1.5", "٣"])
def test_a_number_that_cannot_be_is_refused_beside_the_field(
    client: FlaskClient, session: Session, walk: SafetyWalk, sent: str
) -> None:
    answer = client.post(f"/walks/{walk.slug}/coming", data={"people": sent})
    assert answer.status_code == 422 and 'id="people-error"' in answer.text
    assert people(session, walk) == 0


def test_few_are_not_told_of_and_many_are(app: Flask, session: Session, walk: SafetyWalk) -> None:
    def send(number: int) -> str:
        return app.test_client().post(f"/walks/{walk.slug}/coming", data={"people": number}, follow_redirects=True).text

    assert "4 har sagt" not in send(4)
    assert "5 har sagt att de kommer" in send(1)
    assert "12 har sagt att de kommer" not in app.test_client().get(f"/walks/{walk.slug}/invitation").text


def test_it_closes_when_the_walk_begins(client: FlaskClient, session: Session) -> None:
    walk = invited(session, now() - timedelta(minutes=1))
    walk_id = walk.id
    page = client.post(f"/walks/{walk.slug}/coming", data={"people": "3"}, follow_redirects=True).text
    assert "Vandringen har börjat" in page and 'name="people"' not in page
    assert walk_id not in coming.count_people(session)


def test_another_walks_cookie_is_no_good(client: FlaskClient, session: Session, walk: SafetyWalk) -> None:
    other = invited(session, now() + timedelta(days=9))
    client.post(f"/walks/{walk.slug}/coming", data={"people": "3"})
    cookie = client.get_cookie(f"coming-{walk.slug}")
    assert cookie is not None
    client.set_cookie(f"coming-{other.slug}", cookie.value)
    assert "Du har sagt" not in client.get(f"/walks/{other.slug}/invitation").text


def test_a_machine_that_answers_again_and_again_is_stopped(
    limited: Callable[[str], Flask], session: Session, walk: SafetyWalk
) -> None:
    app = limited("1 per hour")
    codes = [app.test_client().post(f"/walks/{walk.slug}/coming", data={"people": "6"}).status_code for _ in range(61)]
    assert codes[-2:] == [303, 429]
