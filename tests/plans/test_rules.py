"""Rules of a consultation: its phases, its days, what is announced first, and what stands in the way of each step."""

from dataclasses import replace
from datetime import date

import pytest

from mapdialog.plans import labels, problems, rules
from mapdialog.plans.kinds import (
    AnnouncementKind,
    AnswerStatus,
    Channel,
    DispatchKind,
    Edition,
    Outcome,
    PartyGroup,
    PhaseKind,
    PhaseStatus,
    PlanKind,
    ReportKind,
    Stance,
)
from mapdialog.plans.phase_dates import PhaseDates, check_phase_dates
from mapdialog.plans.rule_sets import newest, rule_set
from mapdialog.plans.rules import PhaseState

RULES = newest()
REVIEW = PhaseDates("review", date(2026, 9, 7), date(2026, 10, 9))


def keys(found: list[problems.Problem]) -> list[str]:
    return [one.key for one in found]


@pytest.mark.parametrize(
    ("procedure", "plan_kind", "phases", "allowed"),
    [
        ("standard", "detailed_plan", [], ["programme_consultation", "consultation"]),
        ("standard", "plan_programme", [], ["programme_consultation"]),
        ("standard", "plan_programme", [("programme_consultation", "open", False)], []),
        ("standard", "detailed_plan", [("consultation", "open", False)], ["programme_consultation", "review"]),
        (
            "extended",
            "detailed_plan",
            [("consultation", "reported", False), ("review", "reported", False)],
            ["programme_consultation", "consultation"],
        ),
        (
            "extended",
            "detailed_plan",
            [("consultation", "reported", False), ("review", "reported", True)],
            ["programme_consultation", "consultation", "second_review"],
        ),
        ("coordinated", "detailed_plan", [], ["consultation", "review"]),
        ("simplified", "detailed_plan", [("consultation", "reported", False)], ["consultation"]),
        ("simplified", "detailed_plan", [("consultation", "reported", True)], ["consultation", "review"]),
        ("standard_limited", "detailed_plan", [("consultation", "open", False)], ["programme_consultation", "review"]),
        ("comprehensive", "comprehensive_plan", [], ["consultation"]),
        ("comprehensive_part", "comprehensive_plan", [("consultation", "reported", False)], ["consultation", "review"]),
    ],
)
def test_a_phase_comes_after_the_one_it_needs_and_one_that_a_change_forces_only_then(
    procedure: str, plan_kind: str, phases: list[tuple[str, str, bool]], allowed: list[str]
) -> None:
    states = [PhaseState(*one) for one in phases]
    assert list(rules.allowed_phases(RULES, procedure, plan_kind, states)) == allowed


@pytest.mark.parametrize(
    ("procedure", "phase", "forced"),
    [
        ("extended", "review", "second_review"),
        ("standard", "second_review", "second_review"),
        ("comprehensive", "review", "second_review"),
        ("simplified", "consultation", "review"),
        ("standard_limited", "consultation", "review"),
        ("standard", "consultation", None),
        ("extended", "programme_consultation", None),
    ],
)
def test_a_substantial_change_forces_the_review_the_law_says(procedure: str, phase: str, forced: str | None) -> None:
    assert rules.phase_after_change(RULES, procedure, phase, major_change=True) == forced
    assert rules.phase_after_change(RULES, procedure, phase, major_change=False) is None


def test_only_a_change_after_a_review_needs_a_second_one() -> None:
    assert rules.needs_second_review(True)
    assert not rules.needs_second_review(False)
    assert not rules.needs_second_review(True, "consultation")


def test_days_that_hold_have_no_problem() -> None:
    assert check_phase_dates(RULES, "extended", ["3"], REVIEW) == []


def test_a_time_that_is_too_short_names_the_section_the_earliest_day_and_a_weekday() -> None:
    dates = PhaseDates("review", date(2026, 12, 7), date(2026, 12, 29))
    (short, season) = check_phase_dates(RULES, "extended", ["3"], dates)
    assert (short.key, short.weight, short.legal_ref) == ("too_short", "needs_reason", "5 kap. 18 § andra stycket PBL")
    assert (short.params["least"], short.suggestion) == (date(2027, 1, 6), date(2027, 1, 7))
    assert "2027-01-06" in short.text()
    assert short.can_be_overridden
    assert season.key == "quiet_season"
    assert problems.that_stop([short, season]) == [short]
    assert problems.that_stop([short, season], has_reason=True) == []


