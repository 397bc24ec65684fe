"""No party's data in anything the public can fetch, nor in a log: searched for by value."""

import io
import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.audit import AuditEvent
from mapdialog.core.clock import now
from mapdialog.plans.models import Plan
from mapdialog.plans.report_models import PlanReport
from mapdialog.web.access import PUBLIC, rule_of
from tests.plan_seeds import make_answer, make_party, make_plan, make_plan_phase, make_point, make_statement
from tests.staffing import sign_in

VALUES = (
    "Xenia Ytterlund",
    "Kvastvägen 77",
    "xenia@ytterlund.example",
    "Stenbocken 9:41",
    "070-555 01 99",
    "Ytterlund",
)


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session, published_at=now())
    phase = make_plan_phase(session, made)
    name, street, email, designation, phone, _surname = VALUES
    party = make_party(
        session, made, name, street=street, email=email, property_designation=designation, phone=phone, city="Orten"
    )
    statement = make_statement(session, made, "Bygg lägre.", party_id=party.id, contact_name=name, contact_email=email)
    make_answer(session, [make_point(session, statement)])
    session.add(
        PlanReport(
            plan_id=made.id, phase_id=phase.id, kind="samradsredogorelse", edition="web", format="pdf", number=1,
            state="done", is_draft=False, file_key="k", sha256="s", frozen_at=now(),
        )
    )  # fmt: skip
    session.commit()
    return made


def public_addresses(app: Flask, slug: str) -> list[str]:
    """Every page for everybody that needs nothing but a plan's or dialogue's address."""
    found = []
    with app.app_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or set()) or rule_of(rule.endpoint) != PUBLIC or rule.arguments - {"slug"}:
                continue
            found.append(re.sub(r"<(?:\w+:)?slug>", slug, rule.rule))
    return found


def test_no_public_page_tells_of_a_party(client: FlaskClient, app: Flask, session: Session, plan: Plan) -> None:
    slug, vessel = plan.slug, plan.dialogue.slug
    addresses = {*public_addresses(app, slug), *public_addresses(app, vessel)}
    receipt = session.scalar(text("select receipt from contribution"))
    addresses |= {f"/plans/{slug}/follow?receipt={receipt}", f"/c/{receipt}", "/api/v1/openapi.json"}
    assert f"/plans/{slug}" in addresses and len(addresses) > 20
    assert {
        client.get(f"/plans/{slug}").status_code,
        client.get(f"/plans/{slug}/follow?receipt={receipt}").status_code,
    } == {200}
    told = {}
    for address in sorted(addresses):
        answer = client.get(address)
        assert answer.status_code < 500, address
        said = answer.get_data(as_text=True) if "text" in answer.mimetype or "json" in answer.mimetype else ""
        told[address] = [value for value in VALUES if value in said]
    assert not {address: values for address, values in told.items() if values}


def test_no_log_tells_of_a_party(
    client: FlaskClient, session: Session, plan: Plan, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in(client, session, Role.PLANNER)
    base = f"/staff/plans/{plan.slug}/parties"
    name, street, email, designation, phone, _surname = VALUES
    sent = {"party_group": "property_party", "name": name, "street": street, "email": email, "notify_by": "letter"}
    assert client.post(f"{base}/new", data=sent).status_code == 302
    assert client.post(f"{base}/1/edit", data=sent | {"version": "99", "phone": phone}).status_code == 409
    assert client.get(f"{base}/1").status_code == 200
    table = f"Namn;Adress;Fastighet;Skyddad\n{name};{street};{designation};ja\n"
    shown = client.post(f"{base}/import", data={"file": (io.BytesIO(table.encode()), "x.csv")}).location
    assert client.post(shown, data={"name": "Namn", "default_group": "mars", "do": "import"}).status_code == 422
    assert client.post(f"{base}/1/remove").status_code == 302
    lines = [record.getMessage() + str(record.args) for record in caplog.records if record.name != "sqlalchemy.engine"]
    assert not [line for line in lines for value in VALUES if value in line]
    details = [str(one.detail) for one in session.scalars(select(AuditEvent))]
    assert details and not [detail for detail in details for value in VALUES if value in detail]
