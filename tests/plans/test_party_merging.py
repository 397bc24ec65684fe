"""Whoever writes twice is one in the register: known by property too, told of as a twin, merged and parted again."""

import uuid

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.plans import party_import, party_merging, register, register_list, unmet
from mapdialog.plans.models import Plan
from mapdialog.plans.party_import import PartyTaker
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.register_list import Wanted
from tests.plan_seeds import make_answer, make_party, make_plan, make_plan_phase, make_point, make_statement
from tests.staffing import sign_in


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session)
    make_plan_phase(session, made)
    return made


def listed(session: Session, plan: Plan) -> list[int]:
    return [one.party.number for one in register_list.list_parties(session, plan, Wanted(protected=True))]


def test_an_owner_who_writes_on_the_web_is_the_one_in_the_register_by_property(session: Session, plan: Plan) -> None:
    olle = make_party(
        session, plan, "Olle Ägare", property_designation="Trelleborg Kråkan 1, Måsen 2", street="Kråkgatan 1"
    )
    wrote = make_statement(
        session, plan, contact_name="olle ägare", contact_email="olle@ex.example", property_designation="Kråkan  1"
    )
    assert wrote.party_id == olle.id and wrote.party_group == "property_party"
    other = make_statement(session, plan, contact_name="Olle Ägare", property_designation="Kråkan 11")
    assert other.party_id != olle.id


def test_the_same_street_without_a_postal_code_is_the_same_home_and_another_code_is_not(
    session: Session, plan: Plan
) -> None:
    olle = make_party(session, plan, "Olle", street="Kråkgatan 1", postal_code="231 42", city="Trelleborg")
    assert make_statement(session, plan, contact_name="Olle", postal_address="Kråkgatan 1").party_id == olle.id
    away = make_statement(session, plan, contact_name="Olle", postal_address="Kråkgatan 1, 111 22 Stockholm")
    assert away.party_id != olle.id


def test_an_organisation_is_known_by_its_name_when_the_desk_has_seen_its_letter(session: Session, plan: Plan) -> None:
    county = make_party(session, plan, "Länsstyrelsen Skåne", party_group="authority_mandatory")
    letter = make_statement(session, plan, organisation="länsstyrelsen skåne", received_by="letter")
    assert letter.party_id == county.id and letter.party_group == "authority_mandatory"
    claimed = make_statement(session, plan, organisation="Länsstyrelsen Skåne", contact_name="Vem Som Helst")
    assert claimed.party_id != county.id


def test_a_protected_owner_is_found_by_property_and_stays_protected_whoever_forgets_it(
    session: Session, plan: Plan
) -> None:
    hidden = make_party(session, plan, "Hemlig", is_protected=True, property_designation="Kråkan 2")
    values = {"contact_name": "Hemlig", "property_designation": "Kråkan 2"}
    assert make_statement(session, plan, received_by="letter", is_protected=True, **values).party_id == hidden.id
    forgot = make_statement(session, plan, **values)
    assert forgot.party_id == hidden.id and forgot.is_protected


def test_two_that_are_one_are_merged_and_their_unmet_views_are_one_persons(session: Session, plan: Plan) -> None:
    owner = make_party(session, plan, "Olle Ägare", street="Kråkgatan 1", property_designation="Kråkan 1")
    first = make_statement(session, plan, party_id=owner.id)
    second = make_statement(
        session, plan, contact_name="Olle Ägare", contact_email="olle@ex.example", property_designation="Måsen 3"
    )
    twin = session.get_one(PlanParty, second.party_id)
    make_answer(session, [make_point(session, first), make_point(session, second)], outcome="not_met")
    assert len(unmet.list_unmet(session, plan)) == 2
    assert [one.id for one in party_merging.list_twins(session, owner, protected=False)] == [twin.id]
    assert len(register_list.list_parties(session, plan, Wanted(flag="twins"))) == 2

    assert party_merging.merge(session, owner, twin, actor_id=None) == 1
    assert (owner.email, owner.street, owner.property_designation) == (
        "olle@ex.example",
        "Kråkgatan 1",
        "Kråkan 1, Måsen 3",
    )
    assert second.party_id == owner.id and second.party_group == "property_party"
    assert [one.party_id for one in unmet.list_unmet(session, plan)] == [owner.id]
    assert listed(session, plan) == [owner.number]
    assert register_list.list_parties(session, plan, Wanted(flag="twins")) == []
    again = make_statement(
        session, plan, contact_name="Olle Ägare", contact_email="olle@ex.example", property_designation="Måsen 3"
    )
    assert again.party_id == owner.id

    assert party_merging.part(session, twin, actor_id=None) == 1
    assert (second.party_id, second.party_group, again.party_id) == (twin.id, "public", owner.id)
    assert listed(session, plan) == [owner.number, twin.number]


def test_what_was_sent_to_the_merged_one_is_told_with_the_kept_and_its_number_is_not_used_again(
    session: Session, plan: Plan
) -> None:
    kept, twin = make_party(session, plan, "Anna"), make_party(session, plan, "Anna", street="Storgatan 2")
    third = make_party(session, plan, "Anna", email="anna@ex.example")
    party_merging.merge(session, third, twin, actor_id=None)
    party_merging.merge(session, kept, third, actor_id=None)
    assert [one.id for one in party_merging.list_merged(session, kept)] == [twin.id, third.id]
    assert kept.street == "Storgatan 2" and register.is_used(session, kept)
    assert make_statement(session, plan, contact_name="Bo", contact_email="bo@ex.example").party.number == 4


