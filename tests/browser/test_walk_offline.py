"""Recording on a safety walk with the network off, as the developer protocol switches it, and back on."""

import io
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.core.clock import now
from mapdialog.walks import recording_access
from mapdialog.walks.models import SafetyWalk
from tests.browser.walk_scripts import APART, COVERED, LEFT_BEHIND, MANY, PHOTOS_LEFT, SEEN
from tests.chromium import CHROMIUM, FLAGS, Live, wait_until
from tests.chromium import OFFLINE_PHONE as PHONE
from tests.walks.making import make_walk

pytestmark = pytest.mark.browser
HERE = {"longitude": 13.1572, "latitude": 55.3752, "accuracy": 9}
OF_WALK = """from walk_observation o join safety_walk w on w.id = o.walk_id join contribution c on c.id = o.id
    where w.slug = :slug"""

LATEST = "select raw_text from contribution_revision r where r.contribution_id = c.id order by id desc limit 1"


class Plan(NamedTuple):
    slug: str
    code: str
    stop_id: int


def seed(session: Session, **values: Any) -> Plan:
    walk: SafetyWalk = make_walk(session, **values)
    code = recording_access.make_code(session, walk, "leader", secret_key="t" * 64, at=now(), actor_id=None)
    return Plan(walk.slug, recording_access.words_of("t" * 64, code), walk.stops[0].id)


@pytest.fixture
def walk(live: Live) -> Plan:
    return live.seed(seed)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo as a camera makes it: larger than is sent, and with words in its metadata."""
    file = tmp_path / "foto.jpg"
    image = Image.frombytes("RGB", (26, 20), os.urandom(26 * 20 * 3)).resize((2600, 1950))
    exif = Image.Exif()
    exif[0x010E] = "hemligt"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=60, exif=exif)
    file.write_bytes(out.getvalue())
    return file


def join(context: BrowserContext, walk: Plan, script: str = "", group: str = "Grupp 1") -> Page:
    """A phone on the page that records; without a group it has not said which it goes with."""
    page = context.new_page()
    if script:
        page.add_init_script(script)
    page.goto(f"/w/{walk.code}")
    if group:
        page.get_by_label(group).check()
    page.get_by_role("button", name="Gå med").click()
    expect(page.locator("[data-category]")).to_have_count(21)
    return page


def make_ready(page: Page) -> None:
    expect(page.locator("#ready")).to_contain_text("Redo att gå offline", timeout=30_000)
    expect(page.locator("#ready")).to_contain_text(" MB i telefonen")
    expect(page.locator("#net-words")).to_have_text("Redo offline")


def tap_in(page: Page, words: str, picture: Path | None = None, category: str = "lighting") -> None:
    """The common case: what, how it feels, save; the place and the severity are there already."""
    page.locator(f'[data-category="{category}"]').click()
    page.locator('label:has([name="polarity"][value="insecure"])').click()
    if words:
        page.locator("#words").fill(words)
    if picture:
        page.locator("#photo").set_input_files(picture)
        expect(page.locator("#photos img")).to_have_count(1)
    page.locator("#observation button[type=submit]").click()
    expect(page.locator("#snack-words")).to_have_text("Sparad i telefonen.")


def count(live: Live, slug: str) -> tuple[int, int, int]:
    """Observations of the walk, their different texts, and photos that are attached to them."""
    query = text(
        "select count(distinct c.id), count(distinct c.raw_text), count(a.id) from contribution c"
        " join walk_observation o on o.id = c.id join safety_walk w on w.id = o.walk_id"
        " left join attachment a on a.contribution_id = c.id where w.slug = :slug"
    )
    with live.engine.connect() as connection:
        return tuple(connection.execute(query, {"slug": slug}).one())  # type: ignore[return-value]


@contextmanager
def stuck_after(live: Live, most: int) -> Iterator[None]:
    """However fast the machine is, the server stands in the middle of its work once so many observations are stored."""
    stuck = f"""create function stuck() returns trigger language plpgsql as $$ begin
        if (select count(*) from walk_observation o where o.walk_id = new.walk_id) >= {most} then perform pg_sleep(60);
        end if; return new; end $$;
        create trigger stuck before insert on walk_observation for each row execute function stuck()"""
    freed = "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'"
    with live.engine.begin() as connection:
        connection.execute(text(stuck))
    yield
    with live.engine.begin() as connection:
        connection.execute(text(freed))
        connection.execute(text("drop trigger stuck on walk_observation; drop function stuck()"))


def ask(live: Live, walk: Plan, what: str, order: str = "") -> list[tuple[Any, ...]]:
    """Values of the walk's observations (o), as contributions (c)."""
    with live.engine.connect() as connection:
        found = connection.execute(text(f"select {what} {OF_WALK} {order}"), {"slug": walk.slug})
        return [tuple(row) for row in found]


