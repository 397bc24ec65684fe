"""What moderators type is never taken for a decision, and what they decide can be taken back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import text

from mapdialog.accounts.models import Role
from tests.browser.staff import press, sign_in, state_of
from tests.browser.test_staff_inbox import open_inbox, waiting
from tests.chromium import AT_REST, DESK, PHONE, Live, wait_until

__all__ = ["waiting"]


def states_of(live: Live, receipts: list[str]) -> list[str]:
    return [state_of(live, receipt) for receipt in receipts]


def test_no_letter_of_a_sentence_typed_right_after_a_decision_decides_anything(
    desk: Page, live: Live, waiting: tuple[str, list[str]]
) -> None:
    slug, receipts = waiting
    page = sign_in(desk, live, Role.MODERATOR)
    open_inbox(page, slug)
    for number in range(3):
        press(page, "a")
        expect(page.locator("#case-title")).to_have_text(receipts[number + 1])
        page.keyboard.type("Anna har varit här, och hennes granne!")
        expect(page.locator("html[data-keys=on]")).to_be_attached()  # had any letter decided, it would have by now
        decided = ["approved"] * (number + 1)
        assert states_of(live, receipts) == decided + ["pending"] * (len(receipts) - len(decided))
        expect(page.locator("#case-title")).to_have_text(receipts[number + 1])


def test_an_answer_that_is_begun_while_a_decision_is_under_way_is_written_to_the_next_one(
    desk: Page, live: Live, waiting: tuple[str, list[str]]
) -> None:
    slug, receipts = waiting
    page = sign_in(desk, live, Role.MODERATOR)
    open_inbox(page, slug)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/approve", hold)
    press(page, "a")
    expect(page.locator("#case[aria-busy=true]")).to_be_attached()
    page.keyboard.type("sVi byter den i veckan, Anna.")
    wait_until(page, lambda: bool(held))
    held[0].continue_()
    expect(page.locator("#case-title")).to_have_text(receipts[1])
    expect(page.locator("#answer")).to_have_value("Vi byter den i veckan, Anna.")
    page.keyboard.type(" Tack!")
    expect(page.locator("#answer")).to_have_value("Vi byter den i veckan, Anna. Tack!")
    assert states_of(live, receipts[:2]) == ["approved", "pending"]


def test_fast_keys_move_as_far_as_they_are_pressed(desk: Page, live: Live, waiting: tuple[str, list[str]]) -> None:
    slug, receipts = waiting
    page = sign_in(desk, live, Role.MODERATOR)
    open_inbox(page, slug)
    press(page, "j")
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator("#case-title")).to_have_text(receipts[2])
    assert states_of(live, receipts) == ["pending"] * 5


def test_a_decision_is_told_and_undone_with_a_key_and_what_was_being_written_is_still_there(
    desk: Page, live: Live, waiting: tuple[str, list[str]]
) -> None:
    slug, receipts = waiting
    page = sign_in(desk, live, Role.MODERATOR)
    open_inbox(page, slug)
    press(page, "s")
    page.keyboard.type("Vi byter den.")
    page.locator("#form-approve button").click()
    expect(page.locator("#case-title")).to_have_text(receipts[1])
    expect(page.locator(".flashes")).to_contain_text(f"{receipts[0]} är publicerad.")
    expect(page.locator(".flashes")).to_be_in_viewport()
    press(page, "u")
    expect(page.locator(".flashes")).to_contain_text(f"Ångrat: {receipts[0]} väntar på granskning igen.")
    expect(page.locator("#case-title")).to_have_text(receipts[0])
    expect(page.locator("#answer")).to_have_value("Vi byter den.")
    expect(page.locator(".case-log")).to_contain_text("ångrade godkännandet")
    assert state_of(live, receipts[0]) == "pending"
    page.get_by_role("button", name="Stäng meddelandet").click()
    expect(page.locator(".flashes")).to_be_empty()


def test_what_a_colleague_has_decided_since_is_not_undone_and_that_is_said(
    desk: Page, live: Live, waiting: tuple[str, list[str]]
) -> None:
    slug, receipts = waiting
    page = sign_in(desk, live, Role.MODERATOR)
    open_inbox(page, slug)
    press(page, "a")
    expect(page.locator("#case-title")).to_have_text(receipts[1])
    with live.engine.begin() as connection:
        connection.execute(
            text("update contribution set version = version + 1, public_text = 'Ny.' where receipt = :r"),
            {"r": receipts[0]},
        )
    page.get_by_role("button", name="Ångra").click()
    expect(page.locator(".flashes")).to_contain_text(f"Det går inte att ångra {receipts[0]}")
    expect(page.locator("#case-title")).to_have_text(receipts[1])
    assert state_of(live, receipts[0]) == "approved"


def test_without_javascript_one_and_many_are_undone(
    open_context: Callable[..., BrowserContext], live: Live, waiting: tuple[str, list[str]]
) -> None:
    slug, receipts = waiting
    page = sign_in(open_context(**PHONE, java_script_enabled=False).new_page(), live, Role.MODERATOR)
    open_inbox(page, slug)
    page.locator(".inbox-link").first.click()
    page.get_by_role("button", name="Godkänn", exact=True).click()
    assert state_of(live, receipts[0]) == "approved"
    expect(page.get_by_role("button", name="Ångra")).to_be_in_viewport()
    page.get_by_role("button", name="Ångra").click()
    expect(page.locator("#case-title")).to_have_text(receipts[0])
    assert state_of(live, receipts[0]) == "pending"
    open_inbox(page, slug)
    for box in page.locator("input[name=ids]").all()[:3]:
        box.check()
    page.get_by_role("button", name="Dölj markerade").click()
    page.locator("input[name=rule]").first.check()
    page.get_by_role("button", name="Dölj 3 synpunkter").click()
    expect(page.locator(".flashes")).to_contain_text("3 synpunkter är dolda.")
    assert states_of(live, receipts) == ["hidden"] * 3 + ["pending"] * 2
    page.get_by_role("button", name="Ångra").click()
    expect(page.locator(".flashes")).to_contain_text("3 synpunkter är som före beslutet.")
    assert states_of(live, receipts) == ["pending"] * 5


def is_apart(page: Page) -> None:
    """The message is seen whole and lies neither on the bar nor under it, when the page has made room for it."""
    page.evaluate(AT_REST)
    message, bar = page.locator(".flash").bounding_box(), page.locator(".case-bar").bounding_box()
    assert message
    assert bar
    assert page.viewport_size
    assert 0 <= message["y"] <= page.viewport_size["height"] - message["height"]
    assert message["y"] + message["height"] <= bar["y"] or message["y"] >= bar["y"] + bar["height"], (message, bar)


LOW = {"viewport": {"width": 1280, "height": 540}}  # there the bar ends where messages stand


@pytest.mark.parametrize("shape", [DESK, PHONE, LOW], ids=["desk", "phone", "low"])
def test_the_message_is_seen_and_covers_no_button_of_the_bar(
    open_context: Callable[..., BrowserContext], live: Live, waiting: tuple[str, list[str]], shape: dict[str, object]
) -> None:
    slug, receipts = waiting
    page = sign_in(open_context(**shape).new_page(), live, Role.MODERATOR)
    page.goto(f"/staff/inbox?dialogue={slug}&open={receipts[0]}")
    page.locator("#form-approve button").click()
    expect(page.locator("#case-title")).to_have_text(receipts[1])
    is_apart(page)
    page.locator(".case-bar").get_by_text("Ändra").click()  # the bar now sticks to the foot of the window
    expect(page.locator("#public_text")).to_be_focused()
    is_apart(page)


def test_the_message_gives_way_to_who_decides_on(desk: Page, live: Live, waiting: tuple[str, list[str]]) -> None:
    slug, receipts = waiting
    page = sign_in(desk, live, Role.MODERATOR)
    page.goto(f"/staff/inbox?dialogue={slug}&open={receipts[0]}")
    page.locator("#form-approve button").click()
    expect(page.locator(".flash")).to_be_visible()
    page.locator(".case-bar").get_by_text("Dölj").click()
    page.locator("#hide input[type=radio]").first.check()
    expect(page.locator(".flash")).to_have_count(0)
