"""One's own contribution is moved by the personal link on the same map as in the form."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import text

from tests.browser.citizen import open_dialogue, rows
from tests.chromium import PHONE, Live

pytestmark = pytest.mark.browser
SLUG = "flytta-dialog"
LINE = {"type": "LineString", "coordinates": [[13.150, 55.374], [13.155, 55.376], [13.160, 55.377]]}
POINT = {"type": "Point", "coordinates": [13.1569, 55.3751]}


@pytest.fixture(scope="module", autouse=True)
def _dialogue(live: Live) -> None:
    live.seed(lambda session: open_dialogue(session, SLUG))


def own_link(page: Page, live: Live, client_id: str, words: str, place: dict[str, object] = POINT) -> str:
    """Send one's view and get the personal link to it."""
    properties = {"client_id": client_id, "category": "belysning", "text": words}
    feature = {"type": "Feature", "geometry": place, "properties": properties}
    answer = page.request.post(
        f"{live.url}/api/v1/dialogues/{SLUG}/contributions",
        data=json.dumps(feature),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status == 201, answer.text()
    return str(answer.json()["edit_url"])


def test_the_crosshair_moves_the_place_and_new_words_go_along(phone: Page, live: Live) -> None:
    phone.goto(own_link(phone, live, "6a0c6d1c-6b1f-4a58-9d0c-30cb0a5f8a01", "Flyttas med korset"))
    phone.locator("summary", has_text="Ändra synpunkten").click()
    phone.locator("#text").fill("Flyttad, och med nya ord")
    phone.get_by_role("button", name="Flytta platsen").click()
    expect(phone.locator("#step-title")).to_be_focused()
    expect(phone.locator("#place-done")).to_have_text("Spara plats och text")
    phone.locator("#place-q").fill("55.3781, 13.1599")
    phone.locator("#place-q").press("Enter")
    expect(phone.locator("#place-results button")).to_be_attached()
    expect(phone.locator("#place-results")).to_be_hidden()
    phone.locator("#place-done").click()
    expect(phone.locator(".flashes")).to_contain_text("Ändringen är sparad")
    expect(phone.locator("article .view-text")).to_have_text("Flyttad, och med nya ord")
    [(_words, east, north)] = rows(live, SLUG, "Flyttas med korset")
    assert 150 < east < 230 and 300 < north < 370


def test_nothing_is_moved_when_one_goes_back_or_leaves_the_map_as_it_is(desk: Page, live: Live) -> None:
    link = own_link(desk, live, "6a0c6d1c-6b1f-4a58-9d0c-30cb0a5f8a02", "Ligger rätt")
    desk.goto(f"{link}/place")
    desk.get_by_role("button", name="Tillbaka, låt platsen vara kvar").click()
    expect(desk.locator("#edit")).to_have_attribute("open", "")
    desk.get_by_role("button", name="Flytta platsen").click()
    expect(desk.locator("#place-label")).not_to_be_empty()
    desk.locator("#place-done").click()
    expect(desk.locator(".flashes")).to_contain_text("Ingenting var ändrat")


def test_a_line_is_redrawn_in_another_language_too(desk: Page, live: Live) -> None:
    desk.goto(own_link(desk, live, "6a0c6d1c-6b1f-4a58-9d0c-30cb0a5f8a03", "Ritas om", LINE) + "/place")
    expect(desk.locator(".shape-line")).to_have_count(1)
    desk.get_by_role("button", name="English").click()
    expect(desk.locator("#step-title")).to_have_text("Move the place")
    frame = desk.locator("#map").bounding_box()
    assert frame is not None
    for points, share in enumerate((0.4, 0.6), 1):
        desk.mouse.click(frame["x"] + frame["width"] * share, frame["y"] + frame["height"] * 0.4)
        expect(desk.locator(".draw-point")).to_have_count(points)
    desk.locator("#place-done").click()
    expect(desk.locator(".flashes .notice")).to_be_visible()
    with live.engine.connect() as connection:
        points = connection.scalar(text("select st_npoints(geom) from contribution where raw_text = 'Ritas om'"))
    assert points == 2


def test_the_page_is_accessible(
    open_context: Callable[..., BrowserContext], live: Live, assert_accessible: Callable[[Page], None]
) -> None:
    page = open_context(**PHONE, bypass_csp=True).new_page()
    page.goto(own_link(page, live, "6a0c6d1c-6b1f-4a58-9d0c-30cb0a5f8a04", "Tillgänglig") + "/place")
    expect(page.locator("#place-label")).not_to_be_empty()
    assert_accessible(page)
