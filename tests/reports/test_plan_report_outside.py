"""A report is finished past sendings, a statement of the county and approvals that lack only with a reason."""

import re
from datetime import timedelta

import pytest

from mapdialog.accounts.models import Role
from mapdialog.core.clock import now
from mapdialog.core.errors import Invalid
from mapdialog.core.files import FileStore
from mapdialog.plans import consenting, next_steps, report_gaps
from mapdialog.plans.report_models import PlanReport
from mapdialog.reports import plan_reports
from tests.plan_seeds import (
    make_answer,
    make_frozen_report,
    make_party,
    make_plan,
    make_plan_phase,
    make_point,
    make_sending,
    make_statement,
    today,
)
from tests.reports.plan_report_seeds import Told, content_of
from tests.staffing import sign_in


def _told(session, procedure="extended", **values):
    """A consultation that nobody was invited to, with one answered statement of the public."""
    plan = make_plan(session, procedure=procedure, published_at=now(), **values)
    phase = make_plan_phase(session, plan, begins=-7, days=28)
    point = make_point(session, make_statement(session, plan, contact_name="Anna Ek"))
    make_answer(session, [point], outcome="not_met")
    phase.status, phase.closed_at = "closed", now()
    session.flush()
    return Told(plan, phase, {"1.1": point})


def _wheres(content):
    assert all(one.takes_reason for one in content.questions)
    return [one.where for one in content.questions]


def test_an_invitation_that_was_never_sent_and_the_countys_statement_are_asked_about(session):
    told = _told(session)
    assert _wheres(content_of(session, told)) == ["Inbjudan till samråd", "Länsstyrelsen"]
    make_sending(session, told.phase)
    county = make_statement(session, told.plan, organisation="Länsstyrelsen Skåne", party_group="authority_mandatory")
    county.stance = "no_objection"
    session.flush()
    assert content_of(session, told).questions == ()


def test_who_prolongs_the_implementation_time_waits_for_no_statement_of_the_county(session):
    assert _wheres(content_of(session, _told(session, "simplified", grounds=["38a"]))) == ["Inbjudan till samråd"]


def test_a_phase_that_was_put_in_afterwards_is_not_asked_about(session):
    told = _told(session)
    made = make_plan_phase(session, told.plan, "programme_consultation", status="draft", begins=-90)
    made.status, made.opened_at, made.closed_at = "closed", now(), now()
    session.flush()
    assert content_of(session, Told(told.plan, made, {})).questions == ()


def test_a_reason_finishes_the_report_and_stands_by_the_version(session, client):
    told = _told(session)
    session.commit()
    sign_in(client, session, Role.PLANNER)
    address = f"/staff/plans/{told.plan.slug}/reports"
    form = {"which": f"samradsredogorelse:{told.phase.id}", "edition": "full", "format": "docx", "final": "1"}
    form["csrf_token"] = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text).group(1)
    refused = client.post(address, data=form)
    assert refused.status_code == 422 and "Inbjudan till samråd" in refused.text and 'name="reason"' in refused.text
    assert client.post(address, data=form | {"reason": "Skickat med e-post 2 mars."}).status_code == 303
    assert "Färdig trots det som återstod: Skickat med e-post 2 mars." in client.get(address).text
    assert "Skickat med e-post 2 mars." in client.get(f"/staff/plans/{told.plan.slug}").text
    assert "Skickat med e-post 2 mars." in client.get(f"{address}/check?kind=samradsredogorelse").text


def test_a_reason_stands_for_nothing_that_can_be_answered(session, config):
    told = _told(session)
    asked = plan_reports.ask_for(
        session, told.plan, "samradsredogorelse", "full", "docx", actor_id=None, at=now(), is_draft=False, reason="Nej."
    )
    told.points["1.1"].answer_id = None
    session.flush()
    with pytest.raises(Invalid, match="kan inte färdigställas"):
        plan_reports.keep(session, asked, config, FileStore(config.files_url), at=now(), tell=lambda percent: None)
    assert asked.reason == "Nej."


def test_the_review_report_asks_about_what_came_after_the_consultations_own(session):
    told = _told(session)
    make_frozen_report(session, told.phase)
    late = make_statement(session, told.plan)
    told.phase.status = "reported"
    review = make_plan_phase(session, told.plan, "review", status="closed", begins=-1)
    make_sending(session, review, "review_notice", "review_documents")
    content = content_of(session, Told(told.plan, review, {}), kind="granskningsutlatande")
    assert f"yttrande {late.number} har kommit in" in content.questions[-1].text()
    assert _wheres(content) == ["Samrådsredogörelse"]


def test_approvals_that_lack_are_asked_about_and_those_that_come_later_make_the_report_outdated(session):
    told = _told(session, "standard_limited", grounds=[])
    party = make_party(session, told.plan, "Bo Alm")
    make_sending(session, told.phase)
    asked = content_of(session, told, kind="granskningsutlatande").questions
    assert [one.where for one in asked] == ["Länsstyrelsen", "Samrådskretsen"] and "0 av 1" in asked[1].text()
    report = make_frozen_report(session, told.phase, kind="granskningsutlatande")
    assert report_gaps.list_gaps(session, told.plan) == [], "of one that was finished before, nobody knows"
    assert report_gaps.count_consents(session, told.plan) == "0/0/1"
    renewed = make_frozen_report(
        session, told.phase, kind="granskningsutlatande", number=2, seconds=1, consents="0/0/1"
    )
    told.phase.status = "reported"
    assert isinstance(report, PlanReport) and report_gaps.list_gaps(session, told.plan) == []
    consenting.record_consent(
        session,
        party,
        "approved",
        on=today() - timedelta(days=1),
        note="Brev",
        today=today(),
        version=None,
        actor_id=None,
    )
    (gap,) = report_gaps.list_gaps(session, told.plan)
    assert (gap.report, gap.numbers, gap.has_other_consents) == (renewed, (), True)
    steps = next_steps.list_steps(session, told.plan, today())
    assert any("godkännandena är andra nu" in one.message for one in steps)
    (problem,) = report_gaps.list_problems([gap])
    assert "andra nu än redogörelsen säger" in problem.text()
