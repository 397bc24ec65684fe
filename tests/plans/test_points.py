"""Points: what a statement is split into."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core.errors import Conflict, Invalid
from mapdialog.plans import points, themes
from mapdialog.plans.answer_models import PlanPoint
from mapdialog.plans.answering import AnswerDraft, create_answer
from mapdialog.plans.points import PointDraft
from mapdialog.plans.quoting import place_quote
from tests.plan_seeds import make_answer, make_plan, make_plan_phase, make_point, make_statement
from tests.seeds import make_account

TEXT = "Hej 🌊!\nHusen är för höga. De skymmer havet.\n\nTrafiken blir farlig 🚲 för barnen."


def seqs(session: Session, statement_id: int) -> list[tuple[int, str]]:
    query = select(PlanPoint.seq, PlanPoint.summary).where(PlanPoint.statement_id == statement_id)
    return [tuple(row) for row in session.execute(query.order_by(PlanPoint.seq))]


def test_marked_words_become_a_point_that_knows_where_they_stand(session: Session) -> None:
    statement = make_statement(session, make_plan(session), TEXT)
    start = TEXT.index("Trafiken")
    draft = PointDraft(quote="Trafiken blir farlig 🚲 för barnen.", start=start, end=len(TEXT))
    point = points.add_point(session, statement, draft, actor_id=None)
    assert TEXT[point.quote_start : point.quote_end] == point.quote == "Trafiken blir farlig 🚲 för barnen."
    assert point.seq == 1


def test_pasted_words_are_found_in_the_statement_whatever_their_white_space() -> None:
    assert place_quote("a\nHusen är\nför höga. b", "Husen är  för höga.", None, None) == ("Husen är\nför höga.", 2, 20)
    assert place_quote("aa aa", "aa", 3, 5) == ("aa", 3, 5)
    assert place_quote("aa bb", "aa", 3, 5) == ("aa", 0, 2)
    assert place_quote("aa bb", "cc", None, None) == ("cc", None, None)


def test_words_that_the_statement_does_not_hold_are_no_quote(session: Session) -> None:
    statement = make_statement(session, make_plan(session), TEXT)
    with pytest.raises(Invalid) as error:
        points.add_point(session, statement, PointDraft(quote="Något annat."), actor_id=None)
    assert set(error.value.fields) == {"quote"}
    with pytest.raises(Invalid) as error:
        points.add_point(session, statement, PointDraft(), actor_id=None)
    assert set(error.value.fields) == {"summary"}


def test_points_change_places_and_close_up_when_one_is_taken_away(session: Session) -> None:
    statement = make_statement(session, make_plan(session), TEXT)
    first, second, _third = (
        points.add_point(session, statement, PointDraft(summary=one), actor_id=None) for one in ("ett", "två", "tre")
    )
    points.move_point(session, second, -1, actor_id=None)
    assert seqs(session, statement.id) == [(1, "två"), (2, "ett"), (3, "tre")]
    points.delete_point(session, first, version=None, actor_id=None)
    assert seqs(session, statement.id) == [(1, "två"), (2, "tre")]


def test_an_answered_point_is_not_taken_away_nor_a_finally_answered_one_reworded(session: Session) -> None:
    statement = make_statement(session, make_plan(session))
    point = make_point(session, statement)
    make_answer(session, [point])
    with pytest.raises(Conflict):
        points.delete_point(session, point, version=None, actor_id=None)
    with pytest.raises(Conflict):
        points.change_point(session, point, PointDraft(summary="Annat"), version=None, actor_id=None)


def test_who_changes_an_older_version_of_a_point_is_told(session: Session) -> None:
    point = make_point(session, make_statement(session, make_plan(session)))
    points.change_point(session, point, PointDraft(summary="Ny"), version=1, actor_id=None)
    with pytest.raises(Conflict):
        points.change_point(session, point, PointDraft(summary="Annan"), version=1, actor_id=None)
    assert point.summary == "Ny"


def test_a_statement_without_objection_becomes_one_point_once(session: Session) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    statement = make_statement(session, plan, "Ingen erinran.")
    point = points.add_whole_point(session, statement, actor_id=None)
    assert (point.summary, point.quote, statement.stance) == ("Ingen erinran.", "", "no_objection")
    with pytest.raises(Conflict):
        points.add_whole_point(session, statement, actor_id=None)
    support = make_statement(session, plan, "Bra.", stance="supports")
    points.add_whole_point(session, support, actor_id=None)
    assert support.stance == "supports"


def test_a_duplicate_gets_the_answer_of_the_point_it_repeats(session: Session) -> None:
    plan = make_plan(session)
    first, second, third = (make_point(session, make_statement(session, plan)) for _ in range(3))
    themes.mark_duplicate(session, second, first, version=None, actor_id=None)
    answer = create_answer(session, plan, AnswerDraft("Nej.", "not_met", "Därför."), [first], actor_id=None)
    assert second.answer_id == answer.id
    themes.mark_duplicate(session, third, first, version=None, actor_id=None)
    assert third.answer_id == answer.id
    for wrong in (second, third):
        with pytest.raises(Invalid):
            themes.mark_duplicate(session, first, wrong, version=None, actor_id=None)


def test_many_points_get_a_theme_and_an_officer_of_the_plan(session: Session) -> None:
    plan, other = make_plan(session), make_plan(session, "Annan")
    officer = make_account(session)
    chosen = [make_point(session, make_statement(session, plan)) for _ in range(3)]
    theme = themes.save_theme(session, plan, "  Höjder ", actor_id=None)
    assert themes.theme_many(session, plan, chosen, theme.id, actor_id=None) == 3
    assert themes.assign_many(session, plan, chosen, officer.id, actor_id=None) == 3
    assert {(one.theme_id, one.assigned_to_id) for one in chosen} == {(theme.id, officer.id)}
    strange = themes.save_theme(session, other, "Höjder", actor_id=None)
    with pytest.raises(Invalid):
        themes.theme_many(session, plan, chosen, strange.id, actor_id=None)
    with pytest.raises(Conflict):
        themes.save_theme(session, plan, "höjder", actor_id=None)
    assert themes.take_theme(session, plan, " HÖJDER ", actor_id=None) is theme
    assert themes.take_theme(session, plan, "Trafik", actor_id=None).label == "Trafik"
    with pytest.raises(Conflict):
        themes.delete_theme(session, theme, actor_id=None)
