"""A wrong day of start is put right, with its rules, until the public has been told; then it is refused in words."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.audit import list_events
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.plans import restarting
from mapdialog.plans.models import Plan, PlanAnnouncement
from mapdialog.plans.restarting import StartDraft
from tests.plan_seeds import make_plan, make_plan_phase, today
from tests.staffing import sign_in

EARLIER = date(2014, 3, 1)


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session)


def test_another_day_brings_other_rules_and_stands_in_the_log_with_its_reason(session: Session, plan: Plan) -> None:
    was = plan.started_on
    draft = StartDraft(EARLIER, "Fel år skrevs in.", "legacy")
    rules = restarting.correct_start(session, plan, draft, actor_id=None)
    assert (plan.started_on, plan.rule_set, plan.procedure, plan.grounds) == (EARLIER, rules.key, "legacy", [])
    assert rules.key == "legacy"
    (event,) = [one for one in list_events(session, plan) if one.action == "plan.start_correct"]
    assert event.detail == {
        "rules": "legacy",
        "started": EARLIER.isoformat(),
        "was": was.isoformat(),
        "reason": "Fel år skrevs in.",
    }


def test_what_the_other_rules_do_not_allow_is_told_by_field(session: Session, plan: Plan) -> None:
    def refused(draft: StartDraft) -> set[str]:
        with pytest.raises(Invalid) as caught:
            restarting.correct_start(session, plan, draft, actor_id=None)
        return set(caught.value.fields)

    assert refused(StartDraft(EARLIER, "", "extended")) == {"reason", "procedure"}
    assert refused(StartDraft(today() + timedelta(days=1), "Fel.", "extended", ("2",))) == {"started_on"}
    assert refused(StartDraft(plan.started_on, "Fel.", "extended", ("2",))) == {"started_on"}
    assert refused(StartDraft(date(2025, 2, 1), "Fel.", "extended")) == {"grounds"}


@pytest.mark.parametrize("how", ["announced", "posted"])
def test_once_the_public_was_told_the_day_stays(session: Session, plan: Plan, how: str) -> None:
    phase = make_plan_phase(session, plan, status="announced" if how == "announced" else "draft")
    if how == "posted":
        session.add(PlanAnnouncement(plan_id=plan.id, phase_id=phase.id, kind="kungorelse", board_posted_on=today()))
        session.flush()
        session.refresh(phase, ["announcements"])
    draft = StartDraft(EARLIER, "Fel.", "legacy")
    with pytest.raises(Conflict):
        restarting.correct_start(session, plan, draft, actor_id=None)


def test_the_database_keeps_the_rules_of_an_announced_plan(session: Session, plan: Plan) -> None:
    make_plan_phase(session, plan, status="announced")
    plan.rule_set = "legacy"
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_page_asks_for_the_procedure_of_other_rules_and_says_when_it_is_too_late(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session, Role.PLANNER)
    session.commit()
    address = f"/staff/plans/{plan.slug}/start"
    assert address in client.get(f"/staff/plans/{plan.slug}/edit").text
    sent = {"started_on": EARLIER.isoformat(), "reason": "Fel år."}
    asked = client.post(address, data=sent)
    assert asked.status_code == 422 and 'name="procedure"' in asked.text and "påbörjade före 2015" in asked.text
    saved = client.post(address, data=sent | {"procedure": "legacy"}, follow_redirects=True)
    assert "Planarbetet startade 1 mars 2014. Planen följer Äldre regler" in saved.text
    log = client.get(f"/staff/plans/{plan.slug}").text
    assert "Rättade dagen då planarbetet startade" in log and "1 mars 2014 i stället för" in log and "Fel år." in log
    session.expire_all()
    make_plan_phase(session, plan, status="announced")
    session.commit()
    assert "Startdagen ligger fast" in client.get(address).text
    assert client.post(address, data=sent).status_code == 409
