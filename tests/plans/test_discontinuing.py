"""The planning is broken off while a phase is open: it is closed, everybody reads why, and nothing received is lost."""

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import clean_line
from mapdialog.notifications import listeners
from mapdialog.notifications.models import OutgoingMail
from mapdialog.plans import (
    discontinuing,
    dispatch_actions,
    dispatch_texts,
    dispatching,
    duties,
    held_phases,
    next_steps,
    phase_guards,
    telling,
)
from mapdialog.plans.duties import Occasion
from mapdialog.plans.kinds import PhaseStatus
from mapdialog.plans.models import Plan
from mapdialog.plans.rule_sets import rule_set
from tests.plan_seeds import make_party, make_plan, make_plan_phase, make_posting, make_statement, today
from tests.staffing import sign_in

WHY = "Exploatören har dragit sig ur."


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session, published_at=now(), submit_to="plan@trelleborg.example")
    make_posting(session, make_plan_phase(session, made))
    return made


def break_off(session: Session, plan: Plan) -> None:
    discontinuing.discontinue_plan(session, plan, reason=WHY, at=now(), actor_id=None)


def test_an_open_phase_is_closed_with_the_day_and_the_reason_and_what_came_stays(session: Session, plan: Plan) -> None:
    statement = make_statement(session, plan)
    with pytest.raises(Invalid):
        discontinuing.discontinue_plan(session, plan, reason=" ", at=now(), actor_id=None)
    break_off(session, plan)
    (phase,) = plan.phases
    assert (phase.status, phase.broken_off_on, phase.broken_off_reason) == ("closed", today(), WHY)
    assert (phase.ended_on, phase.ends_on > today()) == (today(), True)
    assert (statement.phase_id, statement.in_time) == (phase.id, True)
    with pytest.raises(Conflict):
        break_off(session, plan)


def test_a_phase_whose_time_was_over_is_closed_and_one_that_was_announced_is_prepared_again(session: Session) -> None:
    plan = make_plan(session)
    over = make_plan_phase(session, plan, begins=-60)
    coming = make_plan_phase(session, plan, "review", status="announced", begins=5)
    break_off(session, plan)
    assert (over.status, over.broken_off_on) == ("closed", None)
    assert coming.status == PhaseStatus.DRAFT


def test_taken_up_again_what_was_broken_off_is_held_again(session: Session, plan: Plan) -> None:
    break_off(session, plan)
    discontinuing.resume_plan(session, plan, actor_id=None)
    (phase,) = plan.phases
    law = rule_set(plan.rule_set)
    assert (plan.discontinued_on, phase.status, phase.broken_off_on) == (None, "closed", today())
    assert [one.problem.key for one in held_phases.list_shortfalls(law, plan, plan.procedure, plan.grounds)] == [
        "too_short"
    ]
    assert phase_guards.allowed(law, plan) == ("consultation",)
    again = [one.values for one in next_steps.list_steps(session, plan, today()) if "least" in one.params]
    assert again == [{"kind": "consultation"}]
    make_posting(session, make_plan_phase(session, plan, begins=0, round=2))
    assert not held_phases.list_shortfalls(law, plan, plan.procedure, plan.grounds)


def test_one_without_a_shortest_time_in_law_falls_short_too(session: Session) -> None:
    plan = make_plan(session, procedure="standard", grounds=())
    make_plan_phase(session, plan)
    break_off(session, plan)
    found = held_phases.list_shortfalls(rule_set(plan.rule_set), plan, plan.procedure, plan.grounds)
    assert [(one.problem.key, one.problem.legal_ref) for one in found] == [("broken_off", "5 kap. 11–17 §§ PBL")]


