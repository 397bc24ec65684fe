"""A sending says whom the law names and the register lacks, and goes on without them only with a reason."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.clock import now
from mapdialog.core.errors import Invalid
from mapdialog.plans import dispatch_actions, dispatching, duties
from mapdialog.plans.duties import Occasion
from mapdialog.plans.models import Plan
from tests.plan_seeds import make_party, make_plan, make_plan_phase
from tests.staffing import sign_in

HOME = {"street": "Gata 5", "postal_code": "205 15", "city": "Malmö"}


@pytest.fixture
def plan(session: Session) -> Plan:
    made = make_plan(session)
    make_plan_phase(session, made)
    make_party(session, made, "Anna Ek", **HOME)
    return made


def invitation(session: Session, plan: Plan) -> Occasion:
    return next(one for one in duties.list_occasions(session, plan) if one.kind == "consultation_invitation")


def lacks(session: Session, plan: Plan) -> list[str]:
    occasion = invitation(session, plan)
    proposal = dispatching.propose(session, plan, occasion)
    return [one.key for one in dispatching.why_not_frozen(session, plan, occasion, proposal)]


def test_an_invitation_without_the_authorities_takes_a_reason(session: Session, plan: Plan) -> None:
    assert lacks(session, plan) == ["no_authority"]
    occasion = invitation(session, plan)
    made = dispatch_actions.prepare(session, plan, occasion, "Samråd", "Kom.", actor_id=None)
    with pytest.raises(Invalid, match="Länsstyrelsen"):
        dispatch_actions.freeze(session, plan, made, occasion, at=now(), actor_id=None)
    assert dispatch_actions.freeze(
        session, plan, made, occasion, at=now(), actor_id=None, reason="De har fått det i annan ordning."
    )


def test_an_authority_that_is_named_and_not_there_is_worth_a_thought(session: Session, plan: Plan) -> None:
    make_party(session, plan, "", organisation="Vellinge kommun", party_group="authority_mandatory", **HOME)
    assert lacks(session, plan) == ["no_länsstyrelsen", "no_lantmäterimyndigheten"]
    for name in ("Länsstyrelsen Skåne", "Lantmäteriet"):
        make_party(session, plan, "", organisation=name, party_group="authority_mandatory", **HOME)
    assert lacks(session, plan) == []


def test_the_draft_says_who_is_missing(client: FlaskClient, session: Session, plan: Plan) -> None:
    made = dispatch_actions.prepare(session, plan, invitation(session, plan), "Samråd", "Kom.", actor_id=None)
    address = f"/staff/plans/{plan.slug}/dispatches/{made.id}"
    session.commit()
    sign_in(client, session, Role.PLANNER)
    assert "Länsstyrelsen och de andra som lagen alltid nämner saknas" in client.get(address).text
    answer = client.post(f"{address}/use", data={})
    assert answer.status_code == 422 and "ingen i listan hör till den gruppen" in answer.text
