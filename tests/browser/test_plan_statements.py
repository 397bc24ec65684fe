"""Statements at the desk in the browser: registered by keyboard, placed on the map, read one after another."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from tests.browser.staff import sign_in
from tests.chromium import Live
from tests.plan_seeds import make_plan, make_plan_phase, make_statement


@pytest.fixture(scope="module")
def base(live: Live) -> str:
    """The statements of a plan with two unread ones."""

    def write(session: Session) -> str:
        plan = make_plan(session, "Detaljplan för skrivbordet")
        make_plan_phase(session, plan)
        make_statement(session, plan, contact_name="Anna Ek", at=(100, 0))
        make_statement(session, plan, "Sagt i telefon.", received_by="phone", contact_name="Bo Al")
        return f"/staff/plans/{plan.slug}/statements"

    return str(live.seed(write))


def test_a_letter_is_registered_placed_and_read_with_keys(
    desk: Page, live: Live, base: str, assert_accessible_in_both_sizes: Callable[[Page], None]
) -> None:
    page = sign_in(desk, live, Role.PLANNER)
    page.goto(base)
    assert_accessible_in_both_sizes(page)
    page.keyboard.press("n")
    expect(page.locator("#channel")).to_be_focused()
    page.keyboard.press("m")  # a letter in a field is never a command
    expect(page.locator("#oral-note")).to_be_visible()
    page.locator("#channel").select_option("letter")
    expect(page.locator("#oral-note")).to_be_hidden()
    page.locator("#contact_name").fill("Cia Ask")
    page.locator("#received_time").fill("25.99")
    page.locator("#place-part summary").click()
    page.locator("#place-map.leaflet-container").click(position={"x": 200, "y": 150})
    expect(page.locator("#place")).to_have_value(re.compile(r"55\.\d{6} 13\.\d{6}"))
    page.locator("#contact_name").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible_in_both_sizes(page)
    page.locator("#received_time").fill("")
    page.locator("#text").fill("Bevara träden.")
    page.locator("#contact_name").press("Enter")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Yttrande 3")
    expect(page.locator("#place-picture")).to_be_visible()
    assert_accessible_in_both_sizes(page)
    page.goto(f"{base}/new?channel=counter")
    page.locator("#text").fill("Bevara träden också.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#flashes")).to_contain_text("nummer 4")
    expect(page.locator("#channel")).to_have_value("counter")
    page.goto(f"{base}/1")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Yttrande 2")
