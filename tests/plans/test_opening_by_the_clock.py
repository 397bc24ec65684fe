"""What was announced opens on its first day by the server's clock, whether or not anybody is at their desk."""

import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.core import jobs
from mapdialog.core.audit import AuditEvent
from mapdialog.core.clock import now, start_of_day
from mapdialog.core.errors import Conflict
from mapdialog.core.files import FileStore
from mapdialog.plans import next_steps, opened_without, phase_guards, phasing
from mapdialog.plans.jobs import open_plan_phases
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.phasing import PhaseDraft
from mapdialog.plans.rule_sets import rule_set
from mapdialog.plans.statement_models import PlanStatement
from tests.plan_seeds import make_plan, make_plan_phase, today
from tests.plans.test_phasing import announced, ready_plan, stopped, with_paper
from tests.staffing import sign_in


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session, published_at=now(), submit_to="plan@x.example")


def announced_days_ago(session: Session, plan: Plan, days: int = 2) -> PlanPhase:
    phase = make_plan_phase(session, plan, status="announced", begins=-days)
    session.commit()
    return phase


def test_citizens_are_asked_and_heard_from_the_first_day_though_nobody_pressed_open(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    phase, sent = announced_days_ago(session, plan), {"client_id": str(uuid.uuid4()), "text": "Husen är för höga."}
    slug, wanted, last = plan.slug, phase.id, phase.ends_on.isoformat()
    listed, page = client.get("/plans").text, client.get(f"/plans/{slug}").text
    assert "Skriv senast" in listed and "skriv senast" in page
    assert 'name="text"' in client.get(f"/plans/{slug}/statement").text
    told = client.get(f"/api/v1/plans/{slug}").get_json()
    assert (told["takes_statements"], told["open_until"]) == (True, last)
    feature = {"type": "Feature", "geometry": None, "properties": sent}
    answer = client.post(f"/api/v1/plans/{slug}/statements", json=feature)
    assert (answer.status_code, answer.get_json()["in_time"]) == (201, True)
    stored = session.scalars(select(PlanStatement)).one()
    assert (stored.phase_id, stored.in_time) == (wanted, True)


def test_before_the_first_day_nothing_is_taken_and_the_day_is_told(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    phase = announced_days_ago(session, plan, -1)
    slug = plan.slug
    assert phasing.open_those_due(session, now()) == 0 and phase.status == "announced"
    assert "Samråd börjar" in client.get(f"/plans/{slug}").text
    assert client.get(f"/api/v1/plans/{slug}").get_json()["takes_statements"] is False


def test_the_worker_stores_it_with_the_days_first_moment_and_the_log_tells_that_the_clock_did(
    session: Session, plan: Plan
) -> None:
    phase, idle = announced_days_ago(session, plan), make_plan(session, "Avbruten", discontinued_on=today())
    left = announced_days_ago(session, idle)
    assert phasing.open_those_due(session, start_of_day(phase.starts_on) - timedelta(seconds=1)) == 0
    assert phasing.open_those_due(session, now()) == 1
    assert phasing.open_those_due(session, now()) == 0
    assert (phase.status, phase.opened_at) == ("open", start_of_day(phase.starts_on))
    assert (left.status, left.standing) == ("announced", "announced"), "a plan that is broken off opens nothing"
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "plan.phase_open_on_its_day")).one()
    assert (event.actor_id, event.detail["phase"]) == (None, phase.id)
    assert any(one.work is open_plan_phases and one.every for one in jobs.declared())


