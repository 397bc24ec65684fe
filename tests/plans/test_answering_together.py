"""Two officers at once, in two real sessions: nobody's text is lost, and every point gets one answer."""

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.database import make_engine
from mapdialog.plans import answering
from mapdialog.plans.answer_models import PlanAnswer, PlanAnswerWording, PlanPoint
from mapdialog.plans.answer_reading import list_wordings
from mapdialog.plans.answering import AnswerDraft, Saving
from mapdialog.plans.models import Plan
from mapdialog.plans.point_locks import take_points
from mapdialog.plans.points import PointDraft, add_point
from mapdialog.plans.statement_models import PlanStatement
from tests.conftest import create_database, drop_database
from tests.plan_seeds import make_plan, make_point, make_statement
from tests.seeds import make_account


@pytest.fixture
def desks(cluster_url: str) -> Iterator[Engine]:
    """A database of its own, where what the two commit stays until the end."""
    name = f"mapdialog_test_plan_answers_{threading.get_native_id()}"
    engine = make_engine(create_database(cluster_url, name))
    yield engine
    engine.dispose()
    drop_database(cluster_url, name)


def at_once(engine: Engine, *deeds: Callable[[Session], None]) -> None:
    """Each deed in a session and a thread of its own, begun together, committed."""
    together, failed = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[Session], None]) -> None:
        try:
            with Session(engine) as session:
                together.wait(10)
                deed(session)
                session.commit()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failed


def test_two_wordings_of_one_answer_are_both_kept_and_one_of_them_stands(desks: Engine) -> None:
    with Session(desks) as session:
        people = [make_account(session).id, make_account(session, Role.PLANNER).id]
        plan = make_plan(session)
        point = make_point(session, make_statement(session, plan))
        answer_id = answering.create_answer(session, plan, AnswerDraft("Första."), [point], actor_id=None).id
        session.commit()
    saved: list[Saving] = []

    def write(text: str, actor_id: int) -> Callable[[Session], None]:
        def deed(session: Session) -> None:
            answer = session.get_one(PlanAnswer, answer_id)
            saved.append(answering.save_answer(session, answer, AnswerDraft(text, "met"), version=1, actor_id=actor_id))

        return deed

    at_once(desks, write("Annas text.", people[0]), write("Björns text.", people[1]))
    with Session(desks) as session:
        answer = session.get_one(PlanAnswer, answer_id)
        wordings = list_wordings(session, answer)
        assert {one.text for one in wordings} == {"Första.", "Annas text.", "Björns text."}
        [aside] = [one for one in wordings if one.is_kept_aside]
        assert {answer.text, aside.text} == {"Annas text.", "Björns text."}
        assert answer.version == 2
        # Who was told puts the two together: their wording no longer waits.
        both = AnswerDraft("Annas och Björns text.", "met")
        answering.save_answer(session, answer, both, version=2, actor_id=aside.actor_id)
        session.refresh(aside)
        assert aside.settled_at is not None and answer.text == "Annas och Björns text."
    assert len([one for one in saved if one.kept_aside]) == 1


def test_two_answers_to_one_point_are_both_kept_and_the_point_has_one(desks: Engine) -> None:
    with Session(desks) as session:
        plan = make_plan(session)
        plan_id, point_id = plan.id, make_point(session, make_statement(session, plan)).id
        session.commit()

    def write(text: str) -> Callable[[Session], None]:
        def deed(session: Session) -> None:
            plan, point = session.get_one(Plan, plan_id), session.get_one(PlanPoint, point_id)
            answering.answer_points(session, plan, [point], AnswerDraft(text), actor_id=None)

        return deed

    at_once(desks, write("Ett."), write("Två."))
    with Session(desks) as session:
        assert session.scalar(select(func.count()).select_from(PlanAnswer)) == 1
        kept = session.execute(select(PlanAnswerWording.text, PlanAnswerWording.is_kept_aside)).all()
        assert {one.text for one in kept} == {"Ett.", "Två."} and sum(one.is_kept_aside for one in kept) == 1


def test_points_marked_at_the_same_moment_get_numbers_of_their_own(desks: Engine) -> None:
    with Session(desks) as session:
        statement_id = make_statement(session, make_plan(session)).id
        session.commit()

    def mark(session: Session) -> None:
        statement = session.get_one(PlanStatement, statement_id)
        add_point(session, statement, PointDraft(summary="En synpunkt."), actor_id=None)

    at_once(desks, *[mark] * 4)
    with Session(desks) as session:
        assert sorted(session.scalars(select(PlanPoint.seq))) == [1, 2, 3, 4]


def test_two_who_answer_many_points_in_opposite_order_wait_for_each_other(desks: Engine) -> None:
    with Session(desks) as session:
        plan = make_plan(session)
        statement = make_statement(session, plan)
        ids = [make_point(session, statement).id for _ in range(20)]
        plan_id = plan.id
        session.commit()

    def answer(order: list[int]) -> Callable[[Session], None]:
        def deed(session: Session) -> None:
            points = [session.get_one(PlanPoint, one) for one in order]
            assert len(take_points(session, points)) == 20
            plan = session.get_one(Plan, plan_id)
            made = answering.create_answer(session, plan, AnswerDraft("Alla."), actor_id=None)
            answering.attach(session, made, points, replace=True, actor_id=None)

        return deed

    at_once(desks, answer(ids), answer(ids[::-1]))
    with Session(desks) as session:
        assert len(set(session.scalars(select(PlanPoint.answer_id)))) == 1
