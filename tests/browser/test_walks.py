"""The coordinator plans a walk in the browser: with the mouse, with keys alone, and on a phone."""

import re
from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.walks import actions
from tests.browser.citizen import at_rest
from tests.browser.staff import one, sign_in
from tests.chromium import Live
from tests.seeds import make_contribution, make_dialogue
from tests.walks.making import EVENING, make_walk

STOPS = """
    select string_agg(s.name, ', ' order by seq) from walk_stop s join safety_walk w on w.id = s.walk_id
    where slug = :slug
"""
LENGTH = "select round(st_length(route)) from safety_walk where slug = :slug"


def begin(page: Page, title: str) -> None:
    """A new walk with a title and a time, and its map in sight."""
    page.goto("/staff/walks/new")
    page.locator("#title").fill(title)
    page.locator("#starts_at").fill("2026-11-26T17:00")
    page.locator("#walk-map").scroll_into_view_if_needed()
    expect(page.locator("#walk-map .leaflet-control-zoom")).to_be_visible()


def test_a_route_is_drawn_a_stop_pointed_out_and_both_are_there_the_next_day(desk: Page, live: Live) -> None:
    page = sign_in(desk, live, Role.SAFETY_COORDINATOR)
    begin(page, "Vandring med mus")
    expect(page.locator("#sun-lines")).to_contain_text("När ni börjar: mörkt.")
    page.get_by_role("button", name="Rita rutten").click()
    for x, y in ((300, 200), (400, 200), (400, 280)):
        page.locator("#walk-map").click(position={"x": x, "y": y})
    page.get_by_role("button", name="Rutten är klar").click()
    expect(page.locator("#walk-status")).to_contain_text("Rutten är klar")
    page.locator("[name='stops-0-name']").fill("Torget")
    page.get_by_role("button", name="Peka på kartan").click()
    # At a bend: without a municipality the map is of half of Europe, and a line's middle lies kilometres beside it.
    page.locator("#walk-map").click(position={"x": 400, "y": 200})
    expect(page.locator("[name='stops-0-place']")).to_have_value(re.compile(r"^\d+\.\d{6}, \d+\.\d{6}$"))
    page.get_by_role("button", name="Spara vandringen").click()
    expect(page.locator(".staff-flashes, .flashes").first).to_contain_text("Vandringen är sparad.")
    expect(page.locator(".walk-stop-mark")).to_have_text("1")
    expect(page.locator("path.walk-route")).to_be_attached()
    assert one(live, LENGTH, slug="vandring-med-mus") > 50


def test_the_same_is_done_with_keys_alone(desk: Page, live: Live) -> None:
    page = sign_in(desk, live, Role.SAFETY_COORDINATOR)
    begin(page, "Vandring med tangenter")
    page.get_by_role("button", name="Rita rutten").press("Enter")
    middle = page.get_by_role("button", name="Punkt i mitten")
    middle.press("Enter")
    for _step in range(2):
        page.locator("#walk-map").focus()
        page.keyboard.press("ArrowRight")
        at_rest(page)
        middle.press("Enter")
    page.get_by_role("button", name="Rutten är klar").press("Enter")
    page.locator("[name='stops-0-name']").fill("Kajen")
    page.get_by_role("button", name="Spara vandringen").press("Enter")
    expect(page.locator(".staff-flashes, .flashes").first).to_contain_text("Vandringen är sparad.")
    assert one(live, LENGTH, slug="vandring-med-tangenter") > 10


def test_stops_are_moved_and_taken_away_on_the_page_and_their_numbers_follow(desk: Page, live: Live) -> None:
    def seed(session: Session) -> None:
        make_contribution(session, make_dialogue(session, f"vid-rutten-{uuid4().hex[:8]}"), at=(20, 5))
        make_walk(session).slug = "flytta-stopp"

    live.seed(seed)
    page = sign_in(desk, live, Role.SAFETY_COORDINATOR)
    page.goto("/staff/walks/flytta-stopp")
    place = page.locator("[name='stops-0-place']")
    before = place.input_value()
    page.get_by_role("button", name="Peka på kartan").first.click()
    # What is known lies along the route: a click on it is a click on the map.
    page.locator(".leaflet-known-pane .pin-marker").first.click(force=True)
    expect(page.locator("#walk-status")).to_have_text("Hållpunkten har fått sin plats.")
    expect(place).not_to_have_value(before)
    page.get_by_role("button", name="Flytta ned Stationen").click()
    names = page.locator("[data-stop] [name$='-name']")
    expect(names.first).to_have_value("Tunneln under Hedvägen")
    page.get_by_role("button", name="Ta bort Skolan").click()
    expect(page.locator("[data-number]")).to_have_text(["1", "2"])
    page.get_by_role("button", name="Spara vandringen").click()
    expect(page.locator(".staff-flashes, .flashes").first).to_contain_text("Vandringen är sparad.")
    assert one(live, STOPS, slug="flytta-stopp") == "Tunneln under Hedvägen, Stationen"


def test_the_pages_of_walks_have_no_obstacle(
    desk: Page, live: Live, assert_accessible_in_both_sizes: Callable[[Page], None]
) -> None:
    def seed(session: Session) -> str:
        make_contribution(session, make_dialogue(session, f"vid-rutten-{uuid4().hex[:8]}"), at=(20, 5))
        return make_walk(session).slug

    slug = live.seed(seed)
    page = sign_in(desk, live, Role.SAFETY_COORDINATOR)
    for path in ("", "/new", f"/{slug}", f"/{slug}/known", "/checklists", "/checklists/standard"):
        page.goto(f"/staff/walks{path}")
        assert_accessible_in_both_sizes(page)


def test_the_invitation_has_no_obstacle(
    phone: Page, live: Live, assert_accessible_in_both_sizes: Callable[[Page], None]
) -> None:
    def seed(session: Session) -> str:
        walk = make_walk(session)
        actions.take_step(session, walk, "invited", version=None, actor_id=None, at=EVENING)
        return walk.slug

    phone.goto(f"/walks/{live.seed(seed)}/invitation")
    assert_accessible_in_both_sizes(phone)
