"""Lost networks: what was written waits in the phone, is sent once, and says so."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import text

from tests.browser.citizen import open_dialogue, open_form, rows, take_place, wait_for_draft, write_view
from tests.chromium import OFFLINE_PHONE, Live, settle, wait_until

pytestmark = pytest.mark.browser
SLUG = "utan-nat"


@pytest.fixture(scope="module", autouse=True)
def _dialogue(live: Live) -> None:
    live.seed(lambda session: open_dialogue(session, SLUG))


def test_without_network_it_waits_and_is_sent_exactly_once(
    open_context: Callable[..., BrowserContext], live: Live
) -> None:
    context = open_context(**OFFLINE_PHONE)
    page = context.new_page()
    open_form(page, SLUG)
    take_place(page)
    write_view(page, "Skriven utan nät")
    context.set_offline(True)
    page.locator("#send").click()
    expect(page.locator("#done-title")).to_have_text("Synpunkten väntar på nät")
    expect(page.locator("#queue-line")).to_contain_text("1 synpunkt väntar på nät")
    assert rows(live, SLUG, "Skriven utan nät") == []
    context.set_offline(False)
    expect(page.locator("#queue-line")).to_contain_text("Synpunkten är skickad. Kvittonummer TRE-")
    other = context.new_page()
    other.goto("/")
    settle(other)
    assert len(rows(live, SLUG, "Skriven utan nät")) == 1


def test_an_answer_that_got_lost_makes_no_second_row(open_context: Callable[..., BrowserContext], live: Live) -> None:
    context = open_context(**OFFLINE_PHONE)
    page = context.new_page()
    lost: list[str] = []

    def lose_first(route: object) -> None:
        if not lost and route.request.method == "POST":  # type: ignore[attr-defined]
            lost.append(route.fetch().text())  # type: ignore[attr-defined]
            route.abort("connectionreset")  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    context.route(f"**/api/v1/dialogues/{SLUG}/contributions", lose_first)
    open_form(page, SLUG)
    take_place(page)
    write_view(page, "Svaret kom aldrig fram")
    page.locator("#send").click()
    expect(page.locator("#done-title")).to_have_text("Synpunkten väntar på nät")
    expect(page.locator("#queue-line")).to_contain_text("Synpunkten är skickad", timeout=20_000)
    assert lost
    assert len(rows(live, SLUG, "Svaret kom aldrig fram")) == 1


def test_two_open_tabs_send_it_once(open_context: Callable[..., BrowserContext], live: Live) -> None:
    context = open_context(**OFFLINE_PHONE)
    first = context.new_page()
    open_form(first, SLUG)
    take_place(first)
    write_view(first, "Två flikar")
    context.set_offline(True)
    first.locator("#send").click()
    expect(first.locator("#queue-line")).to_contain_text("väntar på nät")
    context.set_offline(False)
    second = context.new_page()
    second.goto(f"/d/{SLUG}")
    expect(second.locator("#queue-line")).to_contain_text("Synpunkten är skickad")
    settle(second)
    assert len(rows(live, SLUG, "Två flikar")) == 1


def wait_for_shell(page: Page) -> None:
    """The phone has kept the dialogue's page; before that it has kept what the page is made of."""
    kept = "async (path) => Boolean(await caches.match(path, { ignoreVary: true }))"
    wait_until(page, lambda: page.evaluate(kept, f"/d/{SLUG}"))


def test_the_page_opens_without_network_and_still_has_the_draft(open_context: Callable[..., BrowserContext]) -> None:
    context = open_context(**OFFLINE_PHONE)
    page = context.new_page()
    open_form(page, SLUG)
    take_place(page)
    page.locator("#text").fill("Innan nätet försvann")
    wait_for_draft(page, SLUG, "Innan nätet försvann")
    page.evaluate("import('#offline/shell').then(({ keepShell }) => keepShell())")
    wait_for_shell(page)
    context.set_offline(True)
    page.reload()
    expect(page.locator("#text")).to_have_value("Innan nätet försvann")


def test_the_form_opens_though_the_network_went_a_moment_after_the_page_came(
    open_context: Callable[..., BrowserContext],
) -> None:
    context = open_context(**OFFLINE_PHONE)
    page = context.new_page()
    page.goto(f"/d/{SLUG}")
    wait_for_shell(page)
    context.set_offline(True)
    page.locator("#start").click()
    expect(page.locator("#step-title")).to_have_text("Var gäller det?")


def test_that_the_server_is_out_of_reach_is_said_only_until_the_network_is_back(
    open_context: Callable[..., BrowserContext],
) -> None:
    context = open_context(**OFFLINE_PHONE)
    page = context.new_page()
    page.goto(f"/d/{SLUG}")
    settle(page)
    context.set_offline(True)
    page.evaluate(
        "import('#lib/text').then(({ announce }) => announce('Det gick inte att nå kommunens server.', 60_000))"
    )
    expect(page.locator("#toast")).to_contain_text("server")
    context.set_offline(False)
    expect(page.locator("#toast")).to_be_empty()


def test_staff_pages_and_personal_links_are_never_kept(open_context: Callable[..., BrowserContext]) -> None:
    context = open_context(**OFFLINE_PHONE)
    page = context.new_page()
    page.goto(f"/d/{SLUG}")
    page.evaluate("import('#offline/shell').then(({ keepShell }) => keepShell())")
    wait_for_shell(page)
    page.reload()
    page.goto("/staff/")
    page.goto("/privacy")
    kept = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
             (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat()"""
    )
    allowed = ("/static/", "/basemap/vector.json", "/manifest.webmanifest", "/d/")
    assert kept
    assert [path for path in kept if path != "/" and not path.startswith(allowed)] == []


def test_a_photo_taken_without_network_follows_once_and_what_was_written_outlives_a_reload(
    open_context: Callable[..., BrowserContext], live: Live
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (600, 400), "#335577").save(picture, "JPEG")
    context = open_context(**OFFLINE_PHONE)
    page = context.new_page()
    open_form(page, SLUG)
    take_place(page)
    context.set_offline(True)
    page.locator("#photos").set_input_files({"name": "f.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
    expect(page.locator("#photo-strip li")).to_have_count(1)
    write_view(page, "Foto utan nät")
    page.locator("#send").click()
    expect(page.locator("#queue-line")).to_contain_text("1 synpunkt väntar på nät")
    context.set_offline(False)
    expect(page.locator("#queue-line")).to_contain_text("Synpunkten är skickad")
    count = text(
        "select count(distinct c.id), count(a.id) from contribution c join attachment a on a.contribution_id = c.id"
        " where c.raw_text = 'Foto utan nät'"
    )
    with live.engine.connect() as connection:
        assert tuple(connection.execute(count).one()) == (1, 1)


def test_the_last_words_are_kept_although_the_page_is_left_at_once(
    open_context: Callable[..., BrowserContext],
) -> None:
    page = open_context(**OFFLINE_PHONE).new_page()
    open_form(page, SLUG)
    take_place(page)
    page.locator("#text").fill("Just innan jag gick")
    page.goto("/privacy")
    page.go_back()
    expect(page.locator("#text")).to_have_value("Just innan jag gick")
