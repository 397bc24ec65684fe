"""The map we draw ourselves: small for browsers, right to the pixel as a picture, never a crash."""

import gzip
import io
import json
from pathlib import Path

import pytest
import shapely
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor
from sqlalchemy.orm import Session

from mapdialog.basemap import drawing, ground
from mapdialog.basemap.drawing import Marker, static_map
from mapdialog.basemap.frame import Frame, around, fit, parse_frame, pixel_to_point
from mapdialog.basemap.vector import MAX_GZIPPED
from mapdialog.geo.crs import STORE, WGS84, transform_point
from tests.seeds import TRELLEBORG, make_district_set

EAST, NORTH = TRELLEBORG
SOURCES = Path(__file__).resolve().parents[2] / "geodata" / "SOURCES.md"


def drawn(session: Session, frame: Frame, **options: object) -> Image.Image:
    return Image.open(io.BytesIO(static_map(session, frame, frame.width, frame.height, **options))).convert("RGB")  # type: ignore[arg-type]


def test_browsers_get_one_small_file_with_every_part_and_its_sources(client: FlaskClient) -> None:
    answer = client.get("/basemap/vector.json", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) <= MAX_GZIPPED
    data = json.loads(gzip.decompress(answer.data))
    kinds = {feature["properties"]["kind"] for feature in data["features"]}
    assert {"land", "built-up", "border", "town", "village", "shore", "green", "place"} <= kinds
    assert all(shapely.from_geojson(json.dumps(one["geometry"])).is_valid for one in data["features"])
    again = client.get(
        "/basemap/vector.json", headers={"If-None-Match": answer.headers["ETag"], "Accept-Encoding": "gzip"}
    )
    assert again.status_code == 304


def test_whoever_made_the_data_is_named_on_the_map_and_in_the_list_of_sources(client: FlaskClient) -> None:
    words = json.loads(client.get("/basemap/vector.json").data)["attribution"]
    sources = SOURCES.read_text("utf-8")
    for name in ("OpenStreetMap", "GeoNames", "SCB"):
        assert name in words
        assert name in sources
    for file in ("land.geojson", "built_up.geojson", "places.geojson", "districts_display.geojson"):
        assert f"`{file}`" in sources, f"{file} is drawn, so its licence must be said"


def test_land_lies_where_land_is_and_sea_where_sea_is(session: Session) -> None:
    frame = fit((370_000, 6_125_000, 400_000, 6_150_000), 300, 300)
    picture = drawn(session, frame, names=False)
    for at, color in (
        ((EAST, 6_127_000), drawing.SEA),
        ((392_000, 6_147_000), drawing.LAND),
        ((EAST, NORTH + 300), drawing.TOWN),
    ):
        x, y = frame.to_pixel(*at)
        assert picture.getpixel((int(x), int(y))) == ImageColor.getrgb(color), at


def test_a_marker_points_at_its_place(session: Session) -> None:
    frame = around(EAST, NORTH, 900, 300, 300)
    picture = drawn(session, frame, names=False, markers=[Marker(EAST, NORTH, "#ff0000")])
    ink = [(x, y) for x in range(130, 170) for y in range(200) if max(picture.getpixel((x, y))) < 110]
    lowest = max(ink, key=lambda pixel: pixel[1])
    assert abs(lowest[0] - 150) <= 1
    assert abs(lowest[1] - 150) <= 3


def test_the_most_important_name_moves_aside_for_a_marker_but_stays(session: Session) -> None:
    frame = fit((370_000, 6_130_000, 400_000, 6_150_000), 620, 420)
    with_town = drawn(session, frame, markers=[Marker(EAST, NORTH)])
    dark = ImageColor.getrgb(drawing._WRITING["town"][2])
    assert sum(with_town.getpixel((x, y)) == dark for x in range(620) for y in range(420)) > 40


def test_without_coast_data_the_own_districts_are_the_map(session: Session) -> None:
    make_district_set(session)
    own = ground.get_ground(session, "0000")
    assert not own.has_sea
    assert own.municipality.area == pytest.approx(16e6)
    frame = fit((EAST - 3000, NORTH - 3000, EAST + 3000, NORTH + 3000), 200, 200)
    picture = drawn(session, frame, names=False, municipality_code="0000")
    assert picture.getpixel((60, 60)) == ImageColor.getrgb(drawing.LAND)


