"""Every citizen page: nothing for axe to find, light and dark; weight; others' contributions; no script."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.citizen import open_dialogue, open_form, send, take_place, write_view
from tests.chromium import PHONE, Live, settle, wait_until
from tests.seeds import make_contribution

pytestmark = pytest.mark.browser
SLUG = "alla-sidor"
MOST_BYTES, MOST_REQUESTS = 180_000, 25


@pytest.fixture(scope="module")
def receipt(live: Live) -> str:
    """One of the dialogue's public contributions."""

    def write(session: object) -> str:
        dialogue = open_dialogue(session, SLUG)  # type: ignore[arg-type]
        open_dialogue(session, "kommer-snart", opened_days=5)  # type: ignore[arg-type]
        open_dialogue(session, "ar-klar", opened_days=-60, closes_days=-5)  # type: ignore[arg-type]
        return make_contribution(session, dialogue, "Den stora eken skymmer sikten.", at=(1500, 1500))  # type: ignore[arg-type]

    made: str = live.seed(write)
    return made


def test_axe_finds_nothing_on_any_page(
    open_context: Callable[..., BrowserContext],
    assert_accessible_in_both_sizes: Callable[[Page], None],
    receipt: str,
) -> None:
    page = open_context(**PHONE, bypass_csp=True).new_page()
    paths = (
        "",
        f"d/{SLUG}",
        f"d/{SLUG}/list",
        f"d/{SLUG}/new",
        f"c/{receipt}",
        "accessibility",
        "privacy",
        "finns-inte",
    )
    for path in (*paths, "d/kommer-snart", "d/ar-klar", "c", "rules"):
        page.goto(f"/{path}")
        assert_accessible_in_both_sizes(page)


def test_axe_finds_nothing_in_any_step(
    open_context: Callable[..., BrowserContext], assert_accessible: Callable[..., None], receipt: str
) -> None:
    # Without motion: a sheet on its way up covers half a button for a moment.
    page = open_context(**PHONE, bypass_csp=True, reduced_motion="reduce").new_page()
    open_form(page, SLUG)
    assert_accessible(page)
    page.locator('[name="shape"][value="area"]').check()
    assert_accessible(page, "#panel-form")
    page.locator('[name="shape"][value="point"]').check()
    take_place(page)
    page.locator('[data-step="view"] [data-next]').click()
    assert_accessible(page, "#panel-form")
    write_view(page, "Mejla anna@exempel.se")
    assert_accessible(page, "#panel-form")
    send(page)
    assert_accessible(page, "#panel-done")
    own = page.locator("#done-link").input_value()
    page.goto(f"/d/{SLUG}#synpunkt-{receipt}")
    expect(page.locator("#panel-card .view-text").first).to_have_text("Den stora eken skymmer sikten.")
    assert_accessible(page, "#panel-card")
    page.goto(f"/d/{SLUG}#filter")
    settle(page)
    assert_accessible(page, "#panel-filter")
    page.goto(own)
    assert_accessible(page)


def test_the_dialogue_page_is_light_and_calls_nobody_else(
    open_context: Callable[..., BrowserContext], live: Live, receipt: str
) -> None:
    context = open_context(**PHONE)
    page = context.new_page()
    watch = context.new_cdp_session(page)
    watch.send("Network.enable")
    asked: dict[str, str] = {}
    sizes: dict[str, float] = {}
    watch.on("Network.requestWillBeSent", lambda event: asked.setdefault(event["requestId"], event["request"]["url"]))
    watch.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(f"/d/{SLUG}")
    settle(page)
    page.wait_for_timeout(1000)
    ours = urlsplit(live.url).netloc
    urls = [url for url in asked.values() if urlsplit(url).scheme.startswith("http")]
    assert [url for url in urls if urlsplit(url).netloc != ours] == []
    weighed = [url for url in urls if "/basemap/tiles/" not in url]
    assert len(weighed) <= MOST_REQUESTS, "\n".join(weighed)
    assert sum(sizes.values()) <= MOST_BYTES


def test_a_view_can_be_supported_once_and_taken_back(phone: Page, receipt: str) -> None:
    phone.goto(f"/d/{SLUG}#synpunkt-{receipt}")
    button = phone.locator('[data-act="support"]')
    expect(button).to_have_text("Jag håller med")
    button.click()
    expect(button).to_have_text("Du håller med (1)")
    phone.reload()
    expect(button).to_have_text("Du håller med (1)")
    button.click()
    expect(button).to_have_text("Jag håller med")


def test_a_reply_and_a_report_are_taken(phone: Page, receipt: str) -> None:
    phone.goto(f"/d/{SLUG}#synpunkt-{receipt}")
    phone.locator("summary", has_text="Skriv ett svar").click()
    phone.locator("#reply-text").fill("Jag tycker att eken ska stå kvar.")
    phone.get_by_role("button", name="Skicka svaret").click()
    expect(phone.locator("#toast")).to_contain_text("svar")
    phone.locator("summary", has_text="Anmäl").click()
    phone.get_by_role("button", name="Skicka anmälan").click()
    expect(phone.locator("#toast")).to_contain_text("Tack för anmälan")


