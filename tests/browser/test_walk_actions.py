"""After a walk, in the browser: observations at the desk, the action board, a letter's link, the public page."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.contributions import moderation
from mapdialog.core.clock import local, now
from mapdialog.core.files import FileStore
from mapdialog.walks import asking, repeating, tending
from mapdialog.walks.tending import ActionDraft
from tests.browser.staff import one, sign_in
from tests.chromium import Live
from tests.walks.making import make_walk, observe
from tests.walks.protocols import add_photo

TODAY = local(now()).date()
HELD = now() - timedelta(days=10)
TIMES = {"starts_at": HELD, "ends_at": None, "pre_meeting_at": None, "follow_up_at": None}


@pytest.fixture(scope="module")
def made(live: Live) -> dict[str, str]:
    """A walk with its protocol published, another that is not; the addresses of their pages."""

    def write(session: Session) -> dict[str, str]:
        walk = make_walk(session, title="Vandringen efteråt", **TIMES)
        doubles = make_walk(session, title="Vandringen vid skrivbordet")
        seen = observe(session, walk, "Kolsvart i tunneln.", stop_id=walk.stops[1].id)
        add_photo(session, FileStore(live.data_dir / "files"), seen, alt="Tunnelns mynning")
        moderation.approve(session, seen, version=None, actor_id=None)
        for text in ("Mörkt vid porten.", "Det är mörkt vid porten."):
            observe(session, doubles, text, stop_id=doubles.stops[0].id, recorded_by="participant")
        pile = make_walk(session, title="Fem vid samma hållpunkt")
        for number in range(5):
            observe(session, pile, f"Mörkt {number}.", stop_id=pile.stops[0].id, point_source="stop", place=None)
        party = tending.save_party(session, "Gatuenheten", "municipality", email="gata@x.example", actor_id=None)
        late = _action(session, walk, "Byt lampor i tunneln", TODAY - timedelta(days=3), party.id, (seen.id,))
        for number in range(2):
            _action(session, walk, f"Klipp häck {number}", TODAY + timedelta(days=40), None, ())
        letter = asking.ask(session, [session.get_one(type(late), late.id)], today=TODAY, at=now(), actor_id=None)
        walk.status, walk.published_at = "actions_running", now()
        again = repeating.plan_return(session, walk, title="Vandringen igen", purpose="", actor_id=None)
        observe(session, again, "Det lyser nu.", follows_id=seen.id, verdict="fixed", polarity="neutral", severity=None)
        token = asking.link_token(live.environment["MAPDIALOG_SECRET_KEY"], letter[0].letters[0])
        return {
            "public": f"/walks/{walk.slug}",
            "answer": f"/walks/answer/{token}",
            "action": f"/staff/actions/{late.id}",
            "observation": f"/staff/walks/{walk.slug}/observations/{seen.id}",
            "observations": f"/staff/walks/{doubles.slug}/observations",
            "pile": f"/staff/walks/{pile.slug}/observations",
            "register": f"/staff/walks/{doubles.slug}/observations/new",
            "new": f"/staff/walks/{walk.slug}/actions/new?of={seen.id}",
            "board": "/staff/actions",
            "by_party": "/staff/actions?status=all&by=party",
            "parties": "/staff/actions/parties",
            "party": f"/staff/actions/parties/{party.id}",
            "comparison": f"/staff/walks/{again.slug}/comparison",
            "papers": f"/staff/walks/{walk.slug}/protocol",
            "statistics": "/staff/walks/statistics",
            "summary": f"/staff/walks/summary/{HELD.year}",
        }

    return dict(live.seed(write))


def _action(session: Session, walk: object, title: str, day: date, party: int | None, seen: tuple[int, ...]):  # type: ignore[no-untyped-def]
    draft = ActionDraft(title, seen, party_id=party)
    made = tending.create_action(session, walk, draft, today=TODAY, actor_id=None)  # type: ignore[arg-type]
    made.deadline = day  # also one that has gone by since
    return made


def test_no_page_has_an_obstacle(
    desk: Page, live: Live, made: dict[str, str], assert_accessible_in_both_sizes: Callable[[Page], None]
) -> None:
    page = sign_in(desk, live, Role.SAFETY_COORDINATOR)
    for name, address in made.items():
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, name
        assert_accessible_in_both_sizes(page)


def test_doubles_are_merged_and_become_an_action_by_keyboard_alone(
    desk: Page, live: Live, made: dict[str, str]
) -> None:
    page = sign_in(desk, live, Role.SAFETY_COORDINATOR)
    page.goto(made["observations"])
    boxes = page.locator("input[name=ids]")
    for number in range(2):
        boxes.nth(number).focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Slå ihop").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Slå ihop iakttagelser")
    page.get_by_role("button", name="Slå ihop dem").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#doubles-title")).to_be_visible()
    page.get_by_role("link", name="Ny åtgärd").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#title")).to_have_value("Belysning: Mörkt vid porten.")
    page.locator("#title").fill("Lys upp porten")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lys upp porten")


def test_the_board_refuses_without_a_reason_and_keeps_what_was_ticked(
    desk: Page, live: Live, made: dict[str, str], assert_accessible: Callable[[Page], None]
) -> None:
    page = sign_in(desk, live, Role.SAFETY_COORDINATOR)
    page.goto(made["board"])
    for title in ("Klipp häck 0", "Klipp häck 1"):
        page.get_by_label(f"Markera {title}").check()
    page.locator("#to_status").select_option("rejected")
    page.get_by_role("button", name="Byt status på dem").click()
    expect(page.get_by_role("alert")).to_contain_text("Skriv varför")
    assert_accessible(page)
    expect(page.locator("input[name=ids]:checked")).to_have_count(2)
    page.locator("#status_reason").fill("Häckarna finns inte längre.")
    page.get_by_role("button", name="Byt status på dem").click()
    expect(page.locator("#flashes")).to_contain_text("2 åtgärder ändrade")
    page.goto(made["public"])
    expect(page.locator("main")).to_contain_text("Häckarna finns inte längre.")


def test_pins_are_reached_by_keyboard_and_lead_to_what_they_stand_for(
    desk: Page, live: Live, made: dict[str, str]
) -> None:
    page = desk
    page.goto(made["public"])
    pin = page.locator("#walk-map [role=button][aria-label='Belysning']")
    pin.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[id^=iakttagelse-]")).to_be_focused()
    expect(page.locator("#walk-picture")).to_be_hidden()


def test_what_lies_at_the_same_place_is_spread_out_and_reached_one_by_one(
    desk: Page, live: Live, made: dict[str, str]
) -> None:
    page = sign_in(desk, live, Role.SAFETY_COORDINATOR)
    page.goto(made["pile"])
    number, pins = page.locator("#walk-map .cluster"), page.locator("#walk-map .pin-marker")
    expect(number).to_have_accessible_name("5 ligger tillsammans här. Visa dem.")
    expect(pins).to_have_count(0)
    number.focus()
    page.keyboard.press("Enter")
    expect(pins).to_have_count(5)
    expect(pins.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(pins).to_have_count(0)
    expect(number).to_be_focused()
    number.click()
    pins.nth(4).click()
    expect(page.locator(".walk-item").nth(4)).to_be_focused()


def test_the_responsible_answers_without_account_or_script_and_the_coordinator_confirms_and_blurs_a_photo(
    without_script: Page, desk: Page, live: Live, made: dict[str, str]
) -> None:
    page = without_script
    page.goto(made["answer"])
    page.get_by_label("Planerad").check()
    page.locator("#comment").fill("Lamporna är beställda.")
    page.get_by_role("button", name="Skicka svaret").click()
    expect(page.locator("main")).to_contain_text("Tack, vi har tagit emot ditt svar.")
    staff = sign_in(desk, live, Role.SAFETY_COORDINATOR)
    staff.goto(made["action"])
    staff.get_by_role("button", name="Bekräfta svaret").click()
    expect(staff.locator("main")).to_contain_text("svar från Gatuenheten")
    assert one(live, "select status from walk_action where title = 'Byt lampor i tunneln'") == "planned"
    page.goto(made["public"])
    expect(page.locator("main")).to_contain_text("Lamporna är beställda.")
    expect(page.locator("#walk-picture")).to_be_visible()
    photo = page.get_by_role("img", name="Tunnelns mynning")
    before = photo.get_attribute("src") or ""
    staff.goto(made["observation"])
    staff.get_by_text("Sudda eller dölj foton").click()
    picture = staff.locator(".blur-image")
    picture.hover(position={"x": 100, "y": 100})
    staff.mouse.down()
    for step in range(4):  # as a hand does, which makes browsers drag the picture itself
        picture.hover(position={"x": 125 + 25 * step, "y": 120 + 20 * step})
    staff.mouse.up()
    expect(staff.locator("#flashes")).to_contain_text("Fotot är suddat.")
    page.reload()
    expect(photo).not_to_have_attribute("src", before)
    opened = [page.request.get(address).status for address in (before, photo.get_attribute("src") or "")]
    assert opened == [404, 200]
