"""Coordinate systems used in Sweden: which we store, how to get between them, and which one bare numbers are in."""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pyproj
import pyproj.network
import shapely
from pyproj.exceptions import CRSError

from mapdialog.geo.problems import N_, GeoProblem

Shape = TypeVar("Shape", bound=shapely.Geometry)

STORE = 3006
WGS84 = 4326
WEB_MERCATOR = 3857

# The municipality chooses its own zone; the number alone says neither which it is nor where it lies.
LOCAL_ZONES: dict[int, str] = {
    3007: "SWEREF 99 12 00",
    3008: "SWEREF 99 13 30",
    3009: "SWEREF 99 15 00",
    3010: "SWEREF 99 16 30",
    3011: "SWEREF 99 18 00",
    3012: "SWEREF 99 14 15",
    3013: "SWEREF 99 15 45",
    3014: "SWEREF 99 17 15",
    3015: "SWEREF 99 18 45",
    3016: "SWEREF 99 20 15",
    3017: "SWEREF 99 21 45",
    3018: "SWEREF 99 23 15",
}
RT90_ZONES: dict[int, str] = {
    3019: "RT 90 7.5 gon V",
    3020: "RT 90 5 gon V",
    3021: "RT 90 2.5 gon V",
    3022: "RT 90 0 gon",
    3023: "RT 90 2.5 gon O",
    3024: "RT 90 5 gon O",
}
NAMES: dict[int, str] = {
    STORE: "SWEREF 99 TM",
    WGS84: "WGS 84 (longitud, latitud)",
    WEB_MERCATOR: "Web Mercator",
    **LOCAL_ZONES,
    **RT90_ZONES,
}

_cache = threading.local()
# No grid may be fetched from outside while we serve a citizen.
pyproj.network.set_network_enabled(False)  # type: ignore[attr-defined]


class ControlPoint(NamedTuple):
    """A town centre with its coordinates in three systems (metres rounded to 0.1), for self-checks."""

    name: str
    lon: float
    lat: float
    store: tuple[float, float]
    local_zone: int
    local: tuple[float, float]


CONTROL_POINTS = (
    ControlPoint("Trelleborg", 13.1569, 55.3751, (383209.2, 6138079.5), 3008, (128249.0, 6139042.7)),
    ControlPoint("Krokom", 14.4507, 63.3262, (472487.7, 7022052.2), 3012, (160056.4, 7024759.9)),
)


def transformer(source: int, target: int) -> pyproj.Transformer:
    """A transformer between two EPSG codes, always in (east, north) / (lon, lat) order; kept per thread.

    Raises GeoProblem when a code is unknown.
    """
    cached: dict[tuple[int, int], pyproj.Transformer] = _cache.__dict__.setdefault("transformers", {})
    key = (int(source), int(target))
    if key not in cached:
        try:
            cached[key] = pyproj.Transformer.from_crs(key[0], key[1], always_xy=True)
        except CRSError:
            raise GeoProblem(
                N_("Koordinatsystemet EPSG:%(source)s eller EPSG:%(target)s är okänt."), source=source, target=target
            ) from None
    return cached[key]


def transform_point(x: float, y: float, source: int, target: int) -> tuple[float, float]:
    """One coordinate pair (x east/lon, y north/lat) from one EPSG code to another."""
    east, north = transformer(source, target).transform(x, y)
    return float(east), float(north)


def project(geometry: Shape, source: int, target: int) -> Shape:
    """A Shapely geometry's coordinates from one EPSG code to another, without checks (see `geometry.transform`)."""
    move = cast("Callable[..., npt.NDArray[np.float64]]", transformer(source, target).transform)
    return shapely.transform(geometry, move, interleaved=False)


def name_of(epsg: int) -> str:
    """The name people use for a system, such as 'SWEREF 99 13 30 (EPSG:3008)'."""
    if epsg in NAMES:
        return f"{NAMES[epsg]} (EPSG:{epsg})"
    return f"{transformer(epsg, WGS84).source_crs.name} (EPSG:{epsg})"  # type: ignore[union-attr]


def suggest_local_zone(lon: float, lat: float) -> int:
    """The local SWEREF 99 zone most likely used at a place: the nearest central meridian of its series.

    The series change at about 60.7° N (EPSG's areas of use). It is a suggestion: a municipality chooses for itself.
    """
    south = {3007: 12.0, 3008: 13.5, 3009: 15.0, 3010: 16.5, 3011: 18.0}
    north = {3012: 14.25, 3013: 15.75, 3014: 17.25, 3015: 18.75, 3016: 20.25, 3017: 21.75, 3018: 23.25}
    series = south if lat < 60.7 else north
    return min(series, key=lambda epsg: abs(series[epsg] - lon))


