"""Another procedure midway: what was held is measured by it, a step is done only with its proof, the log tells why."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.audit import AuditEvent
from mapdialog.core.text import clean_line
from mapdialog.dialogues import area as areas
from mapdialog.geo.geometry import from_element
from mapdialog.plans import held_phases, next_steps, planning
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.plan_drafts import LINES, TEXTS, PlanDraft
from mapdialog.plans.rule_sets import rule_set
from tests.plan_seeds import make_plan, make_plan_phase, make_posting, today
from tests.staffing import sign_in


def held(session: Session, *, days: int = 28) -> tuple[Plan, PlanPhase]:
    """A plan whose consultation was held as the standard procedure asks: announced nowhere."""
    plan = make_plan(session, procedure="standard", grounds=())
    return plan, make_plan_phase(session, plan, begins=-60, days=days, status="closed")


def as_extended(plan: Plan, **values: object) -> PlanDraft:
    names = (*LINES, *TEXTS, "kind", "started_on")
    kept = PlanDraft(**{name: getattr(plan, name) for name in names}, procedure="extended", grounds=("2",))
    return replace(kept, area=from_element(plan.area), **values)  # type: ignore[arg-type]


def change(session: Session, plan: Plan, draft: PlanDraft) -> None:
    planning.update_plan(session, plan, draft, version=None, actor_id=None)


def test_a_procedure_whose_demands_were_not_met_takes_a_reason_and_says_what_to_hold_again(session: Session) -> None:
    plan, _phase = held(session, days=3)
    with pytest.raises(planning.LacksReason) as caught:
        change(session, plan, as_extended(plan))
    assert set(caught.value.fields) == {"change_reason"}
    assert {one.key: one.legal_ref for one in caught.value.problems} == {
        "not_posted": "5 kap. 11 d § PBL",
        "too_short": "5 kap. 11 c § PBL",
    }
    assert plan.procedure == "standard"
    change(session, plan, as_extended(plan, change_reason="Av stort  intresse."))
    assert plan.procedure == "extended"


def test_the_log_tells_both_procedures_and_the_reason(client: FlaskClient, session: Session) -> None:
    plan, _phase = held(session)
    change(session, plan, as_extended(plan, change_reason="Av stort intresse."))
    detail = session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "plan.procedure_change")).one()
    assert (detail["procedure"], detail["was"], detail["reason"]) == ("extended", "standard", "Av stort intresse.")
    sign_in(client, session, Role.PLANNER)
    page = clean_line(client.get(f"/staff/plans/{plan.slug}").text)
    assert "Utökat förfarande i stället för Standardförfarande, skäl: Av stort intresse." in page


def test_a_step_whose_announcement_was_never_put_up_is_not_done(client: FlaskClient, session: Session) -> None:
    plan, phase = held(session)
    change(session, plan, as_extended(plan, change_reason="Av stort intresse."))
    lacking = [one for one in next_steps.list_steps(session, plan, today()) if one.endpoint == next_steps.ANNOUNCEMENT]
    assert [one.values for one in lacking] == [{"phase_id": phase.id, "kind": "kungorelse"}]
    pages = (f"/staff/plans/{plan.slug}", f"/staff/plans/{plan.slug}/phases")
    sign_in(client, session, Role.PLANNER)
    assert all("Uppfyller inte kraven" in client.get(address).text for address in pages)


def test_a_step_is_done_once_its_proof_is_there(client: FlaskClient, session: Session) -> None:
    plan, phase = held(session)
    change(session, plan, as_extended(plan, change_reason="Av stort intresse."))
    make_posting(session, phase)
    assert next_steps.ANNOUNCEMENT not in [one.endpoint for one in next_steps.list_steps(session, plan, today())]
    sign_in(client, session, Role.PLANNER)
    assert "Uppfyller inte kraven" not in client.get(f"/staff/plans/{plan.slug}").text


def test_a_consultation_that_was_too_short_is_held_again(session: Session) -> None:
    plan, phase = held(session, days=3)
    make_posting(session, phase)
    change(session, plan, as_extended(plan, change_reason="Av stort intresse."))
    again = [one for one in next_steps.list_steps(session, plan, today()) if one.endpoint == next_steps.NEW_PHASE]
    assert again[0].values == {"kind": "consultation"}
    assert again[0].params["least"] == phase.starts_on + timedelta(weeks=3)
    make_posting(session, make_plan_phase(session, plan, begins=-30, days=28, status="closed", round=2))
    assert not [one for one in next_steps.list_steps(session, plan, today()) if "least" in one.params]


def test_a_plan_that_nobody_was_told_of_changes_procedure_without_a_reason(session: Session) -> None:
    plan = make_plan(session, procedure="standard", grounds=())
    make_plan_phase(session, plan, status="draft", begins=10, days=28)
    change(session, plan, as_extended(plan))
    assert plan.procedure == "extended"


def test_the_form_shows_what_falls_short_beside_the_reason(client: FlaskClient, session: Session) -> None:
    plan, _phase = held(session)
    sign_in(client, session, Role.PLANNER)
    sent = {name: getattr(plan, name) for name in ("registry_number", "name", "kind")}
    sent |= {"procedure": "extended", "grounds": ["2"], "area_choice": "drawn"}
    sent["area"] = areas.to_geojson(from_element(plan.area))
    address = f"/staff/plans/{plan.slug}/edit"
    assert "Varför ändras förfarandet?" in client.get(address).text
    answer = client.post(address, data=sent)
    assert answer.status_code == 422
    assert "inget bevis på att det kungjordes (Kungörelse). (5 kap. 11 d § PBL)" in clean_line(answer.text)
    sent["change_reason"] = "Av stort intresse."
    assert client.post(address, data=sent).status_code == 302


def test_a_newspaper_that_came_late_moves_the_days_and_an_open_phase_is_extended(session: Session) -> None:
    plan = make_plan(session)
    phase = make_plan_phase(session, plan, begins=-5, days=22)
    written = make_posting(session, phase)
    assert shortfalls(session, plan) == []
    written.newspaper_on = today() - timedelta(days=1)
    session.flush()
    (step,) = shortfalls(session, plan)
    assert step.message.startswith("%(phase)s är för kort: förläng") and step.values["_anchor"] == "extend"
    assert step.params["least"] > phase.ends_on
    written.newspaper_on, written.newspaper = None, ""
    session.flush()
    (step,) = shortfalls(session, plan)
    assert "saknar bevis" in step.message
    phase.override_reason = "Tidningen lades ned; annonsen stod i den andra."
    assert shortfalls(session, plan) == []


def shortfalls(session: Session, plan: Plan) -> list[next_steps.NextStep]:
    found = next_steps.list_steps(session, plan, today())
    return [one for one in found if "bevis" in one.message or "för kort" in one.message]


@pytest.mark.parametrize(("days", "is_short"), [(30, False), (5, True)])
def test_a_review_that_was_too_short_is_held_again_as_a_second_one(session: Session, days: int, is_short: bool) -> None:
    plan = make_plan(session)
    make_posting(session, make_plan_phase(session, plan, begins=-90, days=30, status="reported"))
    review = make_plan_phase(session, plan, "review", begins=-40, days=days, status="closed")
    make_posting(session, review, "underrattelse")
    law = rule_set(plan.rule_set)
    assert ("second_review" in held_phases.allowed(law, plan)) == is_short
    steps = next_steps.list_steps(session, plan, today())
    assert ({"kind": "second_review"} in [one.values for one in steps]) == is_short
    second = make_plan_phase(session, plan, "second_review", begins=-30, days=29, status="closed")
    make_posting(session, second, "underrattelse")
    assert held_phases.list_shortfalls(law, plan, plan.procedure, plan.grounds) == []
