"""The desk's pages of statements: registering, what is noted, files handed out safely, and who may read what."""

import io
import uuid
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.audit import AuditEvent
from mapdialog.core.clock import local, now
from mapdialog.plans import answer_queue as queue
from mapdialog.plans.models import Plan
from mapdialog.plans.party_models import PlanParty
from mapdialog.plans.point_sheet import read_rows
from mapdialog.plans.registering import IN_THE_FILE
from mapdialog.plans.statement_list import list_alike
from mapdialog.plans.statement_models import PlanStatement
from tests.plan_seeds import make_party, make_plan, make_plan_phase, make_point, make_statement
from tests.staffing import sign_in

PDF = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n"


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session)
    make_plan_phase(session, made)
    return made


def base(plan: Plan) -> str:
    return f"/staff/plans/{plan.slug}/statements"


def newest(session: Session) -> PlanStatement:
    return session.scalars(select(PlanStatement).order_by(PlanStatement.id.desc()).limit(1)).one()


def letter(**heads: str) -> bytes:
    made = EmailMessage()
    moment = local(now() - timedelta(days=1)).strftime("%a, %d %b %Y 09:30:00 %z")
    for name, value in (
        {"From": "Åsa Öberg <asa@ex.example>", "Subject": "Övre", "Date": moment, "Message-ID": "<a@b>"} | heads
    ).items():
        made[name] = value
    made.set_content("Bygg lägre 🙂")
    made.add_attachment(PDF, maintype="application", subtype="pdf", filename="Ritning.pdf")
    made.add_attachment(b"MZ\x00\x01", maintype="application", subtype="pdf", filename="virus.pdf")
    return made.as_bytes()


def test_a_scanned_letter_is_registered_in_one_go_and_the_next_begins_alike(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session, Role.MODERATOR)
    answer = client.post(
        f"{base(plan)}/new",
        data={
            "client_id": str(uuid.uuid4()),
            "channel": "letter",
            "received_on": f"{local(now()).date() - timedelta(days=2)}",
            "contact_name": "Anna Ek",
            "postal_address": "Storgatan 1, 231 42 Trelleborg",
            "party_group": "property_party",
            "signatories": "1",
            "files": (io.BytesIO(PDF), "Brev från Anna.pdf"),
            "do": "next",
        },
    )
    assert answer.status_code == 302 and "channel=letter" in answer.location
    one = newest(session)
    assert (one.raw_text, one.written, one.in_time, one.received_by) == (IN_THE_FILE, True, True, "letter")
    assert local(one.received_at).hour == 12 and one.party is not None and one.party.city == "Trelleborg"
    assert [(file.file_name, file.size_bytes) for file in one.files] == [("Brev från Anna.pdf", len(PDF))]


