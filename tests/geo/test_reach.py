"""A dialogue without an area takes places from anywhere on earth, as far as the stored system reaches."""

import numpy as np
import pyproj
import pytest
import shapely

from mapdialog.geo.geometry import from_store, to_store
from mapdialog.geo.problems import GeoProblem


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (13.1569, 55.3751),
        (-71.06, 42.34),
        (151.2, -33.87),
        (-122.42, 37.77),
        (0.0, 0.0),
        (179.9, -16.5),
        (-58.4, -34.6),
        (139.7, 35.7),
        (28.0, -26.2),
        (15.0, 90.0),
        (-157.9, 21.3),
        (77.2, 28.6),
    ],
)
def test_a_place_far_from_sweden_comes_back_within_a_centimetre(lon: float, lat: float) -> None:
    back = from_store(to_store(shapely.Point(lon, lat)))
    assert pyproj.Geod(ellps="GRS80").inv(lon, lat, back.x, back.y)[2] < 0.01  # type: ignore[attr-defined]


@pytest.mark.parametrize(("lon", "lat"), [(-75.0, 0.0), (-74.1, 4.7), (103.8, 1.3), (105.0, 10.0), (-80.0, -5.0)])
def test_a_place_that_the_stored_system_would_move_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(GeoProblem):
        to_store(shapely.Point(lon, lat))


def test_whatever_is_accepted_anywhere_on_earth_is_kept_within_a_metre() -> None:
    geod, accepted, refused = pyproj.Geod(ellps="GRS80"), 0, 0
    for lon in np.arange(-180, 180, 5.0):
        for lat in np.arange(-85, 86, 5.0):
            try:
                back = from_store(to_store(shapely.Point(lon, lat)))
            except GeoProblem:
                refused += 1
                continue
            accepted += 1
            assert geod.inv(lon, lat, back.x, back.y)[2] < 1.0, (lon, lat)  # type: ignore[attr-defined]
    assert accepted > 2_400
    assert refused < 60


def test_a_line_that_crosses_the_blind_spot_is_refused_too() -> None:
    with pytest.raises(GeoProblem):
        to_store(shapely.LineString([(-90.0, 20.0), (-75.0, 1.0)]))
