"""Return walks: the plan is copied, verdicts follow what the earlier walk found, and the two are compared rightly."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.walks import actions, publishing, recording, repeating, returning, tending
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.returning import Comparison, compare, feeling_after
from mapdialog.walks.tending import ActionDraft
from tests.walks.making import make_walk, observe, walk_draft

TODAY = date(2026, 11, 21)


@pytest.fixture
def before(session: Session) -> SafetyWalk:
    walk = make_walk(session)
    walk.status = "performed"
    return walk


@pytest.fixture
def walk(session: Session, before: SafetyWalk) -> SafetyWalk:
    return repeating.plan_return(session, before, title="Återvandring", purpose="Se vad som hänt.", actor_id=None)


def check(
    session: Session, walk: SafetyWalk, earlier: WalkObservation, verdict: str, **values: object
) -> WalkObservation:
    return observe(session, walk, str(values.pop("text", "")), follows_id=earlier.id, verdict=verdict, **values)


def compared(session: Session, walk: SafetyWalk, **values: bool) -> Comparison:
    found = compare(session, walk, **values)
    assert found is not None
    return found


def publish(session: Session, *walks: SafetyWalk) -> None:
    for walk in walks:
        walk.starts_at = walk.starts_at or now()
        walk.status, walk.published_at = "protocol_published", now()
    session.flush()


def test_a_return_walk_has_the_route_stops_and_checklist_but_no_times_and_no_names(
    before: SafetyWalk, walk: SafetyWalk
) -> None:
    assert walk.repeat_of is before and walk.status == "planned" and walk.starts_at is None
    assert [(stop.seq, stop.name, stop.questions) for stop in walk.stops] == [
        (stop.seq, stop.name, stop.questions) for stop in before.stops
    ]
    assert walk.route.data == before.route.data  # type: ignore[union-attr]
    assert walk.checklist_version_id == before.checklist_version_id
    assert [(group.name, group.leader) for group in walk.groups] == [("Grupp 1", ""), ("Grupp 2", "")]


def test_a_walk_that_has_not_been_held_cannot_be_repeated(session: Session) -> None:
    with pytest.raises(Conflict):
        repeating.plan_return(session, make_walk(session), title="Åter", purpose="", actor_id=None)


def test_verdicts_that_nobody_has_approved_are_not_published_as_not_judged_unseen(
    session: Session, before: SafetyWalk, walk: SafetyWalk
) -> None:
    seen, other = observe(session, before), observe(session, before)
    publish(session, before)
    new = observe(session, walk, "Nytt")
    moderation.approve(session, new, version=None, actor_id=None)
    one, two = check(session, walk, seen, "fixed"), check(session, walk, other, "worse")
    walk.status, walk.starts_at = "protocol_draft", now()
    sure: dict[str, Any] = {"version": None, "actor_id": None, "at": now()}
    with pytest.raises(Invalid, match="väntar") as raised:
        publishing.ask(session, walk, **sure)
    assert raised.value.field == "checks" and raised.value.params == {"count": 2}
    with session.begin_nested() as undone:
        publishing.ask(session, walk, checks=publishing.LEAVE, **sure)
        assert one.state == "pending"
        undone.rollback()
    publishing.ask(session, walk, checks=publishing.APPROVE, **sure)
    assert (one.state, two.state, publishing.count_waiting_checks(session, walk)) == ("approved", "approved", 0)


def test_a_check_follows_only_what_the_repeated_walk_found(session: Session, walk: SafetyWalk) -> None:
    other = observe(session, make_walk(session, title="En annan"))
    for values in ({"follows_id": other.id, "verdict": "better"}, {"follows_id": None, "verdict": "better"}):
        with pytest.raises(Invalid) as caught:
            observe(session, walk, **values)
        assert set(caught.value.fields) == {"follows"}


@pytest.mark.parametrize("verdict", [None, "gone"])
def test_a_check_has_one_of_four_verdicts(
    session: Session, before: SafetyWalk, walk: SafetyWalk, verdict: str | None
) -> None:
    earlier = observe(session, before)
    with pytest.raises(Invalid):
        observe(session, walk, follows_id=earlier.id, verdict=verdict)


def test_the_database_keeps_checks_and_walks_together(session: Session, before: SafetyWalk, walk: SafetyWalk) -> None:
    earlier, own = observe(session, before), observe(session, walk)
    check(session, walk, earlier, "same")
    wrong = (
        ("update walk_observation set follows_id = :own, verdict = 'same' where id = :own", {"own": own.id}),
        ("update walk_observation set follows_id = :id where id = :own", {"id": earlier.id, "own": own.id}),
        ("update safety_walk set repeat_of_id = null where id = :walk", {"walk": walk.id}),
    )
    for statement, values in wrong:
        with pytest.raises(DatabaseError), session.begin_nested():
            session.execute(text(statement), values)
    draft = dataclasses.replace(walk_draft(), repeat_of_id=None)
    with pytest.raises(Invalid) as caught:
        actions.update_walk(session, walk, draft, version=None, actor_id=None)
    assert caught.value.field == "repeat_of_id"


def test_what_was_found_is_held_against_what_was_said_of_it_and_what_is_new(
    session: Session, before: SafetyWalk, walk: SafetyWalk
) -> None:
    stop = before.stops[0]
    lamp, bush = (
        observe(session, before, "Lampa.", stop_id=stop.id),
        observe(session, before, "Buske.", category="visibility_vegetation"),
    )
    bench, double = (
        observe(session, before, "Bänk.", polarity="secure", severity=None),
        observe(session, before, "Lampa igen."),
    )
    recording.merge(session, before, lamp, [double], actor_id=None)
    tending.create_action(
        session, before, ActionDraft("Byt lampan", observation_ids=(lamp.id,)), today=TODAY, actor_id=None
    )
    check(session, walk, double, "fixed", polarity="neutral", severity=None)
    check(session, walk, bush, "worse", severity=3)
    observe(session, walk, "Ny klotter.", category="graffiti_vandalism")
    found = compared(session, walk)
    assert [(one.before.id, one.verdict) for one in found.followed] == [
        (lamp.id, "fixed"),
        (bush.id, "worse"),
        (bench.id, None),
    ]
    assert [one.title for one in found.followed[0].actions] == ["Byt lampan"]
    assert [(part.seq, part.name, len(part.followed), len(part.new)) for part in found.parts] == [
        (1, "Stationen", 1, 0),
        (None, "", 2, 1),
    ]
    counts = found.tally
    assert (counts.earlier, counts.now, counts.unchecked, counts.new) == (3, 2, 1, 1)
    assert (counts.earlier_insecure, counts.now_insecure) == (2, 2)
    assert counts.verdicts == {"better": 0, "same": 0, "worse": 1, "fixed": 1}
    # A safe place is nothing to mend: it is told by itself.
    assert (counts.fixed, counts.to_mend, counts.still_safe, counts.safe) == (1, 2, 0, 1)
    by_category = {one.key: (one.tally.earlier, one.tally.now) for one in found.categories}
    assert by_category == {"lighting": (2, 0), "visibility_vegetation": (1, 1), "graffiti_vandalism": (0, 1)}


def test_where_two_groups_differ_the_gloomier_word_stands(
    session: Session, before: SafetyWalk, walk: SafetyWalk
) -> None:
    earlier = observe(session, before)
    for verdict in ("fixed", "same"):
        check(session, walk, earlier, verdict)
    (one,) = compared(session, walk).followed
    assert (one.verdict, one.is_agreed) == ("same", False)


def test_the_public_compares_only_what_is_public_in_both_walks(
    session: Session, before: SafetyWalk, walk: SafetyWalk
) -> None:
    shown, unread = observe(session, before, "Visas."), observe(session, before, "Oläst.")
    checks = [
        check(session, walk, shown, "better", text="Nu bättre."),
        check(session, walk, unread, "worse", text="Värre."),
    ]
    for one in (shown, checks[1]):
        moderation.approve(session, one, version=None, actor_id=None)
    assert compare(session, walk, is_public=True, is_draft=True) is None
    publish(session, before)
    assert compare(session, walk, is_public=True) is None
    draft = compared(session, walk, is_public=True, is_draft=True)
    publish(session, walk)
    found = compared(session, walk, is_public=True)
    assert draft == found
    assert [(one.before.words, one.verdict) for one in found.followed] == [("Visas.", None)]
    assert [one.words for part in found.parts for one in part.new] == []


def test_a_walk_that_repeats_none_is_compared_with_nothing(session: Session, before: SafetyWalk) -> None:
    assert compare(session, before) is None


def test_stops_are_the_same_by_name_or_by_place(session: Session, before: SafetyWalk, walk: SafetyWalk) -> None:
    walk.stops[0].name = "Tågstationen"
    walk.stops[2].name = "Något annat"
    session.flush()
    found = returning.match_stops(before.stops, walk.stops)
    assert found == {before.stops[0].id: walk.stops[0].id, before.stops[1].id: walk.stops[1].id}


@pytest.mark.parametrize(
    ("earlier", "verdict", "after"),
    [
        (("insecure", 2), "better", ("insecure", 1)),
        (("insecure", 1), "better", ("insecure", 1)),
        (("insecure", 3), "worse", ("insecure", 3)),
        (("insecure", 2), "fixed", ("neutral", None)),
        (("secure", None), "same", ("secure", None)),
        (("secure", None), "worse", ("neutral", None)),
        (("neutral", None), "worse", ("insecure", 1)),
    ],
)
def test_a_verdict_alone_says_how_the_place_feels(
    earlier: tuple[str, int | None], verdict: str, after: tuple[str, int | None]
) -> None:
    assert feeling_after(*earlier, verdict) == after