@pytest.fixture
def same_phone(playwright_: Playwright, live: Live, tmp_path: Path) -> Iterator[Callable[[], BrowserContext]]:
    """Opens the same browser profile again and again, as a phone whose browser is closed and opened."""
    opened: list[BrowserContext] = []

    def start() -> BrowserContext:
        for context in opened:
            context.close()
        opened.clear()
        context = playwright_.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=CHROMIUM,
            args=FLAGS,
            base_url=live.url,
            locale="sv-SE",
            geolocation=HERE,
            permissions=["geolocation"],
            **PHONE,
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield start
    for context in opened:
        context.close()


def test_thirty_observations_made_offline_arrive_once_through_restarts_and_a_killed_server(
    same_phone: Callable[[], BrowserContext], live: Live, walk: Plan, picture: Path
) -> None:
    context = same_phone()
    page = join(context, walk)
    make_ready(page)
    context.set_offline(True)
    page.goto(f"/walks/{walk.slug}/record")
    tap_in(page, "Nummer 1", picture)
    tap_in(page, "Nummer 2", picture, category="litter")
    page.evaluate(MANY, [walk.slug, 3, 30])
    context = same_phone()
    context.set_offline(True)
    page = context.new_page()
    page.goto(f"/walks/{walk.slug}/record")
    expect(page.locator("#count-mine")).to_have_text("30")
    expect(page.locator("#net-words")).to_contain_text("30")
    assert count(live, walk.slug) == (0, 0, 0)
    with stuck_after(live, 8):
        context.set_offline(False)
        wait_until(page, lambda: count(live, walk.slug)[0] >= 5)
        live.stop(signal.SIGKILL)
    assert 5 <= count(live, walk.slug)[0] < 30
    live.start()
    expect(page.locator("#net-words")).to_have_text("Allt mottaget", timeout=30_000)
    assert count(live, walk.slug) == (30, 30, 30)
    page.goto(f"/walks/{walk.slug}/record#mina")
    expect(page.get_by_text("Mottagen av servern")).to_have_count(30)
    left = page.evaluate(PHOTOS_LEFT)
    assert left == 0, "photos that the server has received are wiped from the phone"
    assert count(live, walk.slug) == (30, 30, 30)


def test_photos_are_made_smaller_and_carry_no_metadata(
    open_context: Callable[..., BrowserContext], live: Live, walk: Plan, picture: Path
) -> None:
    context = open_context(**PHONE, geolocation=HERE, permissions=["geolocation"])
    page = join(context, walk)
    with page.expect_request(lambda request: "/photos/" in request.url) as sent:
        tap_in(page, "Med foto", picture)
    body = sent.value.post_data_buffer or b""
    expect(page.locator("#net-words")).to_have_text("Allt mottaget")
    with live.engine.connect() as connection:
        width, height = connection.execute(text("select width, height from attachment order by id desc limit 1")).one()
    assert (width, height) == (2048, 1536)
    assert b"hemligt" not in body and b"hemligt" in picture.read_bytes()
    # What the phone goes on showing in its list is a small one.
    page.locator('[data-tab="mina"]').click()
    wait_until(page, lambda: page.evaluate("document.querySelector('.wa-thumb')?.naturalWidth") == 160)


def test_two_phones_in_one_group_come_together(
    open_context: Callable[..., BrowserContext], live: Live, walk: Plan
) -> None:
    phones = [open_context(**PHONE, geolocation=HERE, permissions=["geolocation"]) for _ in range(2)]
    pages = [join(context, walk, group=group) for context, group in zip(phones, ("Grupp 2", ""), strict=True)]
    for context, page, words in zip(phones, pages, ("Från den ena", "Från den andra"), strict=True):
        make_ready(page)
        context.set_offline(True)
        if words == "Från den andra":
            page.reload()
            page.get_by_role("button", name="Grupp 2").click()
        expect(page.locator("#my-group")).to_have_text("Grupp 2")
        tap_in(page, words)
    for context in phones:
        context.set_offline(False)
    for page in pages:
        expect(page.locator("#net-words")).to_have_text("Allt mottaget")
    assert count(live, walk.slug)[:2] == (2, 2)
    groups = ask(live, walk, "distinct (select name from walk_group g where g.id = o.group_id)")
    devices = ask(live, walk, "count(distinct (select device_id from walk_recording r where r.observation_id = o.id))")
    assert (groups, devices) == ([("Grupp 2",)], [(2,)])


