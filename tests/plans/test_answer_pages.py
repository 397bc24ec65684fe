"""The planner's pages of answering, as a browser without JavaScript uses them."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.audit import list_events
from mapdialog.plans import answering, changes, themes
from mapdialog.plans.answer_models import PlanAnswer, PlanAnswerWording, PlanPoint
from mapdialog.plans.answer_rules import AnswerDraft
from mapdialog.plans.models import Plan, PlanPhase
from tests.plan_seeds import make_answer, make_frozen_report, make_plan, make_plan_phase, make_point, make_statement
from tests.seeds import PASSWORD, make_account
from tests.staffing import sign_in

TEXT = "Husen är för höga 🏢.\n\nTrafiken blir farlig för barnen."
NO = {"text": "Husen blir som föreslaget.", "outcome": "not_met", "reason": "Staden behöver bostäder."}


@pytest.fixture
def plan(session: Session) -> Plan:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    return plan


def at(plan: Plan, rest: str = "") -> str:
    return f"/staff/plans/{plan.slug}/answers{rest}"


def test_a_statement_is_split_by_pasting_its_words_and_each_point_answered(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    me = sign_in(client, session, Role.PLANNER)
    statement = make_statement(session, plan, TEXT, contact_name="Anna Ek", contact_email="anna@trelleborg.example")
    page = client.get(at(plan, "/next"), follow_redirects=True).text
    assert "Anna Ek" in page and "Trafiken blir farlig" in page
    split = at(plan, f"/statements/{statement.number}")
    assert client.post(split, data={"quote": "Trafiken blir  farlig", "new_theme": "Trafik"}).status_code == 302
    assert client.post(split, data={"summary": "Husen är för höga.", "quote": "Husen är för höga"}).status_code == 302
    points = session.scalars(select(PlanPoint).order_by(PlanPoint.seq)).all()
    assert [(one.seq, one.quote, one.theme_id is not None) for one in points] == [
        (1, "Trafiken blir farlig", True),
        (2, "Husen är för höga", False),
    ]
    session.expire_all()
    assert statement.read_by_id == me.id
    page = client.get(split).text
    assert '<mark data-seq="2">Husen är för höga</mark>' in page
    made = client.post(at(plan, "/new"), data={"ids": points[0].id, **NO, "do": "next"})
    assert made.headers["Location"].endswith(f"/answers/new?ids={points[1].id}")
    session.expire_all()
    page = client.get(made.headers["Location"]).text
    assert "Husen blir som föreslaget." in page
    answer_id = points[0].answer_id
    client.post(at(plan, "/new"), data={"ids": points[1].id, "use": answer_id})
    session.refresh(points[1])
    assert points[1].answer_id == answer_id


def test_a_point_lies_where_it_is_typed_and_stays_there_when_something_else_changes(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session)
    statement = make_statement(session, plan)
    split = at(plan, f"/statements/{statement.number}")
    assert client.post(split, data={"summary": "Här.", "place": "55.3757 13.1569"}).status_code == 302
    point = session.scalars(select(PlanPoint)).one()
    before = point.geom
    assert before is not None
    page = client.get(at(plan, f"/points/{point.id}")).text
    typed = re.search(r'id="place"[^>]*value="([^"]+)"', page)
    assert typed is not None and typed[1].startswith("55.3757")
    client.post(at(plan, f"/points/{point.id}"), data={"summary": "Där.", "place": typed[1]})
    session.expire_all()
    assert point.summary == "Där." and point.geom == before
    assert client.post(split, data={"summary": "Vilse.", "place": "Ingenstansby"}).status_code == 422
    client.post(at(plan, f"/points/{point.id}"), data={"summary": "Där.", "place": ""})
    session.expire_all()
    assert point.geom is None


def test_words_that_are_not_in_the_statement_are_shown_again_with_what_is_wrong(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session, Role.PLANNER)
    statement = make_statement(session, plan, TEXT)
    answer = client.post(at(plan, f"/statements/{statement.number}"), data={"quote": "Finns inte", "summary": "Kvar."})
    assert answer.status_code == 422
    assert "Orden finns inte i yttrandet" in answer.text and "Finns inte</textarea>" in answer.text
    assert "Kvar.</textarea>" in answer.text


def test_who_saves_over_a_colleague_sees_both_wordings_and_both_are_kept(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    colleague = make_account(session, email="kollega@trelleborg.example")
    sign_in(client, session, Role.PLANNER)
    point = make_point(session, make_statement(session, plan))
    answer = answering.create_answer(session, plan, AnswerDraft("Först."), [point], actor_id=colleague.id)
    page = client.get(at(plan, f"/{answer.id}")).text
    version = re.search(r'id="version"[^>]*value="(\d+)"', page)
    assert version is not None
    theirs = AnswerDraft("Kollegans text.", "met")
    answering.save_answer(session, answer, theirs, version=answer.version, actor_id=colleague.id)
    met = client.post(at(plan, f"/{answer.id}"), data={"version": version[1], **NO})
    assert met.status_code == 409
    assert "Kollegans text." in met.text and "Husen blir som föreslaget.</textarea>" in met.text
    assert "Staden behöver bostäder.</textarea>" in met.text
    session.refresh(answer)
    assert answer.text == "Kollegans text."
    shown = client.get(at(plan, f"/{answer.id}")).text
    assert "Husen blir som föreslaget." in shown and "En annan lydelse ligger bredvid" in shown
    fresh = re.search(r'id="version"[^>]*value="(\d+)"', met.text)
    assert fresh is not None
    both = {**NO, "text": "Båda.", "version": fresh[1]}
    assert client.post(at(plan, f"/{answer.id}"), data=both).status_code == 302
    texts = set(session.scalars(select(PlanAnswerWording.text)))
    assert texts == {"Först.", "Kollegans text.", "Husen blir som föreslaget.", "Båda."}
    assert "skrev samtidigt" not in client.get(at(plan, f"/{answer.id}")).text


def test_what_was_typed_outlives_the_session(client: FlaskClient, session: Session, plan: Plan) -> None:
    point_id = make_point(session, make_statement(session, plan)).id
    account = make_account(session)
    session.commit()
    own = {"Sec-Fetch-Site": "same-origin"}
    lost = client.post(at(plan, "/new"), data={"ids": point_id, **NO}, headers=own)
    held = re.search(r'name="held"[^>]*value="([^"]+)"', lost.text)
    assert lost.status_code == 401 and held is not None and session.scalar(select(PlanAnswer.id)) is None
    values = {"email": account.email, "password": PASSWORD, "held": held[1]}
    assert NO["text"] in client.post("/staff/sign-in", data=values, headers=own, follow_redirects=True).text


def test_an_answer_goes_from_draft_to_final_over_two_desks(client: FlaskClient, session: Session, plan: Plan) -> None:
    me = sign_in(client, session, Role.PLANNER)
    author = make_account(session)
    point = make_point(session, make_statement(session, plan))
    answer = answering.create_answer(session, plan, AnswerDraft("Nej.", "not_met"), [point], actor_id=author.id)
    step = at(plan, f"/{answer.id}/step")
    refused = client.post(step, data={"do": "review", "version": answer.version})
    assert refused.status_code == 422 and "Skriv skälet" in refused.text
    draft = AnswerDraft("Nej.", "not_met", "Därför.")
    session.refresh(answer)
    answering.save_answer(session, answer, draft, version=answer.version, actor_id=author.id)
    for wish in ("review", "approve"):
        assert client.post(step, data={"do": wish, "version": answer.version}).status_code == 302
        session.refresh(answer)
    assert (answer.status, answer.reviewer_id, answer.approver_id) == ("final", me.id, me.id)
    assert "Öppna svaret igen" in client.get(at(plan, f"/{answer.id}")).text


def test_an_answer_in_a_finished_report_is_opened_with_a_reason(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    answer = make_answer(session, [make_point(session, make_statement(session, plan))])
    make_frozen_report(session, plan.phases[0])
    sign_in(client, session, Role.PLANNER)
    page = client.get(at(plan, f"/{answer.id}")).text
    assert "Rätta svaret" in page and "Öppna svaret igen" not in page
    form = {"do": "correct", "version": answer.version}
    refused = client.post(at(plan, f"/{answer.id}/step"), data=form)
    assert refused.status_code == 422 and "Skriv varför det rättas." in refused.text
    stale = client.post(at(plan, f"/{answer.id}/step"), data={"do": "correct", "version": 99, "why": "Fel våning."})
    assert stale.status_code == 409 and "Fel våning.</textarea>" in stale.text
    assert client.post(at(plan, f"/{answer.id}/step"), data={**form, "why": "Fel våning."}).status_code == 302
    page = client.get(at(plan, f"/{answer.id}")).text
    assert "Fel våning." in page and "Spara utkastet" in page


def test_one_of_many_gets_an_answer_of_its_own(client: FlaskClient, session: Session, plan: Plan) -> None:
    sign_in(client, session)
    points = [make_point(session, make_statement(session, plan)) for _ in range(3)]
    shared = make_answer(session, points, status="draft")
    gone = client.post(at(plan, f"/points/{points[0].id}/answer"), data={"do": "own", "version": points[0].version})
    assert gone.status_code == 302
    session.expire_all()
    assert points[0].answer_id != shared.id and points[1].answer_id == shared.id
    client.post(at(plan, f"/points/{points[1].id}/answer"), data={"do": "none"})
    session.expire_all()
    assert points[1].answer_id is None


def test_many_points_are_answered_themed_assigned_and_linked_to_a_change(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    me = sign_in(client, session)
    points = [make_point(session, make_statement(session, plan), f"Synpunkt {n}.") for n in range(4)]
    ids = [one.id for one in points]
    asked = client.post(at(plan), data={"ids": ids, "do": "answer"})
    assert asked.status_code == 200 and asked.text.count('name="ids"') == 4
    client.post(at(plan, "/new"), data={"ids": ids, **NO})
    client.post(at(plan), data={"ids": ids[:2], "do": "theme", "new_theme": "Höjder"})
    client.post(at(plan), data={"ids": ids, "do": "assign", "to_officer": me.id})
    draft = changes.ChangeDraft("Nockhöjden sänks.", plan.phases[0].id)
    change = changes.save_change(session, plan, draft, actor_id=me.id)
    client.post(at(plan), data={"ids": ids[1:], "do": "change", "to_change": change.id})
    session.expire_all()
    assert len({one.answer_id for one in points}) == 1 and points[0].answer_id is not None
    assert [one.theme_id is not None for one in points] == [True, True, False, False]
    assert {one.assigned_to_id for one in points} == {me.id}
    assert sorted(one.point_id for one in change.causes) == ids[1:]
    own = client.post(at(plan), data={"ids": ids, "do": "review"}, follow_redirects=True)
    assert "kan inte granska det" in own.text
    assert client.post(at(plan), data={"do": "theme"}).status_code == 422


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=unanswered", {"Obesvarad."}),
        ("state=draft", {"Utkast."}),
        ("state=final", {"Färdig."}),
        ("outcome=met", {"Färdig."}),
        ("state=mine", {"Utkast."}),
        ("late=1", {"Färdig."}),
        ("group=property_party", {"Obesvarad."}),
        ("q=utkast", {"Utkast."}),
        ("q=%23999", set()),
        ("theme=0&phase=nonsens&officer=x&state=?", {"Obesvarad.", "Utkast.", "Färdig."}),
    ],
)
def test_the_queue_shows_what_its_address_asks_for(
    client: FlaskClient, session: Session, plan: Plan, asked: str, found: set[str]
) -> None:
    me = sign_in(client, session)
    one = make_point(session, make_statement(session, plan, party_group="property_party"), "Obesvarad.")
    two = make_point(session, make_statement(session, plan), "Utkast.", assigned_to_id=me.id)
    late = make_statement(session, plan)
    late.in_time = False
    three = make_point(session, late, "Färdig.")
    make_answer(session, [two], status="draft", text="Vi ser på saken.")
    make_answer(session, [three], outcome="met")
    page = client.get(at(plan) + "?" + asked)
    assert page.status_code == 200
    shown = set(re.findall(r'class="point-link"[^>]*>([^<]+)<', page.text))
    assert shown == found and one.answer_id is None


def test_without_objection_a_statement_is_noted_with_the_answer_all_such_get(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session)
    numbers = [make_statement(session, plan, "Ingen erinran.").number for _ in range(2)]
    for number in numbers:
        assert client.post(at(plan, f"/statements/{number}/whole")).status_code == 302
    points = session.scalars(select(PlanPoint)).all()
    assert {one.summary for one in points} == {"Ingen erinran."}
    assert len({one.answer_id for one in points}) == 1 and points[0].answer_id


def test_a_major_change_after_the_review_makes_a_second_one_due(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session)
    review = make_plan_phase(session, plan, "review")
    values = {"description": "Kvarter B utgår.", "phase": review.id, "is_major": "y"}
    page = client.post(at(plan, "/changes"), data=values, follow_redirects=True)
    assert "Planera en ny granskning" in page.text and "Kvarter B utgår." in page.text
    session.expire_all()
    assert review.major_change is True
    [change] = changes.list_changes(session, plan)
    client.post(at(plan, f"/changes/{change.id}"), data={"do": "delete"})
    session.expire_all()
    assert review.major_change is False
    assert client.post(at(plan, "/changes"), data={}).status_code == 422


def test_the_report_is_told_of_the_changes_as_a_whole_or_why_there_are_none(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session)
    phase = plan.phases[0]
    values = {"phase": phase.id, "version": phase.version, "changes_text": "Förslaget hade det redan."}
    page = client.post(at(plan, "/changes/text"), data=values, follow_redirects=True)
    assert page.status_code == 200 and "Förslaget hade det redan." in page.text
    session.expire_all()
    stored = select(PlanPhase.changes_text).where(PlanPhase.id == values["phase"])
    assert session.scalar(stored) == "Förslaget hade det redan."
    late = client.post(at(plan, "/changes/text"), data=values | {"changes_text": "Kollegans ord."})
    assert late.status_code == 409 and "Kollegans ord." in late.text, "what was typed is not lost"
    assert "Nu sparat: Förslaget hade det redan." in late.text
    long = values | {"changes_text": "x" * 10_001, "version": ""}
    assert client.post(at(plan, "/changes/text"), data=long).status_code == 422
    for wrong in ("", "x", "999999", str(2**40)):
        assert client.post(at(plan, "/changes/text"), data={"phase": wrong}).status_code == 422


def test_protected_identities_are_for_the_few_and_reading_them_is_logged(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    sign_in(client, session, Role.PLANNER)
    hidden = make_statement(
        session, plan, "Jag heter Hemlig.", contact_name="Carin Hemlig", postal_address="Dolda 1", is_protected=True
    )
    point = make_point(session, hidden, "Hemlig synpunkt.")
    make_answer(session, [point], outcome="not_met")
    queue = client.get(at(plan)).text
    assert "Hemlig" not in queue and "skyddade personuppgifter" in queue
    unmet = client.get(at(plan, "/unmet")).text
    assert "Hemlig" not in unmet and "med skyddade personuppgifter" in unmet
    for path in (f"/statements/{hidden.number}", f"/points/{point.id}"):
        assert client.get(at(plan, path)).status_code == 403
    assert "Hemlig" not in client.get(at(plan, f"/{point.answer_id}")).text
    assert client.post(at(plan), data={"ids": point.id, "do": "answer"}).status_code == 422
    plan.officer_id = session.scalar(select(PlanPoint.created_by_id))
    client.post("/staff/sign-out")
    boss = sign_in(client, session)
    listed = client.get(at(plan)).text
    assert "Hemlig synpunkt." in listed and "Carin" not in listed
    assert "Carin" in client.get(at(plan, f"/statements/{hidden.number}")).text
    [read] = [one for one in list_events(session, hidden) if one.action == "statement.read_protected"]
    assert read.actor_id == boss.id


def test_who_is_not_met_is_listed_with_who_cannot_be_told(client: FlaskClient, session: Session, plan: Plan) -> None:
    sign_in(client, session, Role.PLANNER)
    for name, mail in (("Anna Ek", "anna@trelleborg.example"), ("Bo Utan", "")):
        statement = make_statement(session, plan, contact_name=name, contact_email=mail)
        make_answer(session, [make_point(session, statement)], outcome="not_met")
    page = client.get(at(plan, "/unmet")).text
    assert "Anna Ek" in page and "anna@trelleborg.example" in page and "Ingen adress" in page


PAGES = ("", "/next", "/statements/1", "/new?ids=1", "/themes", "/changes", "/unmet", ".xlsx", "/import")


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.SAFETY_COORDINATOR, Role.READER])
def test_others_than_planners_are_refused(client: FlaskClient, session: Session, plan: Plan, role: Role | None) -> None:
    statement = make_statement(session, plan)
    point = make_point(session, statement)
    session.commit()
    if role is not None:
        sign_in(client, session, role)
    expected = 302 if role is None else 403
    for path in (*PAGES, f"/points/{point.id}"):
        assert client.get(at(plan, path)).status_code == expected, path
    for path in ("", "/new", f"/points/{point.id}", "/themes", "/changes", "/import", f"/points/{point.id}/answer"):
        status = client.post(at(plan, path), data={"ids": point.id, "do": "delete"}).status_code
        assert status == (302 if role is None else 403), path
    assert session.get(PlanPoint, point.id) is not None


def test_themes_are_named_renamed_and_taken_away(client: FlaskClient, session: Session, plan: Plan) -> None:
    sign_in(client, session)
    client.post(at(plan, "/themes"), data={"label": "Höjder"})
    again = client.post(at(plan, "/themes"), data={"label": "höjder"})
    assert again.status_code == 409 and "redan ett tema" in again.text
    theme = themes.save_theme(session, plan, "Skugga", actor_id=None)
    client.post(at(plan, "/themes"), data={"theme": theme.id, "label": "Skuggor"})
    assert "Skuggor" in client.get(at(plan, "/themes")).text
    client.post(at(plan, "/themes"), data={"theme": theme.id, "do": "delete"})
    assert "Skuggor" not in client.get(at(plan, "/themes")).text
