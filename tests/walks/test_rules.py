"""The rules of walks and of their actions, without a database."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from mapdialog.core.errors import Conflict, Invalid
from mapdialog.walks import following_up, rules
from mapdialog.walks.findings import ActionStatus
from mapdialog.walks.models import WalkStatus

AT = datetime(2026, 11, 26, 16, tzinfo=UTC)
READY = rules.Readiness(has_times=True, has_route=True, stop_count=3, has_invitation=True, starts_at=AT)


def test_a_walk_goes_from_plan_to_end_a_step_at_a_time() -> None:
    way = list(WalkStatus)
    for here, there in pairwise(way):
        assert rules.check_step(here, there) == there


@pytest.mark.parametrize(
    ("here", "there"),
    [("planned", "protocol_published"), ("invited", "closed"), ("closed", "planned"), ("actions_running", "planned")],
)
def test_no_step_is_skipped_and_nothing_published_is_planned_again(here: str, there: str) -> None:
    with pytest.raises(Conflict):
        rules.check_step(here, there)


def test_an_unknown_step_is_refused_by_name() -> None:
    with pytest.raises(Invalid):
        rules.check_step("planned", "flown")


def test_every_status_has_words_and_a_way_on() -> None:
    assert set(rules.STATUSES) == set(rules.NEXT) == set(WalkStatus)
    assert set(following_up.STATUSES) == set(following_up.NEXT) == set(ActionStatus)


def test_observations_are_public_exactly_while_the_protocol_is() -> None:
    public = [status for status in WalkStatus if rules.is_public_at(status)]
    assert public == ["protocol_published", "actions_running", "followed_up", "closed"]
    assert not any(rules.takes_observations(status) for status in public)


def test_inviting_takes_a_time_an_invitation_and_somewhere_to_walk() -> None:
    nothing = rules.Readiness(has_times=False, has_route=False, stop_count=0, has_invitation=False, starts_at=None)
    assert len(rules.obstacles(WalkStatus.INVITED, nothing, AT)) == 3
    assert rules.obstacles(WalkStatus.INVITED, READY, AT) == []


def test_a_walk_of_tomorrow_is_not_performed_yet() -> None:
    assert rules.obstacles(WalkStatus.PERFORMED, READY, AT - timedelta(days=1))
    assert not rules.obstacles(WalkStatus.PERFORMED, READY, AT)


@pytest.mark.parametrize(("people", "groups"), [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3)])
def test_more_than_twenty_walk_in_groups(people: int, groups: int) -> None:
    assert rules.groups_needed(people) == groups


def test_heads_are_counted_in_known_bands_and_never_exceed_those_who_walked() -> None:
    rules.check_heads(
        {("gender", "women"): 8, ("gender", "men"): 5, ("gender", "not_stated"): 1, ("age", "13-19"): 4}, 14
    )
    with pytest.raises(Invalid):
        rules.check_heads({("gender", "women"): 8, ("gender", "men"): 7}, 14)
    with pytest.raises(Invalid):
        rules.check_heads({("age", "women"): 1}, None)
    with pytest.raises(Invalid):
        rules.check_heads({("role", "police"): -1}, None)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2026, 11, 26), date(2027, 5, 26)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
)
def test_an_action_is_due_in_six_months_on_a_day_that_exists(start: date, due: date) -> None:
    assert following_up.default_deadline(start) == due


@pytest.mark.parametrize("refusal", ["rejected", "outside_mandate"])
def test_a_refusal_needs_a_reason_that_all_may_read(refusal: str) -> None:
    with pytest.raises(Invalid) as raised:
        following_up.check_step("proposed", refusal, "  ")
    assert raised.value.field == "status_reason"
    assert following_up.check_step("proposed", refusal, "Privat mark.") == refusal


def test_what_is_done_can_only_be_taken_up_again() -> None:
    assert following_up.check_step("done", "in_progress", "") == "in_progress"
    with pytest.raises(Conflict):
        following_up.check_step("done", "rejected", "Nej.")


def test_only_what_is_left_to_do_is_overdue() -> None:
    day = date(2027, 5, 26)
    assert following_up.is_overdue("planned", day, day + timedelta(days=1))
    assert not following_up.is_overdue("planned", day, day)
    assert not following_up.is_overdue("done", day, day + timedelta(days=1))
