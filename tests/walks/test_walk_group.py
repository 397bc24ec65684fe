"""A phone and its group: the way they went is kept as it was heard, and each sees what the others sent as it may."""

# ruff: noqa: F811 - fixtures that are imported are used by their names

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.contributions.models import State
from mapdialog.core.clock import now
from mapdialog.walks import cancelling, tracks
from mapdialog.walks.models import SafetyWalk, WalkGroup, WalkStatus
from tests.staffing import sign_in
from tests.walks.test_walk_sync import Plan, address, body, join, plan, stored, walk  # noqa: F401 - fixtures

EAST = [[13.1569, 55.3751], [13.1585, 55.3751]]  # about a hundred metres
FURTHER = [[13.1590, 55.3752], [13.1606, 55.3752], [13.1606, 55.3761]]


def track(walk: Plan, *stretches: list[list[float]], revision: int = 1, **values: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {"revision": revision, "group_id": walk.group_id, "stretches": list(stretches)}
    times = {"started_at": (now() - timedelta(hours=1)).isoformat(), "ended_at": now().isoformat()}
    return sent | times | values


def way(walk: Plan, one: uuid.UUID) -> str:
    return f"/api/v1/walks/{walk.slug}/tracks/{one}"


def group_of(session: Session, walk: Plan) -> WalkGroup:
    session.expire_all()
    return session.get_one(WalkGroup, walk.group_id)


def test_the_way_is_kept_once_with_its_gaps(session: Session, walk: Plan, join: Any) -> None:
    phone, one = join(walk), uuid.uuid4()
    for _ in range(2):
        assert phone.put(way(walk, one), json=track(walk, EAST)).status_code == 200
    later = phone.put(way(walk, one), json=track(walk, EAST, FURTHER, revision=2))
    assert phone.put(way(walk, one), json=track(walk, EAST, revision=1)).json == later.json, "what came late is no news"
    went = tracks.went(group_of(session, walk))
    assert went is not None
    assert went.gaps == 1
    assert went.length_m == pytest.approx(302, abs=5), "the gap is not walked"


def test_of_two_phones_in_a_group_the_one_that_heard_most_stands(session: Session, walk: Plan, join: Any) -> None:
    for stretch in (FURTHER, EAST):
        join(walk).put(way(walk, uuid.uuid4()), json=track(walk, stretch))
    went = tracks.went(group_of(session, walk))
    assert went is not None and went.length_m == pytest.approx(201, abs=5)


def test_a_way_that_was_taken_away_does_not_come_back(session: Session, walk: Plan, join: Any) -> None:
    phone, one = join(walk), uuid.uuid4()
    phone.put(way(walk, one), json=track(walk, EAST))
    assert join(walk).delete(way(walk, one)).status_code == 403, "another phone's"
    phone.delete(way(walk, one))
    assert phone.put(way(walk, one), json=track(walk, EAST, revision=2)).json["is_removed"]
    assert group_of(session, walk).track is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"stretches": [[[13.1, 55.3]]]}, "stretches"),
        ({"stretches": "nej"}, "stretches"),
        ({"stretches": []}, "stretches"),
        ({"group_id": 2_000_000_000}, "group_id"),
        ({"ended_at": "igår"}, "ended_at"),
    ],
)
def test_a_way_that_does_not_hold_is_told_by_field(walk: Plan, join: Any, values: dict[str, Any], field: str) -> None:
    answer = join(walk).put(way(walk, uuid.uuid4()), json=track(walk, EAST) | values)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json["errors"]] == [field]


def test_a_participant_records_no_way(walk: Plan, join: Any) -> None:
    assert join(walk, "participant").put(way(walk, uuid.uuid4()), json=track(walk, EAST)).status_code == 403