def test_only_the_two_weeks_of_a_standard_review_may_be_shorter_by_agreement() -> None:
    short = replace(REVIEW, ends_on=date(2026, 9, 15))
    assert keys(check_phase_dates(RULES, "standard", [], short)) == ["too_short"]
    assert check_phase_dates(RULES, "standard", [], replace(short, all_agreed=True)) == []
    assert keys(check_phase_dates(RULES, "extended", ["2"], replace(short, all_agreed=True))) == ["too_short"]


def test_the_time_is_counted_from_the_day_all_of_it_is_true() -> None:
    late = replace(REVIEW, ends_on=date(2026, 9, 29), announced_on=date(2026, 9, 8), available_on=date(2026, 9, 10))
    found = check_phase_dates(RULES, "extended", ["1"], late)
    assert keys(found) == ["counts_later", "too_short"]
    assert found[0].params == {"day": date(2026, 9, 10), "start": date(2026, 9, 7)}
    early = replace(late, announced_on=date(2026, 9, 1), available_on=date(2026, 9, 7))
    assert check_phase_dates(RULES, "extended", ["1"], early) == []


def test_exactly_the_minimum_holds_but_a_margin_is_advised() -> None:
    (found,) = check_phase_dates(RULES, "extended", ["1"], replace(REVIEW, ends_on=date(2026, 9, 28)))
    assert (found.key, found.weight) == ("no_margin", "advice")


@pytest.mark.parametrize(
    ("end", "text", "suggestion"),
    [
        (date(2026, 10, 10), "lördag", date(2026, 10, 12)),
        (date(2026, 10, 31), "Alla helgons dag", date(2026, 11, 2)),
    ],
)
def test_an_end_on_a_free_day_is_advised_against(end: date, text: str, suggestion: date) -> None:
    (found,) = check_phase_dates(RULES, "extended", ["1"], replace(REVIEW, ends_on=end))
    assert (found.key, found.weight, found.suggestion) == ("ends_on_free_day", "advice", suggestion)
    assert text in found.text()


@pytest.mark.parametrize(
    ("start", "end", "is_quiet"),
    [
        (date(2026, 6, 1), date(2026, 6, 30), False),
        (date(2026, 6, 10), date(2026, 8, 17), True),
        (date(2026, 7, 31), date(2026, 9, 1), True),
        (date(2027, 1, 7), date(2027, 2, 15), False),
        (date(2027, 1, 5), date(2027, 2, 15), True),
        (date(2026, 11, 2), date(2027, 1, 15), True),
    ],
)
def test_july_and_christmas_are_worth_a_thought(start: date, end: date, is_quiet: bool) -> None:
    assert (
        keys(check_phase_dates(RULES, "standard", [], PhaseDates("review", start, end))) == ["quiet_season"]
    ) == is_quiet


def test_after_opening_a_phase_can_only_be_extended() -> None:
    opened = replace(REVIEW, opened_with=(REVIEW.starts_on, REVIEW.ends_on))
    assert check_phase_dates(RULES, "extended", ["1"], replace(opened, ends_on=date(2026, 10, 16))) == []
    shorter = check_phase_dates(RULES, "extended", ["1"], replace(opened, ends_on=date(2026, 10, 8)))
    assert keys(shorter) == ["only_extending"]
    assert not shorter[0].can_be_overridden
    moved = check_phase_dates(RULES, "extended", ["1"], replace(opened, starts_on=date(2026, 9, 8)))
    assert keys(moved) == ["start_is_fixed"]


def test_a_phase_begins_after_the_one_before_and_ends_after_it_begins() -> None:
    assert keys(check_phase_dates(RULES, "extended", ["1"], replace(REVIEW, follows=REVIEW.starts_on))) == ["overlaps"]
    assert check_phase_dates(RULES, "extended", ["1"], replace(REVIEW, follows=date(2026, 9, 6))) == []
    backwards = check_phase_dates(RULES, "extended", ["1"], replace(REVIEW, ends_on=date(2026, 9, 6)))
    assert keys(backwards) == ["ends_before_start"]


def test_an_older_case_is_told_that_nothing_is_checked() -> None:
    short = replace(REVIEW, ends_on=date(2026, 9, 8))
    assert keys(check_phase_dates(rule_set("legacy"), "legacy", [], short)) == ["not_checked"]


def announced(procedure: str, phase: PhaseKind, **known: bool) -> list[tuple[str, str]]:
    rule = RULES.procedure(procedure).phase(phase)
    assert rule
    return [(one.kind, one.when) for one in rules.announcements_before(rule, **known)]


