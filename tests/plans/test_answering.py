"""Answers: written once, used for many, reviewed by another, final, and locked by a finished report."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account, Role
from mapdialog.core.audit import list_events
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.plans import answering, approving, correcting, themes, unmet
from mapdialog.plans.answer_models import PlanAnswer, PlanChange
from mapdialog.plans.answer_reading import list_reusable, list_wordings
from mapdialog.plans.answering import AnswerDraft
from mapdialog.plans.changes import ChangeDraft, delete_change, save_change
from mapdialog.plans.completeness import count_left
from mapdialog.plans.models import Plan
from mapdialog.plans.point_locks import is_locked
from mapdialog.plans.points import PointDraft, add_point, delete_point
from tests.plan_seeds import make_answer, make_frozen_report, make_plan, make_plan_phase, make_point, make_statement
from tests.seeds import make_account
from tests.staffing import sign_in

NO = AnswerDraft("Husen blir som föreslaget.", "not_met", "Staden behöver bostäder.")


@pytest.fixture
def plan(session: Session) -> Plan:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    return plan


@pytest.fixture
def people(session: Session) -> tuple[Account, Account]:
    return make_account(session), make_account(session, Role.PLANNER)


def test_one_answer_serves_many_points_and_one_of_them_gets_its_own_copy(session: Session, plan: Plan) -> None:
    points = [make_point(session, make_statement(session, plan)) for _ in range(5)]
    answer = answering.create_answer(session, plan, NO, points, actor_id=None)
    assert [one.id for one in answer.points] == [one.id for one in points]
    own = answering.detach(session, points[2], version=None, actor_id=None)
    answering.save_answer(session, own, AnswerDraft("Ert hus sänks.", "met"), version=own.version, actor_id=None)
    assert len(answer.points) == 4 and answer.text == NO.text
    assert [one.id for one in own.points] == [points[2].id]
    [first, *_rest] = list_reusable(session, plan, "husen FÖRESLAGET")
    assert first.answer is answer and first.points == 4


def test_points_that_have_an_answer_keep_it_unless_it_is_to_be_replaced(session: Session, plan: Plan) -> None:
    one, two = (make_point(session, make_statement(session, plan)) for _ in range(2))
    first = answering.create_answer(session, plan, NO, [one], actor_id=None)
    second = answering.create_answer(session, plan, AnswerDraft("Ja.", "met"), actor_id=None)
    got = answering.attach(session, second, [one, two], actor_id=None)
    assert got.done == (two,) and got.left == (one,) and one.answer_id == first.id
    answering.attach(session, second, [one], replace=True, actor_id=None)
    assert one.answer_id == second.id


@pytest.mark.parametrize(
    ("draft", "lacking"),
    [
        (AnswerDraft("Nej.", "not_met"), {"reason"}),
        (AnswerDraft("Nej.", "noted"), {"reason"}),
        (AnswerDraft("", "met"), {"text"}),
        (AnswerDraft("Nej."), {"outcome"}),
        (AnswerDraft("Skickas vidare.", "forwarded", "Annan nämnd ansvarar."), {"forwarded_to"}),
    ],
)
def test_what_an_answer_lacks_is_told_when_it_is_reviewed(
    session: Session, plan: Plan, people: tuple[Account, Account], draft: AnswerDraft, lacking: set[str]
) -> None:
    answer = answering.create_answer(session, plan, draft, actor_id=people[0].id)
    with pytest.raises(Invalid) as error:
        approving.review(session, answer, version=None, at=now(), actor_id=people[1].id)
    assert set(error.value.fields) == lacking


def test_the_reviewer_is_another_than_the_author_and_only_the_reviewed_becomes_final(
    session: Session, plan: Plan, people: tuple[Account, Account]
) -> None:
    author, reader = people
    answer = answering.create_answer(session, plan, NO, actor_id=author.id)
    with pytest.raises(Conflict):
        approving.approve(session, answer, version=None, at=now(), actor_id=reader.id)
    with pytest.raises(Conflict):
        approving.review(session, answer, version=None, at=now(), actor_id=author.id)
    session.refresh(answer)
    approving.review(session, answer, version=answer.version, at=now(), actor_id=reader.id)
    approving.approve(session, answer, version=answer.version, at=now(), actor_id=author.id)
    assert (answer.status, answer.author_id, answer.reviewer_id, answer.approver_id) == (
        "final",
        author.id,
        reader.id,
        author.id,
    )
    assert [one.status for one in list_wordings(session, answer)] == ["final", "draft"]
    assert {one.action for one in list_events(session, answer)} >= {"plan_answer.review", "plan_answer.approve"}


def test_a_reviewed_answer_that_is_reworded_is_a_draft_again(
    session: Session, plan: Plan, people: tuple[Account, Account]
) -> None:
    answer = answering.create_answer(session, plan, NO, actor_id=people[0].id)
    approving.review(session, answer, version=None, at=now(), actor_id=people[1].id)
    changed = AnswerDraft(NO.text + " Tyvärr.", NO.outcome, NO.reason)
    answering.save_answer(session, answer, changed, version=answer.version, actor_id=people[1].id)
    assert (answer.status, answer.reviewer_id, answer.author_id) == ("draft", None, people[1].id)


def test_a_final_answer_is_opened_again_only_until_a_report_holds_it(session: Session, plan: Plan) -> None:
    actor = make_account(session)
    statement = make_statement(session, plan)
    point = make_point(session, statement)
    answer = make_answer(session, [point])
    kept = answering.save_answer(session, answer, NO, version=answer.version, actor_id=actor.id)
    assert kept.kept_aside is not None and answer.text != NO.text
    approving.reopen(session, answer, version=None, actor_id=actor.id)
    assert answer.status == "draft"
    assert "plan_answer.reopen" in {one.action for one in list_events(session, answer)}
    answer.status = "final"
    make_frozen_report(session, plan.phases[0])
    for change in (
        lambda: approving.reopen(session, answer, version=None, actor_id=actor.id),
        lambda: answering.unanswer(session, point, version=None, actor_id=actor.id),
        lambda: answering.detach(session, point, version=None, actor_id=actor.id),
        lambda: themes.theme_many(session, plan, [point], None, actor_id=actor.id),
        lambda: add_point(session, statement, PointDraft(summary="En till."), actor_id=actor.id),
    ):
        with pytest.raises(Conflict):
            change()
    late = make_statement(session, plan)
    assert add_point(session, late, PointDraft(summary="Kom efter redogörelsen."), actor_id=actor.id).seq == 1


def test_what_came_after_the_report_is_not_locked_by_it_even_with_the_same_answer(session: Session, plan: Plan) -> None:
    actor = make_account(session)
    shared = make_answer(session, [make_point(session, make_statement(session, plan))])
    make_frozen_report(session, plan.phases[0])
    late = make_statement(session, plan)
    point = make_point(session, late)
    own = make_answer(session, [make_point(session, late)])
    approving.reopen(session, own, version=None, actor_id=actor.id)
    assert own.status == "draft"
    answering.attach(session, shared, [point], actor_id=actor.id)
    answering.detach(session, point, version=None, actor_id=actor.id)
    assert (point.answer_id == shared.id, shared.status) == (False, "final")


def outcomes_of_unmet(session: Session, plan: Plan) -> list[str]:
    return [view.outcome for one in unmet.list_unmet(session, plan) for view in one.views]


def test_an_answer_in_a_finished_report_is_corrected_with_a_reason_and_its_earlier_wording_is_kept(
    session: Session, plan: Plan, people: tuple[Account, Account]
) -> None:
    statement = make_statement(session, plan)
    point = make_point(session, statement)
    answer = answering.create_answer(session, plan, NO, [point], actor_id=people[0].id)
    with pytest.raises(Conflict, match="inte i någon färdig"):
        correcting.correct(session, plan, answer, "Fel.", version=None, at=now(), actor_id=people[0].id)
    approving.review(session, answer, version=None, at=now(), actor_id=people[1].id)
    approving.approve(session, answer, version=None, at=now(), actor_id=people[1].id)
    report = make_frozen_report(session, plan.phases[0])
    with pytest.raises(Invalid):
        correcting.correct(session, plan, answer, "  ", version=None, at=now(), actor_id=people[0].id)
    was = answer.version
    correcting.correct(session, plan, answer, "Fel våning.", version=was, at=now(), actor_id=people[0].id)
    assert (answer.status, answer.reviewer_id, answer.approver_id) == ("draft", None, None)
    assert outcomes_of_unmet(session, plan) == ["not_met"], "what the report gives holds until the new answer is final"
    [kept] = [one for one in list_wordings(session, answer) if one.status == "final"]
    assert (kept.version, kept.text) == (was, NO.text)
    [corrected] = correcting.list_corrected(session, plan)[report.id]
    assert (corrected.labels, corrected.reason) == ((f"{statement.number}.1",), "Fel våning.")
    missed = add_point(session, statement, PointDraft(summary="Förbisedd."), actor_id=people[0].id)
    delete_point(session, missed, version=None, actor_id=people[0].id)
    new = AnswerDraft("Huset sänks.", "met")
    answering.save_answer(session, answer, new, version=answer.version, actor_id=people[0].id)
    with pytest.raises(Conflict, match="Be en kollega"):
        approving.review(session, answer, version=None, at=now(), actor_id=people[0].id)
    assert outcomes_of_unmet(session, plan) == ["not_met"]
    approving.review(session, answer, version=None, at=now(), actor_id=people[1].id)
    approving.approve(session, answer, version=None, at=now(), actor_id=people[1].id)
    assert outcomes_of_unmet(session, plan) == []
    approving.reopen(session, answer, version=None, actor_id=people[0].id)  # No report gives these words.
    answering.unanswer(session, point, version=None, actor_id=people[0].id)
    with pytest.raises(Conflict, match="behåller sitt nummer"):
        delete_point(session, point, version=None, actor_id=people[0].id)
    make_frozen_report(session, plan.phases[0], number=2, seconds=2)
    with pytest.raises(Conflict, match="för rättelse"):
        add_point(session, statement, PointDraft(summary="Förbisedd."), actor_id=people[0].id)
    assert [one.action for one in list_events(session, plan)].count("plan.answer_correct") == 1


def test_a_statement_told_of_without_points_is_opened_with_a_reason_and_divided(
    session: Session, plan: Plan, people: tuple[Account, Account]
) -> None:
    statement, key = make_statement(session, plan), people[0].id
    with pytest.raises(Conflict, match="inte låst"):
        correcting.correct_statement(session, plan, statement, "Förbisett.", at=now(), actor_id=key)
    report = make_frozen_report(session, plan.phases[0])
    with pytest.raises(Conflict, match="för rättelse"):
        add_point(session, statement, PointDraft(summary="Husen är för höga."), actor_id=key)
    correcting.correct_statement(session, plan, statement, "Förbisett.", at=now(), actor_id=key)
    [corrected] = correcting.list_corrected(session, plan)[report.id]
    assert (corrected.labels, corrected.reason) == ((str(statement.number),), "Förbisett.")
    assert corrected.is_statement
    assert [one.id for one in correcting.list_to_renew(session, plan)] == [report.id]
    add_point(session, statement, PointDraft(summary="Husen är för höga."), actor_id=key)
    with pytest.raises(Conflict, match="redan delat"):
        correcting.correct_statement(session, plan, statement, "Igen.", at=now(), actor_id=key)
    again = make_frozen_report(session, plan.phases[0], number=2, seconds=2)
    assert again.id not in correcting.list_corrected(session, plan) and not correcting.list_to_renew(session, plan)
    with pytest.raises(Conflict, match="för rättelse"):
        add_point(session, statement, PointDraft(summary="En till."), actor_id=key)


def test_the_desk_opens_a_statement_that_a_finished_report_tells_of(
    client: FlaskClient, session: Session, plan: Plan
) -> None:
    number = make_statement(session, plan).number
    make_frozen_report(session, plan.phases[0])
    page = f"/staff/plans/{plan.slug}/answers/statements/{number}"
    sign_in(client, session, Role.PLANNER)
    locked = client.get(page).text
    assert "Öppna yttrandet för rättelse" in locked and "point-new" not in locked
    assert client.post(f"{page}/correct", data={"why": " "}).status_code == 302
    assert "Öppna yttrandet för rättelse" in client.get(page).text
    assert client.post(f"{page}/correct", data={"why": "Förbisett."}).status_code == 302
    opened = client.get(page).text
    assert "Öppna yttrandet för rättelse" not in opened and "point-new" in opened


def test_one_that_was_opened_and_left_without_points_is_locked_by_the_next_report(
    session: Session, plan: Plan, people: tuple[Account, Account]
) -> None:
    statement, first = make_statement(session, plan), make_frozen_report(session, plan.phases[0])
    correcting.correct_statement(session, plan, statement, "Förbisett.", at=now(), actor_id=people[0].id)
    make_frozen_report(session, plan.phases[0], number=2, seconds=2)
    assert list(correcting.list_corrected(session, plan)) == [first.id]
    assert is_locked(session, statement) and not correcting.list_to_renew(session, plan)


def test_changes_of_the_plan_are_noted_again_while_an_answer_in_the_report_is_corrected(
    session: Session, plan: Plan, people: tuple[Account, Account]
) -> None:
    statement = make_statement(session, plan)
    answer = make_answer(session, [make_point(session, statement)])
    draft = ChangeDraft("Huset sänks.", plan.phases[0].id)
    before = save_change(session, plan, draft, actor_id=None)
    before.created_at = now() - timedelta(days=1)
    make_frozen_report(session, plan.phases[0])
    for change in (lambda: save_change(session, plan, draft, actor_id=None), lambda: delete(session, plan, before)):
        with pytest.raises(Conflict):
            change()
    correcting.correct(
        session, plan, answer, "Fel.", version=None, at=now() + timedelta(seconds=1), actor_id=people[0].id
    )
    made = save_change(session, plan, draft, actor_id=None)
    made.created_at = now() + timedelta(seconds=2)
    with pytest.raises(Conflict):  # The finished report tells of this one.
        delete(session, plan, before)
    delete(session, plan, made)
    make_frozen_report(session, plan.phases[0], number=2, seconds=3)
    with pytest.raises(Conflict):
        save_change(session, plan, draft, actor_id=None)


def delete(session: Session, plan: Plan, change: PlanChange) -> None:
    delete_change(session, plan, change, actor_id=None)


def test_a_wording_that_lies_beside_is_settled_before_the_answer_goes_on(
    session: Session, plan: Plan, people: tuple[Account, Account]
) -> None:
    answer = answering.create_answer(session, plan, NO, actor_id=people[0].id)
    mine = AnswerDraft("Min text.", "met")
    saving = answering.save_answer(session, answer, mine, version=answer.version - 1, actor_id=people[1].id)
    assert saving.kept_aside is not None and saving.kept_aside.text == "Min text." and answer.text == NO.text
    with pytest.raises(Conflict):
        approving.review(session, answer, version=None, at=now(), actor_id=people[1].id)
    answering.settle(session, saving.kept_aside, at=now(), actor_id=people[0].id)
    session.refresh(answer)
    approving.review(session, answer, version=None, at=now(), actor_id=people[1].id)


def test_many_answers_take_a_step_and_the_others_say_why_not(
    session: Session, plan: Plan, people: tuple[Account, Account]
) -> None:
    whole = answering.create_answer(session, plan, NO, actor_id=people[0].id)
    own = answering.create_answer(session, plan, NO, actor_id=people[1].id)
    bare = answering.create_answer(session, plan, AnswerDraft("Nja."), actor_id=people[0].id)
    moved = approving.review_many(session, [whole, own, bare], at=now(), actor_id=people[1].id)
    assert moved.done == (whole,) and [one for one, _why in moved.left] == [own, bare]
    assert approving.approve_many(session, [whole, own], at=now(), actor_id=people[1].id).done == (whole,)


def test_what_is_left_is_counted_as_the_guards_ask(session: Session, plan: Plan) -> None:
    read, unread = make_statement(session, plan), make_statement(session, plan)
    read.read_at = now()
    first = make_point(session, read)
    make_point(session, read)
    make_answer(session, [make_point(session, read)], status="draft", reason="")
    make_answer(session, [first])
    left = count_left(session, plan, plan.phases)
    assert (left.statements, left.unread, left.undivided) == (2, 1, 1)
    assert (left.points, left.unanswered, left.unfinished, left.without_reason) == (3, 1, 1, 1)
    assert not left.is_whole
    copy = make_statement(session, plan)
    copy.duplicate_of_id = read.id
    session.flush()
    assert count_left(session, plan).undivided == 1
    unread.phase_id = unread.in_time = None
    session.flush()
    assert count_left(session, plan, plan.phases).undivided == 0
    assert session.get(PlanAnswer, first.answer_id)
