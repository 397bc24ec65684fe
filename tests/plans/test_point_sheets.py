"""The points as an Excel workbook: out, edited by a planner, and in again against what colleagues did meanwhile."""

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.errors import Invalid
from mapdialog.plans import (
    point_sheet_applying,
    point_sheet_comparing,
    themes,
)
from mapdialog.plans.answer_models import PlanAnswer, PlanPoint, PlanTheme
from mapdialog.plans.models import Plan
from mapdialog.plans.point_sheet_reading import read_points
from tests.plan_seeds import make_answer, make_plan, make_plan_phase, make_point, make_statement
from tests.plans.sheet_books import Book, apply, write
from tests.seeds import TRELLEBORG, make_account, make_district_set
from tests.staffing import sign_in


@pytest.fixture
def plan(session: Session) -> Plan:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    return plan


@pytest.fixture
def actor(session: Session) -> int:
    return make_account(session, Role.PLANNER).id


def test_what_goes_out_and_comes_back_untouched_changes_nothing(session: Session, plan: Plan, tmp_path: Path) -> None:
    nasty = "=HYPERLINK(\"http://x\")\n+1 −2 @SUM(A1) 🌊 'citat'"
    point = make_point(session, make_statement(session, plan, nasty + " och mer"), nasty, quote=nasty)
    shared = make_answer(session, [point, make_point(session, make_statement(session, plan))], text="-1 är inte 2")
    themes.save_theme(session, plan, "=Höjder", actor_id=None)
    session.flush()
    path = tmp_path / "ut.xlsx"
    assert write(session, plan, path) == 2
    book = Book(path)
    assert book.get(point.id, "summary") == nasty and book.get(point.id, "quote") == nasty
    assert book.get(point.id, "answer_id") == shared.id and book.get(point.id, "status") == "Färdigt"
    cells = [cell for page in book.book.worksheets for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert book.page.data_validations.dataValidation and "Så gör du" in book.book.sheetnames
    found = point_sheet_comparing.compare(session, plan, read_points(book.save(), plan.slug))
    assert (found.changes, found.conflicts, found.faulty, found.locked, found.unchanged) == ((), (), (), (), 2)


def test_edited_rows_change_points_and_answers(session: Session, plan: Plan, actor: int, tmp_path: Path) -> None:
    points = [make_point(session, make_statement(session, plan), f"Synpunkt {n}.") for n in range(6)]
    shared = make_answer(session, points[:3], status="draft")
    write(session, plan, tmp_path / "p.xlsx")
    book = Book(tmp_path / "p.xlsx")
    book.set(points[0].id, "summary", "Kortare.")
    book.set(points[0].id, "theme", "Höjder")
    book.set(points[1].id, "answer", "Eget svar.")
    for one in points[3:5]:
        book.set(one.id, "answer", "Samma nya svar.")
        book.set(one.id, "outcome", "Inte tillgodosedd")
        book.set(one.id, "reason", "Därför.")
    done = apply(session, plan, book.save(), actor)
    assert (done.saved, done.held, done.kept_aside) == (4, (), 0)
    session.expire_all()
    assert points[0].summary == "Kortare." and session.get_one(PlanTheme, points[0].theme_id).label == "Höjder"
    assert points[0].answer_id == points[2].answer_id == shared.id and shared.text.startswith("Höjden")
    own = session.get_one(PlanAnswer, points[1].answer_id)
    assert own.id != shared.id and own.text == "Eget svar." and own.outcome == shared.outcome
    new = session.get_one(PlanAnswer, points[3].answer_id)
    assert points[4].answer_id == new.id and (new.text, new.outcome) == ("Samma nya svar.", "not_met")
    assert points[5].answer_id is None and new.author_id == actor


def test_an_answer_changed_on_all_its_rows_goes_on_being_shared(
    session: Session, plan: Plan, actor: int, tmp_path: Path
) -> None:
    points = [make_point(session, make_statement(session, plan)) for _ in range(3)]
    shared = make_answer(session, points, status="reviewed")
    write(session, plan, tmp_path / "p.xlsx")
    book = Book(tmp_path / "p.xlsx")
    for one in points:
        book.set(one.id, "answer", "Ny text till alla.")
    apply(session, plan, book.save(), actor)
    session.expire_all()
    assert {one.answer_id for one in points} == {shared.id}
    assert (shared.text, shared.status) == ("Ny text till alla.", "draft")


def test_a_row_tells_when_where_and_by_whom(session: Session, plan: Plan, tmp_path: Path) -> None:
    make_district_set(session)
    came = datetime(2026, 10, 1, 23, 30, tzinfo=UTC)  # past midnight in Stockholm
    placed = make_statement(session, plan, at=(50.4, -20), received_at=came, registry_no="SBN 2026/123-7")
    point, nowhere = make_point(session, placed), make_point(session, make_statement(session, plan))
    reviewer = make_account(session, Role.PLANNER)
    make_answer(session, [point], reviewer_id=reviewer.id)
    write(session, plan, tmp_path / "p.xlsx")
    book = Book(tmp_path / "p.xlsx")
    east, north = TRELLEBORG
    assert book.get(point.id, "received").date() == date(2026, 10, 2)
    assert book.get(point.id, "registry_no") == "SBN 2026/123-7" and book.get(point.id, "reviewer") == reviewer.name
    assert (book.get(point.id, "east"), book.get(point.id, "north")) == (round(east + 50.4), round(north - 20))
    assert book.get(point.id, "district")
    assert [book.get(nowhere.id, key) for key in ("district", "north", "east", "reviewer")] == [None] * 4


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("answer", "=1+1", "formel"),
        ("outcome", "Kanske", "Utfallet"),
        ("outcome", "Inte tillgodosedd", "Skriv skälet"),
        ("summary", None, "Sammanfattningen är tom"),
        ("answer", "x" * 20_001, "för långt"),
        ("id", 999_999, "finns inte i planen"),
        ("id", None, "saknar id"),
    ],
)
def test_one_faulty_row_stops_everything(
    session: Session, plan: Plan, actor: int, tmp_path: Path, key: str, value: Any, why: str
) -> None:
    good, bad = (make_point(session, make_statement(session, plan), "Var.") for _ in range(2))
    write(session, plan, tmp_path / "p.xlsx")
    book = Book(tmp_path / "p.xlsx")
    book.set(good.id, "answer", "Detta sparas inte.")
    book.set(bad.id, key, value)
    rows = read_points(book.save(), plan.slug)
    [(_row, told)] = point_sheet_comparing.compare(session, plan, rows).faulty
    assert why in told
    with pytest.raises(Invalid):
        point_sheet_applying.apply(session, plan, rows, actor_id=actor)
    assert session.scalar(select(func.count()).select_from(PlanAnswer)) == 0


