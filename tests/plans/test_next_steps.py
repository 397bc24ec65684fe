"""The overview says what to do next in a plan, by when, and by which section of law."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.clock import now
from mapdialog.plans import discontinuing, next_steps, phasing
from mapdialog.plans.models import Plan, PlanAdoption
from mapdialog.plans.next_steps import NextStep
from mapdialog.plans.party_models import PlanDispatch
from tests.plan_seeds import make_party, make_plan, make_plan_phase, make_posting, make_statement, today
from tests.staffing import sign_in


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session, submit_to="plan@x.example", contact="Planavdelningen")
    make_party(session, made, "", organisation="Länsstyrelsen Skåne", party_group="authority_mandatory")
    return made


def steps(session: Session, plan: Plan) -> list[NextStep]:
    return next_steps.list_steps(session, plan, today())


def test_a_new_plan_plans_the_first_phase_that_the_law_demands(session: Session, plan: Plan) -> None:
    (only,) = steps(session, plan)
    assert (only.endpoint, only.values["kind"]) == (next_steps.NEW_PHASE, "consultation")
    assert only.legal_ref.startswith("5 kap. 11")


def test_a_phase_in_preparation_asks_for_its_announcement_and_papers_by_its_first_day(
    session: Session, plan: Plan
) -> None:
    phase = make_plan_phase(session, plan, status="draft", begins=5)
    found = steps(session, plan)
    assert [one.endpoint for one in found] == [next_steps.ANNOUNCEMENT, next_steps.PHASE]
    assert {one.by for one in found} == {phase.starts_on} and all(one.legal_ref for one in found)


def test_a_phase_asks_for_those_who_always_have_the_proposal_while_the_register_has_none(session: Session) -> None:
    bare = make_plan(session, submit_to="plan@x.example", contact="Planavdelningen")
    assert next_steps.PARTIES not in [one.endpoint for one in steps(session, bare)]
    make_plan_phase(session, bare, status="draft", begins=5)
    assert (steps(session, bare)[0].endpoint, steps(session, bare)[0].legal_ref) == (
        next_steps.PARTIES,
        "5 kap. 11 § PBL",
    )


def test_an_open_phase_asks_for_reading_and_then_to_be_closed(session: Session, plan: Plan) -> None:
    phase = make_plan_phase(session, plan)
    make_posting(session, phase)
    make_statement(session, plan)
    reading, closing = steps(session, plan)
    assert (reading.endpoint, reading.params) == (next_steps.STATEMENTS, {"count": 1})
    assert (closing.is_waiting, closing.by) == (True, phase.ends_on + timedelta(days=1))


def test_an_extension_is_announced_and_told_to_those_who_were_written_to(session: Session, plan: Plan) -> None:
    phase = make_plan_phase(session, plan)
    make_posting(session, phase)
    was, day = phase.ends_on, phase.ends_on + timedelta(days=6)
    made = phasing.extend_phase(session, plan, phase, ends_on=day, reason="Sommar.", actor_id=None)
    announcing, telling, closing = steps(session, plan)
    for one in (announcing, telling):
        assert (one.values, one.by) == ({"phase_id": phase.id, "_anchor": "extended"}, was)
    assert closing.is_waiting
    made.board_posted_on = today()
    session.flush()
    assert [one.message for one in steps(session, plan)] == [telling.message, closing.message]
    told = PlanDispatch(plan_id=plan.id, phase_id=phase.id, kind="consultation_invitation", title="Ny dag")
    told.frozen_at, told.sha256 = now() + timedelta(minutes=1), "0" * 64
    session.add(told)
    session.flush()
    assert [one.is_waiting for one in steps(session, plan)] == [True]


def test_a_closed_phase_asks_for_answers_and_then_its_report_and_a_reported_one_for_the_review(
    session: Session, plan: Plan
) -> None:
    phase = make_plan_phase(session, plan, begins=-40)
    make_posting(session, phase)
    statement = make_statement(session, plan)
    phase.status, phase.closed_at = "closed", statement.registered_at
    session.flush()
    reading, answering = steps(session, plan)[:2]
    assert (reading.endpoint, reading.params) == (next_steps.STATEMENTS, {"count": 1})
    assert (answering.endpoint, answering.legal_ref[:11]) == (next_steps.ANSWERS, "5 kap. 17 §")
    phase.status = "reported"
    session.flush()
    reading, planning_next = steps(session, plan)
    assert planning_next.values == {"kind": "review"}


def test_a_plan_that_changed_much_is_reviewed_again_before_it_is_adopted(session: Session, plan: Plan) -> None:
    make_plan_phase(session, plan, begins=-90, status="reported")
    review = make_plan_phase(session, plan, "review", begins=-50, status="reported")
    assert next_steps.ADOPTION in {one.endpoint for one in steps(session, plan)}
    review.major_change = True
    session.flush()
    assert {"kind": "second_review"} in [one.values for one in steps(session, plan)]


def test_what_the_law_asks_to_be_sent_stands_there_with_its_last_day(session: Session, plan: Plan) -> None:
    make_plan_phase(session, plan, begins=-90, status="reported")
    review = make_plan_phase(session, plan, "review", begins=5, status="announced")
    found = next_steps.list_sendings(session, plan, today())
    assert review.starts_on in {one.by for one in found}
    assert all(one.legal_ref and one.endpoint == next_steps.DISPATCHES for one in found)
    assert not next_steps.list_sendings(session, plan, today() - timedelta(days=400))


def test_an_adopted_plan_asks_for_its_days_until_it_has_legal_force(session: Session, plan: Plan) -> None:
    made = PlanAdoption(plan_id=plan.id, decided_on=today() - timedelta(days=9), body="Kommunfullmäktige")
    session.add(made)
    session.flush()
    session.refresh(plan)
    (announcing,) = steps(session, plan)
    assert (announcing.endpoint, announcing.legal_ref) == (next_steps.ADOPTION, "8 kap. 10 § kommunallagen")
    made.minutes_adjusted_on = made.announced_on = today() - timedelta(days=5)
    made.appeal_ends_on = today() + timedelta(days=20)
    (waiting,) = steps(session, plan)
    assert waiting.is_waiting and waiting.by and waiting.by > today() and "5 kap. 32" in waiting.legal_ref
    (due,) = next_steps.list_steps(session, plan, waiting.by)
    assert (due.is_waiting, due.by) == (False, None)
    made.appealed_on = today()
    assert "överklagat. Skriv in hur" in steps(session, plan)[0].message
    made.legal_force_on = today() + timedelta(days=30)
    assert steps(session, plan) == []


def test_the_area_is_asked_for_in_words_until_it_is_announced(session: Session, plan: Plan) -> None:
    plan.area_words = ""
    phase = make_plan_phase(session, plan, status="draft", begins=7)
    (asked,) = [one for one in steps(session, plan) if one.values == {"_anchor": "area_words"}]
    assert (asked.endpoint, asked.legal_ref) == (next_steps.EDIT, "5 kap. 11 d § 2 PBL")
    phase.status = "announced"
    assert not [one for one in steps(session, plan) if one.values == {"_anchor": "area_words"}]


def test_a_plan_that_is_broken_off_asks_for_nothing(session: Session, plan: Plan) -> None:
    discontinuing.discontinue_plan(session, plan, reason="Köpet blev inte av.", at=now(), actor_id=None)
    assert steps(session, plan) == []


def test_the_overview_shows_the_steps_the_law_and_the_log(client: FlaskClient, session: Session, plan: Plan) -> None:
    make_plan_phase(session, plan)
    sign_in(client, session, Role.PLANNER)
    text = client.get(f"/staff/plans/{plan.slug}").text
    for words in (
        "Samråd pågår. Stäng skedet när tiden är ute.",
        "5 kap. 7 § PBL",
        "Lade upp planen",
        "Utökat förfarande",
    ):
        assert words in text, words
    client.post(f"/staff/plans/{plan.slug}/discontinue", data={"reason": ""}, follow_redirects=True)
    listed = client.get("/staff/plans").text
    assert "21 dagar" in listed
