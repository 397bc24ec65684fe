"""Figures over all walks: right at their edges, of walks that were held, and telling nothing of few."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.core.clock import now
from mapdialog.walks import actions, recording, statistics, tending, yearly
from mapdialog.walks.figures import ActionFact, outcome, season_of
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.tending import ActionDraft
from mapdialog.walks.yearly import Band, Line, People, Place
from tests.walks.making import EVENING, make_walk, observe

TODAY = date(2026, 12, 31)
DAY = date(2026, 6, 1)
_TIMES = ("pre_meeting_at", "ends_at", "follow_up_at")


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
    observe(session, again, follows_id=lamp.id, verdict="fixed", polarity="neutral", severity=None)
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
    assert made.facts.all_verdicts == {"better": 1, "same": 1, "worse": 0, "fixed": 0}, (
        "the gloomier word of two groups"
    )
    found = yearly.summarise(session, 2026, TODAY)
    assert (found.now.observations, [one.observations for one in found.held]) == (3, [2, 1])
    assert [one.verdicts for one in found.held] == [{}, found.verdicts]
    # A walk that found nothing new was walked all the same.
    make_walk(session, title="Inget nytt", starts_at=EVENING).status = "performed"
    found = yearly.summarise(session, 2026, TODAY)
    assert [(row.key, row.walks) for row in found.seasons] == [("autumn", 3)] and found.now.walks == 3


def test_the_year_of_a_walk_is_that_of_the_swedish_clock(session: Session, walk: SafetyWalk) -> None:
    walk.pre_meeting_at = walk.ends_at = walk.follow_up_at = None
    walk.starts_at = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    session.flush()
    assert statistics.list_years(session) == [2026]


def test_the_summary_tells_every_finding_and_names_no_private_owner(session: Session, walk: SafetyWalk) -> None:
    small = make_walk(session, title="Den lilla")
    small.status = "performed"
    for _number in range(6):
        observe(session, walk)
    observe(session, walk, category="litter", polarity="secure", severity=None)
    owner = tending.save_party(session, "Bo Ek", "private", actor_id=None)
    tending.create_action(session, walk, ActionDraft("Laga", party_id=owner.id), today=DAY, actor_id=None)
    tending.create_action(session, small, ActionDraft("Inte publicerad"), today=DAY, actor_id=None)
    refused = tending.create_action(session, walk, ActionDraft("Bro"), today=DAY, actor_id=None)
    tending.move(session, refused, "rejected", reason="För dyrt.", today=DAY, version=None, actor_id=None)
    done = tending.create_action(session, walk, ActionDraft("Lampan"), today=DAY, actor_id=None)
    tending.move(session, done, "done", done_on=date(2026, 11, 28), today=TODAY, version=None, actor_id=None)
    walk.status, walk.published_at = "protocol_published", now()
    session.flush()
    found = yearly.summarise(session, 2026, TODAY)
    few = (Line("Belysning", 6, 6, 0, 0), Line("Nedskräpning", 1, 0, 1, 0))
    assert found.categories == few and found.places == (Place(Line("", 7, 6, 1, 0), few),)
    assert [(one.key, one.insecure, one.secure) for one in found.lights] == [("dark_lit", 6, 1)]
    assert [(one.title, one.done_on) for one in found.done] == [("Lampan", date(2026, 11, 28))]
    assert [(one.title, one.reason) for one in found.refused] == [("Bro", "För dyrt.")]
    assert [(one.title, one.party, one.owner_type, one.is_late) for one in found.carried] == [
        ("Laga", "", "private", True)
    ]
    assert (found.carried_unpublished, found.now.outcome.overdue) == (1, 2)
    assert "Bo Ek" not in repr(found)


def test_no_sum_gives_away_what_a_walk_leaves_out(session: Session, walk: SafetyWalk) -> None:
    """Each walk's own page says 11, 16 or few: neither the year's sums nor its lists lie anywhere but on those."""
    others = [make_walk(session, title=title) for title in ("Den lilla", "Den stora", "Den oräknade")]
    for one in others:
        one.status = "performed"
    for one, women, men in ((walk, 9, 2), (others[0], 3, 0), (others[1], 10, 6)):
        heads = {("gender", "women"): women, ("gender", "men"): men}
        actions.count_heads(session, one.groups[0], heads, head_count=women + men, actor_id=None)
    found = yearly.summarise(session, 2026, TODAY)
    told = {one.title: (one.is_counted, one.people) for one in found.held}
    assert told == {
        walk.title: (True, 11),
        "Den lilla": (True, None),
        "Den stora": (True, 16),
        "Den oräknade": (False, None),
    }
    assert found.now.people == People(27, 2, 1, 1), "11 and 16, and nothing of the three"
    assert found.bands == {"gender": {"women": Band(10, True), "men": Band(6, True)}}


def test_a_year_stands_beside_the_one_before(session: Session, walk: SafetyWalk) -> None:
    earlier = make_walk(session, title="Förra året", starts_at=EVENING - timedelta(days=365), **dict.fromkeys(_TIMES))
    earlier.status = "performed"
    for made, number in ((walk, 1), (earlier, 3)):
        for _each in range(number):
            observe(session, made)
    found = yearly.summarise(session, 2026, TODAY)
    assert found.before is not None
    assert (found.before.year, found.before.walks, found.before.observations) == (2025, 1, 3)
    assert [(one.total, one.before) for one in found.categories] == [(1, 3)]
    assert yearly.summarise(session, 2025, TODAY).before is None