def test_protected_identities_are_neither_taken_out_nor_read_in(
    session: Session, plan: Plan, actor: int, tmp_path: Path
) -> None:
    point = make_point(session, make_statement(session, plan), "Öppen.")
    hidden = make_statement(session, plan, "Hemligt.", contact_name="Carin", postal_address="Dold 1", is_protected=True)
    secret = make_point(session, hidden, "Hemlig.", quote="Hemligt.")
    assert write(session, plan, tmp_path / "p.xlsx") == 1
    whole = zipfile.ZipFile(tmp_path / "p.xlsx")
    packed = b"".join(whole.read(name) for name in whole.namelist())
    assert not [word for word in ("Carin", "Dold 1", "Hemlig") if word.encode() in packed]
    book = Book(tmp_path / "p.xlsx")
    book.set(point.id, "id", secret.id)
    assert point_sheet_comparing.compare(session, plan, read_points(book.save(), plan.slug)).faulty


def test_a_file_that_is_not_ours_is_refused_in_words(session: Session, plan: Plan, tmp_path: Path) -> None:
    make_point(session, make_statement(session, plan))
    write(session, plan, tmp_path / "ours.xlsx")
    with pytest.raises(Invalid, match="annan plan"):
        read_points(tmp_path / "ours.xlsx", "en-annan")
    (tmp_path / "text.xlsx").write_text("inte en zip")
    strange = openpyxl.Workbook()
    strange.save(tmp_path / "strange.xlsx")
    packed = zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED)
    with packed, packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
        for _ in range(301):
            sheet.write(b" " * 1024 * 1024)
    for name in ("text", "strange", "bomb"):
        with pytest.raises(Invalid):
            read_points(tmp_path / f"{name}.xlsx", plan.slug)


def test_a_file_is_shown_before_it_is_saved_and_saved_once(
    client: FlaskClient, session: Session, plan: Plan, tmp_path: Path
) -> None:
    sign_in(client, session, Role.PLANNER)
    point = make_point(session, make_statement(session, plan), "Som det var.")
    session.commit()
    address = f"/staff/plans/{plan.slug}/answers"
    got = client.get(address + ".xlsx")
    assert got.status_code == 200 and got.headers["Cache-Control"] == "private, no-store"
    (tmp_path / "p.xlsx").write_bytes(got.data)
    book = Book(tmp_path / "p.xlsx")
    book.set(point.id, "answer", "Ur Excel.")
    sent = {"file": (io.BytesIO(book.save().read_bytes()), "ändrad.xlsx")}
    shown = client.post(address + "/import", data=sent)
    assert shown.status_code == 302
    page = client.get(shown.headers["Location"]).text
    assert "Ur Excel." in page and "Spara 1 rad" in page
    session.expire_all()
    assert session.get_one(PlanPoint, point.id).answer_id is None
    for _ in range(2):
        saved = client.post(shown.headers["Location"], follow_redirects=True)
        assert "1 rad är sparad" in saved.text
    session.expire_all()
    answer_id = session.get_one(PlanPoint, point.id).answer_id
    assert session.scalars(select(PlanAnswer.id)).all() == [answer_id]
    refused = client.post(address + "/import", data={"file": (io.BytesIO(b"x"), "p.csv")})
    assert refused.status_code == 422 and client.post(address + "/import").status_code == 422
