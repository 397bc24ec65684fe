"""An outage is noted as it was, and near the last day it is a reason to give the phase a later end."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.clock import local, now
from mapdialog.core.errors import Invalid
from mapdialog.plans import outages
from mapdialog.plans.statement_models import PlanPhaseExtension, PlanStatement, ServiceOutage
from tests.plan_seeds import make_plan, make_plan_phase, make_statement, today
from tests.staffing import sign_in


def test_an_outage_has_a_beginning_that_has_been_and_a_note(session: Session) -> None:
    at = now()
    with pytest.raises(Invalid) as refused:
        outages.log_outage(session, began_at=at + timedelta(hours=1), ended_at=at, note=" ", at=at, actor_id=None)
    assert set(refused.value.fields) == {"began_on", "ended_on", "note"}
    began = at - timedelta(hours=2)
    made = outages.log_outage(
        session, began_at=began, ended_at=None, note="Formuläret svarade inte.", at=at, actor_id=None
    )
    outages.end_outage(session, made, at, at=at, actor_id=None)
    with pytest.raises(Invalid):
        outages.end_outage(session, made, at, at=at, actor_id=None)


@pytest.mark.parametrize(("days_left", "matters"), [(0, True), (2, True), (9, False)])
def test_only_the_last_days_of_an_open_phase_are_concerned(session: Session, days_left: int, matters: bool) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan, begins=-10, days=10 + days_left)
    at = now()
    made = outages.log_outage(session, began_at=at, ended_at=None, note="Nere.", at=at, actor_id=None)
    found = outages.find_concerned(plan, made, at)
    assert (found is not None) is matters
    if found:
        assert found.suggested_end > found.phase.ends_on


def test_from_the_outage_the_phase_is_extended_and_the_late_is_in_time(client: FlaskClient, session: Session) -> None:
    plan = make_plan(session)
    phase = make_plan_phase(session, plan, begins=-30, days=29)  # it ended yesterday
    late = make_statement(session, plan)
    session.commit()
    assert late.in_time is False
    sign_in(client, session, Role.MODERATOR)
    base = f"/staff/plans/{plan.slug}/statements/outages"
    empty = client.post(base, data={"began_on": "", "note": "Formuläret svarade inte."})
    assert empty.status_code == 422 and "Formuläret svarade inte." in empty.text
    yesterday = local(now()).date() - timedelta(days=1)
    sent = {"began_on": f"{yesterday}", "began_time": "23.10", "note": "Formuläret svarade inte."}
    assert client.post(base, data=sent).status_code == 302
    assert "Förläng tiden" not in client.get(base).text  # a moderator notes, the planner decides
    client.post("/staff/sign-out")
    sign_in(client, session, Role.PLANNER)
    page = client.get(base).text
    assert "Förläng tiden" in page
    outage = session.scalars(select(ServiceOutage)).one()
    new_end = (today() + timedelta(days=1)).isoformat()
    form = {"outage_id": str(outage.id), "new_end": new_end, "reason": "Tjänsten var nere."}
    assert client.post(f"/staff/plans/{plan.slug}/phases/{phase.id}/extend", data=form).status_code == 302
    assert session.scalars(select(PlanPhaseExtension)).one().outage_id == outage.id
    assert session.scalar(select(PlanStatement.in_time).where(PlanStatement.id == late.id)) is True
    assert "Tiden är förlängd till" in client.get(base).text
    assert client.post(f"{base}/{outage.id}/end").status_code == 302
    assert client.post(f"{base}/999999/end").status_code == 404
