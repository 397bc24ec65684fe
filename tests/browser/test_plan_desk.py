"""The planner at the desk of plans, where only a browser can tell: drawing, what shows itself, dragging, obstacles."""

from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from tests.browser.staff import one, sign_in
from tests.chromium import Live
from tests.plan_seeds import make_plan, make_plan_phase
from tests.seeds import make_district_set

TODAY = date.today()
OCTOBER = date(TODAY.year + 1, 10, 1)
MONDAY = OCTOBER + timedelta(days=-OCTOBER.weekday() % 7)
"""In October of next year, when no holiday moves a period's last day."""


def click_at(page: Page, x: float, y: float, selector: str = "#area-map") -> None:
    """Click on a map, by shares of its width and height."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


def test_a_plan_is_drawn_and_planned_and_no_page_has_an_obstacle(
    desk: Page, live: Live, assert_accessible: Callable[[Page], None]
) -> None:
    live.seed(make_district_set)
    page = sign_in(desk, live, Role.PLANNER)
    page.goto("/staff/plans/new")
    expect(page.locator("#grounds")).to_be_hidden()
    page.locator("#procedure-extended").check()
    expect(page.locator("#grounds")).to_be_visible()
    page.locator("#kind").select_option("comprehensive_plan")
    expect(page.locator("#procedure-standard")).to_be_hidden()
    page.locator("#kind").select_option("detailed_plan")
    page.locator("#ground-2").check()
    page.locator("#registry_number").fill("SBN 2026/1")
    page.locator("#name").fill("Övre")
    page.locator("#area-drawn").check()
    page.locator("#area-map").scroll_into_view_if_needed()
    page.get_by_role("button", name="Rita en yta").click()
    for x, y in ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6)):
        click_at(page, x, y)
    assert_accessible(page)
    page.get_by_role("button", name="Spara planen").click()
    expect(page.locator(".flashes")).to_contain_text("Planen är sparad.")
    assert one(live, "select st_npoints(area) from plan where slug = 'ovre'") == 4
    assert_accessible(page)

    page.get_by_role("link", name="Planera nästa skede: samråd.").click()
    page.locator("#starts_on").fill(f"{MONDAY}")
    expect(page.locator("#ends_on")).to_have_value(f"{MONDAY + timedelta(days=21)}")
    expect(page.locator("#phase-said")).to_contain_text("5 kap. 11 c § PBL")
    assert_accessible(page)
    page.get_by_role("button", name="Spara skedet").click()
    expect(page.locator(".flashes")).to_contain_text("Skedet är planerat.")
    assert_accessible(page)
    page.get_by_role("link", name="Kungörelse om samråd").click()
    assert_accessible(page)


def test_a_pictures_corners_are_dragged_and_the_map_pages_have_no_obstacle(
    desk: Page, live: Live, assert_accessible: Callable[[Page], None]
) -> None:
    def write(session: Session) -> str:
        plan = make_plan(session, "Nedre")
        make_plan_phase(session, plan, starts_on=TODAY - timedelta(days=20), ends_on=TODAY + timedelta(days=340))
        return plan.slug

    slug = live.seed(write)
    page = sign_in(desk, live, Role.PLANNER)
    page.goto(f"/staff/plans/{slug}/map/picture")
    before = page.locator("#corner_1").input_value()
    mark = page.locator(".corner-mark").first
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 16, box["y"] + 16)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 40, steps=4)
    page.mouse.up()
    expect(page.locator("#corner_1")).not_to_have_value(before)
    assert_accessible(page)
    for path in ("map", "map/shapes", "documents", "phases"):
        page.goto(f"/staff/plans/{slug}/{path}")
        assert_accessible(page)
