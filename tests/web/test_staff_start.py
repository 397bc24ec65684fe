"""The ways from the staff's menu."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from tests.plan_seeds import make_plan, make_plan_phase, make_statement
from tests.seeds import make_contribution, make_dialogue
from tests.staffing import sign_in


def test_results_in_the_menu_lead_to_the_ongoing_dialogue_with_most_contributions_until_one_is_chosen(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, session)
    assert client.get("/staff/results").location == "/staff/dialogues"
    ended = make_dialogue(session, "slut", opened_days=-90, closes_days=-60)
    busy = make_dialogue(session, "livlig", opened_days=-20)
    make_dialogue(session, "tyst", opened_days=-2)
    for _ in range(3):
        make_contribution(session, busy)
    session.commit()
    make_dialogue(session, "planerad", opened_days=20, closes_days=50)
    session.commit()
    assert ended.published_at is not None
    assert client.get("/staff/results").location == "/staff/dialogues/livlig/results"
    client.get("/staff/dialogues/tyst/results")
    assert client.get("/staff/results").location == "/staff/dialogues/tyst/results"


def test_choosing_a_dialogue_leads_to_the_same_kind_of_page_of_a_dialogue_never_of_a_plan_or_a_walk(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, session)
    make_dialogue(session, "tyst", opened_days=-2)
    plan = make_plan(session)
    session.commit()
    for page in ("phases", "documents", "parties", "statements", "answers", "reports", "adoption"):
        assert 'href="/staff/dialogues/tyst"' in client.get(f"/staff/plans/{plan.slug}/{page}").text
    assert 'href="/staff/dialogues/tyst/results"' in client.get("/staff/dialogues/tyst/results").text


def test_plans_that_ask_for_something_are_on_the_start_page_with_the_first_thing_to_do(
    client: FlaskClient, session: Session
) -> None:
    sign_in(client, session, Role.PLANNER)
    assert 'id="plans-title"' not in client.get("/staff/").text
    plan = make_plan(session)
    make_plan_phase(session, plan)
    make_statement(session, plan, contact_name="Bo Ek")
    done = make_plan(session, name="Detaljplan för det som är över", registry_number="SBN 2020/1")
    done.discontinued_on, done.discontinued_reason = done.started_on, "Behövs inte."
    session.commit()
    page = client.get("/staff/").text
    told = page[page.index('id="plans-title"') :].split("</section>")[0]
    assert f'href="/staff/plans/{plan.slug}"' in told and plan.name in told
    assert "Läs yttrandena som ingen har läst" in told or "skulle ha gjorts" in told
    assert done.name not in told and "Bo Ek" not in page
    client.post("/staff/sign-out")
    sign_in(client, session, Role.READER)
    assert 'id="plans-title"' not in client.get("/staff/").text
