"""Stops that lie far from the rest of their walk, and what is wrong in a row of the walk's form."""

import io
import re

import pytest
from flask.testing import FlaskClient
from shapely.geometry import LineString, Point
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.geo.geometry import from_element
from mapdialog.walks import far_stops
from tests.geo.test_gpx import END, START, document, points, track
from tests.seeds import make_district_set
from tests.staffing import sign_in
from tests.walks.test_staff_pages import route_in, sent, stored


@pytest.fixture
def coordinator(client: FlaskClient, session: Session) -> FlaskClient:
    make_district_set(session)
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    return client


@pytest.mark.parametrize(
    ("norths", "far"),
    [
        ((0, 300, 525_000), {2: 524_700}),
        ((525_000, 0, 300), {0: 524_700}),
        ((0, 4_000, 8_000, 12_000), {}),  # far between the ends, but not from one to the next
        ((0, 9_000), {1: 9_000}),  # of as many, the walk is where the first is
        ((0,), {}),
        ((), {}),
    ],
)
def test_the_walk_is_where_most_stops_lie(norths: tuple[float, ...], far: dict[int, float]) -> None:
    places = {number: Point(383_000, 6_138_000 + north) for number, north in enumerate(norths)}
    assert far_stops.find(places, None) == far


def test_with_a_route_the_walk_is_where_the_route_goes() -> None:
    route = LineString([(0, 0), (0, 300)])
    places = {0: Point(0, 300), 1: Point(0, 9_300), 2: Point(0, 9_400)}
    assert far_stops.find(places, route) == {1: 9_000, 2: 9_100}
    assert far_stops.find({1: places[1]}, route) == {1: 9_000}
    assert far_stops.find({1: places[1], 2: places[2]}, route) == {}  # it's the route that is elsewhere


def test_a_stop_far_from_the_others_is_asked_about_before_it_is_saved(
    coordinator: FlaskClient, session: Session
) -> None:
    """Nothing is drawn to it and nothing is lost; who says that it lies right is not asked again."""
    far = {"stops-1-place": "59.33, 18.06", "route_by_stops": "y"}
    asked = coordinator.post("/staff/walks/new", data=sent(**far))
    assert asked.status_code == 422 and "59.33, 18.06" in asked.text and "Är det ljust?" in asked.text
    summary = re.search(r'<a href="#stops-1-place">([^<]*)', asked.text)
    assert summary and summary[1].startswith("Hållpunkt 2, plats: Hållpunkt 2 ligger 530")
    assert route_in(asked.text) == "" and '<input checked id="route_by_stops"' in asked.text
    coordinator.post("/staff/walks/new", data=sent(**far, **{"stops-1-is_there": "y"}))
    walk = stored(session)
    assert walk.route is not None and from_element(walk.route).length > 500_000
    page = coordinator.get("/staff/walks/vandring-i-hamnen").text
    assert "Solen går ned 15.46" in page  # in Trelleborg, where it begins
    kept = re.search(r'name="stops-1-place"[^>]*value="([^"]*)"', page)
    again = sent(**{"stops-1-place": kept[1] if kept else "", "version": str(walk.version), "route": route_in(page)})
    assert coordinator.post("/staff/walks/vandring-i-hamnen", data=again).status_code == 302


def test_a_stop_far_from_the_route_is_asked_about(coordinator: FlaskClient) -> None:
    file = (io.BytesIO(document(track(points(START, END)))), "vandring.gpx")
    far = sent(route_file=file, **{"stops-0-place": "55.45, 13.16"})
    asked = coordinator.post("/staff/walks/new", data=far, content_type="multipart/form-data").text
    assert re.search(r"Hållpunkt 1 ligger [\d,]+\Wkm från rutten", asked) and "stops-1-place-error" not in asked


def test_what_is_wrong_in_a_row_is_told_by_row_and_field(coordinator: FlaskClient) -> None:
    wrong = {"stops-1-place": "Blåkulla", "stops-0-name": "", "groups-0-name": "", "groups-0-leader": "Anna"}
    page = coordinator.post("/staff/walks/new", data=sent(**wrong)).text
    assert re.search(r'<a href="#stops-1-place">Hållpunkt 2, plats: Vi hittar inte', page)
    assert '<a href="#stops-0-name">Hållpunkt 1, namn: Varje hållpunkt behöver ett namn.</a>' in page
    assert page.count("Varje hållpunkt behöver ett namn.") == 2  # in the summary and at the field
    assert '<a href="#section-groups">Grupper: Varje grupp' in page
