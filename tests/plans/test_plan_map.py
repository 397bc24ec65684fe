"""What lies over a plan's map, and the parts to point at: pictures on their corners, shapes, map servers we may ask."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image, TiffImagePlugin
from shapely.geometry import LineString, box
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.basemap.layers import Layer
from mapdialog.basemap.upstream import tile_address
from mapdialog.config import Config
from mapdialog.core.clock import now
from mapdialog.core.errors import Invalid
from mapdialog.core.files import FileStore
from mapdialog.geo import crs
from mapdialog.geo.geometry import from_element
from mapdialog.plans import features, map_files, overlays, picture_warp, queries, views_map, wms_trial
from mapdialog.plans.features import Columns, FeatureDraft
from mapdialog.plans.models import Plan, PlanOverlay
from mapdialog.plans.overlays import Picture
from mapdialog.plans.picture_warp import Corners
from tests.basemap.conftest import MapServer, map_server
from tests.plan_seeds import make_plan, make_plan_phase, make_statement
from tests.plans.test_planning import HERE, write
from tests.seeds import TRELLEBORG, make_district_set
from tests.staffing import sign_in

__all__ = ["map_server"]
EAST, NORTH = TRELLEBORG
UPRIGHT: Corners = ((EAST, NORTH + 200), (EAST + 400, NORTH + 200), (EAST + 400, NORTH), (EAST, NORTH))
KNOWN = (Layer("stad", "Stadskarta", "wms", url="https://karta.x.example/wms", layers="bas", user="u", password="p"),)


@pytest.fixture
def files(config: Config) -> FileStore:
    return FileStore(f"file://{config.data_dir}/plan-test-files")


def png(size: tuple[int, int] = (80, 40)) -> bytes:
    """Red to the left, blue to the right."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def colour_at(warped: picture_warp.Warped, east: float, north: float) -> tuple[int, ...]:
    """The colour of the warped picture at a place in EPSG:3006."""
    image = Image.open(io.BytesIO(warped.png))
    x, y = crs.transform_point(east, north, crs.STORE, crs.WEB_MERCATOR)
    low = crs.transform_point(*warped.bounds[:2], crs.WGS84, crs.WEB_MERCATOR)
    high = crs.transform_point(*warped.bounds[2:], crs.WGS84, crs.WEB_MERCATOR)
    column = (x - low[0]) / (high[0] - low[0]) * image.width
    row = (high[1] - y) / (high[1] - low[1]) * image.height
    return image.getpixel((int(column), int(row)))  # type: ignore[return-value]


def test_a_picture_lies_where_its_corners_are_also_turned() -> None:
    straight = picture_warp.warp(png(), UPRIGHT)
    assert colour_at(straight, EAST + 50, NORTH + 100)[:3] == (255, 0, 0)
    assert colour_at(straight, EAST + 350, NORTH + 100)[:3] == (0, 0, 255)
    upside_down = picture_warp.warp(png(), (UPRIGHT[2], UPRIGHT[3], UPRIGHT[0], UPRIGHT[1]))
    assert colour_at(upside_down, EAST + 350, NORTH + 100)[:3] == (255, 0, 0)
    slanting: Corners = ((EAST, NORTH), (EAST + 300, NORTH + 300), (EAST + 450, NORTH + 150), (EAST + 150, NORTH - 150))
    turned = picture_warp.warp(png(), slanting)
    assert colour_at(turned, EAST + 110, NORTH + 20)[0] > 200
    assert colour_at(turned, EAST + 5, NORTH + 295)[3] == 0


def test_a_world_file_tells_the_corners_in_its_own_system() -> None:
    east, north = crs.transform_point(EAST, NORTH, crs.STORE, 3008)
    text = f"5.0\n0.0\n0.0\n-5.0\n{east + 2.5}\n{north + 197.5}\n"
    corners = picture_warp.corners_from_world_file(text, (80, 40), 3008)
    back = [crs.transform_point(*one, crs.STORE, 3008) for one in corners]
    assert back[0] == pytest.approx((east, north + 200), abs=0.01)
    assert back[2] == pytest.approx((east + 400, north), abs=0.01)
    with pytest.raises(Invalid):
        picture_warp.corners_from_world_file("fem\n", (80, 40), 3006)


