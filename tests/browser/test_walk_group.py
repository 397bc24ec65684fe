"""A group on a safety walk: the way it goes is recorded through a reload, and its phones see what the others sent."""

from collections.abc import Callable

import shapely
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import text

from mapdialog.geo.geometry import from_store
from tests.browser.test_walk_offline import Plan, join, pytestmark, tap_in, walk  # noqa: F401
from tests.chromium import PHONE, Live

# A phone that says where it is when it is told to, and whose clock goes as fast as one likes.
PLACES = """
let tell = null;
let last = null;
let ahead = 0;
const clock = Date.now;
Date.now = () => clock() + ahead;
navigator.geolocation.watchPosition = (heard) => { tell = heard; if (last) heard(last); return 1; };
navigator.geolocation.clearWatch = () => { tell = null; };
globalThis.goTo = (metres, seconds) => {
  ahead += seconds * 1000;
  last = { coords: { longitude: 13.1572, latitude: 55.3752 + metres / 111195, accuracy: 7 } };
  tell?.(last);
};
"""
WAY = text("select st_asbinary(track) from walk_group g join safety_walk w on w.id = g.walk_id where w.slug = :slug"
           " order by g.position limit 1")  # fmt: skip


def go(page: Page, *steps: tuple[int, int]) -> None:
    for metres, seconds in steps:
        page.evaluate("([metres, seconds]) => goTo(metres, seconds)", [metres, seconds])


def test_the_way_outlives_a_reload_and_a_lost_network_and_the_group_sees_what_its_phones_sent(
    open_context: Callable[..., BrowserContext],
    live: Live,
    walk: Plan,  # noqa: F811
    assert_accessible: Callable[[Page], None],
) -> None:
    first = open_context(**PHONE, permissions=["geolocation"])
    page = join(first, walk, PLACES)
    page.locator('[data-tab="mer"]').click()
    expect(page.locator("#track-words")).to_have_text("Vägen spelas inte in.")
    page.get_by_role("button", name="Spela in vägen").click()
    go(page, (0, 1), (20, 10), (40, 10))
    expect(page.locator("#track-words")).to_have_text("Spelar in: 40 m.")
    page.reload()
    expect(page.locator("#track-words")).to_have_text("Spelar in: 40 m.")
    go(page, (240, 300), (260, 10))
    expect(page.locator("#track-words")).to_have_text("Spelar in: 60 m. 1 lucka.")
    assert_accessible(page)
    first.set_offline(True)
    go(page, (280, 10))
    expect(page.locator("#track-words")).to_have_text("Spelar in: 80 m. 1 lucka.")
    page.get_by_role("button", name="Stoppa inspelningen").click()
    expect(page.locator("#track-words")).to_contain_text("Väntar på att skickas.")
    first.set_offline(False)
    expect(page.locator("#track-words")).to_contain_text("Mottagen av servern.")
    with live.engine.connect() as connection:
        way = from_store(shapely.from_wkb(bytes(connection.execute(WAY, {"slug": walk.slug}).scalar_one())))
    assert [len(line.coords) for line in way.geoms] == [3, 3]  # type: ignore[attr-defined]

    other = join(open_context(**PHONE, permissions=["geolocation"]), walk, PLACES)
    go(other, (0, 1))
    tap_in(other, "Släckt lampa")
    expect(other.locator("#net-words")).to_have_text("Allt mottaget")
    page.reload()
    page.locator('[data-tab="mina"]').click()
    expect(page.locator("#group-count")).to_have_text("1")
    expect(page.locator("#list li")).to_have_count(0)
    page.get_by_role("link", name="Byt grupp").click()
    page.get_by_role("button", name="Grupp 2").click()
    expect(page.locator("#group-count")).to_have_text("0")
    page.get_by_role("link", name="Byt grupp").click()
    page.get_by_role("button", name="Grupp 1").click()
    expect(page.locator("#group-count")).to_have_text("1")
    page.locator('[data-tab=""]').click()
    go(page, (5, 60))
    page.locator('[data-category="lighting"]').click()
    go(page, (6, 1))
    expect(page.locator("#group-near")).to_contain_text("Belysning · Otrygg. ”Släckt lampa”")
