"""Parties in the browser: a table is taken in, an invitation is locked, and every page can be used by everybody."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from tests.browser.staff import sign_in
from tests.chromium import Live
from tests.plan_seeds import make_plan, make_plan_phase

TABLE = (
    "Namn;Fastighet;Adress;Postnr;Ort;Grupp;Skyddad\n"
    "Anna Ek;Övre 1;Storgatan 1;23142;Trelleborg;Sakägare;\n"
    "Hilda Skydd;Övre 3;Smygvägen 2;231 43;Trelleborg;Boende;ja\n"
    ";Övre 5;Storgatan 9;231 42;Trelleborg;;\n"
)


@pytest.fixture(scope="module")
def base(live: Live) -> str:
    """The pages of a plan under consultation."""

    def write(session: Session) -> str:
        plan = make_plan(session, "Detaljplan med sakägare")
        make_plan_phase(session, plan)
        return f"/staff/plans/{plan.slug}"

    return str(live.seed(write))


def test_a_table_becomes_letters(
    desk: Page, live: Live, base: str, tmp_path: Path, assert_accessible: Callable[[Page], None]
) -> None:
    path = tmp_path / "sakägare.csv"
    path.write_text(TABLE, encoding="utf-8")
    page = sign_in(desk, live, Role.PLANNER)
    page.goto(f"{base}/parties")
    page.get_by_role("link", name="Läs in en tabell").first.click()
    page.get_by_label("Tabell (Excel eller CSV)").set_input_files(path)
    page.get_by_role("button", name="Läs filen").click()
    expect(page.get_by_text("Ny: 2")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Ta in dem i registret").click()
    expect(page.get_by_role("link", name="Anna Ek")).to_be_visible()
    expect(page.get_by_text("Hilda")).to_have_count(0)
    assert_accessible(page)
    page.goto(f"{base}/parties/new")
    assert_accessible(page)
    page.goto(f"{base}/dispatches")
    assert_accessible(page)
    page.get_by_role("button", name="Förbered ett utskick").first.click()
    expect(page.get_by_role("heading", name="Lås listan och använd den")).to_be_visible()
    assert_accessible(page)
    expect(page.get_by_text("Länsstyrelsen och de andra som lagen alltid nämner saknas")).to_be_visible()
    page.get_by_label("Skäl").fill("De har fått inbjudan för sig.")
    page.get_by_role("button", name="Lås listan").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Hämta 1 brev (Word)").click()
    assert download.value.suggested_filename.endswith(".docx")
    assert_accessible(page)
    page.goto(f"{base}/adoption")
    assert_accessible(page)
