"""Every staff page in both sizes, light and dark: axe finds nothing, and nothing sticks out sideways."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Account, Role
from mapdialog.contributions import answering, moderation
from mapdialog.contributions.case import get_for_staff
from mapdialog.contributions.models import AbuseReport, Contribution
from mapdialog.dialogues.models import Dialogue
from tests.browser.staff import account_of, press, sign_in
from tests.chromium import Live
from tests.seeds import make_contribution, make_dialogue

SLUG = "alla-sidor"
PAGES = (
    "/staff/",
    f"/staff/inbox?dialogue={SLUG}&state=pending",
    f"/staff/inbox?dialogue={SLUG}&state=hidden&open=HIDDEN",
    f"/staff/inbox?dialogue={SLUG}&state=approved&open=ANSWERED",
    f"/staff/inbox?dialogue={SLUG}&state=all&q=finnsinte",
    "/staff/dialogues",
    "/staff/dialogues/new?template=safety",
    f"/staff/dialogues/{SLUG}",
    "/staff/dialogues/alla-sidor-utkast?check=publish",
    f"/staff/dialogues/{SLUG}/preview",
    f"/staff/dialogues/{SLUG}/register",
    f"/staff/dialogues/{SLUG}/feedback",
    f"/staff/dialogues/{SLUG}/log",
    f"/staff/dialogues/{SLUG}/history",
    "/staff/users",
    "/staff/users/new",
    "/staff/users/ACCOUNT",
    "/staff/password",
)


@pytest.fixture(scope="module")
def receipts(live: Live) -> dict[str, str]:
    """A dialogue in use and a draft; the receipts by what became of them."""

    def write(session: Session) -> dict[str, str]:
        dialogue = make_dialogue(session, SLUG, moderation="pre", title="Alla sidor, i alla storlekar")
        draft = make_dialogue(session, "alla-sidor-utkast", title="Utkastet")
        session.execute(update(Dialogue).where(Dialogue.id == draft.id).values(published_at=None, use_text=""))
        made = {name: make_contribution(session, dialogue, f"En {name} synpunkt.", state="pending") for name in
                ("new", "hidden", "answered", "reported")}  # fmt: skip
        make_contribution(session, dialogue, "Ring mig på 070-123 45 67 eller anna@x.se.", state="pending")
        find = {name: get_for_staff(session, receipt) for name, receipt in made.items()}
        moderation.hide(session, find["hidden"], rule="advertising", message="Reklam.", version=None, actor_id=None)
        moderation.edit(session, find["answered"], text="Ändrad.", approves=True, version=None, actor_id=None)
        answering.save_answer(
            session, find["answered"], text="Vi gör det.", unit="Gatan", publishes=True, version=None, actor_id=None
        )
        session.add(AbuseReport(contribution_id=find["reported"].id, reason="hate", text="Läs den här."))
        return made

    return dict(live.seed(write))


def addresses(live: Live, receipts: dict[str, str]) -> list[str]:
    email = account_of(live, Role.MODERATOR)
    with Session(live.engine) as session:
        account = session.scalar(select(Account.id).where(Account.email == email))
    words = {"HIDDEN": receipts["hidden"], "ANSWERED": receipts["answered"], "ACCOUNT": str(account)}
    found = "\n".join(PAGES)
    for word, value in words.items():
        found = found.replace(word, value)
    return found.split("\n")


def test_no_staff_page_has_an_obstacle(
    desk: Page, live: Live, receipts: dict[str, str], assert_accessible_in_both_sizes: Callable[[Page], None]
) -> None:
    page = desk
    page.goto("/staff/sign-in")
    assert_accessible_in_both_sizes(page)
    page.get_by_role("button", name="Logga in").click()
    assert_accessible_in_both_sizes(page)
    sign_in(page, live, Role.ADMINISTRATOR)
    for address in addresses(live, receipts):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert_accessible_in_both_sizes(page)


def test_open_parts_menus_and_refusals_have_no_obstacle(
    desk: Page, live: Live, receipts: dict[str, str], assert_accessible: Callable[..., None]
) -> None:
    page = sign_in(desk, live, Role.ADMINISTRATOR)
    page.goto(f"/staff/inbox?dialogue={SLUG}&state=pending&open={receipts['new']}")
    assert_accessible(page)  # From here on, of the same page what opens.
    for key, part in (("h", "hide"), ("e", "edit"), ("s", "answer-part")):
        press(page, key)
        expect(page.locator(f"#{part}[open]")).to_be_attached()
        assert_accessible(page, f"#{part}")
        page.locator("#case").focus()
    page.locator("summary").filter(has_text="Filtrera").click()
    assert_accessible(page, ".filter-box")
    page.locator(".staff-menu > summary").last.click()
    assert_accessible(page, ".staff-menu[open]")
    page.locator(".staff-menu > summary").last.click()
    page.locator("#keys-open").click()
    assert_accessible(page, "#keys")
    page.keyboard.press("Escape")
    page.locator("#case").focus()
    press(page, "h")
    page.get_by_role("button", name="Dölj synpunkten").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    page.locator("input[name=ids]").first.check()
    page.get_by_role("button", name="Dölj markerade").click()
    assert_accessible(page)
    page.goto(f"/staff/dialogues/{SLUG}")
    for summary in page.locator(".edit-row > summary").all():
        summary.click()
    page.locator("#area-drawn").check()
    page.get_by_role("button", name="Rita en yta").click()
    assert_accessible(page)
    page.locator("#area-anywhere").check()
    page.locator("#title").fill("")
    page.get_by_role("button", name="Spara ändringarna").click()
    expect(page.get_by_role("alert")).to_contain_text("Rubrik")
    assert_accessible(page)
    with Session(live.engine) as session:
        untouched = session.scalar(select(Contribution.state).where(Contribution.receipt == receipts["new"]))
    assert untouched == "pending"
