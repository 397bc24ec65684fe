"""A citizen whose browser runs no JavaScript: the same form on one page, the list, support, and the personal link."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.citizen import open_dialogue, rows
from tests.chromium import Live
from tests.seeds import make_contribution

pytestmark = pytest.mark.browser
SLUG = "utan-skript"


@pytest.fixture(scope="module")
def receipt(live: Live) -> str:
    """One of the dialogue's public contributions."""
    made: str = live.seed(
        lambda session: make_contribution(session, open_dialogue(session, SLUG), "Bänken är trasig.", at=(200, 200))
    )
    return made


def fill_in(page: Page, words: str) -> None:
    """Category and text, read through, and send."""
    page.locator('[name="category"][value="belysning"]').check()
    page.locator("#text").fill(words)
    page.get_by_role("button", name="Läs igenom", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Läs igenom och skicka")
    expect(page.locator("dd.view-text")).to_contain_text(words)
    page.get_by_role("button", name="Skicka synpunkten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack! Synpunkten är mottagen")
    expect(page.locator(".receipt-number")).to_contain_text("TRE-")


def test_a_place_is_pressed_on_the_drawn_map(without_script: Page, live: Live, receipt: str) -> None:
    page = without_script
    page.goto(f"/d/{SLUG}/new")
    drawn = page.locator(".map-press:visible")
    frame = drawn.bounding_box()
    assert frame is not None
    drawn.click(position={"x": frame["width"] * 0.6, "y": frame["height"] * 0.4})
    expect(page.get_by_text("Vald plats:")).to_be_in_viewport()
    fill_in(page, "Tryckt på bilden av kartan")
    found = rows(live, SLUG, "Tryckt på bilden")
    assert len(found) == 1
    assert found[0][1] > 10
    assert found[0][2] > 10


def test_a_place_is_given_by_coordinates_and_a_photo_goes_with_it(
    without_script: Page, live: Live, receipt: str
) -> None:
    page = without_script
    page.goto(f"/d/{SLUG}/new")
    page.locator("#coordinates").fill("55,3751 13,1569")
    page.locator('button[name="action"][value="coordinates"]').click()
    picture = io.BytesIO()
    Image.new("RGB", (800, 600), "#446655").save(picture, "JPEG")
    page.locator("#photos").set_input_files({"name": "p.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
    fill_in(page, "Med koordinater och foto")
    expect(page.locator("article .photos li")).to_have_count(1)
    found = rows(live, SLUG, "Med koordinater")
    assert len(found) == 1
    assert abs(found[0][1]) < 5
    assert abs(found[0][2]) < 5


def test_what_is_missing_is_said_on_top_with_links_and_what_was_written_stays(
    without_script: Page, receipt: str
) -> None:
    page = without_script
    page.goto(f"/d/{SLUG}/new")
    page.locator("#text").fill("Text utan plats och ämne")
    page.get_by_role("button", name="Läs igenom", exact=True).click()
    links = page.locator(".error-summary a")
    assert [link.get_attribute("href") for link in links.all()] == ["#geometry", "#category"]
    expect(page.locator("#text")).to_have_value("Text utan plats och ämne")


def test_the_personal_link_edits_and_withdraws(without_script: Page, live: Live, receipt: str) -> None:
    page = without_script
    page.goto(f"/d/{SLUG}/new")
    page.locator("#coordinates").fill("55,3753 13,1571")
    page.locator('button[name="action"][value="coordinates"]').click()
    fill_in(page, "Det här ångrar jag sedan")
    page.goto(page.locator("#own-link").input_value())
    page.locator("summary", has_text="Ändra synpunkten").click()
    page.locator("#text").fill("Så här menade jag")
    page.get_by_role("button", name="Spara ändringen").click()
    expect(page.locator("article .view-text")).to_have_text("Så här menade jag")
    page.locator("summary", has_text="Ta tillbaka synpunkten").click()
    page.get_by_role("button", name="Ta tillbaka synpunkten").click()
    expect(page.locator(".badge").first).to_contain_text("Tillbakatagen")
    page.goto(f"/d/{SLUG}/list?q=menade")
    expect(page.locator(".view-item")).to_have_count(0)
    assert len(rows(live, SLUG, "ångrar jag sedan")) == 1


def test_another_language_on_the_form_keeps_what_was_typed(without_script: Page, receipt: str) -> None:
    page = without_script
    page.goto(f"/d/{SLUG}/new")
    page.locator("#coordinates").fill("55,3753 13,1571")
    page.locator('button[name="action"][value="coordinates"]').click()
    page.locator('[name="category"][value="belysning"]').check()
    page.locator("#text").fill("Skrivet innan språket byttes")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leave a comment")
    expect(page.locator("#text")).to_have_value("Skrivet innan språket byttes")
    expect(page.locator('[name="category"][value="belysning"]')).to_be_checked()
    expect(page.locator('[name="lon"]')).to_have_value("13.157100")
    page.locator("#contact_name").press("Enter")
    expect(page.locator("dd.view-text")).to_contain_text("Skrivet innan språket byttes")
    page.get_by_role("button", name="Svenska").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Läs igenom och skicka")
    expect(page.locator("dd.view-text")).to_contain_text("Skrivet innan språket byttes")


def test_the_place_is_moved_by_the_personal_link_and_the_words_go_along(
    without_script: Page, live: Live, receipt: str
) -> None:
    page = without_script
    page.goto(f"/d/{SLUG}/new")
    page.locator("#coordinates").fill("55,3751 13,1569")
    page.locator('button[name="action"][value="coordinates"]').click()
    fill_in(page, "Det här ska flyttas")
    page.goto(page.locator("#own-link").input_value())
    page.locator("summary", has_text="Ändra synpunkten").click()
    page.locator("#text").fill("Så här menade jag, och där")
    page.get_by_role("button", name="Flytta platsen").click()
    drawn = page.locator(".map-press:visible")
    frame = drawn.bounding_box()
    assert frame is not None
    drawn.click(position={"x": frame["width"] * 0.8, "y": frame["height"] * 0.2})
    expect(page.get_by_text("Vald plats:")).to_be_in_viewport()
    page.get_by_role("button", name="Spara plats och text").click()
    expect(page.locator(".flashes")).to_contain_text("Ändringen är sparad")
    expect(page.locator("article .view-text")).to_have_text("Så här menade jag, och där")
    [(_words, east, north)] = rows(live, SLUG, "Det här ska flyttas")
    assert east > 100 and north > 50


def test_the_list_leads_to_a_view_that_can_be_supported_replied_to_and_reported(
    without_script: Page, receipt: str
) -> None:
    page = without_script
    page.goto(f"/d/{SLUG}/list?q=trasig")
    page.get_by_role("link", name="Öppna").click()
    expect(page).to_have_url(f"/c/{receipt}")
    page.get_by_role("button", name="Jag håller med").click()
    expect(page.get_by_role("button", name="Du håller med (1)")).to_be_visible()
    page.locator("summary", has_text="Skriv ett svar").click()
    page.locator("#reply-text").fill("Den behöver bytas.")
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.locator(".flashes")).to_contain_text("svar")
    page.locator("summary", has_text="Anmäl").click()
    page.get_by_role("button", name="Skicka anmälan").click()
    expect(page.locator(".flashes")).to_contain_text("Tack")