def test_the_desk_sees_it_open_and_can_extend_it_before_the_worker_has_been_there(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    phase = announced_days_ago(session, plan)
    page_of, extend_to = f"/staff/plans/{plan.slug}/phases/{phase.id}", phase.ends_on + timedelta(days=3)
    assert [one.message for one in next_steps.list_steps(session, plan, today()) if "pågår" in one.message]
    with pytest.raises(Conflict):
        phasing.open_phase(session, plan, phase, actor_id=None, at=now())
    session.rollback()
    sign_in(client, session, Role.PLANNER)
    page = client.get(page_of).text
    assert "Samråd: öppet för yttranden" in page and "Förläng tiden" in page and "Stäng skedet" in page
    sent = {"new_end": extend_to.isoformat(), "reason": "Helg."}
    assert client.post(f"{page_of}/extend", data=sent).status_code == 302
    stored = session.scalars(select(PlanPhase)).one()
    assert (stored.status, stored.ends_on) == ("open", extend_to)


def test_the_announced_days_hold_however_late_somebody_looks(session: Session, config: Config) -> None:
    plan, files, start = ready_plan(session), FileStore(f"file://{config.data_dir}/opening"), today()
    ends_on = start + timedelta(days=22)
    phase = phasing.add_phase(session, plan, PhaseDraft("consultation", start, ends_on), actor_id=None)
    announced(session, plan, phase, files)
    with_paper(session, plan, phase, files)
    before = start - timedelta(days=1)
    assert phase_guards.why_not_open(session, rule_set(plan.rule_set), plan, phase, before) == []
    late = [
        one.key
        for one in phase_guards.why_not_open(session, rule_set(plan.rule_set), plan, phase, start + timedelta(days=5))
    ]
    assert late == ["too_short"], "nobody could read it until now"
    phasing.announce_phase(session, plan, phase, actor_id=None, at=start_of_day(before) + timedelta(hours=9))
    assert phase.status == "announced" and phase.standing == "open"
    assert phasing.open_those_due(session, now() + timedelta(days=9)) == 1
    assert (phase.starts_on, phase.ends_on, phase.status) == (start, ends_on, "open")


def test_a_second_review_waits_for_the_firsts_report_unless_a_reason_is_given(session: Session, config: Config) -> None:
    plan, files = ready_plan(session), FileStore(f"file://{config.data_dir}/opening")
    make_plan_phase(session, plan, status="reported", begins=-200)
    make_plan_phase(session, plan, "review", status="closed", begins=-100, major_change=True)
    days = PhaseDraft("second_review", today(), today() + timedelta(days=40))
    phase = phasing.add_phase(session, plan, days, actor_id=None)
    announced(session, plan, phase, files)
    law, promised = rule_set(plan.rule_set), today()
    before = [one.key for one in phase_guards.why_not_post(session, law, plan, phase, promised)]
    assert before == ["no_documents", "not_reported"], "said before it is put up"
    with_paper(session, plan, phase, files)

    def announce() -> None:
        phasing.announce_phase(session, plan, phase, actor_id=None, at=now())

    assert stopped(announce) == {"not_reported"}
    phase.override_reason = "Utlåtandet görs gemensamt för båda granskningarna (5 kap. 25 §)."
    announce()
    assert phase.status == "open"


def test_what_it_lacked_when_the_clock_opened_it_is_kept_and_told(
    client: FlaskClient, session: Session, config: Config
) -> None:
    files = FileStore(f"file://{config.data_dir}/plan-test-files")
    plan = ready_plan(session)
    first = today() - timedelta(days=3)
    phase = make_plan_phase(session, plan, status="draft", starts_on=first, ends_on=first + timedelta(weeks=3, days=1))
    announced(session, plan, phase, files, on=first)
    phase.status, phase.ends_on = "announced", phase.ends_on + timedelta(days=1)
    session.flush()
    assert phasing.open_those_due(session, now()) == 1
    assert {one.key for one in opened_without.list_kept(phase)} == {"items_stale", "no_documents"}
    kept = [one for one in next_steps.list_steps(session, plan, today()) if "fast något saknades" in one.message]
    assert [one.values for one in kept] == [{"phase_id": phase.id, "_anchor": "steps"}]
    with_paper(session, plan, phase, files)
    assert phase.readable_on == today()
    short = [one for one in next_steps.list_steps(session, plan, today()) if "förläng tiden till" in one.message]
    assert [one.params["least"] for one in short] == [today() + timedelta(weeks=3)]
    address = f"/staff/plans/{plan.slug}/phases/{phase.id}"
    sign_in(client, session, Role.PLANNER)
    session.commit()
    assert "Skedet öppnade av sig självt fast det här saknades" in client.get(address).text
