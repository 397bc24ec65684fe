"""The sun over a place: its height at a moment, and when it sets and dusk ends on a day. Computed, not tabulated."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from mapdialog.core.clock import STOCKHOLM, local
from mapdialog.core.text import N_
from mapdialog.geo.crs import STORE, WGS84, transform_point

# The end of civil twilight, when reading outdoors is over.
CIVIL = -6.0
Sky = Literal["daylight", "dusk", "dark"]
SKIES: dict[Sky, str] = {
    "daylight": N_("Dagsljus"),
    "dusk": N_("Skymning eller gryning"),
    "dark": N_("Mörkt"),
}


@dataclass(frozen=True)
class SunDay:
    """A day's sunset, end of civil dusk and sunrise as aware moments; None where there is none that day."""

    sunset: datetime | None
    dusk: datetime | None
    sunrise: datetime | None = None


@dataclass(frozen=True)
class SunAt:
    """The sun at one moment: degrees above the horizon (refraction counted), what the sky is like, the day's end."""

    elevation_deg: float
    sky: Sky
    day: SunDay


def sun_day(lon: float, lat: float, day: date) -> SunDay:
    """Sunset and dusk at a place (EPSG:4326) on a day of Stockholm's calendar."""
    from astral import Observer
    from astral.sun import dusk, sunrise, sunset

    where = Observer(latitude=lat, longitude=lon)
    return SunDay(
        _or_none(lambda: sunset(where, date=day, tzinfo=STOCKHOLM)),
        _or_none(lambda: dusk(where, date=day, tzinfo=STOCKHOLM)),
        _or_none(lambda: sunrise(where, date=day, tzinfo=STOCKHOLM)),
    )


def elevation_deg(lon: float, lat: float, at: datetime) -> float:
    """How high the sun stands over a place (EPSG:4326) at an aware moment, degrees; negative below the horizon."""
    from astral import Observer
    from astral.sun import elevation

    return float(elevation(Observer(latitude=lat, longitude=lon), at, with_refraction=True))


def sky_at(elevation: float) -> Sky:
    """What the sky is like when the sun stands so high."""
    if elevation >= 0:
        return "daylight"
    return "dusk" if elevation >= CIVIL else "dark"


def sun_at(lon: float, lat: float, at: datetime) -> SunAt:
    """Everything about the sun at a place (EPSG:4326) and an aware moment."""
    height = elevation_deg(lon, lat, at)
    return SunAt(height, sky_at(height), sun_day(lon, lat, local(at).date()))


def lon_lat(east: float, north: float) -> tuple[float, float]:
    """A place in EPSG:3006 as longitude and latitude."""
    return transform_point(east, north, STORE, WGS84)


def _or_none(compute: Callable[[], datetime]) -> datetime | None:
    try:
        return compute()
    except ValueError:  # astral: the sun never goes that low on this day
        return None
