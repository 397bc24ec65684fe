"""Those who come to a walk, in the browser: the invitation's forms, and the numbers of who took part at the desk."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.clock import now
from mapdialog.walks import actions, news
from mapdialog.walks.news_models import WalkSubscriber
from tests.browser.staff import one, sign_in
from tests.chromium import Live
from tests.walks.making import make_walk


def test_a_neighbour_says_that_three_come_and_the_desk_counts_them_without_an_obstacle(
    desk: Page, live: Live, assert_accessible_in_both_sizes: Callable[[Page], None]
) -> None:
    def write(session: Session) -> tuple[str, str]:
        times = {"pre_meeting_at": None, "ends_at": None, "follow_up_at": None}
        walk = make_walk(session, title="Vandringen med grannar", starts_at=now() + timedelta(days=5), **times)
        actions.take_step(session, walk, "invited", version=None, actor_id=None, at=now())
        subscriber = WalkSubscriber(walk_id=walk.id, email="granne@exempel.se", language="sv")
        session.add(subscriber)
        session.flush()
        return walk.slug, news.link_token(live.environment["MAPDIALOG_SECRET_KEY"], subscriber)

    slug, token = live.seed(write)
    desk.goto(f"/walks/{slug}/invitation")
    three = desk.get_by_role("radio", name="3")
    three.focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Du har sagt att ni kommer 3 stycken.")).to_be_visible()
    assert_accessible_in_both_sizes(desk)
    desk.goto(f"/walks/news/{token}")
    assert_accessible_in_both_sizes(desk)

    page = sign_in(desk, live, Role.SAFETY_COORDINATOR)
    page.goto(f"/staff/walks/{slug}/participants")
    expect(page.get_by_text("3 personer")).to_be_visible()
    first = page.get_by_role("group", name="Grupp 1")
    first.get_by_label("Kvinnor").fill("8")
    first.get_by_label("Män").fill("x")
    expect(first.locator("[data-sum]").first).to_have_text("8")
    expect(page.locator("[data-all]")).to_have_text("8")
    page.get_by_role("button", name="Spara deltagarna").click()
    expect(first.get_by_label("Män")).to_have_value("x")
    expect(page.locator(".error").first).to_contain_text("Skriv antalet med siffror")
    assert_accessible_in_both_sizes(page)
    first.get_by_label("Män").fill("6")
    page.get_by_role("button", name="Spara deltagarna").click()
    expect(page.get_by_text("Deltagarna är sparade.")).to_be_visible()
    assert one(live, "select sum(count) from walk_head_count h join walk_group g on g.id = h.group_id") == 14
