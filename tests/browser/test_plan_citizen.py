"""A statement from a phone: read the plan, press a part, write, lose the network, and be received once."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from mapdialog.core.clock import now
from mapdialog.plans.models import Plan, PlanFeature
from mapdialog.plans.statement_models import PlanStatement
from tests.chromium import PHONE, Live
from tests.plan_seeds import make_plan, make_plan_phase

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def seed(session: Session) -> str:
    plan: Plan = make_plan(session, published_at=now())
    session.add(PlanFeature(plan_id=plan.id, code="B1", title="Bostäder", text="Fem våningar.", geom=plan.area))
    make_plan_phase(session, plan)
    return plan.slug


def statements(live: Live) -> list[tuple[str, int]]:
    with Session(live.engine) as session:
        return [(one.raw_text, len(one.files)) for one in session.query(PlanStatement).order_by(PlanStatement.id)]


def test_a_statement_survives_a_reload_and_a_lost_network_and_arrives_once(
    live: Live,
    open_context: Callable[..., BrowserContext],
    assert_accessible_in_both_sizes: Callable[[Page], None],
) -> None:
    slug = live.seed(seed)
    context = open_context(**PHONE)
    page: Page = context.new_page()
    page.goto(f"{live.url}/plans/{slug}")
    assert_accessible_in_both_sizes(page)
    page.locator("path.plan-part-shape").click()
    expect(page.locator("path.plan-part-shape.is-chosen")).to_have_count(1)
    expect(page.locator(".plan-part-name")).to_have_text("B1 Bostäder")
    expect(page.locator("li.is-chosen")).to_contain_text("Fem våningar.")
    page.get_by_role("link", name="Skriv om den här delen").click()
    expect(page.locator("#statement-form[data-ready]")).to_have_count(1)
    expect(page.get_by_role("radio", name="B1 Bostäder")).to_be_checked()
    assert_accessible_in_both_sizes(page)
    page.get_by_label("Dina synpunkter").fill("Bygg lägre mot Lärkgatan.")
    page.get_by_label("Namn", exact=True).fill("Anna Ek")
    # A program that is called a PDF is told by what it holds.
    chosen = [("skiss.pdf", "application/pdf", PDF), ("lista.pdf", "application/pdf", b"MZ\x90\x00 ett, tva")]
    page.set_input_files(
        "#files", files=[{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in chosen]
    )
    expect(page.locator("#files-problem")).to_contain_text("lista.pdf är varken en bild eller en PDF")
    expect(page.locator("#chosen-files")).to_contain_text("skiss.pdf")
    page.reload()
    expect(page.get_by_label("Dina synpunkter")).to_have_value("Bygg lägre mot Lärkgatan.")
    context.set_offline(True)
    page.get_by_role("button", name="Läs igenom").click()
    expect(page.locator("#js-review")).to_contain_text("Du kan skicka ändå")
    page.get_by_role("button", name="Skicka yttrandet").click()
    expect(page.locator("#js-waiting")).to_be_visible()
    assert statements(live) == []
    context.set_offline(False)
    expect(page.locator("#queue-line")).to_contain_text("Kvittonummer")
    assert statements(live) == [("Bygg lägre mot Lärkgatan.", 1)]
    expect(page.locator("#js-waiting")).to_contain_text("Yttrandet är skickat")
    page.get_by_role("link", name="Till kvittot").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ditt yttrande")
    assert_accessible_in_both_sizes(page)
