"""What citizens do on the dialogue page, in steps with names."""

from typing import Any

from playwright.sync_api import Page, expect
from shapely.geometry import box
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.dialogues.models import Dialogue
from tests.chromium import Live, wait_until
from tests.seeds import TRELLEBORG, make_contribution, make_dialogue

EAST, NORTH = TRELLEBORG
AREA = box(EAST - 2000, NORTH - 2000, EAST + 2000, NORTH + 2000)


def open_dialogue(session: Session, slug: str, **values: object) -> Dialogue:
    """A dialogue of 4 × 4 km around the town's centre, with some contributions."""
    values.setdefault("area", AREA)
    dialogue = make_dialogue(session, slug, **values)  # type: ignore[arg-type]
    for number, (category, at) in enumerate(
        [("belysning", (-900, 300)), ("gront", (700, -500)), ("other", (900, 600)), ("belysning", (-600, -700))]
    ):
        make_contribution(session, dialogue, f"Synpunkt nummer {number} om platsen.", category=category, at=at)
    return dialogue


def rows(live: Live, slug: str, words: str) -> list[tuple[str, float, float]]:
    """(text, metres east, metres north of the centre) of the contributions in a dialogue whose text has the words."""
    query = text(
        "select c.raw_text, st_x(c.anchor), st_y(c.anchor) from contribution c join dialogue d on d.id = c.dialogue_id"
        " where d.slug = :slug and c.raw_text like :words"
    )
    with live.engine.connect() as connection:
        found = connection.execute(query, {"slug": slug, "words": f"%{words}%"}).all()
        return [(raw, x - EAST, y - NORTH) for raw, x, y in found]


def open_form(page: Page, slug: str) -> None:
    """The dialogue's page with the form's first step open."""
    page.goto(f"/d/{slug}")
    page.locator("#start").click()
    expect(page.locator("#step-title")).to_have_text("Var gäller det?")
    expect(page.locator("#place-label")).not_to_be_empty()


def at_rest(page: Page) -> None:
    """The map has come to where the arrow keys move it: while it glides it hears no other key."""
    expect(page.locator(".leaflet-pan-anim")).to_have_count(0)


def tap_map(page: Page, x: float, y: float) -> None:
    """A finger on the screen there, and the place is another."""
    before = page.locator("#place-label").inner_text()
    page.touchscreen.tap(x, y)
    expect(page.locator("#place-label")).not_to_have_text(before)


def find_place(page: Page, latitude: float, longitude: float) -> None:
    """The crosshair to a place by its coordinates."""
    page.locator("#place-q").fill(f"{latitude} {longitude}")
    page.locator("#place-results button").first.click()


def wait_for_draft(page: Page, slug: str, words: str) -> None:
    """The phone has kept these words."""
    wait_until(page, lambda: (draft_of(page, slug) or {}).get("text") == words)


def draft_of(page: Page, slug: str) -> Any:
    """The draft that the phone has kept, or None."""
    return page.evaluate("async slug => (await import('#offline/drafts')).findDraft(slug)", slug)


def take_place(page: Page) -> None:
    """Here it is."""
    page.locator("#place-done").click()
    expect(page.locator("#step-title")).to_have_text("Vad gäller det?")


def write_view(page: Page, words: str, category: str = "belysning") -> None:
    """Category and text, on to the last step."""
    page.locator(f'#contribution-form [name="category"][value="{category}"]').check()
    page.locator("#text").fill(words)
    page.locator('[data-step="view"] [data-next]').click()
    expect(page.locator("#step-title")).to_have_text("Vill du ha svar?")
    page.locator('[data-step="contact"] [data-next]').click()
    expect(page.locator("#step-title")).to_have_text("Läs igenom och skicka")


def send(page: Page) -> str:
    """Send, and the receipt number."""
    page.locator("#send").click()
    expect(page.locator("#done-title")).to_have_text("Tack! Synpunkten är mottagen")
    return page.locator("#done-receipt").inner_text()
