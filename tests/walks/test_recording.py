"""Observations as contributions: received once, seen by nobody until published, merged, and kept as they were."""

import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from shapely.geometry import Point
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation, queries_staff
from mapdialog.contributions.models import Contribution, ContributionDistrict, GridCount, GridDelta
from mapdialog.core.clock import now
from mapdialog.core.errors import Closed, Conflict, Invalid
from mapdialog.dialogues.models import Dialogue
from mapdialog.walks import actions, queries, recording
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from tests.seeds import make_contribution, make_dialogue, make_district_set
from tests.staffing import sign_in
from tests.walks.making import EAST, EVENING, NORTH, make_walk, new_observation, observe


@pytest.fixture
def walk(session: Session) -> SafetyWalk:
    return make_walk(session)


def publish(session: Session, walk: SafetyWalk) -> None:
    for step in ("invited", "performed", "protocol_draft", "protocol_published"):
        actions.take_step(session, walk, step, version=None, actor_id=None, at=EVENING + timedelta(days=1))


def test_an_observation_is_a_contribution_with_receipt_and_district(session: Session, walk: SafetyWalk) -> None:
    make_district_set(session)
    made = observe(session, walk)
    assert made.kind == "walk_observation" and made.receipt.startswith("TRE-") and made.state == "pending"
    assert session.scalars(select(ContributionDistrict.contribution_id)).all() == [made.id]
    session.expire_all()
    found = session.scalars(select(Contribution).where(Contribution.receipt == made.receipt)).one()
    assert isinstance(found, WalkObservation)
    assert (found.category.key, found.severity, found.accuracy_m) == ("lighting", 2, 8.0)


def test_the_same_observation_sent_twice_is_one(session: Session, walk: SafetyWalk) -> None:
    new = new_observation(walk)
    first = recording.record(session, walk, new, receipt_prefix="TRE", at=now())
    again = recording.record(session, walk, new, receipt_prefix="TRE", at=now())
    assert (first.is_new, again.is_new) == (True, False)
    assert again.observation.id == first.observation.id
    assert len(queries.list_observations(session, walk)) == 1


def test_it_comes_once_also_when_it_was_received_before_the_protocol_was_published(
    session: Session, walk: SafetyWalk
) -> None:
    new = new_observation(walk)
    recording.record(session, walk, new, receipt_prefix="TRE", at=now())
    publish(session, walk)
    assert not recording.record(session, walk, new, receipt_prefix="TRE", at=now()).is_new
    with pytest.raises(Closed):
        observe(session, walk, recorded_by="desk")
    assert observe(session, walk).state == "pending", "what a phone kept is never refused"


def test_a_uuid_used_elsewhere_is_refused(session: Session, walk: SafetyWalk) -> None:
    client_id = uuid.uuid4()
    make_contribution(session, make_dialogue(session), client_id=client_id)
    with pytest.raises(Conflict):
        observe(session, walk, client_id=client_id)
    mine = uuid.uuid4()
    observe(session, walk, client_id=mine)
    with pytest.raises(Conflict):
        observe(session, make_walk(session), client_id=mine)


def test_a_wrong_clock_is_noted_and_corrected(session: Session, walk: SafetyWalk) -> None:
    at = now()
    new = new_observation(walk, observed_at=at - timedelta(hours=3), sent_at=at - timedelta(hours=2))
    made = recording.record(session, walk, new, receipt_prefix="TRE", at=at).observation
    assert made.clock_offset_s == 7200
    assert made.observed_at == at - timedelta(hours=3)
    assert made.submitted_at == at - timedelta(hours=1)


def test_in_a_tunnel_the_stop_is_the_place(session: Session, walk: SafetyWalk) -> None:
    made = observe(session, walk, point_source="stop", place=None, stop_id=walk.stops[1].id, accuracy_m=140.0)
    session.refresh(made)
    assert made.stop is not None and made.stop.name == "Tunneln under Hedvägen"
    where = session.execute(text("select st_x(anchor), st_y(anchor) from contribution where id = :id"), {"id": made.id})
    assert where.one() == (EAST + 300, NORTH)
    with pytest.raises(Invalid) as raised:
        observe(session, walk, point_source="stop", place=None, stop_id=walk.stops[2].id)
    assert set(raised.value.fields) == {"place"}


def test_every_field_of_an_observation_that_does_not_hold_is_told_at_once(session: Session, walk: SafetyWalk) -> None:
    other = make_walk(session)
    with pytest.raises(Invalid) as raised:
        observe(
            session,
            walk,
            category="ufo",
            group_id=other.groups[0].id,
            stop_id=other.stops[0].id,
            polarity="insecure",
            severity=None,
            light="moonlight",
            said_by="Anna",
            place=None,
            accuracy_m=-1.0,
        )
    expected = {"category", "group", "stop", "severity", "light", "said_by", "place", "accuracy_m"}
    assert set(raised.value.fields) == expected


