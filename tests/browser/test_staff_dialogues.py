"""Planners at the editor: from a template to a published dialogue that citizens can write to."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect
from shapely.geometry import shape
from sqlalchemy import text

from mapdialog.accounts.models import Role
from mapdialog.core.clock import now
from tests.browser.citizen import at_rest, open_form, rows, send, take_place, write_view
from tests.browser.staff import one, press, sign_in, state_of
from tests.chromium import DESK, PHONE, Live
from tests.seeds import TRELLEBORG_LONLAT, make_dialogue, make_district_set

LON, LAT = TRELLEBORG_LONLAT
BOX = f"{LON - 0.03},{LAT - 0.02},{LON + 0.03},{LAT + 0.02}"
AREA_KM2 = "select round((st_area(area) / 1e6)::numeric, 1) from dialogue where slug = :slug"


def begin(page: Page, title: str, slug: str) -> None:
    """A new dialogue from the template about safety, with a title and a period that is open today."""
    page.goto("/staff/dialogues")
    page.get_by_role("link", name="Ny dialog").click()
    page.get_by_role("link", name="Trygghet", exact=True).click()
    page.locator("#title").fill(title)
    page.locator("#slug").fill(slug)
    if page.locator("[name$='-opens_on']").count() == 0:
        page.get_by_role("button", name="Lägg till period").click()
    page.locator("[name$='-title']").first.fill("Lämna synpunkter")
    page.locator("[name$='-opens_on']").first.fill(now().date().isoformat())
    page.locator("[name$='-closes_on']").first.fill((now() + timedelta(days=20)).date().isoformat())
    page.locator("#decision_body").fill("Tekniska servicenämnden")
    page.locator("#contact").fill("Petra, 0410-73 30 00")


def test_a_planner_makes_a_dialogue_publishes_it_and_a_citizens_comment_ends_up_in_its_district(
    desk: Page, open_context: Callable[..., BrowserContext], live: Live
) -> None:
    slug = "hela-vagen"
    live.seed(lambda session: make_district_set(session, "hela-vagen"))
    page = sign_in(desk, live, Role.PLANNER)
    begin(page, "Hela vägen", slug)
    page.locator("#use_text").fill("")
    page.locator("#area-box").check()
    page.locator("#area_box").fill(BOX)
    page.get_by_role("button", name="Spara utkast").click()
    expect(page.locator(".flashes")).to_contain_text("Utkastet är sparat")
    assert open_context(**PHONE).new_page().goto(f"/d/{slug}").status == 404, "a draft is nobody else's"  # type: ignore[union-attr]

    page.get_by_role("button", name="Spara och publicera").click()
    expect(page.get_by_role("alert")).to_contain_text("Skriv hur synpunkterna kommer att användas")
    page.locator("#use_text").fill("Vi går igenom allt och berättar här vad det ledde till.")
    page.get_by_role("button", name="Spara och förhandsgranska").click()
    expect(page.locator(".preview")).to_contain_text("Vi går igenom allt och berättar här vad det ledde till.")
    page.get_by_role("button", name="Publicera dialogen").click()
    expect(page.locator(".flashes")).to_contain_text("Dialogen är publicerad.")

    citizen = open_context(**PHONE, geolocation={"longitude": LON + 0.002, "latitude": LAT + 0.002}).new_page()
    open_form(citizen, slug)
    take_place(citizen)
    key = one(
        live, "select c.key from category c join dialogue d on d.id = dialogue_id where slug = :s limit 1", s=slug
    )
    write_view(citizen, "Mörkt vid hållplatsen, jag går hellre omvägen.", category=key)
    receipt = send(citizen)
    assert len(rows(live, slug, "omvägen")) == 1
    assert state_of(live, receipt) == "pending"
    shown = f"/api/v1/dialogues/{slug}/districts?set=hela-vagen"
    assert counts(citizen, shown) == {"A": 0, "B": 0, "C": 0, "D": 0}, "not counted before somebody has read it"

    page.goto(f"/staff/inbox?dialogue={slug}")
    expect(page.locator("#case-title")).to_have_text(receipt)
    press(page, "a")
    expect(page.locator(".flashes")).to_contain_text(f"{receipt} är publicerad.")
    assert sum(counts(citizen, shown).values()) == 1, "counted in the one district where it lies"
    lies = "select d.code from district d join contribution_district l on l.district_id = d.id join contribution c"
    code = one(live, f"{lies} on c.id = l.contribution_id where c.receipt = :r", r=receipt)
    assert counts(citizen, shown)[code] == 1
    citizen.goto(f"/d/{slug}/list")
    expect(citizen.locator(".view-list")).to_contain_text("jag går hellre omvägen")


def counts(page: Page, address: str) -> dict[str, int]:
    """Counts by district code, as the API tells them."""
    features = page.request.get(address).json()["features"]
    return {one["properties"]["code"]: one["properties"]["count"] for one in features}


def test_an_area_is_drawn_with_the_mouse_and_with_the_keyboard(desk: Page, live: Live) -> None:
    slug = "ritad-yta"
    page = sign_in(desk, live, Role.PLANNER)
    begin(page, "Ritad yta", slug)
    page.locator("#area-drawn").check()
    page.get_by_role("button", name="Rita en yta").click()
    area = page.locator("#area-map")
    area.scroll_into_view_if_needed()
    for x, y in ((150, 80), (350, 80), (350, 240)):
        area.click(position={"x": x, "y": y})
    page.get_by_role("button", name="Ångra hörn").click()
    area.click(position={"x": 350, "y": 200})
    area.click(position={"x": 150, "y": 200})
    expect(page.locator("#area-status")).to_have_text("4 hörn.")
    page.get_by_role("button", name="Ytan är klar").click()
    expect(page.locator("#area-status")).to_contain_text("Ytan är klar")
    drawn = shape(json.loads(page.locator("#area").input_value()))
    assert drawn.is_valid
    assert len(drawn.geoms[0].exterior.coords) == 5
    page.get_by_role("button", name="Börja kartan i det här utsnittet").click()
    page.get_by_role("button", name="Spara utkast").click()
    expect(page.locator(".flashes")).to_contain_text("Utkastet är sparat")
    before = one(live, AREA_KM2, slug=slug)
    assert before > 0
    assert one(live, "select st_srid(start_view) from dialogue where slug = :slug", slug=slug) == 3006

    page.get_by_role("button", name="Ta bort alla ytor").press("Enter")
    page.get_by_role("button", name="Rita en yta").press("Enter")
    for keys in ((), ("ArrowRight", "ArrowRight"), ("ArrowDown", "ArrowDown")):
        page.locator("#area-map").focus()
        for key in keys:
            page.keyboard.press(key)
            at_rest(page)
        page.get_by_role("button", name="Hörn i mitten").press("Enter")
    page.get_by_role("button", name="Ytan är klar").press("Enter")
    page.get_by_role("button", name="Spara utkast").press("Enter")
    expect(page.locator(".flashes")).to_contain_text("Utkastet är sparat")
    after = one(live, AREA_KM2, slug=slug)
    assert after > 0
    assert after != before


def test_an_area_comes_from_a_file_or_from_districts(desk: Page, live: Live, tmp_path: Path) -> None:
    live.seed(lambda session: make_district_set(session, "till-yta", is_default=False))
    slug = "yta-ur-fil"
    square = [[LON, LAT], [LON + 0.01, LAT], [LON + 0.01, LAT + 0.01], [LON, LAT + 0.01], [LON, LAT]]
    file = tmp_path / "område.geojson"
    file.write_text(json.dumps({"type": "Polygon", "coordinates": [square]}), "utf-8")
    page = sign_in(desk, live, Role.PLANNER)
    begin(page, "Yta ur fil", slug)
    page.locator("#area-file").check()
    page.get_by_role("button", name="Spara utkast").click()
    expect(page.get_by_role("alert")).to_contain_text("Välj en fil")
    page.locator("#area_file").set_input_files(file)
    page.get_by_role("button", name="Spara utkast").click()
    expect(page.locator(".flashes")).to_contain_text("Utkastet är sparat")
    assert float(one(live, AREA_KM2, slug=slug)) == 0.7
    page.locator("#area-districts").check()
    for name in ("Rutor: Ruta A", "Rutor: Ruta B"):
        page.get_by_label(name, exact=True).first.check()
    page.get_by_role("button", name="Spara utkast").click()
    expect(page.locator("#area-drawn")).to_be_checked()
    assert float(one(live, AREA_KM2, slug=slug)) == 8.0


def test_without_javascript_a_dialogue_is_made_with_rows_added_and_moved_and_published(
    open_context: Callable[..., BrowserContext], live: Live
) -> None:
    slug = "utan-skript"
    page = sign_in(open_context(**DESK, java_script_enabled=False).new_page(), live, Role.PLANNER)
    begin(page, "Utan skript", slug)
    page.get_by_role("button", name="Lägg till kategori").click()
    expect(page.locator("#title")).to_have_value("Utan skript")
    page.locator("details[open] [name$='-label_sv']").last.fill("Bänkar")
    page.get_by_role("button", name="Lägg till period").click()
    page.get_by_role("button", name="Ta bort").last.click()
    page.locator("#area-box").check()
    page.locator("#area_box").fill(BOX)
    page.get_by_role("button", name="Spara utkast").click()
    expect(page.locator(".flashes")).to_contain_text("Utkastet är sparat")
    page.get_by_role("button", name="Spara och publicera").click()
    expect(page.locator(".flashes")).to_contain_text("Dialogen är publicerad.")
    labels = "select string_agg(label_sv, '|') from category c join dialogue d on d.id = dialogue_id where slug = :slug"
    assert "Bänkar" in one(live, labels, slug=slug)
    assert one(live, "select count(*) from phase p join dialogue d on d.id = dialogue_id where slug = :s", s=slug) == 1


def test_two_planners_at_once_lose_nothing_and_see_what_the_other_wrote(
    open_context: Callable[..., BrowserContext], live: Live
) -> None:
    live.seed(lambda session: make_dialogue(session, "tva-planerare"))
    pages = [sign_in(open_context(**DESK).new_page(), live, Role.PLANNER, name) for name in ("anna", "bo")]
    for page in pages:
        page.goto("/staff/dialogues/tva-planerare")
    anna, bo = pages
    anna.locator("#summary").fill("Annas sammanfattning.")
    anna.get_by_role("button", name="Spara ändringarna").click()
    expect(anna.locator(".flashes")).to_contain_text("Dialogen är sparad.")
    bo.locator("#summary").fill("Bos sammanfattning.")
    bo.get_by_role("button", name="Spara ändringarna").click()
    expect(bo.get_by_role("alert")).to_contain_text("Någon annan har ändrat dialogen")
    expect(bo.locator(".conflict")).to_contain_text("Annas sammanfattning.")
    expect(bo.locator("#summary")).to_have_value("Bos sammanfattning.")
    bo.get_by_role("button", name="Spara ändringarna").click()
    expect(bo.locator(".flashes")).to_contain_text("Dialogen är sparad.")
    assert one(live, "select summary from dialogue where slug = 'tva-planerare'") == "Bos sammanfattning."


def test_what_was_written_when_the_session_ended_is_sent_after_signing_in_again(desk: Page, live: Live) -> None:
    live.seed(lambda session: make_dialogue(session, "utloggad", opened_days=-60, closes_days=-30))
    page = sign_in(desk, live, Role.PLANNER, "utloggad")
    page.goto("/staff/dialogues/utloggad/feedback")
    page.locator("#feedback_text").fill("Ni sa att det är mörkt.\n\nVi sätter upp lampor i mars.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Publicera återkopplingen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in igen")
    page.locator("#email").fill("utloggad@personal.example")
    page.locator("#password").fill("ett långt lösenord 2026")
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_text("Vi sätter upp lampor i mars.").first).to_be_visible()
    page.get_by_role("button", name="Skicka det jag skrev").click()
    expect(page.locator("#feedback_text")).to_have_value("Ni sa att det är mörkt.\n\nVi sätter upp lampor i mars.")
    stored = one(live, "select feedback_text from dialogue where slug = 'utloggad'")
    assert stored == "Ni sa att det är mörkt.\n\nVi sätter upp lampor i mars."


def test_a_concluded_dialogue_tells_everybody_what_it_led_to(
    desk: Page, open_context: Callable[..., BrowserContext], live: Live
) -> None:
    live.seed(lambda session: make_dialogue(session, "avslutad", title="Avslutad", opened_days=-60, closes_days=-1))
    page = sign_in(desk, live, Role.PLANNER)
    page.goto("/staff/")
    expect(page.get_by_role("region", name="Återkoppling saknas")).to_contain_text("Avslutad")
    page.get_by_role("region", name="Återkoppling saknas").get_by_role("link", name="Avslutad").click()
    page.get_by_role("button", name="Publicera återkopplingen").click()
    expect(page.get_by_role("alert")).to_contain_text("Skriv vad synpunkterna ledde till")
    page.locator("#feedback_text").fill("Tjugo nya lampor i mars.")
    page.get_by_role("button", name="Publicera återkopplingen").click()
    expect(page.locator(".flashes")).to_contain_text("Återkopplingen är publicerad.")
    citizen = open_context(**PHONE).new_page()
    citizen.goto("/d/avslutad")
    expect(citizen.locator("main")).to_contain_text("Tjugo nya lampor i mars.")


def test_what_came_by_telephone_is_registered_with_a_click_on_the_map(desk: Page, live: Live) -> None:
    live.seed(lambda session: make_dialogue(session, "telefon", moderation="pre"))
    start = "st_setsrid(st_makeenvelope(382000, 6137000, 384500, 6139000), 3006)"
    with live.engine.begin() as connection:
        connection.execute(text("update dialogue set start_view = " + start + " where slug = 'telefon'"))
    page = sign_in(desk, live, Role.MODERATOR)
    page.goto("/staff/dialogues/telefon/register")
    page.locator("#text").fill("Hon som ringde säger att bänken är trasig.")
    page.get_by_role("button", name="Registrera synpunkten").click()
    expect(page.get_by_role("alert")).to_contain_text("Plats")
    expect(page.locator("#text")).to_have_value("Hon som ringde säger att bänken är trasig.")
    page.locator("#register-map").click(position={"x": 300, "y": 150})
    expect(page.locator("#place")).not_to_have_value("")
    page.get_by_role("button", name="Registrera synpunkten").click()
    expect(page.locator(".flashes")).to_contain_text("Registrerad med kvittonummer")
    assert one(live, "select channel from contribution where raw_text like 'Hon som ringde%'") == "phone"
