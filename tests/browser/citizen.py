"""What citizens do on the dialogue page, in steps with names."""

from playwright.sync_api import Page, expect
from shapely.geometry import box
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.dialogues.models import Dialogue
from tests.chromium import Live
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
