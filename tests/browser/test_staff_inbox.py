"""Moderators at the inbox: with keys, with the mouse, without JavaScript, and two at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from tests.browser.staff import one, press, sign_in, state_of
from tests.chromium import DESK, PHONE, Live
from tests.seeds import make_contribution, make_dialogue


@pytest.fixture
def waiting(live: Live, request: pytest.FixtureRequest) -> tuple[str, list[str]]:
    """A dialogue of its own with five contributions that nobody has read: its slug, and receipts, the newest first."""
    slug = "inkorg-" + request.node.name.removeprefix("test_").replace("_", "-")[:60]

    def write(session: Session) -> list[str]:
        dialogue = make_dialogue(session, slug, moderation="pre", title="Inkorgen")
        texts = [f"Lampan nummer {number} är trasig." for number in range(5)]
        return [
            make_contribution(session, dialogue, words, state="pending", at=(40 * n, 0))
            for n, words in enumerate(texts)
        ]

    return slug, list(reversed(live.seed(write)))


def open_inbox(page: Page, slug: str, state: str = "waiting") -> None:
    page.goto(f"/staff/inbox?dialogue={slug}&state={state}")


def test_a_moderator_reads_approves_hides_edits_and_answers_with_the_keyboard_alone(
    desk: Page, live: Live, waiting: tuple[str, list[str]]
) -> None:
    slug, receipts = waiting
    page = sign_in(desk, live, Role.MODERATOR)
    open_inbox(page, slug)
    expect(page.locator("#case-title")).to_have_text(receipts[0])
    press(page, "j")
    expect(page.locator("#case-title")).to_have_text(receipts[1])
    press(page, "k")
    expect(page.locator("#case-title")).to_have_text(receipts[0])
    press(page, "a")
    expect(page.locator("#case-title")).to_have_text(receipts[1])
    assert state_of(live, receipts[0]) == "approved"

    press(page, "h")
    expect(page.locator("#hide input[type=radio]").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.locator("#message")).to_be_focused()
    page.keyboard.type("Skriv gärna igen utan namn.")  # letters are words here, not keys
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#case-title")).to_have_text(receipts[2])
    assert state_of(live, receipts[1]) == "hidden"
    reason = one(live, "select hidden_reason from contribution where receipt = :r", r=receipts[1])
    assert reason == "Skriv gärna igen utan namn."

    press(page, "e")
    expect(page.locator("#public_text")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Lampan är trasig.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#case-title")).to_have_text(receipts[3])
    row = "select raw_text || '/' || public_text || '/' || state from contribution where receipt = :r"
    assert one(live, row, r=receipts[2]) == "Lampan nummer 2 är trasig./Lampan är trasig./approved"

    press(page, "s")
    page.keyboard.type("Vi byter den i veckan.")
    page.keyboard.press("Tab")
    page.keyboard.type("Gatuenheten")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("Vi byter den i veckan.")
    logged = "select string_agg(m.action, ' ' order by m.id) from moderation_entry m join contribution c"
    decided = f"{logged} on c.id = m.contribution_id join dialogue d on d.id = c.dialogue_id where d.slug = :slug"
    assert one(live, decided, slug=slug) == "approve hide edit approve answer"


def test_the_keys_are_told_and_can_be_turned_off(desk: Page, live: Live, waiting: tuple[str, list[str]]) -> None:
    slug, receipts = waiting
    page = sign_in(desk, live, Role.MODERATOR)
    open_inbox(page, slug)
    press(page, "?")
    dialog = page.get_by_role("dialog", name="Kortkommandon")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Använd kortkommandon").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("a")
    page.keyboard.press("j")
    page.wait_for_timeout(800)
    expect(page.locator("#case-title")).to_have_text(receipts[0])
    assert state_of(live, receipts[0]) == "pending"
    page.reload()
    expect(page.locator("html[data-keys=off]")).to_be_attached()
    page.keyboard.press("j")
    expect(page.locator("#case-title")).to_have_text(receipts[0])


def test_a_choice_that_lacks_its_rule_is_refused_and_keeps_the_message(
    desk: Page, live: Live, waiting: tuple[str, list[str]]
) -> None:
    slug, receipts = waiting
    page = sign_in(desk, live, Role.MODERATOR)
    open_inbox(page, slug)
    page.get_by_role("link", name="Dölj h").click()
    page.locator("#message").fill("Ett långt meddelande som inte får försvinna.")
    page.get_by_role("button", name="Dölj synpunkten").click()
    expect(page.get_by_role("alert")).to_contain_text("Välj vilken av de publicerade reglerna")
    expect(page.locator("#message")).to_have_value("Ett långt meddelande som inte får försvinna.")
    assert state_of(live, receipts[0]) == "pending"


def test_of_two_moderators_at_the_same_contribution_one_decides_and_the_other_is_told_and_loses_nothing(
    open_context: Callable[..., BrowserContext], live: Live, waiting: tuple[str, list[str]]
) -> None:
    slug, receipts = waiting
    first = sign_in(open_context(**DESK).new_page(), live, Role.MODERATOR, "mats")
    second = sign_in(open_context(**DESK).new_page(), live, Role.MODERATOR, "petra")
    for page in (first, second):
        open_inbox(page, slug)
        expect(page.locator("#case-title")).to_have_text(receipts[0])
    second.get_by_role("link", name="Ändra e").click()
    second.locator("#public_text").fill("Petras noga övervägda text.")
    press(first, "a")
    expect(first.locator("#case-title")).to_have_text(receipts[1])
    second.get_by_role("button", name="Spara och godkänn").click()
    expect(second.get_by_role("alert")).to_contain_text("ändrats sedan du öppnade den")
    expect(second.locator("#public_text")).to_have_value("Petras noga övervägda text.")
    shown = "select public_text from contribution where receipt = :r"
    assert one(live, shown, r=receipts[0]) == "Lampan nummer 4 är trasig."
    second.get_by_role("button", name="Spara texten").click()
    expect(second.get_by_role("status").first).to_contain_text("Texten är ändrad")
    assert one(live, shown, r=receipts[0]) == "Petras noga övervägda text."


def test_many_are_approved_at_once_after_the_consequence_is_told(
    desk: Page, live: Live, waiting: tuple[str, list[str]]
) -> None:
    slug, receipts = waiting
    page = sign_in(desk, live, Role.MODERATOR)
    open_inbox(page, slug)
    press(page, "x")
    page.keyboard.press("j")
    expect(page.locator("#case-title")).to_have_text(receipts[1])
    press(page, "x")
    expect(page.locator("#ticked")).to_have_text("2 är markerade")
    page.get_by_role("button", name="Godkänn markerade").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Godkänn 2 synpunkter?")
    with live.engine.begin() as connection:  # a colleague is quicker with one of them
        connection.execute(
            text("update contribution set state = 'hidden', hidden_rule = 'advertising' where receipt = :r"),
            {"r": receipts[1]},
        )
    page.get_by_role("button", name="Godkänn 2 synpunkter").click()
    expect(page.locator(".flashes")).to_contain_text("1 synpunkt är publicerad.")
    expect(page.locator(".flashes")).to_contain_text("1 var redan behandlad")
    assert [state_of(live, one_) for one_ in receipts] == ["approved", "hidden", "pending", "pending", "pending"]


def test_on_a_phone_the_list_leads_to_one_at_a_time_and_each_decision_to_the_next(
    phone: Page, live: Live, waiting: tuple[str, list[str]]
) -> None:
    slug, receipts = waiting
    page = sign_in(phone, live, Role.MODERATOR)
    open_inbox(page, slug)
    expect(page.locator("#case")).to_be_hidden()
    page.locator(".inbox-link").first.tap()
    expect(page.locator("#case-title")).to_have_text(receipts[0])
    expect(page.locator("#inbox-list")).to_be_hidden()
    expect(page.locator("#case-map .leaflet-marker-icon").first).to_be_visible()
    page.get_by_role("button", name="Godkänn").tap()
    expect(page.locator("#case-title")).to_have_text(receipts[1])
    assert state_of(live, receipts[0]) == "approved"
    page.get_by_role("link", name="Till listan").tap()
    expect(page.locator(".inbox-link")).to_have_count(4)


def test_without_javascript_a_moderator_hides_edits_and_answers(
    open_context: Callable[..., BrowserContext], live: Live, waiting: tuple[str, list[str]]
) -> None:
    slug, receipts = waiting
    for shape in (DESK, PHONE):
        page = sign_in(open_context(**shape, java_script_enabled=False).new_page(), live, Role.MODERATOR)
        open_inbox(page, slug)
        page.locator(".inbox-link").first.click()
        receipt = page.locator("#case-title").inner_text()
        page.locator("#hide > summary").click()
        page.locator("#hide input[type=radio]").first.check()
        page.get_by_role("button", name="Dölj synpunkten").click()
        assert state_of(live, receipt) == "hidden"
        following = page.locator("#case-title").inner_text()
        page.locator("#edit > summary").click()
        page.locator("#public_text").fill("Rättad text.")
        page.get_by_role("button", name="Spara och godkänn").click()
        assert state_of(live, following) == "approved"
    assert [state_of(live, one_) for one_ in receipts] == ["hidden", "approved", "hidden", "approved", "pending"]


def test_a_reader_sees_the_inbox_but_no_way_to_decide(desk: Page, live: Live, waiting: tuple[str, list[str]]) -> None:
    slug, receipts = waiting
    page = sign_in(desk, live, Role.READER)
    open_inbox(page, slug)
    expect(page.locator("#case-title")).to_have_text(receipts[0])
    for name in ("Godkänn", "Dölj", "Ändra", "Svara", "Godkänn markerade"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    press(page, "a")
    expect(page.locator("html[data-keys=on]")).to_be_attached()  # had it decided, it would have by now
    assert state_of(live, receipts[0]) == "pending"
