"""Coordinates in the systems Sweden uses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapdialog.geo import crs
from mapdialog.geo.problems import GeoProblem


@pytest.mark.parametrize("point", crs.CONTROL_POINTS, ids=lambda point: point.name)
def test_control_points_land_where_the_survey_says(point: crs.ControlPoint) -> None:
    assert crs.transform_point(point.lon, point.lat, crs.WGS84, crs.STORE) == pytest.approx(point.store, abs=0.1)
    assert crs.transform_point(point.lon, point.lat, crs.WGS84, point.local_zone) == pytest.approx(point.local, abs=0.1)


@given(st.floats(11, 24), st.floats(55.3, 69))
def test_a_place_in_sweden_comes_back_to_the_millimetre(lon: float, lat: float) -> None:
    east, north = crs.transform_point(lon, lat, crs.WGS84, crs.STORE)
    assert crs.transform_point(east, north, crs.STORE, crs.WGS84) == pytest.approx((lon, lat), abs=1e-8)


@pytest.mark.parametrize("point", crs.CONTROL_POINTS, ids=lambda point: point.name)
@pytest.mark.parametrize("epsg", [3006, 4326, 3857, 3020, 3021])
def test_the_system_is_guessed_from_the_size_of_the_numbers(point: crs.ControlPoint, epsg: int) -> None:
    x, y = crs.transform_point(point.lon, point.lat, crs.WGS84, epsg)
    guess = crs.guess_crs([x], [y], near=(point.lon, point.lat))
    assert (guess.epsg, guess.swapped) == (epsg, False)


@pytest.mark.parametrize("epsg", [3006, 3008, 4326])
def test_swapped_axes_are_noticed(epsg: int) -> None:
    x, y = crs.transform_point(13.1569, 55.3751, crs.WGS84, epsg)
    guess = crs.guess_crs([y], [x], local_zone=3008)
    assert (guess.epsg, guess.swapped) == (epsg, True)


def test_a_local_zone_is_known_only_from_the_municipality() -> None:
    x, y = crs.transform_point(13.1569, 55.3751, crs.WGS84, 3008)
    assert crs.guess_crs([x], [y]).epsg is None
    assert crs.guess_crs([x], [y], local_zone=3008).epsg == 3008
    assert crs.guess_crs([x], [y], local_zone=3012).epsg == 3012
    assert crs.guess_crs([x], [y], near=(13.2, 55.4)).epsg == 3008


def test_nothing_is_guessed_from_nothing() -> None:
    assert crs.guess_crs([], []).epsg is None
    assert crs.guess_crs([float("nan")], [1.0]).epsg is None
    assert crs.guess_crs([5.0e9], [3.0]).epsg is None


def test_an_unknown_code_is_a_clear_problem() -> None:
    with pytest.raises(GeoProblem, match="okänt"):
        crs.transformer(99999, 3006)
