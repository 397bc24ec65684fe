"""A citizen's way through a plan: read it, write without JavaScript, keep the receipt, see what became of it."""

import re
import uuid
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mapdialog.core.clock import now
from mapdialog.core.errors import Closed
from mapdialog.notifications.models import OutgoingMail
from mapdialog.plans import answering, correcting
from mapdialog.plans.announcement_texts import in_words
from mapdialog.plans.models import Plan, PlanAdoption, PlanDocument, PlanFeature
from mapdialog.plans.report_models import PlanReport
from mapdialog.plans.statement_models import PlanStatement
from tests.plan_seeds import (
    make_answer,
    make_frozen_report,
    make_plan,
    make_plan_phase,
    make_point,
    make_statement,
    today,
)
from tests.seeds import make_account

SECRETS = ("Rut Hemligsson", "rut@hemlig.example", "Gömda gatan 7")
WHO = {"contact_name": SECRETS[0], "contact_email": SECRETS[1], "postal_address": SECRETS[2] + ", 231 42 Trelleborg"}


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session, published_at=now())
    session.add(PlanFeature(plan_id=made.id, code="B1", title="Bostäder", text="Fem våningar.", geom=made.area))
    make_plan_phase(session, made)
    session.commit()
    session.refresh(made, ["features"])
    return made


def form(**values: Any) -> dict[str, Any]:
    return {"client_id": str(uuid.uuid4()), "text": "Bygg lägre mot Lärkgatan.", "action": "review"} | values


def picture() -> tuple[BytesIO, str]:
    data = BytesIO()
    Image.new("RGB", (8, 8), "#336699").save(data, "PNG")
    data.seek(0)
    return data, "skiss.png"


def test_a_plan_that_is_not_published_is_not_there(client: FlaskClient, session: Session) -> None:
    hidden = make_plan(session)
    slug, name = hidden.slug, hidden.name
    session.commit()
    for path in ("", "/statement", "/map.png", "/follow"):
        assert client.get(f"/plans/{slug}{path}").status_code == 404
    assert name not in client.get("/plans").text
    assert name not in client.get("/").text


def test_the_plan_tells_what_until_when_and_how_to_appeal(client: FlaskClient, plan: Plan) -> None:
    page = client.get(f"/plans/{plan.slug}").text
    for words in (plan.registry_number, "dagar kvar", "Bostäder", "överklaga", "Lämna synpunkter"):
        assert words in page
    assert plan.name in client.get("/").text
    assert client.get(f"/plans/{plan.slug}/map.png").mimetype == "image/png"


@pytest.mark.parametrize(
    ("submit_to", "said"),
    [
        ("plan@x.example", "Skicka e-post till plan@x.example."),
        ("Nämnden, 231 83 Trelleborg", "Skicka brev till Nämnden, 231 83 Trelleborg."),
        ("Nämnden, 231 83 Trelleborg, plan@x.example", "Skicka brev eller e-post till Nämnden,"),
    ],
)
def test_what_is_not_written_on_the_web_is_sent_the_way_there_is(
    client: FlaskClient, session: Session, plan: Plan, submit_to: str, said: str
) -> None:
    plan.submit_to = submit_to
    session.commit()
    assert said in client.get(f"/plans/{plan.slug}").text


def test_an_english_page_marks_what_the_municipality_wrote_as_swedish(client: FlaskClient, plan: Plan) -> None:
    address, name = f"/plans/{plan.slug}", plan.name
    page = client.get(address, headers={"Accept-Language": "en"}).text
    assert f'<h1 lang="sv">{name}</h1>' in page and "own texts are in Swedish." in page
    assert '<p class="lead" lang="sv">' in page and '<span lang="sv">Kommunfullmäktige</span> decides' in page
    assert "Give your views" in page and "registry number" not in page
    assert 'lang="sv"' not in client.get(address).text.split("<body", 1)[1].replace('hreflang="sv"', "")


