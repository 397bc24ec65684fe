"""A workbook of points that meets what colleagues did meanwhile, final answers and edits where none are taken."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.errors import Conflict
from mapdialog.plans import (
    answering,
    point_sheet_comparing,
)
from mapdialog.plans.answer_models import PlanAnswer, PlanAnswerWording
from mapdialog.plans.answer_rules import AnswerDraft
from mapdialog.plans.models import Plan
from mapdialog.plans.point_sheet_reading import read_points
from tests.plan_seeds import make_answer, make_plan, make_plan_phase, make_point, make_statement
from tests.plans.sheet_books import Book, apply, write
from tests.seeds import make_account
from tests.staffing import sign_in


@pytest.fixture
def plan(session: Session) -> Plan:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    return plan


@pytest.fixture
def actor(session: Session) -> int:
    return make_account(session, Role.PLANNER).id


def test_what_meets_a_colleagues_work_is_kept_beside_it_and_told(
    session: Session, plan: Plan, actor: int, tmp_path: Path
) -> None:
    one, two, three, four = (make_point(session, make_statement(session, plan)) for _ in range(4))
    changed, final = make_answer(session, [one], status="draft"), make_answer(session, [two], text="Klart.")
    write(session, plan, tmp_path / "p.xlsx")
    colleague = AnswerDraft("Kollegans.", "met")
    answering.save_answer(session, changed, colleague, version=changed.version, actor_id=None)
    answering.answer_points(session, plan, [three], AnswerDraft("Hann före."), actor_id=None)
    four.summary, four.version = "Kollegans ord.", four.version + 1
    session.flush()
    book = Book(tmp_path / "p.xlsx")
    for point in (one, two, three):
        book.set(point.id, "answer", f"Ur filen {point.id}.")
    book.set(four.id, "summary", "Ur filen.")
    done = apply(session, plan, book.save(), actor)
    assert done.saved == 0 and len(done.held) == 4 and done.kept_aside == 3
    assert [row.point.id for row in done.held if row.meets_final] == [two.id]
    session.expire_all()
    assert (changed.text, final.text, four.summary) == ("Kollegans.", "Klart.", "Kollegans ord.")
    aside = session.scalars(select(PlanAnswerWording.text).where(PlanAnswerWording.is_kept_aside)).all()
    assert set(aside) == {f"Ur filen {point.id}." for point in (one, two, three)}


def test_rows_that_nobody_touched_leave_a_colleagues_work_alone(
    session: Session, plan: Plan, actor: int, tmp_path: Path
) -> None:
    edited, untouched, summed = (make_point(session, make_statement(session, plan)) for _ in range(3))
    shared = make_answer(session, [edited, untouched, summed], status="draft")
    write(session, plan, tmp_path / "p.xlsx")
    answering.save_answer(session, shared, AnswerDraft("Kollegans.", "met"), version=shared.version, actor_id=None)
    untouched.summary, untouched.version = "Kollegans ord.", untouched.version + 1
    session.flush()
    book = Book(tmp_path / "p.xlsx")
    book.set(edited.id, "answer", "Ur filen.")
    book.set(summed.id, "summary", "Kortare.")
    session.expire_all()
    found = point_sheet_comparing.compare(session, plan, read_points(book.save(), plan.slug))
    assert [(one.point.id, set(one.fields)) for one in found.changes] == [(summed.id, {"summary"})]
    assert [one.point.id for one in found.conflicts] == [edited.id] and found.unchanged == 1
    apply(session, plan, book.path, actor)
    session.expire_all()
    assert (shared.text, untouched.summary, summed.summary) == ("Kollegans.", "Kollegans ord.", "Kortare.")


def test_each_column_of_a_row_is_judged_by_itself(session: Session, plan: Plan, actor: int, tmp_path: Path) -> None:
    one, two, three = (make_point(session, make_statement(session, plan), "Var.") for _ in range(3))
    changed = make_answer(session, [one], status="draft")
    write(session, plan, tmp_path / "p.xlsx")
    answering.save_answer(session, changed, AnswerDraft("Kollegans.", "met"), version=1, actor_id=None)
    two.summary, two.version = "Kollegans ord.", two.version + 1
    answering.answer_points(session, plan, [three], AnswerDraft("Hann före.", "met"), actor_id=None)
    session.flush()
    book = Book(tmp_path / "p.xlsx")
    for point in (one, two, three):
        book.set(point.id, "summary", f"Ur filen {point.id}.")
        book.set(point.id, "theme", "Höjder")
        book.set(point.id, "answer", "Ur filen.")
    done = apply(session, plan, book.save(), actor)
    assert (done.saved, done.kept_aside) == (3, 2)
    assert [(row.point.id, set(row.held)) for row in done.held] == [
        (one.id, {"answer"}),
        (two.id, {"summary"}),
        (three.id, {"answer"}),
    ]
    session.expire_all()
    assert [point.summary for point in (one, two, three)] == [
        f"Ur filen {one.id}.",
        "Kollegans ord.",
        f"Ur filen {three.id}.",
    ]
    assert len({point.theme_id for point in (one, two, three)} - {None}) == 1
    assert changed.text == "Kollegans." and session.get_one(PlanAnswer, two.answer_id).text == "Ur filen."


def test_a_kept_wording_becomes_its_points_own_answer(session: Session, plan: Plan, actor: int, tmp_path: Path) -> None:
    one, two, three = (make_point(session, make_statement(session, plan)) for _ in range(3))
    shared = make_answer(session, [one, two, three], status="draft")
    write(session, plan, tmp_path / "p.xlsx")
    answering.save_answer(session, shared, AnswerDraft("Kollegans.", "met"), version=1, actor_id=None)
    book = Book(tmp_path / "p.xlsx")
    book.set(one.id, "answer", "Till de två.")
    book.set(two.id, "answer", "Till de två.")
    assert apply(session, plan, book.save(), actor).kept_aside == 1
    wording = session.scalars(select(PlanAnswerWording).where(PlanAnswerWording.is_kept_aside)).one()
    assert answering.list_written_for(session, wording) == [one, two]
    # Somebody who goes on with the shared answer hasn't chosen for those two.
    theirs = AnswerDraft("Kollegans, rättat.", "met")
    answering.save_answer(session, shared, theirs, version=shared.version, actor_id=actor)
    session.refresh(wording)
    assert wording.settled_at is None
    own = answering.use_kept(session, wording, at=datetime.now(UTC), actor_id=actor)
    session.expire_all()
    assert (own.text, own.status, one.answer_id, two.answer_id) == ("Till de två.", "draft", own.id, own.id)
    assert (three.answer_id, shared.text) == (shared.id, "Kollegans, rättat.") and wording.settled_at is not None
    with pytest.raises(Conflict):
        answering.use_kept(session, wording, at=datetime.now(UTC), actor_id=actor)


def test_a_kept_wording_is_not_used_over_a_final_answer_or_for_points_that_have_another(
    session: Session, plan: Plan, actor: int
) -> None:
    point = make_point(session, make_statement(session, plan))
    answer = make_answer(session, [point])
    kept = answering.keep_aside(session, answer, AnswerDraft("Ur filen.", "met"), points=[point], actor_id=actor)
    assert kept is not None
    with pytest.raises(Conflict, match="färdigt"):
        answering.use_kept(session, kept, at=datetime.now(UTC), actor_id=actor)
    make_answer(session, [point], status="draft")
    answer.status = "draft"
    session.flush()
    with pytest.raises(Conflict, match="annat svar"):
        answering.use_kept(session, kept, at=datetime.now(UTC), actor_id=actor)
    assert answer.text != "Ur filen."


def test_changes_in_locked_columns_are_told_and_a_row_with_anothers_id_is_refused(
    session: Session, plan: Plan, actor: int, tmp_path: Path
) -> None:
    one, two = (make_point(session, make_statement(session, plan, at=(3, 4))) for _ in range(2))
    write(session, plan, tmp_path / "p.xlsx")
    book = Book(tmp_path / "p.xlsx")
    book.set(one.id, "quote", "Ett annat citat.")
    book.set(one.id, "east", 1)
    book.set(one.id, "theme", "Höjder")
    rows = read_points(book.save(), plan.slug)
    found = point_sheet_comparing.compare(session, plan, rows)
    assert [(row.line, row.locked) for row in found.locked] == [(3, ("quote", "east"))]
    assert [row.point.id for row in found.changes] == [one.id] and not found.faulty
    first, second = book.rows()[one.id], book.rows()[two.id]
    for line, point in ((first, two), (second, one)):
        book.page.cell(line, book.columns["id"]).value = point.id
    found = point_sheet_comparing.compare(session, plan, read_points(book.save(), plan.slug))
    assert {why for _row, why in found.faulty} == {point_sheet_comparing.MIXED}


def test_what_was_held_is_told_by_its_cause_and_chosen_with_one_press(
    client: FlaskClient, session: Session, plan: Plan, tmp_path: Path
) -> None:
    sign_in(client, session, Role.PLANNER)
    points = [make_point(session, make_statement(session, plan)) for _ in range(3)]
    shared, final = make_answer(session, points[:2], status="draft"), make_answer(session, points[2:])
    session.commit()
    address = f"/staff/plans/{plan.slug}/answers"
    (tmp_path / "p.xlsx").write_bytes(client.get(address + ".xlsx").data)
    answering.save_answer(session, shared, AnswerDraft("Kollegans.", "met"), version=1, actor_id=None)
    session.commit()
    book = Book(tmp_path / "p.xlsx")
    for point in (points[0], points[2]):
        book.set(point.id, "answer", "Ur Excel.")
    book.set(points[1].id, "sender", "Någon annan")
    shown = client.post(address + "/import", data={"file": (io.BytesIO(book.save().read_bytes()), "p.xlsx")})
    page = client.get(shown.headers["Location"]).text
    for words in ("Möter en kollegas ändring</h3>", "Ändrar ett färdigt svar</h3>", "Rad 4:", "Från"):
        assert words.replace("</h3>", "") in page
    saved = client.post(shown.headers["Location"], follow_redirects=True).text
    assert "Mötte en kollegas ändring" in saved and "Ändrar ett färdigt svar" in saved and "Rad 4:" in saved
    called = f"{points[0].statement.number}.{points[0].seq}"
    page = client.get(f"{address}/{shared.id}").text
    assert f"En annan lydelse för synpunkt {called}" in page and f"Använd för {called}" in page
    assert "Använd för" not in client.get(f"{address}/{final.id}").text
    wording = session.scalars(select(PlanAnswerWording.id).where(PlanAnswerWording.answer_id == shared.id)).all()[-1]
    used = client.post(f"{address}/{shared.id}/step", data={"do": "use", "wording": wording}, follow_redirects=True)
    assert used.status_code == 200 and "Ur Excel." in used.text
    session.expire_all()
    assert points[0].answer_id not in (shared.id, None) and points[1].answer_id == shared.id
    assert "En annan lydelse" not in client.get(f"{address}/{shared.id}").text
