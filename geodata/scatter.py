"""Where demo contributions lie: scattered around named spots, always on land inside their dialogue's area.

Distances are metres, shapes EPSG:3006 while they are made; `lon_lat` turns them into EPSG:4326 with six decimals.
"""

import math
import random
from typing import Any

import shapely
from build import HERE, read, to_store, to_wgs84
from shapely.geometry.base import BaseGeometry

SHORE_M = 6.0  # Nobody stands closer to the water than this; the coast itself is less certain.
STATION: Any = to_store(shapely.Point(13.1572, 55.3731))


def ground() -> BaseGeometry:
    """Land of the municipality, a few metres from the shore, EPSG:3006."""
    districts = [
        to_store(shapely.geometry.shape(feature["geometry"])) for feature in read(HERE / "districts_display.geojson")
    ]
    return shapely.union_all(districts).buffer(-SHORE_M)


def areas(land: BaseGeometry, park_spots: dict[str, Any]) -> dict[str, BaseGeometry]:
    """The dialogues' areas, EPSG:3006: the municipality, its coast, and the park."""
    whole = shapely.union_all(
        [to_store(shapely.geometry.shape(f["geometry"])) for f in read(HERE / "districts_regso_2025.geojson")]
    )
    sea = whole.difference(land.buffer(SHORE_M + 1))
    main_sea = max(shapely.get_parts(sea), key=shapely.area)
    shore = land.buffer(60).intersection(main_sea)
    park = shapely.union_all([line_of(spot) for spot in park_spots.values()]).convex_hull
    return {
        "municipality": shapely.simplify(land.buffer(350).buffer(-150).intersection(whole), 15),
        "coast": shapely.simplify(shore.buffer(650).intersection(whole), 15),
        "park": shapely.simplify(park.buffer(90), 4),
    }


def line_of(spot: dict[str, Any]) -> Any:
    """The spot's middle line (a point where it has only one), EPSG:3006."""
    points = spot["points"]
    return to_store(shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0]))


class Scatter:
    """Draws places for one dialogue; the same seed gives the same places."""

    def __init__(self, area: BaseGeometry, seed: str) -> None:
        self.area = area
        self.random = random.Random(seed)  # noqa: S311 - scattered pins are no secret

    def point(self, spot: dict[str, Any]) -> shapely.Point:
        """A place near the spot: most close to it, a few further off, none in the sea."""
        middle, spread = line_of(spot), spot["spread_m"]
        for _ in range(200):
            base = middle if middle.geom_type == "Point" else middle.interpolate(self.random.random(), normalized=True)
            reach = spread * (2.2 if self.random.random() < 0.12 else 1.0)
            made = shapely.Point(base.x + self.random.gauss(0, reach), base.y + self.random.gauss(0, reach))
            if self.area.covers(made):
                return made
        raise ValueError(f"no land near {spot['place']}")

    def route(self, spot: dict[str, Any]) -> shapely.LineString:
        """A way as somebody draws it with a finger: along the spot's line, or some way towards the station."""
        for _ in range(200):
            start = self.point(spot)
            bearing, length = self._direction(spot, start)
            points, x, y = [start], start.x, start.y
            for _step in range(self.random.randint(3, 6)):
                bearing += self.random.gauss(0, 0.28)
                stretch = length / 5 * self.random.uniform(0.6, 1.4)
                x, y = x + stretch * math.cos(bearing), y + stretch * math.sin(bearing)
                points.append(shapely.Point(x, y))
            made = shapely.LineString(points)
            if self.area.covers(made) and made.is_simple:
                return made
        raise ValueError(f"no way near {spot['place']}")

    def _direction(self, spot: dict[str, Any], start: shapely.Point) -> tuple[float, float]:
        """Bearing in radians from east, and length in metres."""
        middle = line_of(spot)
        if middle.geom_type == "LineString":
            ends = middle.coords[-1], middle.coords[0]
            target = shapely.Point(self.random.choice(ends))
        elif start.distance(STATION) < 2500 and spot["place"] != "Trelleborgs centralstation":
            target = STATION
        else:
            return self.random.uniform(0, 2 * math.pi), self.random.uniform(150, 420)
        far = max(start.distance(target), 80.0)
        return math.atan2(target.y - start.y, target.x - start.x), min(far, self.random.uniform(180, 700))

    def patch(self, spot: dict[str, Any]) -> shapely.Polygon:
        """A small area drawn by hand, a few tens of metres across."""
        for _ in range(200):
            middle, count = self.point(spot), self.random.randint(5, 8)
            size = self.random.uniform(18, 60)
            turns = [
                2 * math.pi * (i + self.random.uniform(-0.3, 0.3)) / count + self.random.uniform(0, 0.3)
                for i in range(count)
            ]
            reach = [size * self.random.uniform(0.65, 1.3) for _ in turns]
            corners = [
                (middle.x + r * math.cos(t), middle.y + r * math.sin(t)) for r, t in zip(reach, turns, strict=True)
            ]
            made = shapely.Polygon(corners)
            if made.is_valid and self.area.covers(made):
                return made
        raise ValueError(f"no ground near {spot['place']}")


def lon_lat(shape: BaseGeometry) -> BaseGeometry:
    """EPSG:4326 with six decimals (about a decimetre)."""
    return shapely.set_precision(to_wgs84(shape), 1e-6, mode="pointwise")