def test_written_read_through_and_sent_without_javascript(client: FlaskClient, session: Session, plan: Plan) -> None:
    part = str(plan.features[0].id)
    address = f"/plans/{plan.slug}/statement"
    asked = form(feature=part, **WHO)
    read = client.post(address, data=asked | {"files": picture()}, content_type="multipart/form-data")
    assert read.status_code == 200
    assert "skiss.png" in read.text and SECRETS[0] in read.text
    sent = client.post(address, data=asked | {"action": "send"})
    again = client.post(address, data=asked | {"action": "send"})
    assert sent.status_code == again.status_code == 303
    assert sent.location.split("?")[0] == again.location.split("?")[0]
    one = session.scalars(select(PlanStatement)).one()
    assert one.feature_id == int(part) and one.in_time and one.party_id is not None
    assert [file.file_name for file in one.files] == ["skiss.png"]
    receipt = client.get(sent.location).text
    assert one.receipt in receipt and plan.registry_number in receipt and "Bygg lägre" in receipt
    assert re.search(r"\d\d:\d\d:\d\d", receipt)
    mail = session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == SECRETS[1])).one()
    assert one.receipt in mail.body_text and sent.location.split("?")[0] in mail.body_text
    assert "\n> Bygg lägre mot Lärkgatan.\n" in mail.body_text, "what was written can be proved also without the link"
    assert "\n- skiss.png (1 kB)\n" in mail.body_text