def test_each_phase_says_what_is_announced_before_it_opens() -> None:
    both = [("underrattelse", "always"), ("kungorelse", "not_announced_or_changed")]
    assert announced("standard", PhaseKind.CONSULTATION) == []
    assert announced("standard", PhaseKind.REVIEW) == [("underrattelse", "always")]
    assert announced("extended", PhaseKind.CONSULTATION) == [("kungorelse", "always")]
    assert announced("extended", PhaseKind.REVIEW) == both
    assert announced("extended", PhaseKind.REVIEW, announced_before=True) == [("underrattelse", "always")]
    assert announced("extended", PhaseKind.REVIEW, announced_before=True, changed_much=True) == both
    assert announced("coordinated", PhaseKind.REVIEW) == [("kungorelse", "always"), ("underrattelse", "optional")]
    assert announced("comprehensive", PhaseKind.REVIEW) == [("kungorelse", "always")]


def test_a_detailed_plans_review_statement_is_announced_afterwards() -> None:
    for procedure in ("standard", "extended", "coordinated"):
        rule = RULES.procedure(procedure).phase(PhaseKind.REVIEW)
        assert rule
        assert [one.kind for one in rules.announcements_after(rule)] == ["notice_of_statement"]


def test_a_checklist_misses_what_is_blank_and_asks_for_the_meeting_only_if_there_is_one() -> None:
    checklist = RULES.checklist("dp_underrattelse")
    items = {one.key: "text" for one in checklist.items if one.key not in {"meeting", "send_to"}} | {"send_to": "  "}
    assert [one.key for one in rules.missing_items(checklist, items, has_meeting=False)] == ["send_to"]
    assert [one.key for one in rules.missing_items(checklist, items, has_meeting=True)] == ["send_to", "meeting"]


def test_an_announcement_needs_its_items_the_board_in_time_and_where_the_law_says_the_newspaper() -> None:
    start, none = date(2026, 9, 7), rules.why_not_announced
    wide, narrow = RULES.checklist("dp_kungorelse_consultation"), RULES.checklist("dp_underrattelse")
    assert keys(none(wide, missing=2, posted_on=None, newspaper_on=None, starts_on=start)) == [
        "items_missing",
        "not_posted",
        "not_in_newspaper",
    ]
    assert none(narrow, missing=0, posted_on=start, newspaper_on=None, starts_on=start) == []
    late = none(narrow, missing=0, posted_on=date(2026, 9, 8), newspaper_on=None, starts_on=start)
    assert [(one.key, one.weight) for one in late] == [("posted_late", "needs_reason")]


def test_a_phase_opens_when_it_has_all_it_needs() -> None:
    ready = {"has_area": True, "has_documents": True}
    assert rules.why_not_open(**ready) == []
    unchosen = rules.why_not_open(**ready | {"has_documents": False}, has_uploads=True)
    assert "uppladdade" in unchosen[0].message
    bare = rules.why_not_open(has_area=False, has_documents=False, earlier_unfinished=True)
    assert keys(bare) == ["no_area", "no_documents", "earlier_unfinished"]
    short = check_phase_dates(RULES, "extended", ["1"], replace(REVIEW, ends_on=date(2026, 9, 11)))
    assert keys(rules.why_not_open(**ready, date_problems=short)) == ["too_short"]
    assert rules.why_not_open(**ready, date_problems=short, has_reason=True) == []


def test_a_phase_with_unread_statements_or_days_left_cannot_be_closed() -> None:
    assert rules.why_not_close(0) == []
    assert "3" in rules.why_not_close(3)[0].text()
    last = date(2026, 10, 9)
    assert keys(rules.why_not_close(0, ends_on=last, today=last)) == ["not_over"]
    assert rules.why_not_close(0, ends_on=last, today=date(2026, 10, 10)) == []


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (PlanKind, labels.PLAN_KINDS),
        (PhaseKind, labels.PHASE_KINDS),
        (PhaseStatus, labels.PHASE_STATUSES),
        (Channel, labels.CHANNELS),
        (Stance, labels.STANCES),
        (Outcome, labels.OUTCOMES),
        (AnswerStatus, labels.ANSWER_STATUSES),
        (ReportKind, labels.REPORT_KINDS),
        (Edition, labels.EDITIONS),
        (AnnouncementKind, labels.ANNOUNCEMENT_KINDS),
        (DispatchKind, labels.DISPATCH_KINDS),
        (PartyGroup, labels.GROUP_LABELS),
    ],
)
def test_every_kind_has_words_of_its_own(kinds: list[str], words: dict[str, str]) -> None:
    assert list(words) == list(kinds)
    assert len(set(words.values())) == len(words)
