"""The work queue of very many points: each page is short work, counts are one question, and nothing is skipped."""

import time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from mapdialog.plans import answering, approving
from mapdialog.plans.answer_queue import (
    ON_A_PAGE,
    Wanted,
    count_queue,
    find_neighbours,
    list_ids,
    list_queue,
)
from mapdialog.plans.answer_rules import AnswerDraft
from mapdialog.plans.completeness import count_left
from mapdialog.plans.models import Plan
from tests.plan_seeds import make_plan, make_plan_phase
from tests.plans.many_points import count_points, fill_plan, some_points
from tests.seeds import make_account
from tests.staffing import sign_in


@pytest.fixture
def plan(session: Session) -> Plan:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    return plan


def questions(session: Session) -> list[str]:
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *values: asked.append(values[2]))
    return asked


def test_a_page_of_ten_thousand_points_is_two_questions_and_short_work(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    fill_plan(session, plan, 250, 40)
    assert count_points(session, plan) == 10_010
    asked = questions(session)
    for wanted in (
        Wanted(),
        Wanted(state="unanswered", group="public"),
        Wanted(order="theme"),
        Wanted(q="skugga"),
        Wanted(state="draft", theme_id=0, late=False),
    ):
        began = time.perf_counter()
        counts = count_queue(session, plan, wanted)
        last = -(-counts[wanted.state] // ON_A_PAGE)
        rows = [*list_queue(session, plan, wanted), *list_queue(session, plan, wanted, page=last)]
        # A hundred times what it takes: only a question asked once a row would be as slow as that.
        assert time.perf_counter() - began < 10
        assert len(rows) > ON_A_PAGE
    assert len(asked) == 15
    address = f"/staff/plans/{plan.slug}/answers"
    session.commit()
    sign_in(client, session)
    page = client.get(address + "?page=150")
    assert page.text.count('name="ids"') == ON_A_PAGE and len(page.data) < 200_000


def test_pages_put_together_are_every_point_once(session: Session, plan: Plan) -> None:
    fill_plan(session, plan, 78, 5)
    wanted = Wanted()
    found = [row.id for page in range(1, 9) for row in list_queue(session, plan, wanted, page=page)]
    assert len(found) == len(set(found)) == 400 == count_queue(session, plan, wanted)["all"]
    assert found == list_ids(session, plan, wanted)
    before, after = find_neighbours(session, plan, wanted, some_points(session, plan, 11)[10])
    assert (before, after) == (found[9], found[11])


def test_four_hundred_points_are_answered_together_and_made_final(session: Session, plan: Plan) -> None:
    fill_plan(session, plan, 80, 5)
    author, reader = make_account(session), make_account(session, email="b@trelleborg.example")
    points = some_points(session, plan, 400)
    draft = AnswerDraft("Husen sänks.", "partly_met", "Bostäder behövs.")
    answer = answering.create_answer(session, plan, draft, actor_id=author.id)
    assert len(answering.attach(session, answer, points, replace=True, actor_id=author.id).done) == 400
    answers = {one.answer for one in some_points(session, plan, 500) if one.answer}
    step = {"at": author.created_at, "actor_id": reader.id}
    assert answer in approving.review_many(session, list(answers), **step).done
    assert answer in approving.approve_many(session, list(answers), **step).done
    left = count_left(session, plan)
    assert left.points == 410 and left.unanswered + left.unfinished < 15
