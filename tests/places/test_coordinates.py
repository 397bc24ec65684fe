"""Coordinates as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdialog.geo import crs
from mapdialog.places.coordinates import parse_coordinates

CENTRE = (13.1569, 55.3751)


@pytest.mark.parametrize(
    "text",
    [
        "55.3751, 13.1569",
        "55.3751 13.1569",
        "55,3751 13,1569",
        "55,3751, 13,1569",
        "13.1569 55.3751",
        "lat 55.3751 lon 13.1569",
        "55°22′30.4″N 13°9′24.8″E",
        "55° 22' 30.4\" N, 13° 9' 24.8\" Ö",
        "13,1569° Ö 55,3751° N",
        "N 6138079 E 383209",
        "6138079.5 383209.2",
        "6 138 079 383 209",
        "E 383209 N 6138079",
        "SWEREF 99 TM 6138079, 383209",
        "6139042.7 128249.0",
        "E 128249 N 6139043",
    ],
)
def test_the_same_place_in_many_ways(text: str) -> None:
    spot = parse_coordinates(text, local_zone=3008)
    assert spot is not None
    assert (spot.lon, spot.lat) == pytest.approx(CENTRE, abs=2e-5)


@pytest.mark.parametrize(
    "text", ["Algatan 13", "13", "1 2 3", "0410-73 30 00", "NaN NaN", "9" * 400, "", "62 st 12", "1e999 5"]
)
def test_other_words_are_no_coordinates(text: str) -> None:
    assert parse_coordinates(text, local_zone=3008) is None


@given(st.floats(12, 17), st.floats(55.3, 69))
def test_any_place_in_sweden_is_understood_in_degrees_and_metres(lon: float, lat: float) -> None:
    east, north = crs.transform_point(lon, lat, crs.WGS84, crs.STORE)
    for text in (f"{lat:.6f} {lon:.6f}", f"{north:.1f} {east:.1f}"):
        spot = parse_coordinates(text)
        assert spot is not None
        assert (spot.lon, spot.lat) == pytest.approx((lon, lat), abs=1e-5)


@given(st.text(max_size=130))
def test_no_text_breaks_it(text: str) -> None:
    parse_coordinates(text, local_zone=3008, near=CENTRE)
