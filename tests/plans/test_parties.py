"""The register of parties: what holds, who may read it, protected identities, and taking it in from a table."""

import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.audit import AuditEvent
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.plans import party_import, register, register_list
from mapdialog.plans.models import Plan
from mapdialog.plans.party_import import PartyTaker
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.register import PartyDraft
from mapdialog.plans.register_list import Wanted
from tests.plan_seeds import make_party, make_plan, make_plan_phase, make_statement
from tests.seeds import make_account
from tests.staffing import sign_in

SECRET = "Hemliga Hilda Skyddström"
TABLE = (
    "Namn;Fastighet;Adress;Postnr;Ort;Grupp;E-post;Skyddad\n"
    "Anna Ek;Övre 1;Storgatan 1;23142;Trelleborg;Sakägare;anna@ex.example;\n"
    "Anna Ek;Övre 2;Storgatan 1;231 42;Trelleborg;Sakägare;;\n"
    f"{SECRET};Övre 3;Smygvägen 2;231 43;Trelleborg;Boende;;ja\n"
    "Bo Alm;Övre 4;Skyddad personuppgift;;;;;\n"
    ";Övre 5;Storgatan 9;231 42;Trelleborg;;;\n"
    "Cia Lind;Övre 6;Storgatan 3;231 42;Trelleborg;Marsmänniska;;\n"
    "Dan Ask;Övre 7;;;;;inte en adress;\n"
)


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session)
    make_plan_phase(session, made)
    return made


def base(plan: Plan) -> str:
    return f"/staff/plans/{plan.slug}/parties"


def parties(session: Session, plan: Plan) -> list[PlanParty]:
    return list(session.scalars(select(PlanParty).where(PlanParty.plan_id == plan.id).order_by(PlanParty.number)))


def take(session: Session, plan: Plan, path: Path) -> list[party_import.Outcome]:
    taker = PartyTaker(session, plan, party_import.describe(path).suggested)
    return list(taker.take_rows(path))


def test_what_is_said_of_a_party_is_tidied_and_all_that_is_wrong_is_told_at_once(session: Session, plan: Plan) -> None:
    made = register.add_party(
        session, plan, PartyDraft(name=" Anna  Ek ", postal_code="23142", email="anna@EX.example"), actor_id=None
    )
    assert (made.name, made.postal_code, made.email, made.number) == ("Anna Ek", "231 42", "anna@ex.example", 1)
    with pytest.raises(Invalid) as caught:
        register.add_party(session, plan, PartyDraft(party_group="mars", notify_by="email"), actor_id=None)
    assert set(caught.value.fields) == {"name", "party_group", "email"}


def test_only_a_party_that_nothing_names_can_be_removed(session: Session, plan: Plan) -> None:
    wrote = make_party(session, plan)
    make_statement(session, plan, party_id=wrote.id)
    with pytest.raises(Conflict):
        register.remove_party(session, wrote, actor_id=None)
    register.remove_party(session, make_party(session, plan, "Bo"), actor_id=None)
    assert parties(session, plan) == [wrote]


def test_who_saves_over_a_colleague_is_told(session: Session, plan: Plan) -> None:
    party = make_party(session, plan)
    register.update_party(session, party, PartyDraft(name="Anna B"), version=1, actor_id=None)
    with pytest.raises(Conflict):
        register.update_party(session, party, PartyDraft(name="Anna C"), version=1, actor_id=None)


def test_whoever_becomes_protected_is_so_in_every_statement(session: Session, plan: Plan) -> None:
    party = make_party(session, plan)
    statement = make_statement(session, plan, party_id=party.id)
    register.update_party(session, party, PartyDraft(name="Anna Ek", is_protected=True), version=1, actor_id=None)
    assert statement.is_protected


def test_a_search_never_finds_a_protected_identity(session: Session, plan: Plan) -> None:
    make_party(session, plan, SECRET, is_protected=True, street="Smygvägen 2")
    for asked in (Wanted(q="Hilda", protected=True), Wanted(q="Smyg", protected=True), Wanted(), Wanted(q="Hilda")):
        assert register_list.list_parties(session, plan, asked) == [], asked
    assert len(register_list.list_parties(session, plan, Wanted(protected=True))) == 1


def test_the_list_is_grouped_as_the_law_does_and_filtered(session: Session, plan: Plan) -> None:
    make_party(session, plan, "Zara", party_group="public")
    make_party(session, plan, "", organisation="Länsstyrelsen Skåne", party_group="authority_mandatory")
    make_party(session, plan, "Bo", street="Storgatan 1")
    names = [register_list.called(one.party) for one in register_list.list_parties(session, plan, Wanted())]
    assert names == ["Länsstyrelsen Skåne", "Bo", "Zara"]
    found = register_list.list_parties(session, plan, Wanted(flag="unreachable", group="public"))
    assert [one.party.name for one in found] == ["Zara"]