def geotiff(east: float, north: float, metres: float, epsg: int) -> bytes:
    """The same picture as a GeoTIFF whose upper left corner lies there; `metres` a pixel."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, kind, values in (
        (33550, 12, (metres, metres, 0.0)),
        (33922, 12, (0.0, 0.0, 0.0, east, north, 0.0)),
        (34735, 3, (1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, epsg)),
    ):
        tags.tagtype[tag], tags[tag] = kind, values
    out = io.BytesIO()
    Image.open(io.BytesIO(png())).save(out, "TIFF", tiffinfo=tags)
    return out.getvalue()


def test_a_geotiff_says_itself_where_it_lies(session: Session, files: FileStore) -> None:
    east, north = crs.transform_point(EAST, NORTH, crs.STORE, 3008)
    data = geotiff(east, north, 5, 3008)
    corners = picture_warp.corners_from_geotiff(data, 3006)
    assert corners is not None and corners[0] == pytest.approx((EAST, NORTH), abs=0.01)
    assert crs.transform_point(*corners[2], crs.STORE, 3008) == pytest.approx((east + 400, north - 200), abs=0.01)
    assert picture_warp.corners_from_geotiff(png(), 3006) is None
    plan = make_plan(session)
    made = overlays.add_picture(
        session, plan, "Karta", 0.7, Picture("karta.tif", data, corners), files=files, actor_id=None
    )
    assert files.get(overlays.shown_key(made)).startswith(b"\x89PNG")


def test_what_lies_in_another_country_or_is_too_large_is_refused_with_the_reason(
    session: Session, files: FileStore
) -> None:
    plan = make_plan(session)
    far = picture_warp.corners_from_geotiff(geotiff(EAST - 250_000, NORTH, 5, 3006), 3006)
    assert far is not None
    for data, corners, words in ((png(), far, "249 km från planområdet"), (bomb(), UPRIGHT, "för många bildpunkter")):
        with pytest.raises(Invalid) as caught:
            overlays.add_picture(session, plan, "K", 0.7, Picture("k.png", data, corners), files=files, actor_id=None)
        assert words in str(caught.value)


def bomb() -> bytes:
    """The head of a PNG of 900 million points."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + png()[33:]


@pytest.mark.parametrize("corners", [(UPRIGHT[0],) * 4, (UPRIGHT[0], UPRIGHT[2], UPRIGHT[1], UPRIGHT[3])])
def test_corners_that_go_round_nothing_are_refused(corners: Corners) -> None:
    with pytest.raises(Invalid):
        picture_warp.checked(corners)


def test_pictures_and_shapes_are_kept_and_taken_away(session: Session, files: FileStore, tmp_path: Path) -> None:
    plan = make_plan(session)
    made = overlays.add_picture(
        session, plan, "Plankarta", 0.7, Picture("karta.png", png(), UPRIGHT), files=files, actor_id=None
    )
    assert overlays.corners_of(made)[1] == pytest.approx(UPRIGHT[1])
    assert files.get(overlays.shown_key(made)).startswith(b"\x89PNG")
    with pytest.raises(Invalid):
        overlays.add_picture(session, plan, "", 0.7, Picture("a.png", png(), UPRIGHT), files=files, actor_id=None)
    ring = LineString(box(EAST, NORTH, EAST + 100, NORTH + 100).exterior.coords)
    rows = map_files.read_rows(write(tmp_path / "a.gpkg", [ring], namn=["B1"]), map_files.Choice(), HERE)
    shapes = overlays.add_shapes(session, plan, "Bestämmelser", 0.5, rows, actor_id=None).shapes
    assert shapes is not None
    assert [(one["geometry"]["type"], one["properties"]["label"]) for one in shapes["features"]] == [("Polygon", "B1")]
    overlays.remove_overlay(session, plan, made, files=files, actor_id=None)
    assert [one.title for one in plan.overlays] == ["Bestämmelser"]


def test_only_map_servers_that_are_configured_are_asked(session: Session) -> None:
    plan = make_plan(session)

    def add(url: str) -> Any:
        return overlays.add_wms(session, plan, "DP", 0.6, url=url, layers="dp", known=KNOWN, actor_id=None)

    for bad in (
        "https://10.0.0.1/wms",
        "http://karta.x.example/wms",
        "file:///etc/passwd",
        "https://karta.x.example:8443/a",
    ):
        with pytest.raises(Invalid) as caught:
            add(bad)
        assert "karta.x.example" in str(caught.value.fields["wms_url"])
    layer = overlays.tile_layer(add("https://karta.x.example/planer/wms"), KNOWN)
    assert layer is not None and (layer.user, layer.layers) == ("u", "dp")
    assert "LAYERS=dp" in tile_address(layer, 12, 2197, 1282) and "TRANSPARENT=TRUE" in tile_address(
        layer, 12, 2197, 1282
    )


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ('<ServiceException code="LayerNotDefined" locator="layers">Could not find layer dpp', "wms_layers", "dpp"),
        ('<ServiceException code="InvalidCRS">unsupported', "wms_url", "EPSG:3857"),
        ("<html>Startsida</html>", "wms_url", "inte med en bild"),
    ],
)
def test_a_map_servers_layer_is_tried_and_what_is_wrong_is_said_at_its_field(
    map_server: MapServer, said: str, field: str, words: str
) -> None:
    layer = Layer("plan-x", "", "wms", url=f"{map_server.url}/wms", layers="dpp")
    wms_trial.demand_picture(layer, 13.16, 55.38)
    assert "LAYERS=dpp" in map_server.paths[0]
    map_server.way, map_server.said = "told", said.encode()
    with pytest.raises(Invalid) as caught:
        wms_trial.demand_picture(layer, 13.16, 55.38)
    assert caught.value.field == field and words in caught.value.message % caught.value.params


