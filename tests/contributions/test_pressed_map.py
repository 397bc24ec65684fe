"""The drawn map to press on: what is seen in it and what a press gives are the same place on the ground."""

import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from mapdialog.basemap.frame import MAX_PIXELS, Frame
from mapdialog.contributions.mapwindow import COARSEST, FINEST, SIZES, MapWindow
from mapdialog.contributions.plainform import PlainForm
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo.crs import STORE, WGS84, transform_point
from mapdialog.geo.geometry import to_element, to_store
from mapdialog.places.models import Place
from mapdialog.web.mapdata import map_images, place_image

# Lantmäteriet's own check point of SWEREF 99 TM: latitude, longitude, north, east.
LAT, LON, NORTH, EAST = 55.0, 12.75, 6097106.672, 356083.438
WINDOW = {"map_east": str(EAST), "map_north": str(NORTH), "map_size": "1.0"}


def asked_of(url: str) -> tuple[Frame, list[tuple[float, float]]]:
    """The frame and the markers that an image's address asks for."""
    query = parse_qs(urlsplit(url).query)
    west, south, east, north = map(float, query["bbox"][0].split(","))
    markers = [tuple(map(float, marker.split(","))) for marker in query.get("marker", [])]
    return Frame(west, south, east, north, int(query["width"][0]), int(query["height"][0])), markers  # type: ignore[return-value]


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_a_press_so_many_pixels_from_the_middle_is_so_many_metres_away(
    session: Session, dialogue: Dialogue, name: str, size: tuple[int, int]
) -> None:
    form = PlainForm.of(session, dialogue, WINDOW)
    x, y = size[0] // 2 + 100, size[1] // 2 + 40
    form.press(session, name, {f"{name}.x": str(x), f"{name}.y": str(y)}, 3008)
    assert form.position is not None
    east, north = transform_point(*form.position, WGS84, STORE)
    assert (east - EAST, north - NORTH) == (pytest.approx(100, abs=1), pytest.approx(-40, abs=1))


def test_the_middle_of_a_window_at_a_known_point_has_its_known_degrees(session: Session, dialogue: Dialogue) -> None:
    form = PlainForm.of(session, dialogue, WINDOW)
    form.press(session, "map_small", {"map_small.x": "149.5", "map_small.y": "149.5"}, 3008)
    assert form.position == (pytest.approx(LON, abs=2e-6), pytest.approx(LAT, abs=2e-6))


def test_the_pin_is_drawn_at_the_pixel_that_was_pressed(app: Flask, client: FlaskClient) -> None:
    window = MapWindow(EAST, NORTH, 2.0)
    with app.test_request_context():
        pinned, bare = map_images(window, (LON, LAT)), map_images(window, None)
    assert [(one["name"], one["width"], one["height"]) for one in pinned] == [(n, *size) for n, size in SIZES.items()]
    for with_pin, without in zip(pinned, bare, strict=True):
        frame, [marker] = asked_of(with_pin["url"])
        x, y = frame.to_pixel(*marker)
        assert (x, y) == (pytest.approx(frame.width / 2, abs=0.5), pytest.approx(frame.height / 2, abs=0.5))
        seen, empty = (
            Image.open(io.BytesIO(client.get(one["url"]).data)).convert("RGB").resize((frame.width, frame.height))
            for one in (with_pin, without)
        )
        at = (round(x), round(y) - 8)  # in the pin's body, above its tip
        assert seen.getpixel(at) != empty.getpixel(at)
        assert seen.getpixel((5, 5)) == empty.getpixel((5, 5))


def test_a_contribution_s_own_map_has_its_place_in_the_middle(app: Flask) -> None:
    with app.test_request_context():
        shown = place_image((LON, LAT))
        assert place_image(None) is None
    assert shown is not None
    frame, [marker] = asked_of(shown["url"])
    assert marker == (pytest.approx(EAST, abs=0.1), pytest.approx(NORTH, abs=0.1))
    assert frame.to_pixel(*marker) == (
        pytest.approx(shown["width"] / 2, abs=1),
        pytest.approx(shown["height"] / 2, abs=1),
    )
    assert frame.east - frame.west == pytest.approx(900, abs=2)


def test_the_page_says_what_to_do_with_the_map_and_which_place_was_pressed(
    client: FlaskClient, session: Session, dialogue: Dialogue
) -> None:
    at = to_store(shapely.Point(13.1569, 55.3751))
    session.add(Place(name="Lilla torget", search_name="lilla torget", kind="square", geom=to_element(at)))
    session.commit()
    window = {"map_east": f"{at.x:.1f}", "map_north": f"{at.y:.1f}", "map_size": "0.5"}  # type: ignore[attr-defined]
    press = {"map_large.x": "310", "map_large.y": "210"}
    page = client.post(f"/d/{dialogue.slug}/new", data=window | press).text
    assert re.search(r"Vald plats:.*?<strong>[^<]*Lilla torget", page, re.S)
    pictures = re.findall(r'<input class="map-press[^>]*>', page)
    assert len(pictures) == 2
    assert all('alt="Tryck på kartan där det gäller.' in one for one in pictures)


def test_the_keyboard_presses_the_middle(session: Session, dialogue: Dialogue) -> None:
    form = PlainForm.of(session, dialogue, WINDOW)
    form.press(session, "map_small", {"map_small.x": "0", "map_small.y": "0"}, 3008)
    assert form.position == (pytest.approx(LON, abs=2e-5), pytest.approx(LAT, abs=2e-5))


@pytest.mark.parametrize("place", [("300", "10"), ("10", "300"), ("-1", "5"), ("nan", "5"), ("1e9", "5"), ("x", "5")])
def test_a_press_beside_the_map_chooses_nothing(session: Session, dialogue: Dialogue, place: tuple[str, str]) -> None:
    form = PlainForm.of(session, dialogue, WINDOW)
    form.press(session, "map_small", {"map_small.x": place[0], "map_small.y": place[1]}, 3008)
    assert form.position is None


@pytest.mark.parametrize("size", ["0", "-1", "nan", "inf", "1e308", "0.01", "99999", "en meter", ""])
def test_a_window_that_is_not_ours_is_as_at_the_start(
    client: FlaskClient, session: Session, dialogue: Dialogue, size: str
) -> None:
    form = PlainForm.of(session, dialogue, WINDOW | {"map_size": size})
    assert form.window == PlainForm.empty(session, dialogue).window
    answer = client.post(f"/d/{dialogue.slug}/new", data=WINDOW | {"map_size": size, "action": "zoom_out"})
    assert answer.status_code == 200


def test_however_often_one_zooms_the_map_can_be_drawn(client: FlaskClient, app: Flask) -> None:
    for move, limit in (("zoom_in", FINEST), ("zoom_out", COARSEST)):
        window = MapWindow(EAST, NORTH, 10.0)
        for _ in range(30):
            window = window.moved(move)
        assert window.metres_per_pixel == limit
        with app.test_request_context():
            urls = [one["url"] for one in map_images(window, (LON, LAT))]
        assert [client.get(url).status_code for url in urls] == [200, 200]


@pytest.mark.parametrize("size", [("1601", "10"), ("10", "1601"), ("0", "10"), ("10", "-5"), ("99999999999", "10")])
def test_a_picture_of_hostile_size_is_refused_and_not_drawn(client: FlaskClient, size: tuple[str, str]) -> None:
    assert MAX_PIXELS == 1_600
    answer = client.get(f"/basemap/static.png?bbox=356000,6097000,357000,6098000&width={size[0]}&height={size[1]}")
    assert answer.status_code == 422
    assert answer.mimetype != "image/png"