def test_what_is_good_needs_no_severity(session: Session, walk: SafetyWalk) -> None:
    made = observe(session, walk, "Väggmålningen är fin.", category="positive_place", polarity="secure", severity=None)
    assert made.severity is None


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("severity = null", "insecure_has_severity"),
        ("severity = 4", "severity"),
        ("said_by = 'Anna Andersson'", "said_by"),
        ("point_source = 'stop', stop_id = null", "stop_is_named"),
        ("merged_into_id = id", "merged_into_another"),
        ("observed_at = now()", "public record"),
        ("recorded_by = 'desk'", "public record"),
    ],
)
def test_the_database_keeps_the_rules_of_observations(
    session: Session, walk: SafetyWalk, change: str, rule: str
) -> None:
    made = observe(session, walk)
    with pytest.raises(IntegrityError, match=rule), session.begin_nested():
        session.execute(text(f"update walk_observation set {change} where id = :id"), {"id": made.id})


def test_group_and_stop_of_another_walk_are_refused_by_the_database(session: Session, walk: SafetyWalk) -> None:
    made, other = observe(session, walk), make_walk(session)
    for column, value in (("group_id", other.groups[0].id), ("stop_id", other.stops[0].id)):
        with pytest.raises(IntegrityError, match="fk_walk_observation"), session.begin_nested():
            session.execute(
                text(f"update walk_observation set {column} = :v where id = :id"), {"v": value, "id": made.id}
            )


def test_an_observation_never_lies_among_a_dialogues_contributions(
    session: Session, client: FlaskClient, walk: SafetyWalk
) -> None:
    dialogue = make_dialogue(session)
    make_contribution(session, dialogue)
    made = observe(session, walk)
    moderation.approve(session, made, version=None, actor_id=None)
    publish(session, walk)
    session.commit()
    assert client.get(f"/api/v1/dialogues/{dialogue.slug}/contributions").json["total"] == 1  # type: ignore[index]
    listed = client.get("/api/v1/dialogues").json["dialogues"]  # type: ignore[index]
    assert [one["slug"] for one in listed] == [dialogue.slug]
    vessel = session.get_one(Dialogue, walk.dialogue_id)
    for path in ("", "/contributions", "/contributions.geojson", "/contributions.csv", "/districts"):
        assert client.get(f"/api/v1/dialogues/{vessel.slug}{path}").status_code == 404
    for path in (f"/d/{vessel.slug}", f"/d/{vessel.slug}/list", f"/d/{vessel.slug}/new"):
        assert client.get(path).status_code == 404, path
    assert "lampor" not in client.get(f"/c/{made.receipt}").text
    counted = {*session.scalars(select(GridCount.dialogue_id)), *session.scalars(select(GridDelta.dialogue_id))}
    assert counted >= {dialogue.id, vessel.id}  # Others may be there: some tests of the same process commit.


def test_it_does_not_wait_in_the_citizens_inbox(session: Session, client: FlaskClient, walk: SafetyWalk) -> None:
    observe(session, walk)
    assert queries_staff.count_waiting(session) == 0
    assert queries_staff.count_tabs(session, None)["pending"] == 0
    session.commit()
    sign_in(client, session)
    assert "Två lampor" not in client.get("/staff/inbox?state=all").text


def test_it_is_public_only_when_approved_and_the_protocol_is_published(session: Session, walk: SafetyWalk) -> None:
    read, unread = observe(session, walk), observe(session, walk, "Inte granskad.")
    moderation.approve(session, read, version=None, actor_id=None)
    assert queries.list_public_observations(session, walk) == []
    publish(session, walk)
    assert queries.list_public_observations(session, walk) == [read]
    assert unread.state == "pending"


def test_doubles_are_merged_and_can_be_separated(session: Session, walk: SafetyWalk) -> None:
    kept, one, two = observe(session, walk), observe(session, walk), observe(session, walk)
    recording.merge(session, walk, one, [two], actor_id=None)
    recording.merge(session, walk, kept, [one], actor_id=None)
    assert two.merged_into_id == one.merged_into_id == kept.id
    assert queries.list_observations(session, walk) == [kept]
    assert queries.count_observations(session) == {walk.id: 1}
    with pytest.raises(Conflict):
        recording.merge(session, walk, one, [kept], actor_id=None)
    recording.separate(session, walk, one, actor_id=None)
    assert set(queries.list_observations(session, walk)) == {kept, one}


def test_only_observations_of_one_walk_are_merged(session: Session, walk: SafetyWalk) -> None:
    mine, theirs = observe(session, walk), observe(session, make_walk(session))
    with pytest.raises(Invalid):
        recording.merge(session, walk, mine, [theirs], actor_id=None)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text("update walk_observation set merged_into_id = :t where id = :m"), {"t": theirs.id, "m": mine.id}
        )


def test_observations_are_listed_by_stop_and_time(session: Session, walk: SafetyWalk) -> None:
    late = observe(session, walk, stop_id=walk.stops[0].id, observed_at=EVENING + timedelta(hours=1))
    tunnel = observe(session, walk, stop_id=walk.stops[1].id, observed_at=EVENING)
    early = observe(session, walk, stop_id=walk.stops[0].id, observed_at=EVENING, place=Point(EAST, NORTH))
    session.expire_all()
    assert queries.list_observations(session, walk) == [early, late, tunnel]