def test_a_map_server_that_is_away_is_told_from_one_that_is_elsewhere(
    map_server: MapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wms_trial, "SECONDS", 0.3)
    layer = Layer("plan-x", "", "wms", url=f"{map_server.url}/wms", layers="dp")
    for way, words in (("missing", "WMS-tjänst"), ("broken", "inte med en bild"), ("slow", "svarar inte")):
        map_server.way = way
        with pytest.raises(Invalid) as caught:
            wms_trial.demand_picture(layer, 13.16, 55.38)
        assert words in caught.value.message, way


def test_the_form_names_the_servers_and_lays_on_the_map_only_what_gives_a_picture(
    client: FlaskClient, session: Session, plan: Plan, map_server: MapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, session, Role.PLANNER)
    page = f"/staff/plans/{plan.slug}/map/wms"
    assert "MAPDIALOG_MAP_LAYERS" in client.get(page).text
    known = (Layer("stad", "Stadskarta", "xyz", url=f"{map_server.url}/{{z}}/{{x}}/{{y}}.png"),)
    monkeypatch.setattr(views_map, "configured_layers", lambda: known)
    asked = client.get(page).text
    assert map_server.url in asked and "MAPDIALOG_MAP_LAYERS" not in asked
    sent = {"title": "DP", "opacity": "70", "wms_url": f"{map_server.url}/wms", "wms_layers": "dp"}
    map_server.way, map_server.said = "told", b'<ServiceException code="LayerNotDefined">'
    refused = client.post(page, data=sent)
    assert refused.status_code == 422 and "inte till lagret" in refused.text
    assert session.scalar(select(PlanOverlay)) is None
    map_server.way = "well"
    assert client.post(page, data=sent).status_code == 302
    assert session.scalars(select(PlanOverlay)).one().wms_layers == "dp"


def test_parts_come_from_a_file_and_again_without_doubles(session: Session, tmp_path: Path) -> None:
    plan = make_plan(session)
    shapes = [box(EAST, NORTH, EAST + 50, NORTH + 50), box(EAST + 60, NORTH, EAST + 90, NORTH + 50)]

    def read(move: float) -> Any:
        moved = [box(a, b + move, c, d + move) for a, b, c, d in (one.bounds for one in shapes)]
        path = write(tmp_path / f"p{move}.gpkg", moved, kod=["B", "GATA"], namn=["Bostäder", None])
        rows = map_files.read_rows(path, map_files.Choice(), HERE)
        return features.import_features(session, plan, rows, Columns("namn", "kod"), actor_id=None)

    assert read(0).added == 2
    assert [(one.code, one.title) for one in plan.features] == [("B", "Bostäder"), ("GATA", "GATA")]
    again = read(10)
    assert (again.added, again.changed) == (0, 2)
    assert from_element(plan.features[0].geom).bounds[1] == pytest.approx(NORTH + 10)


def test_a_part_that_statements_point_at_rests_instead_of_going(session: Session) -> None:
    plan = make_plan(session)
    make_plan_phase(session, plan)
    shape = box(EAST, NORTH, EAST + 50, NORTH + 50)
    used, unused = (
        features.add_feature(session, plan, FeatureDraft("B", name), shape, actor_id=None) for name in ("Ett", "Två")
    )
    make_statement(session, plan, feature_id=used.id)
    assert not features.remove_feature(session, plan, used, actor_id=None)
    assert features.remove_feature(session, plan, unused, actor_id=None)
    assert [(one.title, one.is_active) for one in plan.features] == [("Ett", False)]


@pytest.fixture
def plan(session: Session) -> Plan:
    make_district_set(session)
    made = make_plan(session)
    session.commit()  # what is refused below takes nothing of it away
    return made


