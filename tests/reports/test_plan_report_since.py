"""What a new version of a plan report tells of the one before: of each point what has become of it."""

from datetime import timedelta

from mapdialog.core.clock import now
from mapdialog.plans import answering, approving, correcting
from mapdialog.plans.answer_models import PlanAnswer
from tests.plan_seeds import make_answer, make_frozen_report, make_point, make_statement
from tests.reports.plan_report_seeds import content_of, make_told
from tests.seeds import make_account


def test_points_of_one_answer_that_part_are_told_each_with_what_has_become_of_it(session):
    told = make_told(session)
    make_frozen_report(session, told.phase)
    author, other = (make_account(session, email=f"{one}@x.example").id for one in "ab")
    answer, later = session.get(PlanAnswer, told.points["2.2"].answer_id), now() + timedelta(seconds=1)
    answering.keep_wording(session, answer, answering.as_draft(answer), actor_id=None)
    correcting.correct(session, told.plan, answer, "Fel bedömning.", version=None, at=later, actor_id=author)
    own = answering.detach(session, told.points["3.2"], version=None, actor_id=author)
    draft = answering.AnswerDraft("Kajen lämnas fri.", "met")
    answering.save_answer(session, own, draft, version=own.version, actor_id=author)
    for one in (answer, own):
        approving.review(session, one, version=None, at=later, actor_id=other)
        approving.approve(session, one, version=None, at=later, actor_id=other)
    rows = {one.where: one.what for one in content_of(session, told).since.rows}
    assert rows["Synpunkt 2.2"] == "Svaret är prövat igen och står kvar."
    assert "från ”Inte tillgodosedd” till ”Tillgodosedd”" in rows["Synpunkt 3.2"] and len(rows) == 2


def test_a_statement_that_was_opened_is_told_with_the_reason_and_its_new_points(session):
    told = make_told(session)
    statement = make_statement(session, told.plan, "Lekplatsen saknas.", contact_name="Anna Ek")
    make_frozen_report(session, told.phase)
    author, later = make_account(session, email="a@x.example").id, now() + timedelta(seconds=1)
    correcting.correct_statement(session, told.plan, statement, "Förbisett.", at=later, actor_id=author)
    where = f"Yttrande {statement.number}"

    def rows():
        return {one.where: (one.what, one.reason) for one in content_of(session, told).since.rows}

    assert rows() == {where: ("Uppgifterna om yttrandet är rättade.", "Förbisett.")}
    make_answer(session, [make_point(session, statement, "Lekplatsen saknas.")])
    assert rows()[where] == ("Är delat i synpunkter.", "Förbisett.")
    assert rows()[f"Synpunkt {statement.number}.1"] == ("Har tillkommit.", "")
