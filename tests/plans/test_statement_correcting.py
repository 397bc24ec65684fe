"""What staff registered wrongly is corrected, with a reason: how it came in and from whom, never what it says."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account, Role
from mapdialog.core.audit import AuditEvent
from mapdialog.core.clock import STOCKHOLM, local, now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.plans import correcting
from mapdialog.plans.models import Plan
from mapdialog.plans.point_locks import is_locked
from mapdialog.plans.statement_correcting import CameIn, correct_registration
from mapdialog.plans.statement_models import PlanStatement
from tests.plan_seeds import make_frozen_report, make_party, make_plan, make_plan_phase, make_point, make_statement
from tests.seeds import make_account
from tests.staffing import sign_in

LATE = {"received_by": "email", "contact_name": "Registrator", "contact_email": "reg@min.example"}


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session)


@pytest.fixture
def actor(session: Session) -> Account:
    return make_account(session)


def late(session: Session, plan: Plan, **values: Any) -> PlanStatement:
    """Sent on by the registrar two days after the last day, by a letter that reached the municipality before it."""
    phase = make_plan_phase(session, plan, begins=-40, days=28)
    ended = datetime.combine(phase.ends_on, datetime.min.time(), STOCKHOLM)
    return make_statement(session, plan, received_at=ended + timedelta(days=2), **(LATE | values))


def came(statement: PlanStatement, **values: Any) -> CameIn:
    kept = {"received_at": statement.received_at, "received_by": statement.received_by}
    names = ("contact_name", "contact_email", "organisation", "postal_address", "property_designation")
    return CameIn(**(kept | {name: getattr(statement, name) or "" for name in names} | values))


def correct(
    session: Session, one: PlanStatement, actor: Account, reason: str = "Vidarebefordrat.", **values: Any
) -> list[str]:
    more = {name: values.pop(name) for name in ("keep_party", "version") if name in values}
    asked = {"keep_party": False, "version": one.version} | more
    return correct_registration(session, one, came(one, **values), reason, at=now(), actor_id=actor.id, **asked)


def test_the_right_day_and_sender_make_it_in_time_and_somebody_elses(
    session: Session, plan: Plan, actor: Account
) -> None:
    eva = make_party(session, plan, name="Eva Innan", email="eva@innan.example")
    one = late(session, plan)
    assert one.in_time is False and one.party is not None and one.party.name == "Registrator"
    day = one.received_at - timedelta(days=4)
    correct(session, one, actor, received_at=day, contact_name="Eva Innan", contact_email="eva@innan.example")
    session.refresh(one)
    assert (one.received_at, one.in_time, one.party_id, one.party_group) == (day, True, eva.id, eva.party_group)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "statement.correct")).one()
    assert event.detail["now"]["in_time"] is True and event.detail["reason"] == "Vidarebefordrat."
    assert "contact_name" in event.detail["fields"] and "Eva" not in str(event.detail)


def test_another_channel_decides_anew_whether_it_was_said_aloud(session: Session, plan: Plan, actor: Account) -> None:
    one = late(session, plan)
    correct(session, one, actor, received_by="phone")
    session.refresh(one)
    assert (one.received_by, one.channel, one.written) == ("phone", "phone", False)
    assert correct(session, one, actor) == []


def test_the_party_can_be_kept_and_somebody_protected_is_found_again(
    session: Session, plan: Plan, actor: Account
) -> None:
    dora = make_party(session, plan, name="Dolda Dora", email="d@dora.example", is_protected=True)
    one = late(session, plan)
    was = one.party_id
    correct(session, one, actor, contact_name="Eva Innan", keep_party=True)
    assert one.party_id == was and not one.is_protected
    correct(session, one, actor, contact_name="Dolda Dora", contact_email="d@dora.example")
    session.refresh(one)
    assert one.is_protected and one.party_id == dora.id


@pytest.mark.parametrize(
    ("reason", "values", "field"),
    [
        (" ", {}, "why"),
        ("Fel.", {"received_by": "web"}, "channel"),
        ("Fel.", {"received_at": now() + timedelta(days=9)}, "received_on"),
    ],
)
def test_it_takes_a_reason_and_what_can_be_true(
    session: Session, plan: Plan, actor: Account, reason: str, values: dict[str, Any], field: str
) -> None:
    one = late(session, plan)
    with pytest.raises(Invalid) as caught:
        correct(session, one, actor, reason, **values)
    assert field in caught.value.fields


def test_what_was_sent_on_the_web_and_what_a_colleague_changed_are_let_be(
    session: Session, plan: Plan, actor: Account
) -> None:
    sent = late(session, plan, received_by="web")
    with pytest.raises(Conflict):
        correct(session, sent, actor, contact_name="Eva")
    one = make_statement(session, plan, **LATE)
    with pytest.raises(Conflict):
        correct(session, one, actor, contact_name="Eva", version=one.version - 1)


def test_outside_a_correction_the_day_is_still_kept(session: Session, plan: Plan, actor: Account) -> None:
    one, other = late(session, plan), make_statement(session, plan, **LATE)
    correct(session, one, actor, received_by="letter")
    other.received_by = "letter"
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("points", [0, 2])
def test_a_finished_report_that_tells_of_it_is_outdated(
    session: Session, plan: Plan, actor: Account, points: int
) -> None:
    one = late(session, plan)
    for _number in range(points):
        make_point(session, one)
    assert one.phase is not None
    report = make_frozen_report(session, one.phase, seconds=-1)
    correct(session, one, actor, contact_email="ny@min.example", keep_party=True)
    assert correcting.list_corrected(session, plan) == {} and is_locked(session, one)
    correct(session, one, actor, received_at=one.received_at - timedelta(days=4))
    assert [fix.reason for fix in correcting.list_corrected(session, plan)[report.id]] == ["Vidarebefordrat."]
    assert correcting.list_to_renew(session, plan) == [report]


def test_the_page_shows_what_was_registered_and_tells_what_became_of_it(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    one = late(session, plan)
    day = local(one.received_at - timedelta(days=4))
    sign_in(client, session, Role.PLANNER)
    page = f"/staff/plans/{plan.slug}/statements/{one.number}"
    assert "Rätta hur det kom in" in client.get(page).text
    form = client.get(f"{page}/correct").text
    assert "reg@min.example" in form and f"{local(one.received_at):%Y-%m-%d}" in form
    sent = {
        "version": str(one.version), "channel": "letter", "received_on": f"{day:%Y-%m-%d}", "received_time": "10.22",
        "contact_name": "Eva Innan",
    }  # fmt: skip
    refused = client.post(f"{page}/correct", data=sent)
    assert refused.status_code == 422 and "Skriv varför det rättas" in refused.text and "Eva Innan" in refused.text
    told = client.post(f"{page}/correct", data=sent | {"why": "Kom med brev."}, follow_redirects=True).text
    assert "Rättat. I tid" in told and "Eva Innan" in told
    assert "Rättade hur det kom in" in told and "Skäl: Kom med brev." in told and "10:22, Brev" in told
    saved = session.scalars(select(PlanStatement)).one()
    assert local(saved.received_at).strftime("%H.%M") == "10.22" and saved.in_time


def test_what_a_citizen_sent_has_no_such_page(client: FlaskClient, session: Session, plan: Plan) -> None:
    one = late(session, plan, received_by="web")
    sign_in(client, session, Role.PLANNER)
    page = f"/staff/plans/{plan.slug}/statements/{one.number}"
    assert "Rätta hur det kom in" not in client.get(page).text
    assert client.get(f"{page}/correct").status_code == 302