def test_a_file_that_was_refused_is_followed_by_the_right_one_and_the_receipt_names_it(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sent = client.post(f"/plans/{plan.slug}/statement", data=form(**WHO) | {"action": "send"})
    own = sent.location.split("?")[0]
    assert "Skicka rätt fil här" in client.get(f"{own}?sent=1&files=refused").text
    waiting = session.scalars(select(OutgoingMail)).one()
    waiting.sent_at = now()
    session.commit()

    def send(*files: tuple[BytesIO, str]) -> TestResponse:
        return client.post(own, data={"files": list(files)}, content_type="multipart/form-data")

    refused = send((BytesIO(b"MZ\x00\x01"), "faktura.pdf"), picture())
    assert refused.status_code == 422 and "faktura.pdf" in refused.text, "the one that is right is kept all the same"
    assert send(picture()).status_code == 303
    one = session.scalars(select(PlanStatement)).one()
    assert [file.file_name for file in one.files] == ["skiss.png"]
    mails = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert ["skiss.png" in mail.body_text for mail in mails] == [False, True]
    assert client.post(own.rsplit("/", 1)[0] + "/fel", data={}).status_code == 404
    session.add(PlanAdoption(plan_id=plan.id, decided_on=today(), body="Kommunfullmäktige"))
    session.commit()
    assert "Skicka en fil till" not in client.get(own).text
    assert send((BytesIO(b"%PDF-1.4\n%%EOF\n"), "ny.pdf")).status_code == 422


def test_other_words_from_the_same_page_are_a_statement_of_their_own(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    address, asked = f"/plans/{plan.slug}/statement", form(action="send", contact_name="Bo Ek")
    changed = asked | {"text": "Bygg ännu lägre."}
    places = [client.post(address, data=one).location.split("?")[0] for one in (asked, changed, changed, asked)]
    assert places[0] == places[3] != places[1] == places[2]
    assert "Bygg ännu lägre." in client.get(places[1]).text
    client.post(address, data=asked | {"contact_email": "bo@ex.example"})
    query = select(PlanStatement).order_by(PlanStatement.id)
    assert [(one.raw_text, one.contact_email) for one in session.scalars(query)] == [
        ("Bygg lägre mot Lärkgatan.", None),
        ("Bygg ännu lägre.", None),
        ("Bygg lägre mot Lärkgatan.", "bo@ex.example"),
    ]
    client.post(address, data=asked | {"is_protected": "1", "files": picture()}, content_type="multipart/form-data")
    first = session.scalars(query).first()
    assert first is not None and first.is_protected and [one.file_name for one in first.files] == ["skiss.png"]


def test_nothing_typed_is_lost_when_something_is_wrong(client: FlaskClient, session: Session, plan: Plan) -> None:
    wrong = form(text=" ", contact_email="inte en adress", contact_name="Bo Ek", place_label="vid dammen")
    page = client.post(f"/plans/{plan.slug}/statement", data=wrong)
    assert page.status_code == 422
    for words in ("Bo Ek", "inte en adress", "vid dammen", "Skriv vad du tycker", "namn@exempel.se"):
        assert words in page.text
    lying = (BytesIO(b"MZ\x90\x00 a program"), "plan.pdf")
    page = client.post(f"/plans/{plan.slug}/statement", data=form(files=lying), content_type="multipart/form-data")
    assert "Bygg lägre" in page.text and "tas emot" in page.text
    assert session.scalar(select(PlanStatement.id)) is None


def test_an_anonymous_one_is_warned_and_not_stopped(client: FlaskClient, session: Session, plan: Plan) -> None:
    asked = form()
    assert "Du kan skicka ändå" in client.post(f"/plans/{plan.slug}/statement", data=asked).text
    assert client.post(f"/plans/{plan.slug}/statement", data=asked | {"action": "send"}).status_code == 303
    assert session.scalars(select(PlanStatement)).one().party_id is None


def test_after_the_last_day_one_may_write_and_is_told_that_it_is_late(client: FlaskClient, session: Session) -> None:
    plan = make_plan(session, published_at=now())
    make_plan_phase(session, plan, begins=-40, days=28, status="closed")
    session.commit()
    assert "Tiden är slut" in client.get(f"/plans/{plan.slug}/statement").text
    sent = client.post(f"/plans/{plan.slug}/statement", data=form(action="send"))
    assert "för sent" in client.get(sent.location).text
    assert session.scalars(select(PlanStatement)).one().in_time is False


def test_a_plan_that_is_decided_or_not_begun_takes_none(client: FlaskClient, session: Session, plan: Plan) -> None:
    session.add(PlanAdoption(plan_id=plan.id, decided_on=today(), body="Kommunfullmäktige"))
    slugs = plan.slug, make_plan(session, published_at=now()).slug
    session.commit()
    for slug, words in zip(slugs, ("avgjord", "inte att lämna synpunkter"), strict=True):
        page = client.post(f"/plans/{slug}/statement", data=form(action="send"))
        assert page.status_code == Closed.status
        assert words in page.text
    assert session.scalar(select(PlanStatement.id)) is None


def test_by_the_number_one_reads_the_answer_and_neither_name_nor_words(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    one = make_statement(session, plan, **WHO)
    point = make_point(session, one)
    make_answer(session, [point])
    session.commit()
    address = f"/plans/{plan.slug}/follow?receipt={one.receipt.lower()}"
    page = client.get(address).text
    assert "Höjden sänks" not in page, "an answer is told when the report is finished"
    assert not [secret for secret in (*SECRETS, "skymmer havet") if secret in page]
    missing = client.get(f"/plans/{plan.slug}/follow?receipt=TRE-26-0")
    assert missing.status_code == 404 and "Se efter på kvittot" in missing.text


def test_an_answer_that_is_being_corrected_is_told_as_the_finished_report_gives_it(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    statement = make_statement(session, plan, "Bygg lägre.", **WHO)
    answer = make_answer(session, [make_point(session, statement)], "Huset blir tre våningar.")
    answering.keep_wording(session, answer, answering.as_draft(answer), actor_id=None)
    make_frozen_report(session, plan.phases[0])
    me = make_account(session)
    correcting.correct(session, plan, answer, "Fel.", version=None, at=now(), actor_id=me.id)
    other = answering.AnswerDraft("Huset blir två våningar.", "met")
    answering.save_answer(session, answer, other, version=answer.version, actor_id=me.id)
    session.commit()
    page = client.get(f"/plans/{plan.slug}/follow?receipt={statement.receipt}").text
    assert "Kommunen rättar svaret." in page and "tre våningar" in page and "två våningar" not in page


def test_who_gave_views_is_told_of_the_adoption_and_of_their_own_right_to_appeal(
    client: FlaskClient, session: Session
) -> None:
    plan = make_plan(session, published_at=now())
    phase = make_plan_phase(session, plan, begins=-28)
    before = {"received_at": now() - timedelta(days=20)}
    met, unmet, oral, nameless, late = (
        make_statement(session, plan, **before, **WHO),
        make_statement(session, plan, **before, contact_name="Bo Ek", contact_email="bo@example.org"),
        make_statement(session, plan, **before, contact_name="Cia Ek", received_by="phone"),
        make_statement(session, plan, **before),
        make_statement(session, plan, contact_name="Sen Ek", contact_email="sen@example.org"),
    )
    for one, outcome in ((met, "met"), (unmet, "not_met"), (oral, "not_met"), (nameless, "not_met")):
        make_answer(session, [make_point(session, one)], outcome=outcome)
    frozen = PlanReport(
        plan_id=plan.id, phase_id=phase.id, kind="samradsredogorelse", edition="full", format="docx", number=1,
        is_draft=False, state="done", asked_at=now(), file_key="k", sha256="0" * 64, made_at=now(), frozen_at=now(),
    )  # fmt: skip
    last = today() + timedelta(days=10)
    day = today() - timedelta(days=11)
    done = PlanAdoption(plan_id=plan.id, decided_on=day, body="Kommunfullmäktige", section="§ 45")
    done.minutes_adjusted_on = done.announced_on = day
    done.appeal_ends_on = last
    session.add_all([frozen, done])
    session.commit()
    address = f"/plans/{plan.slug}"
    expected = {
        met: "fick ett nej",
        unmet: "Du får överklaga",
        oral: "muntligt",
        nameless: "inget namn",
        late: "för sent",
    }
    for one, words in expected.items():
        page = client.get(f"{address}/follow?receipt={one.receipt}").text
        assert words in page and "Kommunfullmäktige" in page and "§ 45" in page and in_words(last) in page
    assert in_words(last) in client.get(address).text and "beslutar om planen" not in client.get(address).text
    session.execute(update(PlanAdoption).values(appeal_ends_on=today() - timedelta(days=1)))
    session.commit()
    page = client.get(f"{address}/follow?receipt={unmet.receipt}").text
    assert "Tiden har gått ut" in page and "Du får överklaga" not in page


def test_a_wrong_key_opens_no_receipt(client: FlaskClient, session: Session, plan: Plan) -> None:
    one = make_statement(session, plan, **WHO)
    session.commit()
    assert client.get(f"/plans/{plan.slug}/statement/{one.receipt}/fel").status_code == 404


def test_nothing_public_names_who_wrote(client: FlaskClient, session: Session, plan: Plan) -> None:
    one = make_statement(session, plan, **WHO)
    session.commit()
    places = ("/plans", f"/plans/{plan.slug}", f"/api/v1/plans/{plan.slug}", "/api/v1/dialogues", "/")
    for path in (*places, f"/c/{one.receipt}", f"/api/v1/contributions/{one.receipt}", f"/plans/{plan.slug}/follow"):
        page = client.get(path).text
        assert not [secret for secret in (*SECRETS, "skymmer havet") if secret in page], path


def test_only_public_documents_of_a_told_phase_are_served(client: FlaskClient, session: Session, app: Flask) -> None:
    plan = make_plan(session, published_at=now())
    app.extensions["files"].put("plans/secret.pdf", b"%PDF-1.7 fastighetsforteckning")
    document = PlanDocument(
        plan_id=plan.id, kind="property_register_extract", title="Fastighetsförteckning", number=1, key="k1",
        file_key="plans/secret.pdf", file_name="f.pdf", content_type="application/pdf", size_bytes=30, sha256="x",
        is_public=False,
    )  # fmt: skip
    session.add(document)
    slug = plan.slug
    session.commit()
    assert client.get(f"/plans/{slug}/documents/k1").status_code == 404
    assert "Fastighetsförteckning" not in client.get(f"/plans/{slug}").text


def test_the_api_takes_a_statement_once_and_its_files_by_its_key(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    body = {"type": "Feature", "geometry": None, "properties": {"client_id": str(uuid.uuid4()), "text": "Bygg lägre."}}
    first = client.post(f"/api/v1/plans/{plan.slug}/statements", json=body)
    again = client.post(f"/api/v1/plans/{plan.slug}/statements", json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["receipt"] == again.json["receipt"]
    files = f"/api/v1/statements/{first.json['receipt']}/files"
    key = {"X-Edit-Token": first.json["edit_url"].rsplit("/", 1)[1]}
    assert client.post(files, data={"photo": picture()}, headers={"X-Edit-Token": "fel"}).status_code == 403
    for _ in (1, 2):
        assert client.post(files, data={"photo": picture()}, headers=key).status_code == 201
    assert len(session.scalars(select(PlanStatement)).one().files) == 1
    bad = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [500, 0]}, "properties": {"text": ""}}
    refused = client.post(f"/api/v1/plans/{plan.slug}/statements", json=bad)
    assert refused.status_code == 422 and refused.mimetype == "application/problem+json"
    assert {one["field"] for one in refused.json["errors"]} >= {"text", "client_id", "place"}