def test_everybody_reads_why_and_a_draft_is_there_to_be_copied(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    statement = make_statement(session, plan)
    break_off(session, plan)
    session.commit()
    page = clean_line(client.get(f"/plans/{plan.slug}").text)
    assert "Planarbetet är avbrutet" in page and WHY in page and "innan tiden var slut" in page
    assert f'href="/plans/{plan.slug}/statement"' not in page
    assert WHY in client.get(f"/plans/{plan.slug}/follow?receipt={statement.receipt}").text
    form = client.get(f"/plans/{plan.slug}/statement").text
    assert "plan@trelleborg.example" in form and "plan_closed" in form
    typed = {"client_id": str(uuid.uuid4()), "text": "Husen är för höga.", "action": "send"}
    refused = client.post(f"/plans/{plan.slug}/statement", data=typed)
    assert refused.status_code == 409 and "Det här hade du skrivit" in refused.text and typed["text"] in refused.text
    sent = {"type": "Feature", "geometry": None, "properties": typed}
    answer = client.post(f"/api/v1/plans/{plan.slug}/statements", json=sent)
    assert answer.status_code == 409 and "är inte skickat, men finns kvar" in answer.json["detail"]


def test_who_wrote_is_mailed_once_and_again_if_it_is_broken_off_anew(
    session: Session, plan: Plan, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(listeners._settings, "config", config)
    make_statement(session, plan, contact_name="Anna", contact_email="anna@ex.example")
    break_off(session, plan)
    assert len(telling.tell(session, at=now())) == 1 and not telling.tell(session, at=now())
    mail = session.scalars(select(OutgoingMail).where(OutgoingMail.purpose == "plan_told")).one()
    assert (
        WHY in mail.body_text
        and "Det du skrev finns kvar i ärendet" in mail.body_text
        and "antas inte" in mail.body_text
    )
    assert "svarade" not in mail.body_text and "avbrutet" in mail.subject
    discontinuing.resume_plan(session, plan, actor_id=None)
    assert not telling.tell(session, at=now())


def notice(session: Session, plan: Plan) -> Occasion:
    (found,) = [one for one in duties.list_occasions(session, plan) if one.kind == "discontinued_notice"]
    return found


def test_those_who_were_written_to_are_told_in_the_way_they_were(session: Session, plan: Plan) -> None:
    told = make_party(session, plan, "Bo Alm", email="bo@ex.example", notify_by="email")
    make_party(session, plan, "Cia Utan", party_group="other_interest")
    make_statement(session, plan, contact_name="Dag Ö", postal_address="Gata 1, 231 42 Trelleborg")
    make_statement(session, plan, contact_name="Eva B", contact_email="eva@ex.example")
    invited = next(one for one in duties.list_occasions(session, plan) if one.kind == "consultation_invitation")
    made = dispatch_actions.prepare(session, plan, invited, "Samråd", "Kom.", actor_id=None)
    numbers = [one.number for one in dispatching.propose(session, plan, invited).addressees if one.party_id != told.id]
    dispatch_actions.freeze(session, plan, made, invited, at=now(), actor_id=None, without=numbers, reason="Prov.")
    assert not [one for one in duties.list_occasions(session, plan) if one.kind == "discontinued_notice"]
    break_off(session, plan)
    assert {one.kind for one in duties.list_occasions(session, plan)} == {
        "consultation_invitation",
        "discontinued_notice",
    }
    assert [one.name for one in dispatching.propose(session, plan, notice(session, plan)).addressees] == [
        "Bo Alm",
        "Dag Ö",
    ]
    title, body = dispatch_texts.suggest(
        plan, "discontinued_notice", None, municipality="T", web_url="https://x.example", appeal_last_day=None
    )
    assert WHY in body and plan.name in title
    (step,) = next_steps.list_sendings(session, plan, today())
    assert step.legal_ref == "33 § förvaltningslagen"


def test_the_desk_is_told_what_it_means_before_and_shows_it_afterwards(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    session.commit()
    sign_in(client, session, Role.PLANNER)
    base = f"/staff/plans/{plan.slug}"
    assert "Samråd är öppet. Det stängs nu" in client.get(base).text
    assert client.post(f"{base}/discontinue", data={"reason": WHY}).status_code == 302
    page = client.get(base).text
    assert WHY in page and "Stängde ett öppet skede när planarbetet avbröts" in page
    assert "Skedet avbröts" in client.get(f"{base}/phases/{plan.phases[0].id}").text
    assert client.post(f"{base}/discontinue", data={"resume": "1"}).status_code == 302
    assert "Tog upp planarbetet igen" in client.get(base).text
