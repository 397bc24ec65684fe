"""Coordinates as people type them: degrees with or without minutes, SWEREF 99 TM, the local zone, RT 90."""

import re
from typing import NamedTuple

from mapdialog.geo import crs
from mapdialog.geo.problems import GeoProblem

_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")
_DEGREES = re.compile(
    r"(?P<front>[NSEWÖOV])?\s*(?P<d>\d{1,3}(?:[.,]\d+)?)\s*[°º]\s*(?:(?P<m>\d{1,2}(?:[.,]\d+)?)\s*['′’]\s*)?"
    r"(?:(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:\"|″|”|'')\s*)?(?P<back>[NSEWÖOV])?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(?:\D|$))")
_WORDS = re.compile(
    r"\b(?:sweref|99|tm|lat|lon|latitud|longitud|north|east|rt|90|wgs|84|epsg:?\d{4})\b|[:=]", re.IGNORECASE
)
_EAST_FIRST = re.compile(r"^\s*[EÖX]\b|^\s*[EÖX]\s*\d", re.IGNORECASE)


class Spot(NamedTuple):
    """A place that was typed: degrees (EPSG:4326) and the system it was written in."""

    lon: float
    lat: float
    epsg: int


def parse_coordinates(
    text: str, *, local_zone: int | None = None, near: tuple[float, float] | None = None
) -> Spot | None:
    """Two numbers as a place, or None.

    '55.3751, 13.1569', '55,3751 13,1569', '55°22′30″N 13°9′25″E', 'N 6138079 E 383209', '6 138 079 383 209'. North
    comes first, as on Swedish maps, unless letters or sizes say otherwise. `near` is the municipality's (lon, lat).
    """
    if len(text) > 120:
        return None
    pair = _degrees(text) or _numbers(text)
    if pair is None:
        return None
    north, east = pair
    guess = crs.guess_crs([east], [north], local_zone=local_zone, near=near)
    if guess.epsg is None:
        return None
    x, y = (north, east) if guess.swapped else (east, north)
    try:
        lon, lat = crs.transform_point(x, y, guess.epsg, crs.WGS84)
    except GeoProblem:
        return None
    on_earth = -180 <= lon <= 180 and -90 <= lat <= 90
    return Spot(round(lon, 7), round(lat, 7), guess.epsg) if on_earth else None


def _degrees(text: str) -> tuple[float, float] | None:
    """(north, east) from a text with degree signs."""
    found = list(_DEGREES.finditer(text))
    if len(found) != 2:
        return None
    values = []
    for part in found:
        size = sum(_float(part[name] or "0") / share for name, share in (("d", 1), ("m", 60), ("s", 3600)))
        letter = (part["front"] or part["back"] or "").upper()
        values.append((-size if letter in ("S", "W", "V") else size, letter))
    (first, letter), (second, _) = values
    return (second, first) if letter in ("E", "W", "Ö", "O", "V") else (first, second)


def _numbers(text: str) -> tuple[float, float] | None:
    """(north, east) from a text with two plain numbers and nothing else but letters for the axes."""
    plain = _THOUSANDS.sub("", _WORDS.sub(" ", text))
    if re.sub(r"[NSEWÖOVXY\s,;°/()]", "", _NUMBER.sub("", plain), flags=re.IGNORECASE):
        return None
    grouped = re.fullmatch(r"\s*(\d{7})(\d{6})\s*", plain)  # every space grouped thousands
    found = [_float(number) for number in (grouped.groups() if grouped else _NUMBER.findall(plain))]
    if len(found) != 2:
        return None
    # A decimal comma has digits on both sides, a comma between the numbers has not: '55,37, 13,15'.
    return (found[1], found[0]) if _EAST_FIRST.search(plain) else (found[0], found[1])


def _float(text: str) -> float:
    return float(text.replace(",", ".").replace("−", "-"))
