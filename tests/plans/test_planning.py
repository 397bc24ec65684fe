"""A plan is put up and changed: at the desk, from map files of every kind, by the rules of its day."""

import io
import json
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import geopandas
import pytest
from flask.testing import FlaskClient
from shapely.geometry import LineString, Polygon, box, mapping
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core import audit
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.geo.geometry import from_element
from mapdialog.plans import map_files, planning, queries
from mapdialog.plans.map_files import Choice, Here
from mapdialog.plans.plan_drafts import PlanDraft
from tests.plan_seeds import make_party, make_plan, make_plan_phase, today
from tests.seeds import TRELLEBORG, TRELLEBORG_LONLAT, make_district_set
from tests.staffing import sign_in

EAST, NORTH = TRELLEBORG
HERE = Here(3008, TRELLEBORG_LONLAT)
SQUARE = box(EAST, NORTH, EAST + 300, NORTH + 200)
SENT: dict[str, Any] = {
    "registry_number": "SBN 2026/312",
    "name": "Detaljplan för Övre 3",
    "kind": "detailed_plan",
    "started_on": "2026-02-01",
    "procedure": "extended",
    "grounds": ["2"],
    "area_choice": "later",
    "summary": "Nya bostäder.",
    "contact": "Planavdelningen",
}


def draft(**values: Any) -> PlanDraft:
    given: dict[str, Any] = {
        "registry_number": "SBN 2026/312",
        "name": "Övre 3",
        "kind": "detailed_plan",
        "procedure": "standard",
        "started_on": date(2026, 2, 1),
    }
    return PlanDraft(**given | values)


