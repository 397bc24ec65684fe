"""The last day counts to its last second in Stockholm, also when the clocks change, and a later end counts anew."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mapdialog.core.clock import STOCKHOLM, now
from mapdialog.plans import timing
from mapdialog.plans.queries import find_phase_of
from tests.plan_seeds import make_frozen_report, make_plan, make_plan_phase, make_statement, today

ONE = timedelta(seconds=1)


@pytest.mark.parametrize(
    "last",
    [date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 24), date(2026, 12, 24)],
    ids=["clocks-on", "clocks-back", "summer", "winter"],
)
def test_the_last_second_is_in_time_and_the_next_is_late(session: Session, last: date) -> None:
    plan = make_plan(session)
    phase = make_plan_phase(session, plan, starts_on=last - timedelta(days=21), ends_on=last)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), STOCKHOLM).astimezone(UTC)
    assert (end - ONE).astimezone(STOCKHOLM).strftime("%H:%M:%S") == "23:59:59"
    assert find_phase_of(plan, end - ONE) == (phase, True)
    assert find_phase_of(plan, end) == (phase, False)
    # Midnight in UTC is one or two o'clock at night here.
    assert find_phase_of(plan, datetime.combine(last, datetime.min.time(), UTC) + timedelta(hours=23)) == (phase, False)


def test_a_later_end_makes_a_late_statement_one_in_time(session: Session) -> None:
    plan = make_plan(session)
    phase = make_plan_phase(session, plan, begins=-20, days=15)
    late = make_statement(session, plan, received_at=now() - timedelta(days=1))
    early = make_statement(session, plan, received_at=now() - timedelta(days=10))
    assert (late.in_time, early.in_time) == (False, True)
    phase.ends_on = today() + timedelta(days=2)
    session.flush()
    assert timing.recompute_in_time(session, phase) == 1
    assert (late.in_time, early.in_time) == (True, True)
    assert timing.reason_in_words(late) == timing.IN_TIME
    assert timing.recompute_in_time(session, phase) == 0


def test_what_came_the_morning_a_phase_was_opened_belongs_to_it(session: Session) -> None:
    plan = make_plan(session)
    phase = make_plan_phase(session, plan, status="draft", begins=0)
    early = make_statement(session, plan)
    assert early.phase_id is None and timing.reason_in_words(early) == timing.PLANNED
    phase.status, phase.opened_at = "open", now()
    session.flush()
    assert timing.recompute_in_time(session, phase) == 1
    assert (early.phase_id, early.in_time) == (phase.id, True)


def test_another_phases_statements_stay_where_they_are(session: Session) -> None:
    plan = make_plan(session)
    first = make_plan_phase(session, plan, status="closed", begins=-60, days=20)
    late = make_statement(session, plan, received_at=now() - timedelta(days=30))
    second = make_plan_phase(session, plan, "review", begins=-10, days=20)
    assert (late.phase_id, late.in_time) == (first.id, False)
    assert timing.recompute_in_time(session, second) == 0
    assert late.phase_id == first.id


def test_what_came_on_a_day_of_a_phase_that_was_not_known_yet_was_given_in_it(session: Session) -> None:
    plan = make_plan(session)
    first = make_plan_phase(session, plan, status="closed", begins=-60, days=20)
    before = make_statement(session, plan, received_at=now() - timedelta(days=30))
    told = make_statement(session, plan, received_at=now() - timedelta(days=4))
    make_frozen_report(session, first)
    during = make_statement(session, plan, received_at=now() - timedelta(days=5))
    review = make_plan_phase(session, plan, "review", status="draft", begins=-10, days=30)
    assert [one.phase_id for one in (before, told, during)] == [first.id] * 3
    review.status, review.opened_at = "open", now()
    session.flush()
    assert timing.recompute_in_time(session, review) == 1
    assert (during.phase_id, during.in_time) == (review.id, True)
    # One came before it began, of the other a finished report has told.
    assert [(one.phase_id, one.in_time) for one in (before, told)] == [(first.id, False)] * 2
