"""Figures over all walks: right at their edges, of walks that were held, and telling nothing of few."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.core.clock import now
from mapdialog.walks import actions, recording, statistics, tending, yearly
from mapdialog.walks.figures import ActionFact, Lump, lump, outcome, season_of
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.tending import ActionDraft
from tests.walks.making import EVENING, make_walk, observe

TODAY = date(2026, 12, 31)
DAY = date(2026, 6, 1)


def fact(status: str, days: int | None = None, deadline: date = date(2026, 12, 1)) -> ActionFact:
    done = DAY + timedelta(days) if days is not None else None
    return ActionFact(1, 1, "", "", "", "", "", status, DAY, deadline, done)


@pytest.mark.parametrize(("days", "median"), [([], None), ([7], 7.0), ([7, 10], 8.5), ([30, 1, 2], 2.0), ([-4], 0.0)])
def test_the_median_of_none_is_none_and_of_one_itself(days: list[int], median: float | None) -> None:
    assert outcome([fact("done", each) for each in days], TODAY).median_days == median


@pytest.mark.parametrize(
    ("facts", "within"),
    [
        ([], None),
        ([fact("planned", deadline=TODAY)], None),  # not due before tomorrow
        ([fact("rejected")], None),
        ([fact("done", 10)], 1.0),
        ([fact("done", 183)], 1.0),  # on the last day
        ([fact("done", 184)], 0.0),
        ([fact("done", 10), fact("planned")], 0.5),
    ],
)
def test_the_share_within_the_deadline_is_of_those_done_or_due(facts: list[ActionFact], within: float | None) -> None:
    assert outcome(facts, TODAY).within == within


def test_every_action_is_open_done_or_refused() -> None:
    found = outcome([fact("done", 1), fact("planned"), fact("proposed", deadline=TODAY), fact("rejected")], TODAY)
    assert (found.total, found.done, found.open, found.overdue, found.refused) == (4, 1, 2, 1, 1)


@pytest.mark.parametrize(
    ("month", "season"), [(12, "winter"), (2, "winter"), (3, "spring"), (8, "summer"), (9, "autumn")]
)
def test_seasons_begin_as_in_the_almanac(month: int, season: str) -> None:
    assert season_of(date(2026, month, 1)) == season


@pytest.mark.parametrize(
    ("counts", "shown", "others", "rest"),
    [
        ({"a": 9, "b": 7}, {"a": 9, "b": 7}, (), 0),
        ({"b": 4, "a": 9, "c": 2}, {"a": 9}, ("b", "c"), 6),
        ({"a": 9, "b": 7, "c": 2}, {"a": 9}, ("b", "c"), 9),
        ({"a": 2, "b": 1}, {}, ("a", "b"), 3),
        ({"a": 6, "b": 0}, {"a": 6}, (), 0),
        ({}, {}, (), 0),
    ],
)
def test_what_is_few_is_put_together_until_it_is_not(
    counts: dict[str, int], shown: dict[str, int], others: tuple[str, ...], rest: int
) -> None:
    assert lump(counts) == Lump(shown, others, rest)


@pytest.fixture
def walk(session: Session) -> SafetyWalk:
    walk = make_walk(session, starts_at=EVENING, light="dark_lit")
    walk.status = "performed"
    return walk


def test_tables_count_what_held_walks_found_and_leave_out_the_rest(session: Session, walk: SafetyWalk) -> None:
    make_walk(session, title="Bara planerad")
    lamp, double = observe(session, walk, light=None), observe(session, walk)
    bench = observe(session, walk, category="positive_place", polarity="secure", severity=None, light="daylight")
    hidden = observe(session, walk)
    moderation.hide(session, hidden, rule="advertising", version=None, actor_id=None)
    recording.merge(session, walk, lamp, [double], actor_id=None)
    unit = tending.save_party(session, "Gatuenheten", "municipality", actor_id=None)
    draft = ActionDraft("Byt", party_id=unit.id, observation_ids=(lamp.id, bench.id))
    one = tending.create_action(session, walk, draft, today=DAY, actor_id=None)
    tending.create_action(session, walk, ActionDraft("Allmänt"), today=DAY, actor_id=None)
    one.created_at = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)  # the 2nd in Sweden
    tending.move(session, one, "done", done_on=date(2026, 6, 5), today=date(2026, 6, 9), version=None, actor_id=None)
    made = statistics.make(session, 2026, date(2026, 6, 10))
    assert [(row.key, row.observations, row.outcome.total) for row in made.tables["category"]] == [
        ("lighting", 1, 1),
        ("positive_place", 1, 0),
        ("", 0, 1),
    ]
    assert [(row.key, row.observations) for row in made.tables["light"]] == [("dark_lit", 1), ("daylight", 1)]
    assert [(row.key, row.walks) for row in made.tables["season"]] == [("autumn", 1)]
    assert [(row.key, row.observations, row.outcome.median_days) for row in made.tables["party"]] == [
        ("Gatuenheten", 2, 3.0),
        ("owner:unknown", 0, None),
    ]
    assert (statistics.list_years(session), statistics.make(session, 2025, TODAY).whole.total) == ([2026], 0)


def test_what_a_return_walk_says_of_an_earlier_finding_is_counted_apart(session: Session, walk: SafetyWalk) -> None:
    lamp, bench = observe(session, walk), observe(session, walk)
    again = make_walk(session, title="Återvandring", repeat_of_id=walk.id)
    again.status = "performed"
    double = observe(session, walk)
    recording.merge(session, walk, lamp, [double], actor_id=None)
    observe(session, again, follows_id=lamp.id, verdict="fixed")
    seen = observe(session, again, follows_id=double.id, verdict="same", group_id=again.groups[1].id)
    observe(session, again, follows_id=bench.id, verdict="better")
    observe(session, again, "Något nytt", category="litter")
    draft = ActionDraft("Byt", observation_ids=(seen.id,))
    tending.create_action(session, again, draft, today=DAY, actor_id=None)
    made = statistics.make(session, 2026, TODAY)
    assert [(row.key, row.observations, row.outcome.total) for row in made.tables["category"]] == [
        ("lighting", 2, 1),
        ("litter", 1, 0),
    ]
    assert made.facts.verdicts == {"better": 1, "same": 1, "worse": 0, "fixed": 0}, "the gloomier word of two groups"
    found = yearly.summarise(session, 2026, TODAY)
    assert (found.observations, [one.observations for one in found.held]) == (3, [2, 1])
    assert found.verdicts == made.facts.verdicts


def test_the_year_of_a_walk_is_that_of_the_swedish_clock(session: Session, walk: SafetyWalk) -> None:
    walk.pre_meeting_at = walk.ends_at = walk.follow_up_at = None
    walk.starts_at = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    session.flush()
    assert statistics.list_years(session) == [2026]


def test_the_summary_tells_of_few_only_that_they_are_few_and_names_no_private_owner(
    session: Session, walk: SafetyWalk
) -> None:
    heads = {("gender", "women"): 9, ("gender", "men"): 2}
    actions.count_heads(session, walk.groups[0], heads, head_count=11, actor_id=None)
    small = make_walk(session, title="Den lilla")
    small.status = "performed"
    actions.count_heads(session, small.groups[0], {}, head_count=3, actor_id=None)
    for _number in range(6):
        observe(session, walk)
    observe(session, walk, category="litter")
    owner = tending.save_party(session, "Bo Ek", "private", actor_id=None)
    tending.create_action(session, walk, ActionDraft("Laga", party_id=owner.id), today=DAY, actor_id=None)
    tending.create_action(session, small, ActionDraft("Inte publicerad"), today=DAY, actor_id=None)
    refused = tending.create_action(session, walk, ActionDraft("Bro"), today=DAY, actor_id=None)
    tending.move(session, refused, "rejected", reason="För dyrt.", today=DAY, version=None, actor_id=None)
    walk.status, walk.published_at = "protocol_published", now()
    session.flush()
    found = yearly.summarise(session, 2026, TODAY)
    assert [one.people for one in found.held] == [None, None] and found.people == 14
    assert found.bands == {"gender": {"women": None, "men": None}}
    assert [(one.label, one.total, one.insecure) for one in found.categories] == [
        ("Belysning", 6, 6),
        ("Nedskräpning", 1, 1),
    ]
    assert found.places == {"": Lump({}, ("Belysning", "Nedskräpning"), 7)}
    assert [(one.title, one.reason) for one in found.refused] == [("Bro", "För dyrt.")]
    assert [(one.title, one.party, one.owner_type, one.is_late) for one in found.carried] == [
        ("Laga", "", "private", True)
    ]
    assert (found.carried_unpublished, found.outcome.overdue) == (1, 2)
    assert "Bo Ek" not in repr(found)
