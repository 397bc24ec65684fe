"""Statements in no finished report are told at the desk, and stop what comes after until one tells of them."""

import re

import pytest

from mapdialog.accounts.models import Role
from mapdialog.plans import adopting, next_steps, phase_guards, report_gaps
from mapdialog.plans.kinds import ReportKind
from mapdialog.plans.rule_sets import rule_set
from tests.plan_seeds import make_answer, make_frozen_report, make_plan_phase, make_point, make_statement, today
from tests.reports.plan_report_seeds import make_told
from tests.staffing import sign_in


@pytest.fixture
def told(session):
    """A finished consultation whose report was approved in both editions, and two letters that came after."""
    made = make_told(session)
    made.phase.status = "reported"
    session.flush()
    for edition in ("full", "web"):
        make_frozen_report(session, made.phase, edition=edition)
    make_statement(session, made.plan, contact_name="Leo Sen")
    make_statement(session, made.plan, contact_name="Tove Ek", is_protected=True)
    return made


def _renew(session, told, *editions):
    for edition in editions:
        make_frozen_report(session, told.phase, edition=edition, number=2, seconds=2)


def _open(session, told, **values):
    review = make_plan_phase(session, told.plan, "review", status="draft", begins=1, **values)
    found = phase_guards.why_not_open(session, rule_set(told.plan.rule_set), told.plan, review, today())
    return {one.key: one.text() for one in found}


def test_what_comes_in_after_the_report_is_missed_in_each_edition_until_a_new_version_tells_of_it(session, told):
    found = report_gaps.list_gaps(session, told.plan)
    assert {one.report.edition: one.numbers for one in found} == {"full": (8, 9), "web": (8, 9)}
    _renew(session, told, "web")
    assert [one.report.edition for one in report_gaps.list_gaps(session, told.plan)] == ["full"]
    _renew(session, told, "full")
    assert report_gaps.list_gaps(session, told.plan) == []


def test_a_review_report_lacks_nothing_that_the_consultations_own_report_tells_of(session, told):
    _renew(session, told, "full", "web")
    make_plan_phase(session, told.plan, "review", status="closed", begins=-1)
    late = make_statement(session, told.plan)
    make_frozen_report(session, told.plan.phases[-1], kind="granskningsutlatande", seconds=3)
    assert report_gaps.list_gaps(session, told.plan, [ReportKind.GRANSKNINGSUTLATANDE]) == []
    another = make_statement(session, told.plan)
    assert (late.phase_id, another.phase_id) == (told.plan.phases[-1].id,) * 2
    assert [one.numbers for one in report_gaps.list_gaps(session, told.plan)] == [(another.number,)]


def test_the_next_steps_are_to_read_to_answer_and_to_make_a_new_version(session, told):
    def said():
        return [(one.endpoint, one.params) for one in next_steps.list_steps(session, told.plan, today())]

    about = {"phase": told.phase, "numbers": "8–9"}
    assert (next_steps.STATEMENTS, {"count": 9}) in said() and (next_steps.REPORTS, about) in said()
    statement = make_statement(session, told.plan)
    answer = make_answer(session, [make_point(session, statement)], status="draft")
    assert (next_steps.ANSWERS, {"count": 1}) in said()
    answer.status = "final"
    session.flush()
    _renew(session, told, "full", "web")
    assert not {next_steps.ANSWERS, next_steps.REPORTS} & {one for one, _ in said()}


def test_the_review_is_not_opened_and_the_plan_not_adopted_past_them_without_a_reason(session, told):
    assert "yttrande 8–9 har kommit in" in _open(session, told)["report_lacks"]
    told.plan.phases[-1].override_reason = "De är besvarade i tjänsteskrivelsen."
    law = rule_set(told.plan.rule_set)
    assert "report_lacks" not in {
        one.key for one in phase_guards.why_not_open(session, law, told.plan, told.plan.phases[-1], today())
    }
    (problem,) = (one for one in adopting.problems_of(session, told.plan, today()) if one.key == "report_lacks")
    assert problem.can_be_overridden
    _renew(session, told, "full", "web")
    assert "report_lacks" not in {one.key for one in adopting.problems_of(session, told.plan, today())}


def test_the_desk_marks_the_version_that_is_behind_with_what_it_lacks(session, told, client):
    _renew(session, told, "web")
    told.plan.submit_to = told.plan.contact = "plan@x.example"
    session.commit()
    sign_in(client, session, Role.PLANNER)
    page = client.get(f"/staff/plans/{told.plan.slug}/reports").text
    assert len(re.findall("Yttrande 8–9 har kommit in sedan dess", page)) == page.count("Inaktuell") == 1
    assert "yttrande 8–9 har kommit in" in client.get(f"/staff/plans/{told.plan.slug}").text
    assert told.plan.name in client.get("/staff/").text


def test_numbers_in_a_row_are_told_as_one_range():
    assert report_gaps.in_ranges([10, 6, 8, 7]) == "6–8, 10" and report_gaps.in_ranges([9]) == "9"


def test_a_web_edition_lacks_no_protected_identity_that_it_has_counted(session, told):
    _renew(session, told, "full", "web")
    make_statement(session, told.plan, is_protected=True)  # before the moment of both approvals, and not held
    lacking = {one.report.edition: one.numbers for one in report_gaps.list_gaps(session, told.plan)}
    assert lacking == {"full": (10,)}


def test_a_report_that_nobody_may_read_is_told_until_its_web_edition_is_finished(session):
    told = make_told(session)
    told.phase.status = "reported"
    make_frozen_report(session, told.phase)

    def asked():
        steps = [one.message for one in next_steps.list_steps(session, told.plan, today())]
        said = [one for one in steps if "Webbversionen" in one]
        return said, [one for one in adopting.problems_of(session, told.plan, today()) if one.key == "not_public"]

    steps, problems = asked()
    assert len(steps) == len(problems) == 1 and problems[0].can_be_overridden
    make_frozen_report(session, told.phase, edition="web")
    assert asked() == ([], [])
