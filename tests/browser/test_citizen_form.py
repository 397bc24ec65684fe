"""A citizen's pin from a phone: by touch, by keyboard, with a photo, as a line; drafts and the back button."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.browser.citizen import (
    at_rest,
    draft_of,
    open_dialogue,
    open_form,
    rows,
    send,
    take_place,
    tap_map,
    write_view,
)
from tests.chromium import PHONE, Live, wait_until
from tests.seeds import make_contribution

pytestmark = pytest.mark.browser
SLUG = "form-dialog"


@pytest.fixture(scope="module", autouse=True)
def _dialogue(live: Live) -> None:
    def write(session: Session) -> None:
        make_contribution(session, open_dialogue(session, SLUG), "Synpunkt nummer fyra, mitt i.", at=(10, 5))

    live.seed(write)


def test_a_pin_by_touch_lies_where_the_finger_pressed(phone: Page, live: Live) -> None:
    open_form(phone, SLUG)
    frame = phone.locator("#map").bounding_box()
    assert frame is not None
    tap_map(phone, frame["x"] + frame["width"] * 0.75, frame["y"] + frame["height"] * 0.4)
    take_place(phone)
    write_view(phone, "Med fingret på kartan")
    receipt = send(phone)
    found = rows(live, SLUG, "Med fingret")
    assert len(found) == 1
    assert receipt.startswith("TRE-")
    assert found[0][1] > 100
    assert found[0][2] > 20


def test_the_whole_form_can_be_filled_in_with_the_keyboard_alone(desk: Page, live: Live) -> None:
    desk.goto(f"/d/{SLUG}")
    desk.locator("#start").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#step-title")).to_be_focused()
    desk.locator("#map").focus()
    for _ in range(3):
        desk.keyboard.press("ArrowRight")
        at_rest(desk)
    desk.locator("#place-done").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#step-title")).to_have_text("Vad gäller det?")
    expect(desk.locator("#step-title")).to_be_focused()
    desk.locator('[name="category"][value="gront"]').focus()
    desk.keyboard.press("Space")
    desk.locator("#text").focus()
    desk.keyboard.type("Bara med tangentbordet")
    desk.locator('[data-step="view"] [data-next]').focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#step-title")).to_have_text("Vill du ha svar?")
    desk.locator("#contact_name").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#step-title")).to_have_text("Läs igenom och skicka")
    desk.locator("#send").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#done-title")).to_be_focused()
    found = rows(live, SLUG, "Bara med tangentbordet")
    assert len(found) == 1
    assert found[0][1] > 50


def test_enter_goes_to_the_only_place_found_and_says_it_in_plain_words(phone: Page) -> None:
    open_form(phone, SLUG)
    field, results = phone.locator("#place-q"), phone.locator("#place-results")
    field.fill("55.376, 13.160")
    expect(results).to_have_text("55.37600, 13.16000 koordinater")
    expect(phone.locator("#toast")).to_be_empty()
    field.press("Enter")
    expect(results).to_be_hidden()
    take_place(phone)
    wait_until(phone, lambda: "place" in (draft_of(phone, SLUG) or {}))
    assert draft_of(phone, SLUG)["place"]["geometry"]["coordinates"] == pytest.approx([13.16, 55.376], abs=0.0002)


def test_a_line_being_drawn_is_not_filled_and_lies_above_the_pins(phone: Page) -> None:
    open_form(phone, SLUG)
    phone.locator('[name="shape"][value="line"]').check()
    for corner in range(3):
        phone.locator("#draw-add").click()
        phone.evaluate("document.querySelector('#map').focus()")
        phone.keyboard.press("ArrowRight" if corner else "ArrowDown")
        at_rest(phone)
    line = phone.locator(".draw-line")
    assert line.evaluate("line => getComputedStyle(line).fill") == "none"
    level = "name => Number(getComputedStyle(document.querySelector(`.leaflet-${name}-pane`)).zIndex)"
    assert phone.evaluate(level, "drawing") > phone.evaluate(level, "marker")


def test_pins_are_reached_and_opened_with_the_keyboard(desk: Page) -> None:
    desk.goto(f"/d/{SLUG}")
    marker = desk.locator(".pin-marker").first
    marker.focus()
    assert (marker.get_attribute("aria-label") or "").startswith("Synpunkt: ")
    desk.keyboard.press("Enter")
    expect(desk.locator("#panel-card .view-text").first).to_contain_text("Synpunkt nummer")
    desk.keyboard.press("Escape")
    expect(desk.locator("#panel-about")).to_be_visible()


def test_what_is_missing_is_said_beside_the_field_and_nothing_is_lost(phone: Page) -> None:
    open_form(phone, SLUG)
    take_place(phone)
    phone.locator("#text").fill("Text utan ämne")
    phone.locator('[data-step="view"] [data-next]').click()
    expect(phone.locator('[data-error-for="category"]')).to_have_text("Välj vad det gäller.")
    expect(phone.locator("#text")).to_have_value("Text utan ämne")
    expect(phone.locator('[name="category"]:not(select)').first).to_have_attribute("aria-invalid", "true")


def test_a_draft_survives_reload_and_the_back_button_goes_one_step(phone: Page) -> None:
    open_form(phone, SLUG)
    take_place(phone)
    phone.locator('#contribution-form [name="category"][value="gront"]').check()
    phone.locator("#text").fill("Ett utkast som ligger kvar")
    phone.reload()  # at once: words that are typed are never lost
    expect(phone.locator("#step-title")).to_have_text("Vad gäller det?")
    expect(phone.locator("#text")).to_have_value("Ett utkast som ligger kvar")
    expect(phone.locator('#contribution-form [name="category"][value="gront"]')).to_be_checked()
    phone.go_back()
    expect(phone.locator("#step-title")).to_have_text("Var gäller det?")
    phone.go_back()
    expect(phone.locator("#draft-notice")).to_be_visible()
    phone.locator("#draft-discard").click()
    expect(phone.locator("#draft-notice")).to_be_hidden()


def test_a_line_is_drawn_point_by_point_with_undo(phone: Page, live: Live) -> None:
    open_form(phone, SLUG)
    phone.locator('[name="shape"][value="line"]').check()
    expect(phone.locator("#place-done")).to_be_disabled()
    frame = phone.locator("#map").bounding_box()
    assert frame is not None
    for across, told in ((0.5, "1 punkt"), (0.7, "2 punkter"), (0.9, "3 punkter")):
        phone.touchscreen.tap(frame["x"] + frame["width"] * across, frame["y"] + frame["height"] * 0.3)
        expect(phone.locator("#place-done")).to_have_text(f"Klar med {told}")
    phone.locator("#draw-undo").click()
    expect(phone.locator("#place-done")).to_have_text("Klar med 2 punkter")
    take_place(phone)
    write_view(phone, "En sträcka som är mörk")
    send(phone)
    with live.engine.connect() as connection:
        kinds = connection.scalars(
            text("select geometrytype(geom) from contribution where raw_text = 'En sträcka som är mörk'")
        ).all()
    assert kinds == ["LINESTRING"]


def test_a_photo_goes_with_the_contribution_and_personal_data_is_pointed_out(phone: Page, live: Live) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (3000, 2000), "#556677").save(picture, "JPEG")
    open_form(phone, SLUG)
    take_place(phone)
    phone.locator("#photos").set_input_files(
        {"name": "gata.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    expect(phone.locator("#photo-strip li")).to_have_count(1)
    write_view(phone, "Ring mig på 070-174 06 05 om lampan")
    expect(phone.locator("#personal-hints")).to_have_text("Det ser ut som ett telefonnummer. Ta bort det?")
    send(phone)
    expect(phone.locator("#done-photos")).to_have_text("1 foto är med.")
    with live.engine.connect() as connection:
        size = connection.execute(text("select width, height from attachment order by id desc limit 1")).one()
    assert tuple(size) == (2048, 1365)


def test_my_place_says_honestly_how_sure_it_is(open_context: Callable[..., BrowserContext]) -> None:
    unsure = {"latitude": 55.3751, "longitude": 13.1569, "accuracy": 140}
    page = open_context(**PHONE, geolocation=unsure, permissions=["geolocation"]).new_page()
    open_form(page, SLUG)
    page.locator("#place-locate").click()
    expect(page.locator("#place-label")).to_contain_text("ungefär 140 meter")


def test_a_refused_position_says_what_to_do_instead(phone: Page) -> None:
    # Chromium without windows refuses at once what is not permitted. What others said close by comes while the
    # button is being pressed: it waits, or it would push the button away from under the finger.
    held: list[Route] = []
    phone.route("**/nearby?*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it is given
    with phone.expect_request("**/nearby?*"):
        open_form(phone, SLUG)
    button = phone.locator("#place-locate").bounding_box()
    assert button is not None
    phone.mouse.move(button["x"] + button["width"] / 2, button["y"] + button["height"] / 2)
    phone.mouse.down()
    with phone.expect_event("requestfinished"):
        held[-1].continue_()
    expect(phone.locator("#nearby")).to_be_hidden()
    phone.mouse.up()
    expect(phone.locator("#place-error")).to_contain_text("Sök eller flytta kartan i stället")
    expect(phone.locator("#nearby")).to_be_visible()


def test_the_personal_link_edits_the_contribution(phone: Page, live: Live) -> None:
    open_form(phone, SLUG)
    take_place(phone)
    write_view(phone, "Först skrev jag så")
    send(phone)
    phone.goto(phone.locator("#done-link").input_value())
    phone.locator("summary", has_text="Ändra synpunkten").click()
    phone.locator("#text").fill("Sedan skrev jag så här")
    phone.get_by_role("button", name="Spara ändringen").click()
    expect(phone.locator(".flashes")).to_contain_text("sparad")
    expect(phone.locator("article .view-text")).to_have_text("Sedan skrev jag så här")
    assert len(rows(live, SLUG, "Först skrev jag")) == 1
