"""The map in one file, opened from disk in Chromium without any network."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from mapdialog.analysis.scope import Scope
from mapdialog.dialogues.models import Dialogue
from mapdialog.districts.queries import get_set
from mapdialog.reports.district_files import write_districts
from mapdialog.reports.district_report import make_report
from mapdialog.reports.heading import make_heading
from mapdialog.reports.looks import Look

pytestmark = pytest.mark.browser
_PRESS_EACH = """dots => dots.forEach(dot => {
    const { x, y } = dot.getBoundingClientRect();
    dot.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: x + 3, clientY: y + 3 }));
})"""


@pytest.fixture
def page(browser: Browser, session: Session, dialogue: Dialogue, tmp_path: Path) -> Page:
    """The district report with everything in it, and in `page.asked` whatever it tried to fetch or complained of."""
    scope, path = Scope(dialogue.id), tmp_path / "karta.html"
    report = make_report(session, make_heading(dialogue, scope, "Trelleborgs kommun"), scope, get_set(session))
    write_districts(session, report, "html", path, look=Look(pins=True))
    opened = browser.new_context(offline=True, viewport={"width": 1280, "height": 800}).new_page()
    opened.asked = []  # type: ignore[attr-defined]
    opened.on("request", lambda request: opened.asked.append(request.url))  # type: ignore[attr-defined]
    opened.on("console", lambda message: opened.asked.append(message.text))  # type: ignore[attr-defined]
    opened.on("pageerror", lambda error: opened.asked.append(str(error)))  # type: ignore[attr-defined]
    opened.goto(path.as_uri())
    return opened


def test_it_opens_offline_switches_layers_and_asks_nobody(
    page: Page,
    assert_accessible: Callable[[Page], None],
) -> None:
    base = page.locator(".leaflet-control-layers-base label")
    assert [one.strip() for one in base.all_inner_texts()] == [
        "Synpunkter per område",
        "Synpunkter per 1 000 invånare",
        "Inga färger",
    ]
    assert page.locator("#legend-count").is_visible()
    base.nth(1).locator("input").check()
    assert page.locator("#legend-per_1000").is_visible()
    assert not page.locator("#legend-count").is_visible()
    for layer in page.locator(".leaflet-control-layers-overlays input").all():
        layer.check()
    assert page.locator("img.heat").count() == 1
    assert page.locator(".dot").count() == 5
    # Citizens' words are text: the tag one of them wrote is to be read, not to be drawn.
    page.locator(".dot").evaluate_all(_PRESS_EACH)
    assert page.locator(".leaflet-popup").count() >= 1
    assert page.locator(".leaflet-popup b").count() == 0
    assert re.findall(r"\d+", page.locator("tbody tr").nth(1).inner_text())[:2] == ["2", "500"]
    # One pin's popup fades while the next one's opens; what is half gone is not to be judged.
    expect(page.locator(".leaflet-popup")).to_have_count(1)
    assert_accessible(page)
    assert [one for one in page.asked if not one.startswith(("data:", "file:"))] == []  # type: ignore[attr-defined]
    assert sum(one.startswith("file:") for one in page.asked) == 1  # type: ignore[attr-defined]
