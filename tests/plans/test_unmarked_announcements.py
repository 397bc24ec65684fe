"""An announcement from before the tool kept track of what it was written of is to be checked, not taken to hold."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.plans import phase_guards
from mapdialog.plans.models import Plan, PlanAnnouncement, PlanPhase
from mapdialog.plans.phase_guards import AnnouncementState
from mapdialog.plans.rule_sets import rule_set
from tests.plan_seeds import make_plan, make_plan_phase, today
from tests.staffing import sign_in


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session, submit_to="plan@x.example")


def written(session: Session, plan: Plan) -> PlanPhase:
    """A planned phase whose announcement has words and no marks, as it was saved before there were any."""
    starts_on = today() + timedelta(days=5)
    phase = make_plan_phase(session, plan, status="draft", starts_on=starts_on, ends_on=starts_on + timedelta(days=30))
    need = phase_guards.announcements(rule_set(plan.rule_set), plan, phase)[0]
    items = {one.key: "Handläggarens egna ord." for one in need.checklist.items}
    session.add(PlanAnnouncement(plan_id=plan.id, phase_id=phase.id, kind=need.need.kind, items=items))
    session.flush()
    session.refresh(phase, ["announcements"])
    return phase


def state(plan: Plan, phase: PlanPhase) -> AnnouncementState:
    return phase_guards.announcements(rule_set(plan.rule_set), plan, phase)[0]


def test_words_without_a_mark_are_unknown_and_the_desk_is_asked_to_check_them(session: Session, plan: Plan) -> None:
    found = state(plan, written(session, plan))
    assert found.is_unknown and len(found.stale) == len(found.checklist.items)
    (problem,) = [one for one in found.problems if one.key == "items_stale"]
    assert problem.message.startswith("Kontrollera texten")


def test_the_pages_say_so_until_somebody_has_said_that_the_words_hold(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session, Role.PLANNER)
    phase = written(session, plan)
    session.commit()
    page = f"/staff/plans/{plan.slug}/phases/{phase.id}"
    assert "kontrollera texten" in client.get(page).text
    address = f"{page}/announcement/{state(plan, phase).need.kind}"
    assert "Kontrollera texten: det går inte att se" in client.get(address).text
    items = state(plan, phase).checklist.items
    sent = {f"item-{one.key}": "Handläggarens egna ord." for one in items}
    assert client.post(address, data=sent | {"version": "1"}).status_code == 302
    assert "kontrollera texten" in client.get(page).text, "saving alone settles nothing"
    sent |= {"right": [one.key for one in items]}
    assert client.post(address, data=sent | {"version": "2"}).status_code == 302
    assert "kontrollera texten" not in client.get(page).text