def test_without_leave_to_use_gps_a_stop_or_the_map_says_where(
    open_context: Callable[..., BrowserContext], live: Live, walk: Plan
) -> None:
    page = join(open_context(**PHONE), walk)
    page.locator('[data-category="lighting"]').click()
    page.locator('label:has([name="polarity"][value="insecure"])').click()
    expect(page.locator("#place-why")).to_contain_text("Webbläsaren får inte använda din plats. Välj hållpunkt")
    page.locator("#observation button[type=submit]").click()
    expect(page.locator("#error-place")).to_have_text("Välj var det är, så går det att spara.")
    assert page.evaluate(SEEN, "#error-place"), "what is missing is not under the button that saves"
    page.locator("#use-stop").select_option(str(walk.stop_id))
    expect(page.locator("#place-words")).to_have_text("Vid hållpunkt 1: Stationen")
    page.locator("#observation button[type=submit]").click()
    expect(page.locator("#net-words")).to_have_text("Allt mottaget")
    page.locator('[data-category="lighting"]').click()
    page.locator('label:has([name="polarity"][value="secure"])').click()
    page.locator("#use-map").click()
    page.locator("#place-here").click()
    expect(page.locator("#place-words")).to_have_text("Vald på kartan")
    page.locator("#observation button[type=submit]").click()
    expect(page.locator("#count-mine")).to_have_text("2")
    expect(page.locator("#net-words")).to_have_text("Allt mottaget")
    assert ask(live, walk, "o.point_source", "order by o.id") == [("stop",), ("manual",)]


def test_gps_of_140_metres_is_not_used_unasked(
    open_context: Callable[..., BrowserContext], live: Live, walk: Plan
) -> None:
    far = {**HERE, "accuracy": 140}
    page = join(open_context(**PHONE, geolocation=far, permissions=["geolocation"]), walk)
    page.locator('[data-category="lighting"]').click()
    page.locator('label:has([name="polarity"][value="neutral"])').click()
    expect(page.locator("#place-why")).to_contain_text("Telefonens plats är osäker, ungefär 140 meter. Välj hållpunkt")
    page.locator("#use-map").click()
    expect(page.locator("#place-here")).to_be_enabled()
    expect(page.locator("#map-note")).to_contain_text("140 meter")
    assert page.evaluate(APART) < 2, "the cross stands where the place is that it takes"
    page.go_back()
    page.locator("#use-gps").click()
    expect(page.locator("#place-words")).to_have_text("Din plats är osäker, ungefär 140 meter.")
    page.locator("#observation button[type=submit]").click()
    expect(page.locator("#net-words")).to_have_text("Allt mottaget")
    assert ask(live, walk, "c.accuracy_m") == [(140,)]


def test_a_phone_that_is_full_says_so_and_loses_nothing(
    open_context: Callable[..., BrowserContext], live: Live, walk: Plan, tmp_path: Path
) -> None:
    context = open_context(**PHONE, geolocation=HERE, permissions=["geolocation"])
    page = join(context, walk)
    make_ready(page)
    protocol = context.new_cdp_session(page)
    # Before anything is written: for half a minute after that, the browser goes by the room it found then.
    protocol.send("Storage.overrideQuotaForOrigin", {"origin": live.url, "quotaSize": 1000})
    page.locator('[data-category="lighting"]').click()
    page.locator('label:has([name="polarity"][value="insecure"])').click()
    page.locator("#words").fill("Får inte försvinna")
    heavy = tmp_path / "brus.jpg"  # noise hardly gets smaller, so that it meets the limit
    Image.frombytes("RGB", (1600, 1200), os.urandom(1600 * 1200 * 3)).save(heavy, quality=90)
    page.locator("#photo").set_input_files(heavy)
    expect(page.locator("#photos img")).to_have_count(1)
    expect(page.locator("#error-photo")).to_contain_text("Telefonens lagring är full")
    page.locator("#observation button[type=submit]").click()
    expect(page.locator("#error-save")).to_contain_text("Iakttagelsen är inte sparad än")
    expect(page.locator("#words")).to_have_value("Får inte försvinna")
    protocol.send("Storage.overrideQuotaForOrigin", {"origin": live.url})
    page.locator("#observation button[type=submit]").click()
    expect(page.locator("#net-words")).to_have_text("Allt mottaget")
    assert count(live, walk.slug) == (1, 1, 1)