def test_the_coordinator_sees_the_way_and_decides_whether_everybody_does(
    app: Flask,
    session: Session,
    walk: Plan,
    join: Any,
) -> None:
    join(walk).put(way(walk, uuid.uuid4()), json=track(walk, EAST, FURTHER))
    desk = app.test_client()
    sign_in(desk, session, Role.SAFETY_COORDINATOR)
    observed = join(walk).put(address(walk, uuid.uuid4()), json=body(walk))
    assert observed.status_code == 201
    page = desk.get(f"/staff/walks/{walk.slug}/recording").text
    assert "300 m" in page and "1 lucka" in page and "Visas bara här" in page
    assert '"MultiLineString"' in desk.get(f"/staff/walks/{walk.slug}/observations").text
    tend = f"/staff/walks/{walk.slug}/recording/tracks/{walk.group_id}"
    desk.post(tend, data={"action": "show"})
    assert group_of(session, walk).is_track_public
    desk.post(tend, data={"action": "remove"})
    assert (group_of(session, walk).track, group_of(session, walk).is_track_public) == (None, False)


def test_the_public_sees_the_way_only_when_it_was_chosen(app: Flask, session: Session, walk: Plan, join: Any) -> None:
    join(walk).put(way(walk, uuid.uuid4()), json=track(walk, EAST))
    published = session.get_one(SafetyWalk, walk.id)
    published.status, published.published_at = WalkStatus.PROTOCOL_PUBLISHED.value, now()
    session.commit()
    page = f"/walks/{walk.slug}"
    assert "MultiLineString" not in app.test_client().get(page).text
    tracks.show(session, group_of(session, walk), is_public=True, actor_id=None)
    session.commit()
    assert "MultiLineString" in app.test_client().get(page).text


def others(phone: FlaskClient, walk: Plan) -> list[tuple[str, str]]:
    found = phone.get(f"/api/v1/walks/{walk.slug}/groups/{walk.group_id}/observations").json["observations"]
    return [(one["category"], one["text"]) for one in found]


def test_a_group_sees_what_its_other_phones_sent_as_far_as_each_may(
    session: Session,
    walk: Plan,
    join: Any,
) -> None:
    leader, second, guest, other = join(walk), join(walk), join(walk, "participant"), join(walk, "participant")
    lamp, bush, elsewhere = (uuid.uuid4() for _ in range(3))
    leader.put(address(walk, lamp), json=body(walk, text="Släckt lampa"))
    leader.put(address(walk, lamp), json=body(walk, text="Två släckta lampor", revision=2))
    guest.put(address(walk, bush), json=body(walk, text="Min granne är otrevlig", category="litter"))
    group = session.get_one(SafetyWalk, walk.id).groups[1].id
    leader.put(address(walk, elsewhere), json=body(walk, text="I en annan grupp", group_id=group))
    assert others(second, walk) == [("litter", "Min granne är otrevlig"), ("lighting", "Två släckta lampor")]
    assert others(leader, walk) == [("litter", "Min granne är otrevlig")], "not one's own"
    assert others(other, walk) == [("lighting", "")], "told of, words unread; nothing of another participant's"
    one = stored(session, lamp)
    one.state, one.public_text = State.APPROVED.value, "Släckta lampor"
    session.commit()
    assert others(other, walk) == [("lighting", "Släckta lampor")]


def test_another_walks_phone_sees_nothing_of_it(session: Session, walk: Plan, join: Any) -> None:
    stranger = join(plan(session, title="En annan vandring"))
    assert stranger.get(f"/api/v1/walks/{walk.slug}/groups/{walk.group_id}/observations").status_code == 403
    assert join(walk).get(f"/api/v1/walks/{walk.slug}/groups/99999999/observations").status_code == 404


def test_a_phone_that_joined_hears_that_the_walk_is_cancelled_and_is_still_listened_to(
    session: Session, walk: Plan, join: Any
) -> None:
    phone = join(walk)
    found = session.get_one(SafetyWalk, walk.id)
    found.status, found.starts_at, found.ends_at, found.follow_up_at = WalkStatus.INVITED.value, now(), None, None
    asked = f"/api/v1/walks/{walk.slug}/groups/{walk.group_id}/observations"
    session.commit()
    assert (phone.get(asked).json["cancelled"], phone.get(asked).json["is_open"]) == ("", True)
    cancelling.cancel(session, found, "Storm väntas.", version=None, actor_id=None, at=now())
    session.commit()
    assert phone.get(asked).json["cancelled"] == "Storm väntas."
    assert phone.get(f"/api/v1/walks/{walk.slug}/package").json["walk"]["cancelled"] == "Storm väntas."
    assert phone.put(address(walk, uuid.uuid4()), json=body(walk)).status_code == 201