@given(
    st.floats(300_000, 900_000), st.floats(6.1e6, 7.6e6), st.floats(0.3, 1500), st.integers(0, 619), st.integers(0, 419)
)
def test_a_press_on_any_pixel_is_read_back_within_it(east: float, north: float, size: float, x: int, y: int) -> None:
    frame = around(east, north, size * 620, 620, 420)
    again = parse_frame(frame.as_text(), 620, 420)
    place = pixel_to_point(frame.as_text(), 620, 420, x, y)
    back = again.to_pixel(*place)
    assert back == pytest.approx((x + 0.5, y + 0.5), abs=1e-6)
    assert abs(again.metres_per_pixel - frame.metres_per_pixel) * 620 < 0.2


@pytest.mark.parametrize(
    "query",
    ["", "?bbox=1,2,3", "?bbox=a,b,c,d", "?bbox=nan,1,2,3", "?bbox=inf,0,1,1", "?bbox=1e308,0,1,1",
     "?bbox=0,0,100,100&width=99999&height=10", "?bbox=0,0,100,100&width=-1", "?bbox=10,10,0,0",
     "?bbox=0,0,100,100&marker=x", "?bbox=0,0,100,100&marker=inf,nan", "?bbox=0,0,100,100&marker=1e99,0",
     "?bbox=0,0,100,100&marker=1,2,zzzzzz"],
)  # fmt: skip
def test_odd_questions_get_an_answer_not_a_crash(client: FlaskClient, query: str) -> None:
    assert client.get(f"/basemap/static.png{query}").status_code in (404, 422)


@pytest.mark.parametrize("place", [(0.0, 0.0), (2.4e7, -2.4e7)])
def test_the_other_side_of_the_earth_is_drawn_empty(client: FlaskClient, place: tuple[float, float]) -> None:
    frame = around(*place, 900, 64, 64)
    answer = client.get(f"/basemap/static.png?bbox={frame.as_text()}&width=64&height=64")
    assert answer.status_code == 200


def test_the_picture_is_where_its_coordinates_say(client: FlaskClient) -> None:
    east, north = transform_point(13.1569, 55.3751, 4326, 3006)
    frame = around(east, north, 900, 300, 300)
    answer = client.get(f"/basemap/static.png?bbox={frame.as_text()}&width=300&height=300&scale=2")
    assert Image.open(io.BytesIO(answer.data)).size == (600, 600)
    assert answer.headers["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("place", [(-71.06, 42.36), (14.50, 63.33), (30.0, 57.0)], ids=["Boston", "Krokom", "east"])
def test_where_the_data_ends_there_is_ground_and_no_sea(session: Session, place: tuple[float, float]) -> None:
    frame = around(*transform_point(*place, WGS84, STORE), 20_000, 100, 100)
    assert drawn(session, frame, names=False).getpixel((50, 30)) == ImageColor.getrgb(drawing.OUTSIDE)


def test_browsers_draw_sea_only_where_the_coast_is_known(client: FlaskClient) -> None:
    parts = {
        one["properties"]["kind"]: shapely.from_geojson(json.dumps(one["geometry"]))
        for one in json.loads(client.get("/basemap/vector.json").data)["features"]
        if one["geometry"]["type"] != "Point"
    }
    ground_there = shapely.union_all([parts["land"], parts["outside"], parts["municipality"]])
    for place in ((-71.06, 42.36), (14.50, 63.33), (13.1569, 55.3851), (13.45, 55.75)):
        assert ground_there.covers(shapely.Point(place)), place
    assert not ground_there.intersects(shapely.Point(13.16, 55.30)), "the Baltic off Trelleborg is sea"
    assert parts["municipality"].covers(shapely.Point(13.1569, 55.3851))
    assert not parts["municipality"].intersects(parts["land"].buffer(-0.0005)), "the surroundings are grey, not light"