def test_what_is_begun_outlives_reload_and_back_and_what_is_saved_can_be_changed_taken_back_and_undone(
    open_context: Callable[..., BrowserContext], live: Live, walk: Plan, picture: Path
) -> None:
    context = open_context(**PHONE, geolocation=HERE, permissions=["geolocation"])
    page = join(context, walk)
    page.locator('[data-category="lighting"]').click()
    page.locator("#words").fill("Halvskriven")
    page.locator("#photo").set_input_files(picture)
    expect(page.locator("#photos img")).to_have_count(1)
    page.reload()
    expect(page.locator("#words")).to_have_value("Halvskriven")
    expect(page.locator("#photos img")).to_have_count(1)
    page.go_back()
    expect(page.locator("#resume-words")).to_have_text("Påbörjad: Belysning")
    page.locator("#resume a").click()
    page.locator('label:has([name="polarity"][value="insecure"])').click()
    page.locator("#observation button[type=submit]").click()
    page.locator('[data-tab="mina"]').click()
    page.get_by_role("button", name="Ändra: Belysning").click()
    page.locator("#words").fill("Färdigskriven")
    page.locator("#observation button[type=submit]").click()
    page.locator('[data-tab="mina"]').click()
    page.get_by_role("button", name="Ta bort: Belysning").click()
    expect(page.locator("#list")).to_contain_text("Borttagen")
    page.get_by_role("button", name="Ångra: Belysning").click()
    expect(page.locator("#list")).to_contain_text("Mottagen av servern")
    kept = [("Halvskriven", "pending", "Färdigskriven")]
    wait_until(page, lambda: ask(live, walk, f"c.raw_text, c.state, ({LATEST})") == kept)


def test_leaving_the_walk_takes_everything_out_of_the_phone(
    open_context: Callable[..., BrowserContext], live: Live, walk: Plan
) -> None:
    context = open_context(**PHONE, geolocation=HERE, permissions=["geolocation"])
    page = join(context, walk)
    make_ready(page)
    context.set_offline(True)
    tap_in(page, "Inte skickad")
    page.locator('[data-tab="mer"]').click()
    page.get_by_role("link", name="English").click()
    expect(page.locator("#language-words")).to_have_text("Språket går att byta när det finns nät.")
    page.locator("#leave").click()
    expect(page.locator("#leave-words")).to_contain_text("1 iakttagelse är inte mottagen av servern")
    page.locator("#leave-not").click()
    context.set_offline(False)
    expect(page.locator("#net-words")).to_have_text("Allt mottaget")
    page.locator("#leave").click()
    page.locator("#leave-sure").click()
    page.wait_for_url("**/w")
    left = page.evaluate(LEFT_BEHIND)
    assert left == [0, [], []]
    assert page.goto(f"/walks/{walk.slug}/record").status == 403  # type: ignore[union-attr]


def test_every_view_is_accessible_in_both_looks(
    open_context: Callable[..., BrowserContext], walk: Plan, assert_accessible: Callable[[Page], None]
) -> None:
    context = open_context(**PHONE, geolocation=HERE, permissions=["geolocation"])
    page = join(context, walk)
    tap_in(page, "Till listan")
    for look, names in (("dark", ("", "mina", "mer")), ("light", ("mina",))):
        assert page.locator("html").get_attribute("data-theme") == look
        for name in names:
            page.locator(f'[data-tab="{name}"]').click()
            assert_accessible(page)
        page.locator('[data-tab=""]').click()
        page.locator('[data-category="lighting"]').click()
        page.locator('label:has([name="polarity"][value="insecure"])').click()
        page.set_viewport_size({"width": 360, "height": 640})
        page.locator("label.wa-acute").click()
        expect(page.locator("#call")).to_contain_text("112")
        assert page.evaluate(COVERED) == 0
        page.set_viewport_size(PHONE["viewport"])
        assert_accessible(page)
        page.locator("#use-map").click()
        expect(page.locator("#place-here")).to_be_visible()
        assert_accessible(page)
        page.locator('[data-tab="mer"]').click()
        page.locator("#theme").click()