def test_after_a_chain_of_merges_each_gets_its_own_back(session: Session, plan: Plan) -> None:
    one, two, olga = (make_party(session, plan, name, email="") for name in ("Olle Ägare", "Olle Ä", "Olga"))
    two.email, one.notify_by, olga.notify_by = "olle@ex.example", "none", "none"
    first, second = make_statement(session, plan, party_id=two.id), make_statement(session, plan, party_id=one.id)
    party_merging.merge(session, one, two, actor_id=None)
    party_merging.merge(session, olga, one, actor_id=None)
    assert olga.email == "olle@ex.example" and {first.party_id, second.party_id} == {olga.id}
    assert party_merging.part(session, one, actor_id=None) == 2
    assert party_merging.list_merged(session, one) == [two] and party_merging.list_merged(session, olga) == []
    assert party_merging.part(session, two, actor_id=None) == 1
    assert (first.party_id, second.party_id) == (two.id, one.id)
    assert (olga.email, olga.notify_by, one.email, two.email) == ("", "none", "", "olle@ex.example")


def test_what_cannot_be_merged_says_so(session: Session, plan: Plan) -> None:
    one, two, three = (make_party(session, plan, name) for name in ("Anna", "Anna", "Anna"))
    elsewhere = make_party(session, make_plan(session, "Annan plan"), "Anna")
    for other in (one, elsewhere):
        with pytest.raises(Invalid):
            party_merging.merge(session, one, other, actor_id=None)
    party_merging.merge(session, one, two, actor_id=None)
    for kept, other in ((one, two), (two, three)):
        with pytest.raises(Conflict):
            party_merging.merge(session, kept, other, actor_id=None)
    with pytest.raises(Conflict):
        party_merging.part(session, three, actor_id=None)


def test_nobody_loses_a_protection_by_merging_and_a_protected_twin_is_told_to_few(session: Session, plan: Plan) -> None:
    open_one = make_party(session, plan, "Hilda")
    hidden = make_party(session, plan, "Hilda", is_protected=True)
    wrote = make_statement(session, plan, party_id=open_one.id)
    assert party_merging.list_twins(session, open_one, protected=False) == []
    assert party_merging.list_twins(session, hidden, protected=False) == []
    assert [one.id for one in party_merging.list_twins(session, open_one, protected=True)] == [hidden.id]
    party_merging.merge(session, open_one, hidden, actor_id=None)
    assert open_one.is_protected and wrote.is_protected


def test_the_table_read_in_again_does_not_bring_the_twin_back(session: Session, plan: Plan, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "krets.csv"
    path.write_text("Namn;Adress;Postnr\nAnna Ek;Storgatan 1;231 42\nAnna Ek;Lillgatan 2;231 42\n")
    taker = PartyTaker(session, plan, party_import.describe(path).suggested)
    assert [one.kind for one in taker.take_rows(path)] == ["new", "new"]
    kept, twin = session.scalars(select(PlanParty).where(PlanParty.plan_id == plan.id).order_by(PlanParty.id))
    party_merging.merge(session, kept, twin, actor_id=None)
    again = PartyTaker(session, plan, party_import.describe(path).suggested)
    assert [one.kind for one in again.take_rows(path)] == ["same", "same"]


def test_the_desk_is_told_of_twins_merges_them_and_takes_them_apart(session: Session, client: FlaskClient) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    owner = make_party(session, plan, "Olle Ägare", street="Kråkgatan 1")
    wrote = make_statement(session, plan, contact_name="Olle Ägare", client_id=uuid.uuid4())
    twin = wrote.party
    session.commit()
    base = f"/staff/plans/{plan.slug}"
    sign_in(client, session, Role.MODERATOR)
    assert client.post(f"{base}/parties/{owner.number}/merge", data={"other": twin.number}).status_code == 403
    assert "Kan vara samma" not in client.get(f"{base}/statements/{wrote.number}").text
    client = client.application.test_client()
    sign_in(client, session, Role.PLANNER)
    assert f"/parties/{owner.number}" in client.get(f"{base}/statements/{wrote.number}").text
    page = client.get(f"{base}/parties/{owner.number}").text
    assert "Det är samma: behåll 1" in page
    for typed in ("", "x", "99", str(owner.number), "9" * 30):
        told = client.post(f"{base}/parties/{owner.number}/merge", data={"other": typed}, follow_redirects=True)
        assert "notice-warn" in told.text or told.status_code == 404, typed
    done = client.post(f"{base}/parties/{owner.number}/merge", data={"other": "#2"}, follow_redirects=True).text
    assert "1 yttrande flyttades hit." in done and "Hit är förda" in done
    gone = client.get(f"{base}/parties/{twin.number}").text
    assert "Samma som nummer 1" in gone
    assert client.get(f"{base}/parties/{twin.number}/edit").status_code == 302
    back = client.post(f"{base}/parties/{twin.number}/part", follow_redirects=True).text
    assert "Isärtagna" in back and f"/statements/{wrote.number}" in back
