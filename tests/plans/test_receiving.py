"""Statements come in through one door, once, and are in time or late by the days of the phase."""

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.clock import STOCKHOLM, now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.plans.queries import find_phase_of
from mapdialog.plans.receiving import NewStatement, receive_statement
from mapdialog.plans.statement_models import PlanStatement
from tests.plan_seeds import make_party, make_plan, make_plan_phase, make_statement
from tests.seeds import make_contribution, make_dialogue, make_district_set

DOOR = {"secret_key": "t" * 64, "receipt_prefix": "TRE"}


def test_a_statement_sent_twice_is_received_once(session: Session) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    sent = NewStatement(
        client_id=uuid.uuid4(), text="Bygg lägre.", contact_name="Anna Ek", contact_email="a@ek.example"
    )
    first = receive_statement(session, plan, sent, at=now(), **DOOR)
    again = receive_statement(session, plan, sent, at=now(), **DOOR)
    assert first.is_new and not again.is_new
    assert again.statement.receipt == first.statement.receipt and again.edit_token == first.edit_token
    assert session.scalar(select(func.count()).select_from(PlanStatement)) == 1


def test_a_statement_two_minutes_late_is_taken_and_marked(session: Session) -> None:
    plan = make_plan(session)
    phase = make_plan_phase(
        session, plan, starts_on=datetime(2026, 10, 1).date(), ends_on=datetime(2026, 10, 25).date()
    )
    # The clocks go back on that very night: the last day has twenty-five hours.
    last = datetime(2026, 10, 25, 23, 59, 59, tzinfo=STOCKHOLM)
    in_time = make_statement(session, plan, received_at=last)
    late = make_statement(session, plan, received_at=last + timedelta(minutes=2))
    assert (in_time.phase_id, in_time.in_time) == (phase.id, True)
    assert (late.phase_id, late.in_time) == (phase.id, False)


def test_before_every_phase_a_statement_belongs_to_none(session: Session) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan, begins=10)
    assert find_phase_of(plan, now()) == (None, None)


def test_what_was_said_aloud_is_not_written(session: Session) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    assert make_statement(session, plan, received_by="meeting").written is False
    assert make_statement(session, plan, received_by="letter").written is True


def test_the_same_person_writing_again_is_the_same_party_and_a_namesake_is_not(session: Session) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    home = {"contact_name": "Anna Ek", "postal_address": "Storgatan 1, 23142 Trelleborg"}
    first, again = make_statement(session, plan, **home), make_statement(session, plan, **home)
    namesake = make_statement(session, plan, contact_name="Anna Ek", contact_email="other@ek.example")
    assert first.party_id == again.party_id is not None
    assert namesake.party_id not in (None, first.party_id)
    assert first.party is not None and (first.party.postal_code, first.party.city) == ("231 42", "Trelleborg")
    assert make_statement(session, plan).party_id is None


def test_a_registered_party_lends_its_group_and_its_protection(session: Session) -> None:
    plan = make_plan(session)
    party = make_party(session, plan, is_protected=True)
    statement = make_statement(session, plan, party_id=party.id)
    assert statement.is_protected and statement.party_group == "property_party"


def test_without_a_place_no_district_counts_it(session: Session) -> None:
    make_district_set(session)
    plan = make_plan(session)
    nowhere, somewhere = make_statement(session, plan), make_statement(session, plan, at=(100, 100))
    linked = text("select count(*) from contribution_district where contribution_id = :id")
    assert session.scalar(linked, {"id": nowhere.id}) == 0
    assert session.scalar(linked, {"id": somewhere.id}) == 1
    assert nowhere.place_source == "plan"


def test_a_number_used_elsewhere_and_an_empty_text_are_refused(session: Session) -> None:
    plan = make_plan(session)
    used = uuid.uuid4()
    make_contribution(session, make_dialogue(session), client_id=used)
    with pytest.raises(Conflict):
        make_statement(session, plan, client_id=used)
    with pytest.raises(Invalid) as refused:
        make_statement(session, plan, "  ", received_at=now() + timedelta(days=1))
    assert set(refused.value.fields) == {"text", "received_at"}


@pytest.mark.parametrize(
    "change",
    [
        "update plan_statement set written = not written",
        "update plan_statement set received_by = 'email'",
        "update plan set rule_set = 'other'",
        "update plan_phase set ends_on = ends_on - 1",
        "update contribution set raw_text = 'x' where kind = 'plan_statement'",
    ],
)
def test_the_database_keeps_what_was_received(session: Session, change: str) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    make_statement(session, plan, received_by="letter")
    with pytest.raises(IntegrityError):
        session.execute(text(change))


@pytest.mark.parametrize(
    "who",
    [
        {"contact_name": "DOLDA  Dora", "property_designation": "Hamnen 3"},
        {"contact_name": "Dolda Dora"},
        {"contact_email": "Dora@example.se"},
    ],
)
def test_somebody_protected_who_forgets_to_say_so_is_protected_all_the_same(
    session: Session, who: dict[str, str]
) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    dora = make_party(
        session, plan, "Dolda Dora", is_protected=True, email="dora@example.se", property_designation="Hamnen 3"
    )
    made = make_statement(session, plan, **who)
    assert made.is_protected
    assert made.party is None or made.party.is_protected
    assert (made.party is dora) == ("property_designation" in who), "a namesake is not made the same one"
    assert [one.action for one in audit.list_events(session, made)] == ["statement.guard"]
    assert not make_statement(session, plan, contact_name="Öppna Olle", property_designation="Hamnen 3").is_protected
