"""The limited standard procedure: all who were consulted approve, one by one, or the plan is reviewed."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.plans import adopting, consenting, dispatch_texts, next_steps, party_merging, register_list
from mapdialog.plans.consenting import APPROVED, DECLINED, SILENT
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.register_list import Wanted
from mapdialog.reports.plan_report_held import read_held
from tests.plan_seeds import make_party, make_plan, make_plan_phase, make_statement, today
from tests.staffing import sign_in


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session, procedure="standard_limited", grounds=())
    make_plan_phase(session, made, begins=-40, days=28, status="closed")
    return made


def answer(session: Session, party: PlanParty, consent: str, on: date | None = None, note: str = "Yttrande 1") -> None:
    on = on or today()
    consenting.record_consent(
        session, party, consent, on=on, note=note, today=today(), version=party.version, actor_id=None
    )


def asked(session: Session, plan: Plan) -> list[str]:
    return [one.key for one in adopting.problems_of(session, plan, today()) if one.key == "not_approved"]


def test_a_plan_without_review_is_adopted_only_when_everybody_has_approved(session: Session, plan: Plan) -> None:
    assert asked(session, plan), "an empty register is no approval"
    anna, bo = make_party(session, plan), make_party(session, plan, "Bo", party_group="resident_affected")
    make_party(session, plan, "Allmänheten", party_group="public")
    make_party(session, plan, "", organisation="Bildningsnämnden", party_group="municipal_body")
    answer(session, anna, APPROVED)
    assert asked(session, plan), "the silent one has not approved"
    answer(session, bo, DECLINED)
    assert asked(session, plan)
    assert consenting.count_consents(session, plan) == consenting.Consents(approved=1, declined=1, silent=0)
    listed = register_list.list_parties(session, plan, Wanted(flag="unapproved"))
    assert [one.party.name for one in listed] == ["Bo"]
    answer(session, bo, APPROVED)
    assert not asked(session, plan)


def test_the_letter_asks_for_approval_and_the_desk_is_told_how_many_are_missing(session: Session) -> None:
    plan = make_plan(session, procedure="standard_limited", grounds=())
    phase, party = make_plan_phase(session, plan, begins=-2, days=14), make_party(session, plan)
    _, letter = dispatch_texts.suggest(
        plan, "consultation_invitation", phase, municipality="Kommunen", web_url="-", appeal_last_day=None
    )
    assert "Skriv om du godkänner förslaget eller inte." in letter
    assert "Någon granskning hålls inte" in letter and "granskningstiden" not in letter

    def left() -> list[dict[str, object]]:
        steps = next_steps.list_steps(session, plan, today())
        return [one.params for one in steps if one.legal_ref == consenting.LEGAL_REF]

    assert left() == [{"approved": 0, "total": 1, "declined": 0}]
    answer(session, party, APPROVED)
    assert left() == []


def test_the_pages_ask_for_approval_and_a_statement_leads_to_where_it_is_kept(
    session: Session, client: FlaskClient
) -> None:
    plan = make_plan(session, procedure="standard_limited", grounds=(), published_at=now())
    make_plan_phase(session, plan, begins=-2, days=14)
    statement = make_statement(session, plan, "Jag godkänner förslaget.", contact_name="Anna")
    slug, number, party = plan.slug, statement.number, statement.party.number
    session.commit()
    for page in (f"/plans/{slug}", f"/plans/{slug}/statement"):
        shown = client.get(page).text
        assert "Godkänner du förslaget?" in shown
        assert "Någon granskning hålls inte" in shown and "granskningstiden" not in shown
    sign_in(client, session, Role.PLANNER)
    session.commit()
    link = f"/staff/plans/{slug}/parties/{party}?statement={number}"
    assert f'href="{link}#consent"' in client.get(f"/staff/plans/{slug}/statements/{number}").text
    assert f'value="Yttrande {number}"' in client.get(link).text


def test_a_review_takes_the_place_of_approval_and_other_procedures_never_ask(session: Session, plan: Plan) -> None:
    make_party(session, plan)
    make_plan_phase(session, plan, "review", begins=-5, days=14, status="announced")
    assert not asked(session, plan)
    other = make_plan(session, "Annan", procedure="standard", grounds=())
    make_party(session, other)
    assert not asked(session, other)


def test_an_approval_has_its_day_and_where_it_stands_and_can_be_taken_back(session: Session, plan: Plan) -> None:
    anna = make_party(session, plan)
    for consent, on, note, field in (
        ("ja", today(), "brev", "consent"),
        (APPROVED, None, "brev", "consent_on"),
        (APPROVED, today() + timedelta(days=1), "brev", "consent_on"),
        (APPROVED, today(), " ", "consent_note"),
        (DECLINED, today(), "x" * 400, "consent_note"),
    ):
        with pytest.raises(Invalid) as caught:
            consenting.record_consent(
                session, anna, consent, on=on, note=note, today=today(), version=None, actor_id=None
            )
        assert set(caught.value.fields) == {field}
    answer(session, anna, APPROVED)
    with pytest.raises(Conflict):
        consenting.record_consent(session, anna, DECLINED, on=today(), note="", today=today(), version=1, actor_id=None)
    answer(session, anna, SILENT)
    assert (anna.consent, anna.consent_on, anna.consent_note) == ("", None, "")


def test_merging_keeps_the_answer_and_a_no_is_never_lost(session: Session, plan: Plan) -> None:
    kept, other = make_party(session, plan, "Anna"), make_party(session, plan, "Anna")
    answer(session, other, APPROVED)
    party_merging.merge(session, kept, other, actor_id=None)
    assert kept.consent == APPROVED and kept.consent_on == today()
    third = make_party(session, plan, "Anna")
    answer(session, third, DECLINED)
    party_merging.merge(session, kept, third, actor_id=None)
    assert kept.consent == DECLINED


def test_the_desk_notes_the_answers_and_sees_who_is_left(session: Session, client: FlaskClient, plan: Plan) -> None:
    anna = make_party(session, plan)
    make_party(session, plan, "Bo")
    session.commit()
    base = f"/staff/plans/{plan.slug}/parties"
    sign_in(client, session, Role.PLANNER)
    assert "0 av 2 i samrådskretsen har godkänt" in client.get(base).text
    typed = {"consent": "approved", "consent_on": "2026-13-40", "consent_note": "brevet", "version": "1"}
    refused = client.post(f"{base}/{anna.number}/consent", data=typed)
    assert refused.status_code == 422 and "brevet" in refused.text
    done = client.post(
        f"{base}/{anna.number}/consent", data={**typed, "consent_on": today().isoformat()}, follow_redirects=True
    )
    assert done.status_code == 200
    page = client.get(base, query_string={"flag": "unapproved"}).text
    assert "1 av 2 i samrådskretsen har godkänt" in page and "Bo" in page and "Anna Ek" not in page


def test_the_report_tells_how_many_of_the_circle_have_approved(session: Session, plan: Plan) -> None:
    anna, bo = make_party(session, plan), make_party(session, plan, "Bo")
    answer(session, anna, APPROVED)
    answer(session, bo, DECLINED)
    (held,) = read_held(session, plan.phases)
    assert held.consents.startswith("1 av 2 i samrådskretsen har godkänt förslaget. 1 har svarat")
    answer(session, bo, APPROVED)
    (held,) = read_held(session, plan.phases)
    assert held.consents == "Samrådskretsen, 2 till antalet, har godkänt förslaget."


def test_a_consultation_without_a_review_offers_the_report_that_its_procedure_ends_in(
    session: Session, client: FlaskClient, plan: Plan
) -> None:
    other = make_plan(session, "Annan", procedure="standard", grounds=())
    phase, its = plan.phases[0], make_plan_phase(session, other, begins=-40, days=28, status="closed")
    session.commit()
    sign_in(client, session, Role.PLANNER)
    assert f"granskningsutlatande:{phase.id}" in client.get(f"/staff/plans/{plan.slug}/reports").text
    assert f"granskningsutlatande:{its.id}" not in client.get(f"/staff/plans/{other.slug}/reports").text
