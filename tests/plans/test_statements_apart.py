"""A plan's statements are reached by the plan's own pages alone: no door of the dialogues' opens to them."""

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.contributions.models import State
from mapdialog.core.clock import now
from mapdialog.plans.statement_models import PlanStatement
from tests.plan_seeds import make_plan, make_plan_phase, make_statement
from tests.seeds import make_contribution, make_dialogue
from tests.staffing import sign_in

NAME, WORDS = "Hildur Hemlig", "Skuggan faller på vår uteplats."


@pytest.fixture
def one(session: Session) -> PlanStatement:
    plan = make_plan(session, published_at=now())
    make_plan_phase(session, plan)
    made = make_statement(session, plan, WORDS, contact_name=NAME, contact_email="hildur@ex.example", is_protected=True)
    session.commit()
    return made


@pytest.mark.parametrize("role", [Role.READER, Role.MODERATOR, Role.SAFETY_COORDINATOR, Role.ADMINISTRATOR])
def test_no_page_of_the_inbox_opens_a_statement(
    client: FlaskClient, session: Session, app: Flask, one: PlanStatement, role: Role
) -> None:
    sign_in(client, session, role)
    for path in (
        f"/staff/inbox?state=all&open={one.receipt}",
        f"/staff/search?q={one.receipt}",
        f"/staff/inbox?state=all&q={one.receipt}",
        f"/staff/contributions/{one.receipt}",
    ):
        answer = client.get(path, follow_redirects=role != Role.ADMINISTRATOR)
        assert NAME not in answer.text and WORDS not in answer.text, path
    number, before = one.id, (one.state, one.version, one.public_text)
    receipt, version, asked = one.receipt, one.version, 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("contributions_staff.") and "POST" in (rule.methods or ()):
            given = {"receipt": receipt, "reply_id": 1, "key": "a", "decision": "hide"}
            if "receipt" in rule.arguments:
                _, path = rule.build({name: given[name] for name in rule.arguments}) or ("", "")
                sent = {"version": version, "text": "Ett svar.", "public_text": "Ändrat.", "publish": "1"}
                assert client.post(path, data=sent).status_code in {403, 404}, path
                asked += 1
    assert asked >= 7
    client.post("/staff/inbox/bulk", data={"ids": str(number), "decision": "approve", "confirmed": "1"})
    after = session.get_one(PlanStatement, number, populate_existing=True)
    assert (after.state, after.version, after.public_text) == before


def test_many_decided_about_at_once_leave_a_statement_alone(session: Session, one: PlanStatement) -> None:
    from mapdialog.contributions.bulk import approve_many

    one.state = State.PENDING.value
    session.flush()
    assert approve_many(session, [one.id], actor_id=None, decision_id=uuid4()) == 0


def test_what_lies_near_a_contribution_names_no_statement(
    client: FlaskClient, session: Session, one: PlanStatement
) -> None:
    dialogue = make_dialogue(session, "nara", moderation="pre")
    receipt = make_contribution(session, dialogue, "En lampa.", at=(0, 0))
    session.connection().exec_driver_sql(
        "update contribution set geom = (select geom from contribution where receipt = %s) where id = %s",
        (receipt, one.id),
    )
    session.commit()
    sign_in(client, session, Role.MODERATOR)
    answer = client.get(f"/staff/inbox?dialogue=nara&state=all&open={receipt}")
    assert "En lampa." in answer.text
    assert one.receipt not in answer.text and WORDS not in answer.text


def test_a_receipt_number_leads_its_reader_to_the_plans_own_page(
    client: FlaskClient, session: Session, one: PlanStatement
) -> None:
    follow = f"/plans/{one.plan.slug}/follow?receipt={one.receipt}"
    assert client.get(f"/c/{one.receipt}").headers["Location"] == follow
    assert client.get(f"/c?receipt={one.receipt.lower()}", follow_redirects=True).request.path.endswith("/follow")
    assert client.get(f"/c/{one.receipt}/edit/anything").status_code == 404
    sign_in(client, session, Role.MODERATOR)
    answer = client.get(f"/staff/search?q={one.receipt}")
    assert answer.headers["Location"] == f"/staff/plans/{one.plan.slug}/statements/{one.number}"


def test_a_receipt_number_does_not_tell_of_a_plan_that_is_not_published(client: FlaskClient, session: Session) -> None:
    plan = make_plan(session)
    made = make_statement(session, plan, WORDS)
    session.commit()
    receipt, slug = made.receipt, plan.slug
    answer = client.get(f"/c/{receipt}")
    assert answer.status_code == 404 and slug not in answer.text