def test_the_map_is_made_through_the_pages_and_public_when_the_plan_is(
    client: FlaskClient, session: Session, plan: Plan, tmp_path: Path
) -> None:
    sign_in(client, session, Role.PLANNER)
    base, slug = f"/staff/plans/{plan.slug}/map", plan.slug
    page = client.get(f"{base}/picture").text
    corners = {f"corner_{n}": page.split(f'id="corner_{n}"')[1].split('value="')[1].split('"')[0] for n in (1, 2, 3, 4)}
    sent = corners | {"title": "Plankarta", "opacity": "70", "file": (io.BytesIO(png()), "karta.png")}
    assert client.post(f"{base}/picture", data=sent).status_code == 302
    refused = client.post(
        f"{base}/wms", data={"title": "X", "opacity": "70", "wms_url": "https://y.example/", "wms_layers": "a"}
    )
    assert refused.status_code == 422 and "administratören" in refused.text
    path = write(tmp_path / "delar.gpkg", [box(EAST, NORTH, EAST + 50, NORTH + 50)], kod=["B"], namn=["Bostäder"])
    parts = {"file": (io.BytesIO(path.read_bytes()), "delar.gpkg")}
    assert client.post(f"{base}/parts/file", data=parts).status_code == 302
    shown = client.get(base).text
    assert "Plankarta" in shown and "Bostäder" in shown
    plan = queries.get_plan(session, slug)
    key = plan.overlays[0].key
    address = f"/plans/{plan.slug}/overlays/{key}.png"
    assert client.get(address).data.startswith(b"\x89PNG")
    client.post("/staff/sign-out")
    session.commit()
    assert client.get(address).status_code == 404
    plan.published_at = now()
    session.flush()
    assert client.get(address).status_code == 200
    assert address in client.get(f"/plans/{plan.slug}").text


def test_which_field_names_the_parts_is_asked_when_codes_and_words_stand_beside_each_other(
    client: FlaskClient, session: Session, plan: Plan, tmp_path: Path
) -> None:
    sign_in(client, session, Role.PLANNER)
    address, slug = f"/staff/plans/{plan.slug}/map/parts/file", plan.slug
    squares = [box(EAST, NORTH, EAST + 50, NORTH + 50), box(EAST + 50, NORTH, EAST + 90, NORTH + 50)]
    path = write(tmp_path / "b.gpkg", squares, BETECKNING=["B", "E1"], BESTAM=["Bostäder", "Transformator"])
    asked = client.post(address, data={"file": (io.BytesIO(path.read_bytes()), "b.gpkg")})
    assert asked.status_code == 422
    assert '<option selected value="BESTAM">BESTAM: Bostäder, Transformator</option>' in asked.text
    token = asked.text.split('name="file_token" type="hidden" value="')[1].split('"')[0]
    sent = {"file_token": token, "title_field": "BESTAM", "code_field": "BETECKNING", "text_field": ""}
    assert client.post(address, data=sent).status_code == 302
    made = queries.get_plan(session, slug).features
    assert [(one.code, one.title) for one in made] == [("B", "Bostäder"), ("E1", "Transformator")]


def test_a_part_is_drawn_changed_and_its_faults_are_told(client: FlaskClient, session: Session, plan: Plan) -> None:
    sign_in(client, session, Role.PLANNER)
    base, slug = f"/staff/plans/{plan.slug}/map/parts", plan.slug
    wrong = client.post(f"{base}/new", data={"title": "Bostäder", "area": ""})
    assert wrong.status_code == 422 and "Rita delen" in wrong.text and "Bostäder" in wrong.text
    area = '{"type": "Polygon", "coordinates": [[[13.15, 55.37], [13.16, 55.37], [13.16, 55.38], [13.15, 55.37]]]}'
    assert client.post(f"{base}/new", data={"title": "Bostäder", "area": area, "is_active": "y"}).status_code == 302
    one = queries.get_plan(session, slug).features[0]
    assert client.post(f"{base}/{one.id}", data={"title": "Bostäder och skola"}).status_code == 302
    session.expire_all()
    one = queries.get_plan(session, slug).features[0]
    assert (one.title, one.is_active) == ("Bostäder och skola", False)


@pytest.mark.parametrize("role", [None, Role.MODERATOR, Role.SAFETY_COORDINATOR])
def test_the_map_is_for_planners(client: FlaskClient, session: Session, plan: Plan, role: Role | None) -> None:
    if role is not None:
        sign_in(client, session, role)
    for path in ("", "/picture", "/shapes", "/wms", "/parts/file", "/parts/new"):
        assert client.get(f"/staff/plans/{plan.slug}/map{path}").status_code == (403 if role else 302), path