class CrsGuess(NamedTuple):
    """A guessed system: `epsg` (None when it can't be told), why (Swedish msgid), and whether the axes came swapped."""

    epsg: int | None
    reason: str
    swapped: bool = False
    candidates: tuple[int, ...] = ()


def guess_crs(
    xs: "Sequence[float] | npt.NDArray[np.float64]",
    ys: "Sequence[float] | npt.NDArray[np.float64]",
    *,
    local_zone: int | None = None,
    near: tuple[float, float] | None = None,
) -> CrsGuess:
    """Guess which system bare numbers are in, from the size of their medians.

    `xs` are the values of the column believed to be east, `ys` north; swapped columns are detected. `local_zone` is the
    municipality's own zone (EPSG), `near` its centre as (lon, lat): the local and RT 90 zones look alike, and only
    these tell them apart. Values outside Sweden other than lon/lat give epsg None.
    """
    x, y = _median(xs), _median(ys)
    if x is None or y is None:
        return CrsGuess(None, N_("Det finns inga koordinater att gissa utifrån."))
    straight = _candidates(x, y)
    swapped = _candidates(y, x)
    turn = bool(swapped) and (not straight or (straight == (WGS84,) and _in_sweden(y, x) and not _in_sweden(x, y)))
    codes = swapped if turn else straight
    if not codes:
        return CrsGuess(None, N_("Talen liknar inget koordinatsystem som används i Sverige."))
    east, north = (y, x) if turn else (x, y)
    epsg = _choose(codes, east, north, local_zone, near)
    return CrsGuess(epsg, _reason(codes, epsg), turn, codes)


def _median(values: "Sequence[float] | npt.NDArray[np.float64]") -> float | None:
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    return float(np.median(numbers)) if len(numbers) else None


def _in_sweden(lon: float, lat: float) -> bool:
    return 10.0 <= lon <= 25.0 and 54.5 <= lat <= 70.0


def _candidates(x: float, y: float) -> tuple[int, ...]:
    """Codes whose Swedish range holds the pair; several where numbers alone do not decide."""
    if abs(x) <= 180 and abs(y) <= 90:
        return (WGS84,)
    codes: tuple[int, ...] = ()
    if 6.05e6 <= y <= 7.75e6:
        if 2.4e5 <= x <= 9.5e5:
            codes += (STORE,)
        if 4e4 <= x < 2.6e5:
            codes += tuple(LOCAL_ZONES)
        if 1.15e6 <= x <= 1.95e6:
            codes += tuple(RT90_ZONES)
    if 1.1e6 <= x <= 2.8e6 and 7.25e6 <= y <= 1.13e7:
        codes += (WEB_MERCATOR,)
    return codes


def _choose(
    codes: tuple[int, ...], x: float, y: float, local_zone: int | None, near: tuple[float, float] | None
) -> int | None:
    if len(codes) == 1:
        return codes[0]
    if near is not None:
        distance = pyproj.Geod(ellps="GRS80")

        def metres(epsg: int) -> float:
            lon, lat = transform_point(x, y, epsg, WGS84)
            return float(distance.inv(lon, lat, near[0], near[1])[2])

        # Neighbouring zones lie about 90 km apart, so the nearest wins clearly unless the municipality is that far off.
        return min(codes, key=lambda epsg: (round(metres(epsg), -4), epsg != local_zone, epsg != 3021))
    for preferred in (STORE, local_zone, 3021, WEB_MERCATOR):
        if preferred in codes:
            return preferred
    return None


def _reason(codes: tuple[int, ...], epsg: int | None) -> str:
    if epsg is None:
        return N_("Talen liknar en lokal SWEREF 99-zon. Välj kommunens zon; den syns inte på talen.")
    if epsg == WGS84:
        return N_("Talen är grader: longitud och latitud.")
    if epsg == STORE:
        return N_("Sexsiffrigt östvärde och sjusiffrigt nordvärde: SWEREF 99 TM.")
    if epsg in LOCAL_ZONES:
        return N_("Östvärde nära 150 000: lokal SWEREF 99-zon, vald efter kommunen.")
    if epsg in RT90_ZONES:
        return N_(
            "Östvärde nära 1 500 000: äldre RT 90. Kontrollera på kartan; äldre lokala arkiv kan ha en annan zon."
        )
    return N_("Stora tal i båda leden: webbkartornas Web Mercator.")