def test_filters_stay_in_the_address_and_reach_the_list(phone: Page, receipt: str) -> None:
    phone.goto(f"/d/{SLUG}?q=eken")
    expect(phone.locator("#tool-filter")).to_have_class("map-tool is-on")
    phone.locator("#tool-list").click()
    phone.wait_for_url("**/list?q=eken")
    expect(phone.locator(".view-item")).to_have_count(1)


def test_the_map_says_which_filter_is_on_and_lets_it_go(phone: Page, receipt: str) -> None:
    phone.goto(f"/d/{SLUG}?q=eken&category=belysning")
    expect(phone.locator("#filter-what")).to_have_text("Visar bara: Belysning, ”eken”")
    expect(phone.locator("#filter-count")).to_have_text("1 synpunkt på kartan")
    phone.locator("#filter-drop").click()
    expect(phone.locator("#filter-line")).to_be_hidden()
    expect(phone.locator("#filter-count")).to_have_text(re.compile(r"^([5-9]|\d\d) synpunkter på kartan$"))
    assert urlsplit(phone.url).query == ""


def test_a_filter_chosen_on_the_map_stays_in_the_address_and_back_leads_out_of_it(phone: Page, receipt: str) -> None:
    def on_map(words: str, count: str = "") -> None:
        expect(phone.locator("#filter-what")).to_have_text(words)
        if count:
            expect(phone.locator("#filter-count")).to_have_text(count)

    def open_filter() -> None:
        phone.locator("#tool-filter").click()
        expect(phone.locator("#sheet")).to_have_attribute("data-height", "full")

    phone.goto(f"/d/{SLUG}")
    open_filter()
    phone.locator('#filter-form [name="q"]').fill("eken")
    phone.locator('#filter-form [type="submit"]').click()
    on_map("Visar bara: ”eken”", "1 synpunkt på kartan")
    expect(phone).to_have_url(f"/d/{SLUG}?q=eken")
    phone.reload()
    on_map("Visar bara: ”eken”", "1 synpunkt på kartan")
    # What is opened and closed leaves the filter where it is.
    open_filter()
    expect(phone).to_have_url(f"/d/{SLUG}?q=eken#filter")
    phone.locator("#panel-filter [data-close]").click()
    expect(phone).to_have_url(f"/d/{SLUG}?q=eken")
    on_map("Visar bara: ”eken”")
    open_filter()
    phone.locator('#filter-form [name="category"]').select_option("gront")
    phone.locator('#filter-form [name="q"]').fill("")
    phone.locator('#filter-form [type="submit"]').click()
    expect(phone).to_have_url(f"/d/{SLUG}?category=gront")
    phone.go_back()
    on_map("Visar bara: ”eken”", "1 synpunkt på kartan")
    phone.go_back()
    expect(phone.locator("#filter-line")).to_be_hidden()
    assert urlsplit(phone.url).query == ""
    expect(phone.locator("#filter-count")).to_have_text(re.compile(r"^([5-9]|\d\d) synpunkter på kartan$"))
    phone.go_forward()
    on_map("Visar bara: ”eken”")
    open_filter()
    expect(phone.locator('#filter-form [name="q"]')).to_have_value("eken")


def test_a_contribution_is_shown_on_a_small_map_with_a_way_to_the_large_one(phone: Page, receipt: str) -> None:
    phone.goto(f"/c/{receipt}")
    expect(phone.get_by_alt_text("Karta med platsen utmärkt")).to_be_visible()
    phone.wait_for_function("() => document.querySelector('.map-image').naturalWidth > 0")
    phone.get_by_role("link", name="Visa på kartan").click()
    expect(phone.locator("#panel-card .view-text").first).to_have_text("Den stora eken skymmer sikten.")


def test_the_sheet_is_worked_by_its_button_also_before_its_script_has_come_and_by_arrow_keys(
    phone: Page, receipt: str
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    phone.route("**/js/pages/dialogue.js", hold)
    phone.goto(f"/d/{SLUG}", wait_until="commit")
    sheet, button = phone.locator("#sheet"), phone.locator("#sheet-more")
    expect(sheet).to_have_attribute("data-height", "peek")
    button.click()
    wait_until(phone, lambda: bool(held))
    held[0].continue_()
    expect(sheet).to_have_attribute("data-height", "half")
    button.focus()
    phone.keyboard.press("ArrowUp")
    expect(sheet).to_have_attribute("data-height", "full")
    expect(button).to_have_text("Visa mindre")


def test_without_script_the_page_leads_to_the_list_and_the_form(without_script: Page, receipt: str) -> None:
    without_script.goto(f"/d/{SLUG}")
    expect(without_script.locator("#map")).to_be_hidden()
    without_script.get_by_role("link", name="Lämna synpunkt").click()
    expect(without_script.get_by_role("heading", level=1)).to_have_text("Lämna synpunkt")
