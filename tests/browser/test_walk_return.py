"""A return walk in the recorder: what was found before, judged with one tap each and no network, arrives once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.core.clock import now
from mapdialog.walks import recording_access, repeating
from tests.browser.test_walk_offline import HERE, Plan, join, make_ready
from tests.chromium import OFFLINE_PHONE, Live
from tests.walks.making import make_walk, observe

pytestmark = pytest.mark.browser
CHECKS = """select e.raw_text, o.verdict, o.polarity, o.severity, c.photo_count, coalesce((select raw_text from
    contribution_revision r where r.contribution_id = c.id order by r.id desc limit 1), c.raw_text)
    from walk_observation o join contribution c on c.id = o.id join contribution e on e.id = o.follows_id
    join safety_walk w on w.id = o.walk_id where w.slug = :slug and c.state <> 'withdrawn' order by e.raw_text"""


def seed(session: Session) -> Plan:
    before = make_walk(session, title="Vandringen i våras")
    before.status = "performed"
    stop = before.stops[0].id
    for words in ("Armaturen lyser inte.", "Buskar skymmer."):
        one = observe(session, before, words, stop_id=stop)
        moderation.approve(session, one, version=None, actor_id=None)
    again = repeating.plan_return(session, before, title="Återvandring", purpose="", actor_id=None)
    code = recording_access.make_code(session, again, "leader", secret_key="t" * 64, at=now(), actor_id=None)
    return Plan(again.slug, recording_access.words_of("t" * 64, code), again.stops[0].id)


def test_what_was_found_before_is_judged_with_one_tap_offline_and_arrives_once(
    open_context: Callable[..., BrowserContext], live: Live, tmp_path: Path, assert_accessible: Callable[[Page], None]
) -> None:
    walk = live.seed(seed)
    Image.new("RGB", (640, 480), "teal").save(tmp_path / "efter.jpg")
    context = open_context(**OFFLINE_PHONE, geolocation=HERE, permissions=["geolocation"])
    page = join(context, walk)
    make_ready(page)
    context.set_offline(True)
    page.goto(f"/walks/{walk.slug}/record#forra")
    expect(page.locator("#earlier-words")).to_have_text("2 iakttagelser är inte bedömda än.")
    lamp, bush = (page.locator("#earlier-list > li", has_text=words) for words in ("Armaturen", "Buskar"))
    lamp.get_by_role("button", name="Sämre").click()
    lamp.get_by_role("button", name="Åtgärdat").click()
    expect(lamp.get_by_role("button", name="Åtgärdat")).to_have_attribute("aria-pressed", "true")
    bush.get_by_role("button", name="Bättre").click()
    page.locator("#snack-undo").click()
    expect(bush.get_by_role("button", name="Bättre")).to_have_attribute("aria-pressed", "false")
    bush.get_by_role("button", name="Sämre").click()
    expect(page.locator("#earlier-words")).to_have_text("Allt från förra vandringen är bedömt.")
    assert_accessible(page)
    bush.get_by_role("button", name="Lägg till foto eller text").click()
    expect(page.locator("#form-title")).to_have_text("Belysning · Sämre")
    page.locator("#words").fill("De har växt.")
    page.locator("#photo").set_input_files(tmp_path / "efter.jpg")
    expect(page.locator("#photos img")).to_have_count(1)
    page.locator("#observation button[type=submit]").click()
    expect(page.locator("#count-mine")).to_have_text("2")
    context.set_offline(False)
    expect(page.locator("#net-words")).to_have_text("Allt mottaget")
    with live.engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(CHECKS), {"slug": walk.slug})]
    assert found == [
        ("Armaturen lyser inte.", "fixed", "neutral", None, 0, ""),
        ("Buskar skymmer.", "worse", "insecure", 3, 1, "De har växt."),
    ]
