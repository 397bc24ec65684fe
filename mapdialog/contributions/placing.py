"""Reads a place that somebody at a desk typed: degrees, metres in SWEREF 99, or a district chosen in a list."""

import re
from typing import Any

import shapely
from sqlalchemy.orm import Session

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.districts.models import District
from mapdialog.geo import crs, geometry
from mapdialog.geo.problems import GeoProblem

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


def place_from_text(text: str, *, local_zone: int, near: tuple[float, float] | None = None) -> dict[str, Any]:
    """A GeoJSON point (EPSG:4326) from two numbers in Swedish order (north, east) or the other way round.

    Degrees and metres in SWEREF 99 TM, the municipality's own zone and RT 90 are told apart by their size. Raises
    Invalid at `place`.
    """
    found = [float(one.replace(",", ".")) for one in _NUMBER.findall(re.sub(r"(?<=\d)\s(?=\d{3}(?:\D|$))", "", text))]
    if len(found) != 2:
        raise Invalid(N_("Skriv två tal, till exempel 55.3751 13.1569 eller 6138079 383209."), field="place")
    north, east = found
    guess = crs.guess_crs([east], [north], local_zone=local_zone, near=near)
    if guess.epsg is None:
        raise Invalid(N_("Talen liknar inget koordinatsystem som används i Sverige."), field="place")
    x, y = (north, east) if guess.swapped else (east, north)
    try:
        lon, lat = crs.transform_point(x, y, guess.epsg, crs.WGS84)
    except GeoProblem as problem:
        raise Invalid(problem.message, field="place", **problem.params) from None
    return {"type": "Point", "coordinates": [round(lon, 7), round(lat, 7)]}


def place_in_district(session: Session, district_id: int) -> dict[str, Any]:
    """A GeoJSON point (EPSG:4326) that stands for a whole district. Raises Invalid at `district`."""
    district = session.get(District, district_id)
    if district is None:
        raise Invalid(N_("Välj ett område i listan."), field="district")
    middle = geometry.from_store(shapely.point_on_surface(geometry.from_element(district.geom)))
    lon, lat = shapely.get_coordinates(middle)[0]
    return {"type": "Point", "coordinates": [round(float(lon), 7), round(float(lat), 7)]}
