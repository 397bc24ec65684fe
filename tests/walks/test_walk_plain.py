"""Recording on a walk without JavaScript: what is sent arrives once, and what does not hold is told by field."""

# ruff: noqa: F811 - fixtures that are imported are used by their names

import io
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.contributions.models import State
from tests.walks.test_walk_sync import Plan, code_for, join, photo, plan, stored, walk  # noqa: F401 - fixtures


def address(walk: Plan) -> str:
    return f"/walks/{walk.slug}/record/plain"


def sent(one: uuid.UUID, walk: Plan, **values: Any) -> dict[str, Any]:
    return {
        "client_id": str(one),
        "category": "lighting",
        "polarity": "insecure",
        "severity": "3",
        "text": "Trasig lampa",
        "stop": str(walk.stop_id),
        "light": "dark_unlit",
        "said_by": "child",
        "group": str(walk.group_id),
        "photos": [(io.BytesIO(photo(colour)), f"{colour}.jpg") for colour in ("red", "blue")],
    } | values


def send(phone: FlaskClient, walk: Plan, one: uuid.UUID, **values: Any) -> Any:
    return phone.post(address(walk), data=sent(one, walk, **values), content_type="multipart/form-data")


def test_what_is_sent_twice_comes_once_with_its_photos(session: Session, walk: Plan, join: Any) -> None:
    phone, one = join(walk, "participant"), uuid.uuid4()
    for _ in range(2):
        answer = send(phone, walk, one)
        assert answer.status_code == 303
        assert f"stop={walk.stop_id}" in answer.location, "the next one is likely to be at the same stop"
    made = stored(session, one)
    assert (made.polarity, made.severity, made.light, made.said_by) == ("insecure", 3, "dark_unlit", "child")
    assert (made.point_source, made.recorded_by, made.state, made.photo_count) == ("stop", "participant", "pending", 2)
    page = phone.get(address(walk)).text
    assert page.count("Trasig lampa") == 1 and made.receipt in page


def test_the_group_that_is_told_when_one_joins_is_chosen_in_the_form(session: Session, walk: Plan, join: Any) -> None:
    phone, code = join(walk), code_for(session, walk, "participant")
    assert phone.get(f"/w/{code}").text.count('name="group"') == 2
    way = phone.post(f"/w/{code}", data={"group": walk.group_id}).location
    assert way == f"/walks/{walk.slug}/record?group={walk.group_id}"
    assert f'{address(walk)}?group={walk.group_id}"' in phone.get(way).text
    form = phone.get(f"{address(walk)}?group={walk.group_id}").text
    assert f'<option selected value="{walk.group_id}">Grupp 1' in form


def test_a_place_can_be_typed_and_taken_back(session: Session, walk: Plan, join: Any) -> None:
    phone, one = join(walk), uuid.uuid4()
    send(phone, walk, one, stop="", place="55.3751, 13.1569", photos=[])
    assert stored(session, one).point_source == "manual"
    phone.post(f"{address(walk)}/{one}/remove")
    assert stored(session, one).state == State.WITHDRAWN
    assert "Trasig lampa" not in phone.get(address(walk)).text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"group": ""}, "group"),
        ({"group": "0"}, "group"),
        ({"category": ""}, "category"),
        ({"polarity": ""}, "polarity"),
        ({"stop": ""}, "place"),
        ({"stop": "", "place": "Ingenstans i världen"}, "place"),
        ({"photos": [(io.BytesIO(b"nej"), "a.jpg")]}, "photos"),
    ],
)
def test_what_does_not_hold_is_said_at_its_field_and_nothing_typed_is_lost(
    session: Session, walk: Plan, join: Any, values: dict[str, Any], field: str
) -> None:
    answer = send(join(walk), walk, uuid.uuid4(), **({"photos": []} | values))
    assert 400 <= answer.status_code < 500
    assert f'href="#{field}"' in answer.text
    assert "Trasig lampa" in answer.text


def test_the_form_opens_with_the_walks_own_code_only_and_every_way_leads_to_it(
    session: Session, walk: Plan, join: Any
) -> None:
    phone = join(walk)
    assert phone.get(address(plan(session, title="En annan vandring"))).status_code == 403
    assert phone.get(f"/walks/{walk.slug}/record").text.count(address(walk)) >= 3
