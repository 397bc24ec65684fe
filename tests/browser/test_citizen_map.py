"""The map of a dialogue: pins, clusters, a place among them, language, small screens, planned and finished."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from mapdialog.core.clock import now
from tests.browser.citizen import find_place, open_dialogue, open_form, rows, send, take_place, tap_map, write_view
from tests.chromium import AT_REST, PHONE, Live
from tests.seeds import TRELLEBORG_LONLAT, make_contribution

pytestmark = pytest.mark.browser
SLUG, CROWDED, PLANNED, FINISHED = "kartan", "trangt", "inte-an", "over"
LONGITUDE, LATITUDE = TRELLEBORG_LONLAT


@pytest.fixture(scope="module", autouse=True)
def crowd(live: Live) -> list[str]:
    """Receipts of twelve contributions within a few metres."""

    def write(session: Session) -> list[str]:
        open_dialogue(session, SLUG)
        crowded = open_dialogue(session, CROWDED)
        open_dialogue(session, PLANNED, opened_days=5)
        settled = {"feedback_text": "Vi bygger bron.", "feedback_published_at": now() - timedelta(days=1)}
        open_dialogue(session, FINISHED, opened_days=-60, closes_days=-5, **settled)
        return [make_contribution(session, crowded, f"Tätt {n}", at=(n * 2, n % 3)) for n in range(12)]

    made: list[str] = live.seed(write)
    return made


def test_a_cluster_opens_when_it_is_pressed_until_its_pins_are_seen(phone: Page) -> None:
    phone.goto(f"/d/{CROWDED}")
    cluster = phone.locator(".cluster", has_text="12")
    expect(cluster).to_be_visible()
    for _ in range(8):
        if not phone.locator(".cluster").count():
            break
        # The map's name is told anew when what was fetched stands on it.
        phone.evaluate("document.querySelector('#map').setAttribute('aria-label', '')")
        phone.locator(".cluster").first.click()
        expect(phone.locator("#map")).to_have_attribute("aria-label", "Karta med 12 synpunkter")
    phone.locator(".pin-marker").first.click()
    expect(phone.locator("#panel-card .view-text").first).to_contain_text("Tätt")


def test_the_pin_of_a_shared_link_is_seen_although_a_cluster_holds_it(phone: Page, crowd: list[str]) -> None:
    phone.goto(f"/d/{CROWDED}#synpunkt-{crowd[4]}")
    expect(phone.locator("#panel-card .view-text").first).to_have_text("Tätt 4")
    expect(phone.locator(".pin-marker.is-selected")).to_be_in_viewport()
    phone.keyboard.press("Escape")
    expect(phone.locator(".pin-marker.is-selected")).to_have_count(0)


def test_a_tap_on_someone_elses_pin_points_out_that_place(phone: Page, live: Live) -> None:
    open_form(phone, SLUG)
    pin = phone.locator(".pin-marker").first.bounding_box()
    assert pin is not None
    tap_map(phone, pin["x"] + pin["width"] / 2, pin["y"] + pin["height"] / 2)
    expect(phone.locator("#step-title")).to_have_text("Var gäller det?")
    take_place(phone)
    write_view(phone, "Mitt på en annans nål")
    send(phone)
    east, north = rows(live, SLUG, "Mitt på en annans nål")[0][1:]
    assert max(abs(east), abs(north)) > 300


def test_my_position_is_kept_as_such_only_until_the_map_is_moved(
    open_context: Callable[..., BrowserContext],
) -> None:
    sure = {"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy": 12}
    page = open_context(**PHONE, geolocation=sure, permissions=["geolocation"]).new_page()
    open_form(page, SLUG)
    page.get_by_role("button", name="Använd min plats").click()
    expect(page.locator("#place-label")).to_contain_text("Din plats, på 12 meter när.")
    page.wait_for_timeout(800)
    expect(page.locator("#place-label")).to_contain_text("Din plats, på 12 meter när.")
    page.locator("#map").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#place-label")).not_to_contain_text("Din plats")


def test_one_can_agree_with_somebody_near_instead_of_saying_it_again(phone: Page) -> None:
    open_form(phone, CROWDED)
    find_place(phone, LATITUDE, LONGITUDE)
    first = phone.locator("#nearby-list li").first
    expect(first).to_contain_text("Tätt 0")
    phone.locator("#nearby summary").click()
    first.get_by_role("button", name="Jag håller med").click()
    agreed = first.get_by_role("button", name="Du håller med")
    expect(agreed).to_be_disabled()
    expect(phone.locator("#step-title")).to_have_text("Var gäller det?")
    find_place(phone, LATITUDE + 0.005, LONGITUDE)
    expect(phone.locator("#nearby")).to_be_hidden()
    find_place(phone, LATITUDE, LONGITUDE)
    expect(phone.locator("#nearby")).to_be_visible()
    expect(agreed).to_be_disabled()  # the list is made anew, and knows what was said


def test_another_language_opens_the_same_step_with_the_same_filters(phone: Page) -> None:
    open_form(phone, SLUG)
    phone.evaluate("history.replaceState(history.state, '', '?category=gront' + location.hash)")
    take_place(phone)
    phone.locator("#text").fill("Bytte språk mitt i")
    phone.evaluate("document.querySelector('a[hreflang=en]').click()")
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    assert "category=gront" in phone.url
    assert phone.url.endswith("#steg-2")
    expect(phone.locator("#text")).to_have_value("Bytte språk mitt i")


def test_a_planned_dialogue_says_when_it_opens_and_takes_nothing(phone: Page, live: Live) -> None:
    opens = "Du kan lämna synpunkter från och med"
    phone.goto(f"/d/{PLANNED}")
    expect(phone.locator("#sheet-foot")).to_contain_text(opens)
    expect(phone.locator("#start")).to_have_count(0)
    phone.goto(f"/d/{PLANNED}/new")
    expect(phone.locator("main")).to_contain_text(opens)
    expect(phone.locator("textarea")).to_have_count(0)
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [LONGITUDE, LATITUDE]},
        "properties": {"client_id": "6f9b2f5e-1f7a-4c3b-9d51-0a3a1d1b7c11", "category": "other", "text": "För tidigt"},
    }
    answer = phone.request.post(f"/api/v1/dialogues/{PLANNED}/contributions", data=feature)
    assert answer.status in (403, 409, 422)
    assert rows(live, PLANNED, "För tidigt") == []


def test_a_finished_dialogue_begins_with_what_it_led_to(phone: Page) -> None:
    phone.goto(f"/d/{FINISHED}")
    expect(phone.locator(".feedback")).to_contain_text("Vi bygger bron.")
    expect(phone.locator(".feedback")).to_be_in_viewport()
    expect(phone.locator("#start")).to_have_count(0)


def test_the_start_page_has_a_map_whose_markers_lead_to_the_dialogues(desk: Page) -> None:
    desk.goto("/")
    marker = desk.get_by_role("link", name="Trygg väg till tåget").and_(desk.locator(".dialogue-marker")).first
    marker.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator(".map-page")).to_be_visible()


@pytest.mark.parametrize("text_size", [100, 200])
def test_nothing_is_wider_than_a_narrow_screen(open_context: Callable[..., BrowserContext], text_size: int) -> None:
    width = 320 if text_size == 100 else 390
    page = open_context(**(PHONE | {"viewport": {"width": width, "height": 700}})).new_page()
    for path in ("/", f"/d/{SLUG}", f"/d/{SLUG}/list", f"/d/{SLUG}/new", "/privacy", "/accessibility", "/rules", "/c"):
        page.goto(path)
        page.evaluate(f"document.documentElement.style.fontSize = '{text_size * 1.0625}%'")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} wide"


# Looked up and measured in one go, since names are put anew whenever pins come or go.
ON_GROUND = """() => {
    const name = document.querySelector('.bg-label-town > span');
    const paths = [...document.querySelectorAll('.bg-municipality, .bg-land')];
    return [0.1, 0.9].every((share) => paths.some((path) => {
        const box = name.getBoundingClientRect();
        const at = new DOMPoint(box.x + box.width * share, box.y + box.height / 2);
        return path.isPointInFill(at.matrixTransform(path.getScreenCTM().inverse()));
    }));
}"""


def test_the_town_s_name_stands_on_land_however_far_away_one_looks(desk: Page, live: Live) -> None:
    live.seed(lambda session: open_dialogue(session, "ortsnamn"))
    desk.goto("/d/ortsnamn")
    name = desk.locator(".bg-label-town > span")
    for _ in range(5):
        expect(name).to_have_text("Trelleborg")
        desk.evaluate(AT_REST)  # names are put in the frame after the map has moved
        assert desk.evaluate(ON_GROUND)
        desk.get_by_role("button", name="Zooma ut").click()
