"""Actions: from observations to done, with reasons, a log, and what the database keeps."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.core.errors import Conflict, Invalid
from mapdialog.walks import queries, tending
from mapdialog.walks.findings import ResponsibleParty, WalkAction
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.tending import ActionDraft
from tests.walks.making import EVENING, make_walk, observe

TODAY = date(2026, 11, 26)


@pytest.fixture
def walk(session: Session) -> SafetyWalk:
    return make_walk(session)


def make_action(session: Session, walk: SafetyWalk, **values: object) -> WalkAction:
    draft = ActionDraft(**({"title": "Byt lampor i tunneln"} | values))  # type: ignore[arg-type]
    return tending.create_action(session, walk, draft, today=TODAY, actor_id=None)


def move(session: Session, action: WalkAction, wanted: str, **values: object) -> None:
    tending.move(session, action, wanted, today=TODAY, version=None, actor_id=None, **values)  # type: ignore[arg-type]


def test_one_action_answers_several_observations_and_one_observation_gets_several_actions(
    session: Session, walk: SafetyWalk
) -> None:
    one, two = observe(session, walk), observe(session, walk)
    lamps = make_action(session, walk, observation_ids=(one.id, two.id))
    bushes = make_action(session, walk, title="Klipp buskarna", observation_ids=(one.id,))
    assert lamps.observations == [one, two] and bushes.observations == [one]
    assert lamps.deadline == date(2027, 5, 26)


def test_what_is_acute_is_due_the_next_working_day(session: Session, walk: SafetyWalk) -> None:
    friday = date(2026, 12, 18)
    manhole = tending.create_action(
        session, walk, ActionDraft("Lägg på locket", priority="acute"), today=friday, actor_id=None
    )
    assert manhole.deadline == date(2026, 12, 21)
    assert make_action(session, walk, priority="acute", deadline=date(2027, 1, 5)).deadline == date(2027, 1, 5)


def test_days_before_the_walk_and_far_away_are_refused_and_the_walks_own_is_not(session: Session) -> None:
    walk = make_walk(session, starts_at=EVENING - timedelta(days=30), ends_at=None, pre_meeting_at=None)
    walk_day = EVENING.date() - timedelta(days=30)
    for day in (date(1999, 1, 1), walk_day - timedelta(days=1), date(2126, 1, 1)):
        with pytest.raises(Invalid) as raised:
            make_action(session, walk, deadline=day)
        assert set(raised.value.fields) == {"deadline"}
    action = make_action(session, walk, deadline=walk_day)
    for day in (walk_day - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(Invalid) as refused:
            move(session, action, "done", done_on=day)
        assert refused.value.field == "done_on"
    move(session, action, "done", done_on=walk_day)
    assert action.done_on == walk_day  # mended on the spot, written down afterwards
    action.deadline = date(1999, 1, 1)  # kept from before the rule: what one does not touch stands in nobody's way
    draft = ActionDraft("Byt alla lampor", deadline=date(1999, 1, 1))
    tending.change_action(session, action, draft, today=TODAY, version=None, actor_id=None)


def test_an_observation_of_another_walk_is_not_answered(session: Session, walk: SafetyWalk) -> None:
    theirs = observe(session, make_walk(session))
    with pytest.raises(Invalid) as raised:
        make_action(session, walk, title=" ", kind="wish", observation_ids=(theirs.id,))
    assert set(raised.value.fields) == {"title", "kind", "observations"}
    mine = make_action(session, walk)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text("insert into walk_action_observation values (:a, :o, :w)"),
            {"a": mine.id, "o": theirs.id, "w": walk.id},
        )


def test_the_owner_type_is_the_partys_own_and_follows_it(session: Session, walk: SafetyWalk) -> None:
    party = tending.save_party(session, "Trelleborgs Energi", "municipal_company", actor_id=None)
    action = make_action(session, walk, party_id=party.id, owner_type="private")
    assert action.owner_type == "municipal_company"
    tending.save_party(session, "Trelleborgs Energi", "private", actor_id=None)
    session.refresh(action)
    assert action.owner_type == "private"
    assert queries.list_parties(session) == [session.get_one(ResponsibleParty, party.id)]
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("update walk_action set owner_type = 'state' where id = :id"), {"id": action.id})


def test_nobody_known_to_be_responsible_is_said_so(session: Session, walk: SafetyWalk) -> None:
    assert make_action(session, walk).owner_type == "unknown"


def test_every_step_is_logged_and_the_log_is_kept(session: Session, walk: SafetyWalk) -> None:
    action = make_action(session, walk)
    move(session, action, "forwarded", note="Ringde.")
    move(session, action, "outside_mandate", reason="Marken är privat.")
    move(session, action, "forwarded")
    move(session, action, "done", done_on=TODAY, answered_by="Vägföreningen")
    steps = [(line.from_status, line.to_status) for line in action.log]
    assert steps == [
        (None, "proposed"),
        ("proposed", "forwarded"),
        ("forwarded", "outside_mandate"),
        ("outside_mandate", "forwarded"),
        ("forwarded", "done"),
    ]
    assert action.log[2].public_comment == "Marken är privat." and action.status_reason == ""
    assert action.log[-1].answered_by == "Vägföreningen"
    with pytest.raises(IntegrityError, match="kept as it was written"), session.begin_nested():
        session.execute(text("update walk_action_log set public_comment = '' where id = :id"), {"id": action.log[2].id})


def test_done_has_a_day_that_has_been(session: Session, walk: SafetyWalk) -> None:
    action = make_action(session, walk)
    with pytest.raises(Invalid) as raised:
        move(session, action, "done", done_on=TODAY + timedelta(days=1))
    assert raised.value.field == "done_on"
    move(session, make_action(session, walk), "done")
    done = make_action(session, walk)
    move(session, done, "done")
    move(session, done, "in_progress")
    assert done.done_on is None
    move(session, done, "done")
    assert queries.count_actions(session) == {walk.id: (2, 3)}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("status = 'rejected'", "refusal_has_a_reason"),
        ("status = 'outside_mandate', status_reason = '  '", "refusal_has_a_reason"),
        ("status = 'done'", "done_has_a_day"),
        ("done_on = now()", "done_has_a_day"),
        ("still_ok = true", "checked_before_judged"),
        ("priority = 'soon'", "priority"),
    ],
)
def test_the_database_keeps_the_rules_of_actions(session: Session, walk: SafetyWalk, change: str, rule: str) -> None:
    action = make_action(session, walk)
    with pytest.raises(IntegrityError, match=rule), session.begin_nested():
        session.execute(text(f"update walk_action set {change} where id = :id"), {"id": action.id})


def test_only_what_is_done_is_checked_and_it_can_be_found_wanting(session: Session, walk: SafetyWalk) -> None:
    action = make_action(session, walk)
    with pytest.raises(Conflict):
        tending.check_still_ok(session, action, True, on=TODAY, version=None, actor_id=None)
    move(session, action, "done")
    tending.check_still_ok(session, action, False, on=TODAY, version=None, actor_id=None)
    assert (action.still_ok, action.follow_up_checked_on) == (False, TODAY)


def test_two_who_change_an_action_do_not_overwrite_each_other(session: Session, walk: SafetyWalk) -> None:
    action = make_action(session, walk)
    seen = action.version
    draft = ActionDraft("Byt alla lampor", deadline=TODAY)
    tending.change_action(session, action, draft, today=TODAY, version=seen, actor_id=None)
    assert (action.title, action.deadline) == ("Byt alla lampor", TODAY)
    with pytest.raises(Conflict):
        tending.change_action(session, action, draft, today=TODAY, version=seen, actor_id=None)
