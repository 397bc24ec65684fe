"""Hostile words shown by a real browser: on the map's card, in the list, on their page and to staff, none of them runs.

The content security policy is switched off here, so that it is the escaping that is proved and not the net below it.
"""

import uuid
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Contribution, Reply, State
from mapdialog.core.text import clean
from tests.attack.conftest import published_texts
from tests.attack.corpus import SCRIPTS, STRANGE
from tests.chromium import DESK, PHONE, Live
from tests.seeds import PASSWORD, make_account, make_contribution, make_dialogue

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

MARKUP = (
    "script:not([nonce]):not([src]), img[onerror], [onload], [onmouseover], [ontoggle], iframe, base, details[ontoggle]"
)
HOSTILE = [text for text in (*SCRIPTS, *STRANGE[4:9]) if clean(text)]


def seed(session: Session) -> list[str]:
    """Hostile dialogue, categories, contributions, names, places and replies; the receipts."""
    dialogue = make_dialogue(session, "fientlig", title=SCRIPTS[0], summary=SCRIPTS[1], influence_text=SCRIPTS[2])
    dialogue.categories[0].label_sv = SCRIPTS[1]
    session.flush()
    receipts = []
    for number, text in enumerate([*HOSTILE, *published_texts()[200:1200:100]]):
        words, at = clean(text), ((number % 10 - 5) * 220, (number // 10 - 2) * 220)
        if not words or len(words) > 5_000:
            continue
        receipt = make_contribution(
            session, dialogue, words, at=at, contact_name=words[:100], place_label=words[:150], shows_name=True
        )
        one = session.query(Contribution).filter_by(receipt=receipt).one()
        session.add(
            Reply(
                contribution_id=one.id,
                client_id=uuid.uuid4(),
                raw_text=words,
                public_text=words,
                author_name=words[:100],
                state=State.APPROVED,
            )
        )
        receipts.append(receipt)
    make_account(session)
    return receipts


class Watch:
    """A page that notes every dialog and every script of the hostile words that ran."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.dialogs: list[str] = []
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def assert_nothing_ran(self, where: str) -> None:
        """Fails when something did, or when an element stands on the page that no template of ours makes."""
        assert self.dialogs == [], where
        assert self.page.evaluate("window.pwned") is None, where
        found = self.page.locator(MARKUP).evaluate_all("nodes => nodes.map(node => node.outerHTML.slice(0, 120))")
        assert found == [], where


@pytest.fixture(scope="module")
def receipts(live: Live) -> list[str]:
    return list(live.seed(seed))


def test_the_watch_sees_what_runs(open_context: Callable[..., BrowserContext]) -> None:
    watch = Watch(open_context(**DESK, bypass_csp=True))
    watch.page.goto("/health")
    watch.page.set_content("<img src=x onerror='window.pwned=1'>")
    watch.page.wait_for_function("window.pwned")
    with pytest.raises(AssertionError):
        watch.assert_nothing_ran("here")


def test_citizens_see_words_as_words(open_context: Callable[..., BrowserContext], receipts: list[str]) -> None:
    watch = Watch(open_context(**PHONE, bypass_csp=True))
    page = watch.page
    page.goto("/")
    watch.assert_nothing_ran("start page")
    page.goto(f"/d/fientlig#synpunkt-{receipts[0]}")
    expect(page.locator("#panel-card .view-text").first).to_contain_text("<script>")
    for receipt in receipts:
        page.evaluate("receipt => { location.hash = `synpunkt-${receipt}`; }", receipt)
        expect(page.locator(f'#panel-card a[href="/c/{receipt}"]')).to_be_visible()
        watch.assert_nothing_ran(f"card {receipt}")
    for path in (
        "/d/fientlig/list",
        "/d/fientlig/list?page=2",
        "/d/fientlig/new",
        *(f"/c/{one}" for one in receipts[::3]),
    ):
        page.goto(path)
        watch.assert_nothing_ran(path)
    for words in SCRIPTS[:3]:
        page.goto("/d/fientlig/list?" + urlencode({"q": words}))
        watch.assert_nothing_ran(f"search {words}")


def test_staff_see_words_as_words(open_context: Callable[..., BrowserContext], receipts: list[str]) -> None:
    watch = Watch(open_context(**DESK, bypass_csp=True))
    page = watch.page
    page.goto("/staff/sign-in")
    page.locator("#email").fill("administrator@trelleborg.example")
    page.locator("#password").fill(PASSWORD)
    page.locator("form button[type=submit]").last.click()
    page.wait_for_url("**/staff/")
    watch.assert_nothing_ran("staff start")
    for path in (
        "/staff/inbox?state=all",
        "/staff/dialogues",
        "/staff/dialogues/fientlig",
        "/staff/dialogues/fientlig/log",
    ):
        page.goto(path)
        watch.assert_nothing_ran(path)
    for receipt in receipts[::4]:
        page.goto(f"/staff/inbox?state=all&open={receipt}")
        expect(page.locator("main")).to_contain_text(receipt)
        watch.assert_nothing_ran(f"inbox {receipt}")
