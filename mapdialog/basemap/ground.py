"""What the built-in map is drawn from: land, borders and names, of the demo or of the own districts."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.districts.models import District, DistrictSet
from mapdialog.districts.queries import find_set
from mapdialog.geo import expressions, geometry
from mapdialog.geo.crs import STORE, WGS84, transform_point
from mapdialog.places.models import Place

GEODATA = Path(__file__).resolve().parent.parent.parent / "geodata"
DEMO_CODE = "1287"
REACH = (8.0, 53.0, 19.0, 58.5)  # what land.geojson covers, degrees; beyond it nobody knows what is sea
AROUND_M = 25_000.0  # how far beside the municipality the coast is drawn finely
MAX_NAMES = 120
MAIN_TOWN = 10
_STYLES = {"harbour": "shore", "beach": "shore", "park": "green", "nature": "green"}
_ZOOMS = ((MAIN_TOWN, 7), (35, 9), (42, 11), (48, 12), (52, 13))
# Whatever its rank, a street says nothing before streets could be told apart.
_EARLIEST = {
    "street": 15, "square": 14, "school": 14, "sport": 14, "sight": 13, "hospital": 13, "station": 13, "park": 13,
    "harbour": 12, "beach": 12, "nature": 12, "neighbourhood": 12,
}  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A name on the map: place in EPSG:3006, kind and rank (lower: more important)."""

    text: str
    east: float
    north: float
    kind: str
    rank: int

    @property
    def style(self) -> str:
        """How it is written: the main town, other towns and villages, shores, greenery, or any place."""
        if self.kind in ("town", "village"):
            return "town" if self.rank <= MAIN_TOWN else "village"
        return _STYLES.get(self.kind, "place")

    @property
    def min_zoom(self) -> int:
        """From which Web Mercator zoom the name is shown: towns early, streets and schools late."""
        by_rank = next((zoom for limit, zoom in _ZOOMS if self.rank <= limit), 14)
        return max(by_rank, _EARLIEST.get(self.kind, 0))


@dataclass(frozen=True)
class Ground:
    """The map's parts in EPSG:3006.

    `has_sea` is False where the coast is unknown: then all ground is land. Sea is only what lies within `covered` and
    is no land; beyond, the ground is drawn as land.
    """

    land: BaseGeometry
    built_up: BaseGeometry
    municipality: BaseGeometry
    borders: BaseGeometry
    names: tuple[Name, ...]
    has_sea: bool
    attribution: str
    version: str
    covered: BaseGeometry


def get_ground(session: Session, municipality_code: str) -> Ground:
    """The ground of this installation, kept until districts or places change."""
    district_set = find_set(session)
    newest = session.scalar(select(func.max(DistrictSet.imported_at)))
    places = session.scalar(select(func.max(Place.id))) or 0
    key = f"{district_set.id if district_set else 0}-{newest.timestamp() if newest else 0:.0f}-{places}"
    if municipality_code == DEMO_CODE and (GEODATA / "land.geojson").is_file():
        return _from_files()
    return _from_database(session, key)


def _read(name: str) -> list[dict]:
    path = GEODATA / name
    return json.loads(path.read_text("utf-8"))["features"] if path.is_file() else []


def _shapes(name: str) -> list[BaseGeometry]:
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in _read(name)]
    return [geometry.repair(geometry.to_store(shape)).geometry for shape in shapes]


@lru_cache(maxsize=1)
def _from_files() -> Ground:
    districts = _shapes("districts_display.geojson")
    municipality = shapely.union_all(districts)
    names = tuple(_file_names())
    return Ground(
        _all_land(),
        shapely.union_all(_shapes("built_up.geojson")),
        municipality,
        _inner_borders(districts),
        names,
        has_sea=True,
        attribution="© OpenStreetMap, GeoNames, SCB",
        version="files",
        covered=_covered(),
    )


def _covered() -> BaseGeometry:
    """REACH a little smaller, so that what is drawn around it hides where land was cut off: straight on the map in the
    south, where the parallel bends."""
    west, south, east, north = REACH
    inset = shapely.box(west + 0.05, south + 0.4, east - 0.05, north - 0.05)
    return geometry.to_store(shapely.segmentize(inset, 0.25))


def find_coast(municipality_code: str) -> tuple[BaseGeometry, BaseGeometry] | None:
    """All known land and the rectangle where its coast is fine, both in EPSG:3006; None where no coast is known."""
    if municipality_code != DEMO_CODE or not (GEODATA / "land.geojson").is_file():
        return None
    return _all_land(), _around(_from_files().municipality)


@lru_cache(maxsize=1)
def _all_land() -> BaseGeometry:
    return shapely.union_all(_shapes("land.geojson"))


def _around(municipality: BaseGeometry) -> BaseGeometry:
    west, south, east, north = municipality.bounds
    return shapely.box(west - AROUND_M, south - AROUND_M, east + AROUND_M, north + AROUND_M)


def _file_names() -> "list[Name]":
    found = []
    for feature in _read("places.geojson"):
        facts = feature["properties"]
        lon, lat = feature["geometry"]["coordinates"][:2]
        east, north = transform_point(lon, lat, WGS84, STORE)
        found.append(Name(facts["name"], east, north, facts.get("kind", ""), int(facts.get("rank", 50))))
    return sorted(found, key=lambda name: name.rank)


_kept: dict[str, Ground] = {}


def _from_database(session: Session, key: str) -> Ground:
    if key not in _kept:
        made = _build(session, key)
        _kept.clear()
        _kept[key] = made
    return _kept[key]


def _build(session: Session, key: str) -> Ground:
    district_set = find_set(session)
    shapes: list[BaseGeometry] = []
    if district_set is not None:
        shape = func.coalesce(District.display_geom, District.geom, type_=District.geom.type)
        rows = session.scalars(select(expressions.as_wkb(shape)).where(District.district_set_id == district_set.id))
        shapes = [shapely.from_wkb(bytes(row)) for row in rows]
    municipality = shapely.union_all(shapes, grid_size=0.01) if shapes else shapely.Polygon()
    names = _database_names(session)
    empty = shapely.MultiPolygon()
    return Ground(municipality, empty, municipality, _inner_borders(shapes), names, False, "", key, shapely.Polygon())


def _database_names(session: Session) -> tuple[Name, ...]:
    east, north = expressions.east_north(Place.geom)
    statement = select(Place.name, east, north, Place.kind, Place.rank).order_by(Place.rank, Place.id).limit(MAX_NAMES)
    return tuple(Name(*row) for row in session.execute(statement))


def _inner_borders(districts: list[BaseGeometry]) -> BaseGeometry:
    """The lines that two districts share: without the coast and without the municipality's own border."""
    if len(districts) < 2:
        return shapely.MultiLineString()
    lines = shapely.boundary(np.array(districts, dtype=object))
    tree = shapely.STRtree(districts)
    left, right = tree.query(districts, predicate="intersects")
    pairs = [(one, other) for one, other in zip(left, right, strict=True) if one < other]
    shared = [shapely.intersection(lines[one], lines[other]) for one, other in pairs]
    pieces = [part for line in shared for part in shapely.get_parts(line) if part.geom_type.endswith("LineString")]
    return shapely.line_merge(shapely.union_all(pieces)) if pieces else shapely.MultiLineString()