def test_the_fast_way_tells_of_twins_as_the_statements_own_page_does(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    earlier = make_statement(session, plan, "Bygg lägre.", contact_name="Lisa Larsson", contact_email="l@ex.example")
    sign_in(client, session, Role.PLANNER)
    sent = {"channel": "letter", "text": "Bygg lägre.", "contact_name": "Lisa Larsson", "signatories": "1"}
    sent |= {"client_id": str(uuid.uuid4()), "party_group": "public", "do": "next"}
    page = client.post(f"{base(plan)}/new", data=sent, follow_redirects=True).text
    assert "kan vara samma eller höra ihop med yttrande" in page and f'/statements/{earlier.number}">' in page
    assert "kan vara samma som en annan i registret" in page and "#twins" in page


def test_an_e_mail_fills_the_form_and_is_saved_with_its_original(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session, Role.PLANNER)
    page = client.post(
        f"{base(plan)}/new",
        data={"client_id": str(uuid.uuid4()), "do": "read_eml", "eml": (io.BytesIO(letter()), "brev.eml")},
    )
    assert page.status_code == 200 and "Bygg lägre 🙂" in page.text and "virus.pdf" in page.text
    typed = {"client_id": str(uuid.uuid4()), "do": "read_eml", "contact_name": "Åsa B Öberg"}
    kept = client.post(f"{base(plan)}/new", data=typed | {"eml": (io.BytesIO(letter()), "brev.eml")})
    assert fields_of(kept.text)["contact_name"] == "Åsa B Öberg"
    form = fields_of(page.text)
    assert form["contact_email"] == "asa@ex.example" and form["received_time"] == "09.30.00"
    answer = client.post(f"{base(plan)}/new", data=form | {"text": "Bygg lägre 🙂", "channel": "email", "do": "save"})
    one = newest(session)
    assert answer.location.endswith(f"/statements/{one.number}")
    assert sorted(file.file_name for file in one.files) == ["Ritning.pdf", "brev.eml"]
    assert one.source_key == "a@b" and one.subject == "Övre"
    # The same letter again is known, in the form and when it is saved.
    again = client.post(
        f"{base(plan)}/new",
        data={"client_id": str(uuid.uuid4()), "do": "read_eml", "eml": (io.BytesIO(letter()), "brev.eml")},
    )
    assert "redan registrerat" in again.text
    client.post(f"{base(plan)}/new", data=form | {"text": "Bygg lägre 🙂", "channel": "email", "do": "save"})
    assert newest(session).id == one.id


def fields_of(page: str) -> dict[str, str]:
    """The values of a page's text inputs, by name."""
    from html.parser import HTMLParser

    found: dict[str, str] = {}

    class Inputs(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            one = dict(attrs)
            if tag == "input" and one.get("name") and one.get("type") not in ("file", "checkbox", "search"):
                found[str(one["name"])] = one.get("value") or ""

    Inputs().feed(page)
    return found


@pytest.mark.parametrize(
    ("channel", "said", "written"), [("counter", "oral", False), ("meeting", "written", True), ("phone", "", False)]
)
def test_what_is_said_at_a_visit_is_oral_and_a_note_at_a_meeting_is_not(
    client: FlaskClient, session: Session, plan: Plan, channel: str, said: str, written: bool
) -> None:
    sign_in(client, session)
    sent = {"client_id": str(uuid.uuid4()), "channel": channel, "text": "Mörkt.", "form_of": said, "do": "save"}
    answer = client.post(f"{base(plan)}/new", data=sent)
    assert newest(session).written is written
    assert ("inte rätt att överklaga" in client.get(answer.location).text) is not written


def test_whoever_registers_a_protected_one_is_not_sent_to_a_closed_door(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session, Role.MODERATOR)
    sent = {"client_id": str(uuid.uuid4()), "channel": "letter", "text": "Mörkt.", "is_protected": "y", "do": "save"}
    answer = client.post(f"{base(plan)}/new", data=sent)
    assert answer.status_code == 302 and answer.location.endswith("/statements")
    assert "nummer 1" in client.get(answer.location).text


def test_nothing_is_lost_at_an_error(client: FlaskClient, session: Session, plan: Plan) -> None:
    sign_in(client, session)
    tomorrow = local(now()).date() + timedelta(days=1)
    sent = {
        "client_id": str(uuid.uuid4()),
        "channel": "phone",
        "received_on": f"{tomorrow}",
        "text": "Hon ringde om <trafiken>.",
        "contact_email": "inte en adress",
        "place": "någonstans som inte finns",
        "party_group": "grannar",
    }
    answer = client.post(f"{base(plan)}/new", data=sent | {"files": (io.BytesIO(PDF), "anteckning.pdf"), "do": "save"})
    assert answer.status_code == 422
    assert "Hon ringde om &lt;trafiken&gt;." in answer.text and "anteckning.pdf" in answer.text
    for name in ("received_on", "contact_email", "place", "party_group"):
        assert f'id="{name}-error"' in answer.text, name
    assert session.scalar(select(PlanStatement.id)) is None
    kept = sent | {"party_group": "public", "received_on": "", "contact_email": "", "place": "55.3751 13.1569"}
    client.post(f"{base(plan)}/new", data=kept | {"do": "save"})
    one = newest(session)
    assert (one.written, one.place_source) == (False, "pin")
    assert [file.file_name for file in one.files] == ["anteckning.pdf"]


def test_a_file_is_handed_out_to_be_saved_and_never_shown(client: FlaskClient, session: Session, plan: Plan) -> None:
    sign_in(client, session, Role.MODERATOR)
    one = make_statement(session, plan)
    session.commit()
    where = f"{base(plan)}/{one.number}"
    assert client.post(f"{where}/files", data={"files": (io.BytesIO(PDF), "bi\u202elaga.pdf")}).status_code == 302
    lying = client.post(f"{where}/files", data={"files": (io.BytesIO(PDF), "bild.png")})
    assert lying.status_code == 422 and "PDF" in lying.text
    session.refresh(one, ["files"])
    answer = client.get(f"{where}/files/{one.files[0].id}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == "attachment; filename=bilaga.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/octet-stream"


def test_what_is_noted_changes_nothing_that_was_received(client: FlaskClient, session: Session, plan: Plan) -> None:
    sign_in(client, session)
    party = make_party(session, plan, "Bo Al", party_group="authority_mandatory")
    one = make_statement(session, plan, contact_name="Bo Al", at=(50, 50))
    twin = make_statement(session, plan, "Husen är för höga!", contact_name="Cia Ask")
    session.commit()
    before = (one.raw_text, one.received_at, one.contact_name, one.receipt)
    where = f"{base(plan)}/{one.number}"
    notes = {
        "version": "",
        "registry_no": "SBN 2026/123-7",
        "party_group": "property_party",
        "stance": "objection",
        "shown_as": "property",
        "signatories": "214",
        "assigned_to_id": "",
    }
    assert client.post(f"{where}/notes", data=notes).status_code == 302
    assert client.post(f"{where}/party", data={"do": "choose", "party_id": str(party.id)}).status_code == 302
    assert client.post(f"{base(plan)}/{twin.number}/duplicate", data={"duplicate_of": "1"}).status_code == 302
    assert client.post(f"{where}/place", data={"do": "whole"}).status_code == 302
    assert client.post(f"{where}/withdrawn", data={"do": "withdraw"}).status_code == 302
    assert client.post(f"{where}/read", data={"do": "next"}).location.endswith("/statements/2")
    session.refresh(one)
    assert (one.registry_no, one.stance, one.signatories, one.party_id) == (
        "SBN 2026/123-7",
        "objection",
        214,
        party.id,
    )
    assert one.party_group == "authority_mandatory" and one.place_source == "plan"
    assert one.views_withdrawn_at is not None and one.read_at is not None
    session.refresh(twin)
    assert twin.duplicate_of_id == one.id
    assert (one.raw_text, one.received_at, one.contact_name, one.receipt) == before
    page = client.get(where).text
    assert "Ändrade uppgifterna: nummer i diariet" in page
    events = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "plan_statement")).all()
    assert not any("Bo Al" in str(event.detail) or "SBN" in str(event.detail) for event in events)


def test_two_who_save_at_once_are_told(client: FlaskClient, session: Session, plan: Plan) -> None:
    sign_in(client, session)
    one = make_statement(session, plan)
    session.commit()
    notes = {"version": "1", "party_group": "public", "stance": "supports", "shown_as": "number", "signatories": "1"}
    assert client.post(f"{base(plan)}/1/notes", data=notes).status_code == 302
    refused = client.post(f"{base(plan)}/1/notes", data=notes | {"stance": "opposes"})
    assert refused.status_code == 409
    session.refresh(one)
    assert one.stance == "supports"


def test_the_list_narrows_and_search_never_finds_the_protected(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session)
    make_statement(session, plan, "Om trafiken.", contact_name="Anna Ek")
    make_statement(session, plan, "Om skuggan.", contact_name="Bo Hemlig", is_protected=True)
    make_statement(session, plan, "Sagt i telefon.", received_by="phone", contact_name="Cia Ask")
    session.commit()
    everything = client.get(base(plan)).text
    assert "Anna Ek" in everything and "Bo Hemlig" not in everything and "Skyddade personuppgifter" in everything
    assert "Cia Ask" in client.get(f"{base(plan)}?flag=oral").text
    assert "Anna Ek" not in client.get(f"{base(plan)}?flag=oral").text
    found = client.get(f"{base(plan)}?q=om+").text
    assert "Anna Ek" in found and "/statements/2" not in found
    assert client.get(f"{base(plan)}?phase=x&page=99999&flag=%00&channel=x&q=%00").status_code == 200


def test_who_left_an_address_and_no_name_is_shown_by_it_and_is_not_among_the_anonymous(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session, Role.PLANNER)
    made = make_statement(session, plan, contact_email="gun@ex.example")
    make_statement(session, plan)
    make_point(session, made, "Bygg lägre")
    day = local(now()).date()
    for page in (
        base(plan),
        f"/staff/plans/{plan.slug}/answers",
        f"/staff/plans/{plan.slug}/answers/statements/{made.number}",
        f"/staff/incoming?first={day}&last={day}",
    ):
        assert "gun@ex.example" in client.get(page).text, page
    assert [row.sender for row in read_rows(session, plan, queue.Wanted())] == ["gun@ex.example"]
    nobody = client.get(f"{base(plan)}?flag=anonymous").text
    assert "Utan avsändare" in nobody and "gun@ex.example" not in nobody


def test_what_may_be_the_same_is_pointed_out(client: FlaskClient, session: Session, plan: Plan) -> None:
    one = make_statement(session, plan, "Nej.", contact_name="Anna Ek", contact_email="a@ek.example")
    make_statement(session, plan, "Nej.", contact_name="Bo Al")
    make_statement(session, plan, "Och en sak till.", contact_name="A. Ek", contact_email="A@ek.example")
    make_statement(session, plan, "Nej.", contact_name="Bo Hemlig", is_protected=True)
    twin = make_statement(session, plan, "Nej.", contact_name="Cia Ask")
    twin.duplicate_of_id = one.id
    make_statement(session, plan, "Något annat.", contact_name="Dan Alm")
    assert list_alike(session, one) == [(2, True), (3, False)]
    session.commit()
    sign_in(client, session)
    page = client.get(f"{base(plan)}/1").text
    assert "samma text" in page and "samma avsändare" in page


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.PLANNER])
def test_protected_identities_are_for_few_and_reading_is_logged(
    client: FlaskClient, session: Session, plan: Plan, role: Role
) -> None:
    one = make_statement(session, plan, "Om skuggan.", contact_name="Bo Hemlig", is_protected=True)
    session.commit()
    account = sign_in(client, session, role)
    where = f"{base(plan)}/{one.number}"
    assert client.get(where).status_code == 403
    assert "Hemlig" not in client.get(base(plan)).text and "/statements/1" not in client.get(base(plan)).text
    assert client.post(f"{where}/party", data={"do": "make"}).status_code == 403
    session.get_one(Plan, plan.id).officer_id = account.id
    session.commit()
    assert "Bo Hemlig" in client.get(where).text
    assert client.get(f"{where}/files/1").status_code == 404
    logged = session.scalars(select(AuditEvent).where(AuditEvent.action == "statement.read_protected")).all()
    assert [event.actor_id for event in logged] == [account.id]


def test_a_moderator_registers_but_does_not_read_the_register_of_parties(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    make_party(session, plan, "Grannen Gran")
    one = make_statement(session, plan, contact_email="x@ex.example")
    session.commit()
    sign_in(client, session, Role.MODERATOR)
    where = f"{base(plan)}/{one.number}"
    assert "Grannen Gran" not in client.get(where).text
    assert client.post(f"{where}/party", data={"do": "choose", "party_id": "1"}).status_code == 403
    assert client.post(f"{where}/party", data={"do": "make"}).status_code == 422  # nobody is named
    assert session.scalars(select(PlanParty)).one().name == "Grannen Gran"


def test_others_have_nothing_to_do_here(client: FlaskClient, session: Session, plan: Plan) -> None:
    one = make_statement(session, plan)
    session.commit()
    own = f"{base(plan)}/{one.number}"
    paths = (base(plan), f"{base(plan)}/new", own, f"{own}/files/1", f"{base(plan)}/import", f"{base(plan)}/outages")
    assert {client.get(path).status_code for path in paths} == {302}
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    assert {client.get(path).status_code for path in paths} == {403}
