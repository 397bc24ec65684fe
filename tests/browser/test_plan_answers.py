"""Answering in the browser: words are marked with an emoji before them, the point is answered, two wordings meet."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.plans.models import PlanFeature
from tests.browser.staff import one, sign_in
from tests.chromium import Live
from tests.plan_seeds import make_plan, make_plan_phase, make_point, make_statement

TEXT = "Hej 🌊👨‍👩‍👧!\nHusen är för höga.\n\nTrafiken blir farlig för barnen."
SELECT = """words => {
  const node = document.createTreeWalker(document.getElementById("statement-text"), NodeFilter.SHOW_TEXT);
  while (node.nextNode() && !node.currentNode.data.includes(words));
  const at = node.currentNode.data.indexOf(words);
  getSelection().setBaseAndExtent(node.currentNode, at, node.currentNode, at + words.length);
}"""


@pytest.fixture(scope="module")
def base(live: Live) -> str:
    """The answers of a plan with one statement to divide and one point to answer."""

    def write(session: Session) -> str:
        plan = make_plan(session, "Detaljplan att svara på")
        make_plan_phase(session, plan)
        session.add(PlanFeature(plan_id=plan.id, code="B", title="Bostäder", geom=plan.area))
        make_statement(session, plan, TEXT, contact_name="Anna Ek")
        make_point(session, make_statement(session, plan), "Bullret är för högt.")
        return f"/staff/plans/{plan.slug}/answers"

    return str(live.seed(write))


def _pick_place(page: Page) -> None:
    """The map's middle by keyboard, and then a press on the part that lies there."""
    page.locator("#place-part summary").click()
    expect(page.locator("#place-map .plan-part-shape")).to_be_visible()
    page.locator("#place-middle").press("Enter")
    expect(page.locator("#place")).to_have_value(re.compile(r"55\.\d{6} 13\.\d{6}"))
    expect(page.locator("#feature")).to_have_value("")
    page.locator("#place-map").click(position={"x": 160, "y": 150})
    expect(page.locator("#feature")).not_to_have_value("")


def test_words_are_marked_answered_and_two_wordings_compared(
    desk: Page, live: Live, base: str, assert_accessible_in_both_sizes: Callable[[Page], None]
) -> None:
    page = sign_in(desk, live, Role.PLANNER)
    page.goto(base + "/next")
    for words in ("Trafiken blir farlig", "Husen är för höga."):
        page.evaluate(SELECT, words)
        expect(page.locator("#mark")).to_be_visible()
        page.keyboard.press("n")
        expect(page.locator("#summary")).to_be_focused()
        expect(page.locator("#quote")).to_have_value(words)
        if words.endswith("."):
            _pick_place(page)
            page.locator("#summary").focus()
        page.keyboard.press("Control+Enter")
        expect(page.locator(f'mark:text-is("{words}")')).to_be_visible()
    found = "select quote_start from plan_point where quote = :words"
    assert [one(live, found, words=words) for words in ("Trafiken blir farlig", "Husen är för höga.")] == [
        TEXT.index("Trafiken"),
        TEXT.index("Husen"),
    ]
    assert one(live, "select count(*) from plan_point where geom is not null and feature_id is not null") == 1
    page.locator("#place-part summary").click()
    assert_accessible_in_both_sizes(page)
    page.goto(base)
    assert_accessible_in_both_sizes(page)
    page.get_by_label("Markera alla på sidan").check()
    expect(page.locator("#ticked")).to_have_text("3 markerade")
    page.locator("#do-answer").click()
    page.get_by_label("Kommunens svar").fill("Vi ser över det.")
    page.get_by_label("Noterad").check()
    assert_accessible_in_both_sizes(page)
    # The server breaks: what was written stands there again when the page is opened anew.
    page.goto(f"{base}/new?ids=1")
    page.get_by_label("Kommunens svar").fill("Det här får inte gå förlorat.")
    page.route("**/answers/new", lambda route: route.fulfill(status=500, body="fel"))
    page.get_by_role("button", name="Spara utkastet").click()
    expect(page.locator("body")).to_have_text("fel")
    page.unroute("**/answers/new")
    page.goto(f"{base}/new?ids=1")
    expect(page.get_by_label("Kommunens svar")).to_have_value("Det här får inte gå förlorat.")
    page.get_by_label("Kommunens svar").fill("")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(base)
    page.get_by_label("Markera alla på sidan").check()
    page.locator("#do-answer").click()
    page.get_by_label("Kommunens svar").fill("Vi ser över det.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Svar på 3 synpunkter")).to_be_visible()
    colleague = page.context.new_page()
    colleague.goto(page.url)
    for desk_page, words in ((colleague, "Kollegans ord."), (page, "Mina ord.")):
        desk_page.get_by_label("Kommunens svar").fill(words)
        desk_page.get_by_role("button", name="Spara utkastet").click()
    expect(page.get_by_text("En kollega hann före")).to_be_visible()
    expect(page.get_by_text("Kollegans ord.")).to_be_visible()
    expect(page.get_by_label("Kommunens svar")).to_have_value("Mina ord.")
    assert_accessible_in_both_sizes(page)
    page.get_by_role("button", name="Spara det som står i rutan").click()
    expect(page.get_by_role("heading", name="Svar på 3 synpunkter")).to_be_visible()
    assert one(live, "select text from plan_answer where text = 'Mina ord.'") == "Mina ord."
    assert_accessible_in_both_sizes(page)
