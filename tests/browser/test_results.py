"""The results pages in a browser: maps and tables that go together, without JavaScript too, and axe finds nothing."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from mapdialog.core.clock import now
from tests.browser.staff import account_of, one, sign_in
from tests.chromium import Live
from tests.seeds import PASSWORD, make_contribution, make_dialogue, make_district_set

pytestmark = pytest.mark.browser
SLUG, EMPTY = "resultat", "inget-an"
PATIENT_MS = 60_000  # the first page of a new server loads the libraries for classes and densities


@pytest.fixture(scope="module", autouse=True)
def dialogues(live: Live) -> None:
    """A dialogue with contributions in three districts and its feedback, and an empty one."""

    def write(session: Session) -> None:
        if one(live, "select count(*) from district_set where key = 'rutor'") == 0:
            make_district_set(session)
        made = make_dialogue(session, SLUG, title="Trygg väg, hela vägen", opened_days=-60, closes_days=-2)
        make_dialogue(session, EMPTY, title="Inget än")
        for index in range(24):
            kind = ("belysning", "gront", "other")[index % 3]
            make_contribution(session, made, f"Synpunkt {index}.", category=kind, at=(-900 + index * 70, -500))
        made.feedback_text, made.feedback_published_at = "Vi sätter upp tolv lampor.", now()

    live.seed(write)


def results(page: Page, live: Live, slug: str = SLUG, asked: str = "") -> Page:
    """Signed in, at the results of a dialogue."""
    page.set_default_navigation_timeout(PATIENT_MS)
    sign_in(page, live)
    page.goto(f"/staff/dialogues/{slug}/results{asked}")
    return page


def test_axe_finds_nothing_and_nothing_sticks_out(
    desk: Page, live: Live, assert_accessible_in_both_sizes: Callable[[Page], None]
) -> None:
    page = desk
    page.set_default_navigation_timeout(PATIENT_MS)
    sign_in(page, live)
    for address in (
        f"/staff/dialogues/{SLUG}/results?measure=per_1000&category=belysning",
        f"/staff/dialogues/{SLUG}/results?since=fel",
        f"/staff/dialogues/{EMPTY}/results",
        f"/staff/dialogues/{SLUG}/import",
        f"/d/{SLUG}/results",
        f"/d/{EMPTY}/results",
    ):
        page.goto(address)
        assert_accessible_in_both_sizes(page)


def test_map_and_table_point_at_each_other(desk: Page, live: Live) -> None:
    page = results(desk, live)
    shape = page.locator("#district-map path.step-4")
    expect(shape).to_have_count(1)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Ruta A"))
    row.hover()
    expect(page.locator("#district-map path.is-chosen")).to_have_count(1)
    shape.hover()
    expect(page.locator(".map-tip")).to_contain_text("Antal: ")
    expect(page.locator(".district-table .is-pointed")).to_have_count(1)
    expect(page.locator("#heat-map img.leaflet-image-layer")).to_be_visible()


def test_a_district_of_the_table_narrows_everything(desk: Page, live: Live) -> None:
    page = results(desk, live)
    page.get_by_role("link", name="Ruta A").click()
    expect(page.locator(".stat-value").first).to_have_text("13")
    page.get_by_role("link", name="Visa allt").click()
    expect(page.locator(".stat-value").first).to_have_text("24")


def test_without_javascript_both_maps_are_pictures(without_script: Page, live: Live) -> None:
    page = without_script
    page.set_default_navigation_timeout(PATIENT_MS)
    page.goto("/staff/sign-in")
    page.locator("#email").fill(account_of(live, "planner"))  # type: ignore[arg-type]
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    page.goto(f"/staff/dialogues/{SLUG}/results")
    expect(page.locator("#district-picture path.step")).to_have_count(4)
    picture = page.get_by_role("img", name="Värmekarta")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 960
    page.get_by_text("Visa siffrorna som tabell").click()
    expect(page.get_by_role("region", name="Tabell: Per dag")).to_be_visible()


def test_a_file_is_read_in_from_the_page(
    desk: Page, live: Live, tmp_path: Path, assert_accessible: Callable[[Page], None]
) -> None:
    file = tmp_path / "möte.csv"
    file.write_text(
        "lon;lat;kategori;kommentar\n13.157;55.376;Belysning;Från mötet\n13.158;55.376;Belysning;\n", "utf-8"
    )
    page = results(desk, live, EMPTY)
    page.get_by_role("link", name="Läs in synpunkter").click()
    page.get_by_label("Fil med synpunkter").set_input_files(file)
    page.get_by_role("button", name="Titta på filen").click()
    expect(page.get_by_role("cell", name="Från mötet")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Läs in synpunkterna").click()
    expect(page.get_by_text("1 synpunkt är inläst och publicerad.")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Hämta de avvisade raderna").click()
    assert "Texten saknas." in Path(fetched.value.path()).read_text("utf-8-sig")
    page.get_by_role("link", name="Se resultaten").click()
    expect(page.locator(".stat-value").first).to_have_text("1")


def test_a_citizen_finds_what_a_finished_dialogue_led_to(phone: Page, live: Live) -> None:
    phone.goto("/")
    phone.get_by_role("link", name=re.compile("Se vad dialogen ledde till.*hela vägen")).click()
    expect(phone.get_by_role("heading", name="Det här ledde dialogen till")).to_be_visible()
    expect(phone.get_by_text("Vi sätter upp tolv lampor.")).to_be_visible()
    expect(phone.get_by_role("definition").first).to_have_text("24")
