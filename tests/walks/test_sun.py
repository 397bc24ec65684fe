"""The sun, against times computed by others (refraction differs by a minute or two), and where it does not set."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mapdialog.core.clock import local
from mapdialog.walks import sun

STOCKHOLM = ZoneInfo("Europe/Stockholm")
TRELLEBORG, KROKOM, KIRUNA = (13.1569, 55.3751), (14.4507, 63.3262), (20.2253, 67.8558)


@pytest.mark.parametrize(
    ("place", "day", "clock"),
    [
        (TRELLEBORG, date(2026, 12, 15), "15:36"),
        (TRELLEBORG, date(2026, 11, 26), "15:48"),
        (TRELLEBORG, date(2026, 6, 21), "21:52"),
        (KROKOM, date(2026, 12, 15), "14:17"),
        (KROKOM, date(2026, 11, 26), "14:43"),
        (KROKOM, date(2026, 6, 21), "23:19"),
    ],
)
def test_the_sun_sets_when_it_should(place: tuple[float, float], day: date, clock: str) -> None:
    sunset = sun.sun_day(*place, day).sunset
    assert sunset is not None
    expected = datetime.strptime(f"{day} {clock}", "%Y-%m-%d %H:%M").replace(tzinfo=STOCKHOLM)
    assert abs(sunset - expected) <= timedelta(minutes=2), local(sunset)


def test_dusk_ends_after_sunset_and_the_sun_is_then_six_degrees_down() -> None:
    day = sun.sun_day(*TRELLEBORG, date(2026, 11, 26))
    assert day.sunset is not None and day.dusk is not None
    assert timedelta(minutes=35) < day.dusk - day.sunset < timedelta(minutes=50)
    assert abs(sun.elevation_deg(*TRELLEBORG, day.dusk) + 6) < 0.3
    assert abs(sun.elevation_deg(*TRELLEBORG, day.sunset)) < 0.6


def test_in_kiruna_the_midsummer_sun_stays_up_and_it_never_gets_dark_in_krokom() -> None:
    assert sun.sun_day(*KIRUNA, date(2026, 6, 21)) == sun.SunDay(None, None)
    assert sun.sun_day(*KROKOM, date(2026, 6, 21)).dusk is None


@pytest.mark.parametrize(("clock", "sky"), [("12:00", "daylight"), ("16:10", "dusk"), ("17:10", "dark")])
def test_the_sky_over_a_november_walk(clock: str, sky: str) -> None:
    at = datetime.strptime(f"2026-11-26 {clock}", "%Y-%m-%d %H:%M").replace(tzinfo=STOCKHOLM)
    found = sun.sun_at(*TRELLEBORG, at)
    assert found.sky == sky
    assert sun.SKIES[found.sky]
    assert (found.elevation_deg > 0) == (sky == "daylight")


def test_a_place_in_metres_is_found_in_degrees() -> None:
    lon, lat = sun.lon_lat(383209.2, 6138079.5)
    assert (round(lon, 4), round(lat, 4)) == TRELLEBORG