def test_a_table_is_taken_in_once_row_by_row_with_reasons(session: Session, plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "sakagare.csv"
    path.write_text(TABLE, encoding="cp1252")
    assert [one.kind for one in take(session, plan, path)] == [
        *("new", "changed", "new", "new", "refused", "refused", "refused")
    ]
    anna, hilda, bo = parties(session, plan)
    assert (anna.property_designation, anna.postal_code, anna.source) == ("Övre 1, Övre 2", "231 42", "register")
    assert hilda.is_protected and hilda.party_group == "resident_affected"
    assert bo.is_protected and bo.street == ""
    again = take(session, plan, path)
    assert [one.kind for one in again[:4]] == ["same"] * 4 and len(parties(session, plan)) == 3
    assert [set(one.error.fields) if isinstance(one.error, Invalid) else set() for one in again[4:]] == [
        {"name"},
        {"group"},
        {"email"},
    ]


def test_those_the_law_always_names_are_known_by_their_names(session: Session, tmp_path: Path) -> None:
    rows = {
        "Länsstyrelsen Skåne;Myndighet;": "authority_mandatory",
        "Lantmäterimyndigheten i Malmö;;": "authority_mandatory",
        "Vellinge kommun;Organisation;": "authority_mandatory",
        "Svedala kommun;Fastighetsägare;Övre 1": "property_party",
        "Ystads kommun;;Övre 2": "property_party",
        "Trafikverket;Myndighet;": "other_interest",
        "Region Skåne;Myndighet;": "other_interest",
    }
    path = tmp_path / "krets.csv"
    path.write_text("\n".join(("Organisation;Kategori;Fastighet", *rows)))
    dp = make_plan(session)
    take(session, dp, path)
    assert [one.party_group for one in parties(session, dp)] == list(rows.values())
    op = make_plan(session, "Översiktsplan", kind="comprehensive_plan")
    take(session, op, path)
    assert [one.party_group for one in parties(session, op)][-1] == "authority_mandatory"


def test_a_workbook_with_numbers_and_first_and_last_names_is_understood(
    session: Session, plan: Plan, tmp_path: Path
) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (("Förnamn", "Efternamn", "Adress", "Postnummer", "Postort"), ("Eva", "Ö", "Lilla gatan 2", 23144, "T")):
        book.active.append(row)
    book.save(tmp_path / "bok.xlsx")
    assert [one.kind for one in take(session, plan, tmp_path / "bok.xlsx")] == ["new"]
    assert [(one.name, one.postal_code) for one in parties(session, plan)] == [("Eva Ö", "231 44")]


def test_the_table_is_shown_before_it_is_taken_in_and_names_no_protected_one(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session, Role.PLANNER)
    answer = client.post(f"{base(plan)}/import", data={"file": (io.BytesIO(TABLE.encode()), "sakägare.csv")})
    assert answer.status_code == 302
    page = client.get(answer.location)
    assert "Anna Ek" in page.text and SECRET not in page.text and not parties(session, plan)
    guess = {"name": "Namn", "property_designation": "Fastighet", "street": "Adress"}
    columns = guess | {"postal_code": "Postnr", "city": "Ort", "group": "Grupp", "email": "E-post"}
    sent = columns | {"protected": "Skyddad", "default_group": "property_party", "do": "import"}
    assert client.post(answer.location, data=sent).status_code == 302
    assert len(parties(session, plan)) == 3
    assert client.get(answer.location).status_code == 404, "the file is gone when it has been taken in"


def test_reading_a_protected_identity_is_for_few_and_logged(client: FlaskClient, session: Session, plan: Plan) -> None:
    party = make_party(session, plan, SECRET, is_protected=True)
    sign_in(client, session, Role.PLANNER)
    for address in (base(plan), f"{base(plan)}?q=Hilda"):
        assert SECRET not in client.get(address).text
    for address in (f"{base(plan)}/{party.number}", f"{base(plan)}/{party.number}/edit"):
        answer = client.get(address)
        assert answer.status_code == 403 and SECRET not in answer.text
    client.post("/staff/sign-out")
    sign_in(client, session, Role.ADMINISTRATOR)
    assert SECRET not in client.get(base(plan)).text, "the list shows the number only, to everybody"
    assert SECRET in client.get(f"{base(plan)}/{party.number}").text
    logged = session.scalars(select(AuditEvent).where(AuditEvent.action == "party.read_protected")).all()
    assert [(one.object_id, one.detail) for one in logged] == [(str(party.id), {})]


def test_the_plans_own_officer_may_read_protected_identities(session: Session) -> None:
    officer = make_account(session, Role.PLANNER)
    other = make_account(session, Role.PLANNER, email="annan@demo.example")
    plan = make_plan(session, officer_id=officer.id)
    party = make_party(session, plan, SECRET, is_protected=True)
    assert register.may_read(plan, party, officer)
    assert not register.may_read(plan, party, other)


def test_the_register_is_for_planners_only(client: FlaskClient, session: Session, plan: Plan) -> None:
    make_party(session, plan)
    ways = ("", "/new", "/1", "/1/edit", "/import")
    assert {client.get(base(plan) + way).status_code for way in ways} == {302}
    for role in (Role.MODERATOR, Role.SAFETY_COORDINATOR):
        sign_in(client, session, role)
        assert {client.get(base(plan) + way).status_code for way in ways} == {403}, role
        assert client.post(f"{base(plan)}/1/remove").status_code == 403
        client.post("/staff/sign-out")


def test_a_party_is_added_shown_changed_and_removed_at_the_desk(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session, Role.PLANNER)
    sent = {"party_group": "property_party", "name": "Anna Ek", "street": "Storgatan 1", "notify_by": "letter"}
    assert client.post(f"{base(plan)}/new", data=sent).status_code == 302
    assert client.post(f"{base(plan)}/new", data=sent | {"name": ""}).status_code == 422
    assert "Storgatan 1" in client.get(f"{base(plan)}/1").text
    assert client.post(f"{base(plan)}/1/edit", data=sent | {"name": "Anna Al", "version": "1"}).status_code == 302
    assert client.post(f"{base(plan)}/1/edit", data=sent | {"version": "1"}).status_code == 409
    assert "Anna Al" in client.get(base(plan)).text
    assert client.post(f"{base(plan)}/1/remove").status_code == 302 and not parties(session, plan)
