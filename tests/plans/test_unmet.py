"""The list of unmet views per person across all phases (PBL 13:11)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.core.clock import STOCKHOLM, now, start_of_day
from mapdialog.plans.answer_models import PlanAnswer
from mapdialog.plans.models import Plan, PlanAdoption
from mapdialog.plans.statement_models import PlanStatement
from mapdialog.plans.unmet import UnmetPerson, last_day, list_unmet
from tests.plan_seeds import make_answer, make_party, make_plan, make_plan_phase, make_point, make_statement

WHO = {"contact_name": "Anna Ek", "postal_address": "Storgatan 1, 231 42 Trelleborg"}


@pytest.fixture
def plan(session: Session) -> Plan:
    """Consulted on until ten days ago, reviewed until today."""
    plan = make_plan(session)
    make_plan_phase(session, plan, status="closed", begins=-40, days=30)
    make_plan_phase(session, plan, "review", begins=-5, days=5)
    return plan


def write(session: Session, plan: Plan, days_ago: float, outcome: str = "not_met", **values: object) -> PlanStatement:
    statement = make_statement(session, plan, received_at=now() - timedelta(days=days_ago), **values)  # type: ignore[arg-type]
    make_answer(session, [make_point(session, statement)], outcome=outcome)
    return statement


def keys(found: list[UnmetPerson]) -> list[tuple[str, int]]:
    return [(one.name or one.email, len(one.views)) for one in found]


def test_a_person_is_listed_once_with_the_unmet_views_of_every_phase(session: Session, plan: Plan) -> None:
    write(session, plan, 30, **WHO)
    write(session, plan, 2, "partly_met", **WHO)
    write(session, plan, 2, "met", contact_name="Bo", postal_address="Storgatan 2, 231 42 Trelleborg")
    [anna] = list_unmet(session, plan)
    assert [one.phase for one in anna.views] == ["consultation", "review"]
    assert [one.outcome for one in anna.views] == ["not_met", "partly_met"]
    assert anna.can_be_told and anna.street == "Storgatan 1"


def test_late_for_the_consultation_but_before_the_end_of_the_review_counts(session: Session, plan: Plan) -> None:
    late = write(session, plan, 8, **WHO)
    assert late.in_time is False
    assert keys(list_unmet(session, plan)) == [("Anna Ek", 1)]


def test_what_comes_after_the_reviews_last_second_does_not_count(session: Session) -> None:
    plan = make_plan(session)
    review = make_plan_phase(session, plan, "review", status="closed", begins=-20, days=10)
    midnight = start_of_day(review.ends_on + timedelta(days=1))
    for minutes, name in ((-1, "I tid"), (2, "För sent")):
        statement = make_statement(
            session,
            plan,
            contact_name=name,
            contact_email=f"{minutes}@trelleborg.example",
            received_at=midnight + timedelta(minutes=minutes),
        )
        make_answer(session, [make_point(session, statement)], outcome="not_met")
    assert last_day(plan) == review.ends_on and midnight.astimezone(STOCKHOLM).hour == 0
    assert keys(list_unmet(session, plan)) == [("I tid", 1)]


@pytest.mark.parametrize(("procedure", "counts"), [("standard", True), ("extended", True), ("standard_limited", False)])
def test_until_a_review_is_announced_what_is_late_for_the_consultation_counts_where_one_is_to_be_held(
    session: Session, procedure: str, counts: bool
) -> None:
    plan = make_plan(session, procedure=procedure, grounds=())
    held = make_plan_phase(session, plan, status="closed", begins=-40, days=30)
    late = write(session, plan, 8, **WHO)
    assert late.in_time is False
    assert (last_day(plan), keys(list_unmet(session, plan))) == (
        (None, [("Anna Ek", 1)]) if counts else (held.ends_on, [])
    )
    held.major_change = True
    assert keys(list_unmet(session, plan)) == [("Anna Ek", 1)]
    session.add(PlanAdoption(plan_id=plan.id, decided_on=held.ends_on, body="Kommunfullmäktige"))
    session.flush()
    session.refresh(plan, ["adoption"])
    assert list_unmet(session, plan) == [], "what came after the decision was too late"


@pytest.mark.parametrize("why", ["oral", "withdrawn", "draft", "noted", "unanswered", "programme"])
def test_views_that_the_law_does_not_count_are_left_out(session: Session, why: str) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan, "programme_consultation" if why == "programme" else "consultation", begins=-10)
    statement = make_statement(session, plan, received_by="phone" if why == "oral" else "letter", **WHO)
    point = make_point(session, statement)
    if why != "unanswered":
        make_answer(
            session,
            [point],
            outcome="noted" if why == "noted" else "not_met",
            status="draft" if why == "draft" else "final",
        )
    statement.views_withdrawn_at = now() if why == "withdrawn" else None
    session.flush()
    assert list_unmet(session, plan) == []


def test_everybody_behind_letters_with_the_same_words_is_listed(session: Session, plan: Plan) -> None:
    first = write(session, plan, 3, **WHO)
    copy = make_statement(session, plan, contact_name="Bo Lind", contact_email="bo@trelleborg.example")
    copy.duplicate_of_id = first.id
    session.flush()
    assert keys(list_unmet(session, plan)) == [("Anna Ek", 1), ("Bo Lind", 1)]
    assert len({view.point_id for one in list_unmet(session, plan) for view in one.views}) == 1


def test_without_a_party_the_senders_mail_is_who_it_is_and_the_anonymous_cannot_be_told(
    session: Session, plan: Plan
) -> None:
    write(session, plan, 3, contact_email="Nils@trelleborg.example")
    write(session, plan, 2, contact_email="nils@trelleborg.example")
    write(session, plan, 2)
    found = {(one.email.lower(), len(one.views), one.can_be_told) for one in list_unmet(session, plan)}
    assert found == {("nils@trelleborg.example", 2, True), ("", 1, False)}


def test_the_register_says_where_somebody_lives_and_who_is_protected(session: Session, plan: Plan) -> None:
    party = make_party(session, plan, "Carin Å", street="Hemliga gatan 1", is_protected=True)
    write(session, plan, 2, party_id=party.id)
    [one] = list_unmet(session, plan)
    assert one.is_protected and one.party_id == party.id and one.street == "Hemliga gatan 1"


def test_the_list_is_one_question_whatever_its_length(session: Session, plan: Plan) -> None:
    from sqlalchemy import event

    for number in range(12):
        write(session, plan, 2, contact_name=f"P {number}", contact_email=f"p{number}@trelleborg.example")
    asked: list[str] = []
    bind = session.get_bind()
    listen = lambda *values: asked.append(values[2])  # noqa: E731
    event.listen(bind, "before_cursor_execute", listen)
    try:
        assert len(list_unmet(session, plan)) == 12
    finally:
        event.remove(bind, "before_cursor_execute", listen)
    assert len([one for one in asked if "plan_point" in one]) == 1
    assert session.scalar(select(func.count()).select_from(PlanAnswer)) == 12