def faults(session: Session, **values: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        planning.create_plan(session, draft(**values), actor_id=None)
    return {name: str(error) for name, error in caught.value.fields.items()}


def write(path: Path, shapes: list[BaseGeometry], crs: int | None = 3006, **columns: list[Any]) -> Path:
    frame = geopandas.GeoDataFrame(columns or {"nr": range(len(shapes))}, geometry=shapes, crs=3006)
    moved = frame.to_crs(crs) if crs else frame.set_crs(None, allow_override=True)
    moved.to_file(path, engine="pyogrio")
    return path


def test_every_fault_is_told_at_once_with_its_section_of_law(session: Session) -> None:
    found = faults(session, registry_number=" ", name="", procedure="extended", started_on=today() + timedelta(days=1))
    assert set(found) == {"registry_number", "name", "grounds", "started_on"}
    assert "5 kap. 7 §" in found["grounds"]


def test_significant_impact_demands_the_extended_procedure_and_its_ground(session: Session) -> None:
    assert "5 kap. 7 §" in faults(session, significant_impact_assumed=True)["procedure"]
    assert (
        "grunden" in faults(session, procedure="extended", grounds=("2",), significant_impact_assumed=True)["grounds"]
    )


def test_a_procedure_is_for_certain_kinds_of_plan(session: Session) -> None:
    assert "Översiktsplan" in faults(session, kind="comprehensive_plan")["procedure"]


def test_a_plan_keeps_the_rules_of_the_day_it_was_started(session: Session) -> None:
    assert planning.create_plan(session, draft(), actor_id=None).rule_set == "pbl-2025"
    old = draft(started_on=date(2014, 5, 1), procedure="legacy")
    assert planning.create_plan(session, old, actor_id=None).rule_set == "legacy"


def test_changes_name_their_fields_in_the_log_and_meet_a_colleagues(session: Session) -> None:
    plan = planning.create_plan(session, draft(), actor_id=None)
    planning.update_plan(session, plan, draft(name="Övre 4"), version=plan.version, actor_id=None)
    assert plan.dialogue.title == "Övre 4"
    assert audit.list_events(session, plan)[0].detail == {"fields": ["name"]}
    with pytest.raises(Conflict):
        planning.update_plan(session, plan, draft(), version=1, actor_id=None)


def test_a_stricter_procedure_does_not_leave_a_phase_too_short(session: Session) -> None:
    plan = make_plan(session, procedure="standard", grounds=())
    make_plan_phase(session, plan, status="draft", days=10)
    with pytest.raises(Invalid) as caught:
        planning.update_plan(session, plan, draft(procedure="extended", grounds=("2",)), version=None, actor_id=None)
    assert "5 kap. 11 c §" in str(caught.value.fields["procedure"])


def test_a_plan_under_way_keeps_its_area(session: Session) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    with pytest.raises(Invalid) as caught:
        planning.update_plan(session, plan, draft(procedure="extended", grounds=("2",)), version=None, actor_id=None)
    assert "area_choice" in caught.value.fields


@pytest.mark.parametrize(
    ("name", "crs", "chosen"),
    [
        ("a.gpkg", 3006, None),
        ("a.gpkg", 3008, None),
        ("a.geojson", 4326, None),
        ("a.shp", 3021, None),
        ("a.shp", None, 3006),
    ],
)
def test_an_area_comes_from_any_file_in_any_system(
    tmp_path: Path, name: str, crs: int | None, chosen: int | None
) -> None:
    path = write(tmp_path / name, [SQUARE], crs)
    area = map_files.area_of(map_files.read_rows(path, Choice(epsg=chosen), HERE))
    assert area.symmetric_difference(SQUARE).area < 100


def test_closed_cad_lines_are_areas_and_the_drawings_layers_are_chosen(tmp_path: Path) -> None:
    ring = LineString(SQUARE.exterior.coords)
    far = LineString([(EAST, NORTH + 900), (EAST + 500, NORTH + 900)])
    path = write(tmp_path / "plan.dxf", [ring, far], None, Layer=["PLANGRANS", "VAG"])
    facts = map_files.describe(path, HERE)
    assert {one.name: one.count for one in facts.layers} == {"PLANGRANS": 1, "VAG": 1}
    assert facts.epsg is None and facts.likely == 3006
    with pytest.raises(Invalid) as caught:
        map_files.read_rows(path, Choice(), HERE)
    assert set(caught.value.fields) == {"file_layer"}
    with pytest.raises(Invalid) as caught:
        map_files.read_rows(path, Choice("PLANGRANS"), HERE)
    assert set(caught.value.fields) == {"file_crs"}
    area = map_files.area_of(map_files.read_rows(path, Choice("PLANGRANS", 3006), HERE))
    assert area.symmetric_difference(SQUARE).area < 1


def test_metres_in_geojson_are_not_taken_for_degrees(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    corners = "[128200, 6139000], [128300, 6139000], [128300, 6139100], [128200, 6139000]"
    path.write_text(f'{{"type": "Polygon", "coordinates": [[{corners}]]}}')
    facts = map_files.describe(path, HERE)
    assert (facts.epsg, facts.likely) == (None, 3008)


@pytest.fixture
def planner(client: FlaskClient, session: Session) -> FlaskClient:
    make_district_set(session)
    sign_in(client, session, Role.PLANNER)
    return client


def test_a_plan_is_put_up_on_one_page_and_found_in_the_list(planner: FlaskClient, session: Session) -> None:
    assert "5 kap. 7 § PBL" in planner.get("/staff/plans/new").text
    answer = planner.post("/staff/plans/new", data=SENT, follow_redirects=True)
    assert answer.status_code == 200 and "Planen är sparad." in answer.text and "5 kap. 7 § PBL" in answer.text
    listed = planner.get("/staff/plans").text
    assert "SBN 2026/312" in listed and "Utökat förfarande" in listed


def test_what_is_wrong_is_told_beside_each_field_and_what_was_typed_stays(planner: FlaskClient) -> None:
    wrong = SENT | {"registry_number": "", "started_on": "i våras", "grounds": [], "description": "Ett långt stycke."}
    answer = planner.post("/staff/plans/new", data=wrong)
    assert answer.status_code == 422
    for words in ("Skriv planens diarienummer", "Skriv datumet så här", "Välj minst en grund", "Ett långt stycke."):
        assert words in answer.text, words


def test_a_file_is_sent_once_and_asked_about_until_it_is_clear(
    planner: FlaskClient, session: Session, tmp_path: Path
) -> None:
    shape = Polygon(SQUARE.exterior.coords)
    path = write(tmp_path / "plan.dxf", [LineString(shape.exterior.coords)], None, Layer=["0"])
    sent = SENT | {"area_choice": "file", "file": (io.BytesIO(path.read_bytes()), "plan.dxf"), "name": ""}
    first = planner.post("/staff/plans/new", data=sent, content_type="multipart/form-data")
    assert first.status_code == 422
    assert "Filen säger inte vilket koordinatsystem" in first.text and "Ge planen ett namn" in first.text
    token = first.text.split('name="file_token" type="hidden" value="')[1].split('"')[0]
    again = SENT | {"area_choice": "file", "file_token": token, "file_crs": "3006", "name": "Övre"}
    assert planner.post("/staff/plans/new", data=again).status_code == 302
    plan = queries.get_plan(session, "ovre")
    assert plan.area is not None and from_element(plan.area).symmetric_difference(shape).area < 1
    picture = planner.get("/staff/plans/ovre/area.png")
    assert picture.data.startswith(b"\x89PNG")


def test_saving_again_leaves_the_area_exactly_as_it_was(planner: FlaskClient, session: Session) -> None:
    plan = make_plan(session)
    session.refresh(plan)
    before = plan.area.desc if plan.area is not None else None
    page = planner.get(f"/staff/plans/{plan.slug}/edit").text
    drawn = page.split('id="area" hidden')[1].split(">", 1)[1].split("</textarea>")[0].replace("&#34;", '"')
    sent = SENT | {"area_choice": "drawn", "area": drawn, "version": str(plan.version)}
    assert planner.post(f"/staff/plans/{plan.slug}/edit", data=sent).status_code == 302
    session.expire_all()
    assert plan.area is not None and plan.area.desc == before


def test_what_is_mostly_a_mistake_is_asked_about_once_and_all_together(planner: FlaskClient, session: Session) -> None:
    make_plan(session, "Detaljplan för Nedre", registry_number="SBN 2026/312")
    jutland = json.dumps(mapping(box(9.147, 55.26, 9.15, 55.262)))
    odd = {"procedure": "standard", "grounds": [], "deviates_from_comprehensive_plan": "yes", "area": jutland}
    sent = SENT | odd | {"area_choice": "drawn"}
    asked = planner.post("/staff/plans/new", data=sent)
    assert asked.status_code == 422
    for words in ("Detaljplan för Nedre", "5 kap. 7 § första stycket 1 PBL", "ligger utanför kommunen"):
        assert words in asked.text, words
    assert '"bbox": [9.14' in asked.text and 'value="swap"' not in asked.text
    said = dict.fromkeys(("shares_number", "is_compatible", "area_is_there"), "y")
    assert planner.post("/staff/plans/new", data=sent | said).status_code == 302
    page = planner.get("/staff/plans/detaljplan-for-ovre-3/edit").text
    kept = unescape(page.split('id="area" hidden')[1].split(">", 1)[1].split("</textarea>")[0])
    again = planner.post("/staff/plans/detaljplan-for-ovre-3/edit", data=sent | {"area": kept, "summary": "Skolor."})
    assert again.status_code == 302


def test_an_area_whose_degrees_have_changed_places_changes_back(planner: FlaskClient, session: Session) -> None:
    lon, lat = TRELLEBORG_LONLAT
    sent = SENT | {"area_choice": "drawn", "area": json.dumps(mapping(box(lat, lon, lat + 0.002, lon + 0.002)))}
    asked = planner.post("/staff/plans/new", data=sent)
    assert asked.status_code == 422 and 'value="swap"' in asked.text
    turned = planner.post("/staff/plans/new", data=sent | {"action": "swap"}).text
    area = unescape(turned.split('id="area" hidden')[1].split(">", 1)[1].split("</textarea>")[0])
    assert planner.post("/staff/plans/new", data=sent | {"area": area}).status_code == 302


def test_a_plan_put_up_by_mistake_is_taken_away_while_it_holds_nothing(planner: FlaskClient, session: Session) -> None:
    empty, kept, known = make_plan(session), make_plan(session, "Nedre"), make_plan(session, "Norra")
    make_plan_phase(session, kept, status="draft", begins=7)
    make_party(session, known)
    session.commit()
    assert "Ta bort planen" not in planner.get(f"/staff/plans/{kept.slug}").text
    for plan, words in ((kept, "kan inte tas bort"), (known, "kan inte tas bort"), (empty, "är borttagen")):
        slug = plan.slug
        assert words in planner.post(f"/staff/plans/{slug}/delete", follow_redirects=True).text
    assert planner.get(f"/staff/plans/{slug}").status_code == 404


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SAFETY_COORDINATOR])
def test_others_read_about_plans_but_change_none(client: FlaskClient, session: Session, role: Role) -> None:
    plan = make_plan(session)
    sign_in(client, session, role)
    assert client.get(f"/staff/plans/{plan.slug}").status_code == 200
    for path in ("new", f"{plan.slug}/edit"):
        assert client.get(f"/staff/plans/{path}").status_code == 403
    assert client.post(f"/staff/plans/{plan.slug}/discontinue", data={"reason": "x"}).status_code == 403
    assert client.post(f"/staff/plans/{plan.slug}/delete").status_code == 403


def test_the_desk_is_for_those_who_are_signed_in(client: FlaskClient, session: Session) -> None:
    plan = make_plan(session)
    for path in ("", "/new", f"/{plan.slug}", f"/{plan.slug}/area.png"):
        assert client.get(f"/staff/plans{path}").status_code == 302


def test_a_new_plan_begins_with_its_maker_and_the_house_of_the_last_one(client: FlaskClient, session: Session) -> None:
    make_plan(session, committee="Byggnadsnämnden", submit_to="plan@x.example")
    mine = sign_in(client, session, Role.PLANNER)
    number = mine.id
    session.commit()
    page = client.get("/staff/plans/new").text
    assert f'<option selected value="{number}">' in page
    assert 'value="Byggnadsnämnden"' in page and "plan@x.example" in page
