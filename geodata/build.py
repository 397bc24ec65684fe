"""Rebuilds the derived layers of geodata/ from the files in geodata/sources/: `python geodata/build.py`.

Derived: land, sea, built_up, districts_display and places. What is measured is measured in EPSG:3006 (metres); what is
written is EPSG:4326. Sources, licences and accuracy stand in SOURCES.md.
"""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
VIEW = shapely.box(8.0, 53.0, 19.0, 58.5)  # How far the background map reaches, degrees.
NEAR = shapely.box(12.70, 55.20, 13.80, 55.60)  # Every islet is kept here.
FAR_TOLERANCE, SMALLEST_ISLAND = 0.006, 0.002  # Degrees and square degrees, far from the municipality.
SMOOTHED = (12.70, 55.25, 13.80, 55.46)  # Here the coast is drawn as a curve through its points, degrees.
CORNERS = 45.0  # The curve keeps corners that turn more than this, degrees: quays and piers stay sharp.
BUILT_INSET_M = 650.0  # Best agreement with the real built-up areas (two thirds overlap); see SOURCES.md.
DISPLAY_TOLERANCE_M = 8.0
_TO_STORE = Transformer.from_crs(4326, 3006, always_xy=True)
_TO_WGS84 = Transformer.from_crs(3006, 4326, always_xy=True)


def read(path: Path) -> list[dict[str, Any]]:
    """The features of a GeoJSON file."""
    features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def write(name: str, features: list[tuple[dict[str, Any], BaseGeometry]], digits: int = 5) -> None:
    """Write geometries (EPSG:4326) as compact GeoJSON, one feature a line, so that changes can be read."""
    lines = []
    for properties, geometry in features:
        shape = json.loads(shapely.to_geojson(geometry))
        shape["coordinates"] = _rounded(shape["coordinates"], digits)
        feature = {"type": "Feature", "properties": properties, "geometry": shape}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    (HERE / name).write_text(text, encoding="utf-8")


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, float | int):
        return round(value, digits)
    return [_rounded(part, digits) for part in value]


def to_store(geometry: BaseGeometry) -> BaseGeometry:
    """EPSG:4326 to EPSG:3006."""
    return shapely.transform(geometry, lambda xy: np.column_stack(_TO_STORE.transform(xy[:, 0], xy[:, 1])))


def to_wgs84(geometry: BaseGeometry) -> BaseGeometry:
    """EPSG:3006 to EPSG:4326."""
    return shapely.transform(geometry, lambda xy: np.column_stack(_TO_WGS84.transform(xy[:, 0], xy[:, 1])))


def with_hand_drawn_coast(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The coast ring with the harbours of coast_by_hand.geojson in place of what lies within their longitudes."""
    for feature in read(SOURCES / "coast_by_hand.geojson"):
        west, east = feature["properties"]["replaces"]
        drawn = [tuple(point) for point in feature["geometry"]["coordinates"]]
        inside = [i for i, (x, y) in enumerate(ring) if west <= x <= east and 55.32 < y < 55.40]
        eastward = ring[(inside[0] - 1) % len(ring)][0] < ring[(inside[-1] + 1) % len(ring)][0]
        ring = [*ring[: inside[0]], *(drawn if eastward else drawn[::-1]), *ring[inside[-1] + 1 :]]
    return ring


def curved(ring: list[tuple[float, float]], steps: int = 8) -> list[tuple[float, float]]:
    """A centripetal-like Catmull–Rom curve through the ring's points inside SMOOTHED; elsewhere straight lines."""
    points = np.asarray(ring[:-1] if ring[0] == ring[-1] else ring)
    west, south, east, north = SMOOTHED
    out: list[tuple[float, float]] = []
    count = len(points)
    for i in range(count):
        before, start, end, after = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        out.append((start[0], start[1]))
        is_near = west < start[0] < east and south < start[1] < north
        length = np.hypot((end - start)[0] * 0.57, (end - start)[1])
        if not is_near or length < 0.004:  # About 450 m: quays and piers are straight.
            continue
        left = _tangent(before, start, end) * length
        right = _tangent(start, end, after) * length
        for t in np.linspace(0, 1, steps + 1)[1:-1]:
            h1, h2 = 2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t
            h3, h4 = -2 * t**3 + 3 * t**2, t**3 - t**2
            x, y = h1 * start + h2 * left + h3 * end + h4 * right
            out.append((float(x), float(y)))
    return out


def _tangent(before: np.ndarray, here: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Unit-like direction of the curve at a point, in degrees; none at a sharp corner."""
    scale = np.array([0.57, 1.0])
    one, two = (here - before) * scale, (after - here) * scale
    one, two = one / (np.hypot(*one) or 1), two / (np.hypot(*two) or 1)
    if np.degrees(np.arccos(np.clip(one @ two, -1, 1))) > CORNERS:
        return np.zeros(2)
    direction = (one + two) / 2
    return np.asarray(direction / scale)


def build_land() -> BaseGeometry:
    """Land in the whole view: OSM's coast, finer and smoothed near the municipality."""
    parts = []
    for feature in read(SOURCES / "land_osm.geojson"):
        ring = [tuple(point) for point in feature["geometry"]["coordinates"][0]]
        if feature["properties"]["part"] == "near":
            if len(ring) > 100:
                ring = with_hand_drawn_coast(ring)
            ring = curved(ring)
        part = shapely.make_valid(shapely.Polygon(ring))
        parts.append(part if feature["properties"]["part"] == "near" else shapely.simplify(part, FAR_TOLERANCE))
    land = shapely.union_all([shapely.buffer(part, 1e-5, join_style="mitre") for part in parts])
    return shapely.union_all([p for p in shapely.get_parts(land) if p.area > SMALLEST_ISLAND or NEAR.covers(p)])


def build_built_up(core: BaseGeometry, land: BaseGeometry) -> BaseGeometry:
    """About where the town and the larger villages are built, EPSG:3006: their RegSO areas drawn in by BUILT_INSET_M.

    SCB draws such an area about that far outside the locality. The sea side is not drawn in, since houses reach it.
    """
    villages = [
        to_store(shapely.Point(float(row["lon"]), float(row["lat"]))).buffer(260)
        for row in places()
        if row["name"] in {"Alstad", "Klagstorp", "Grönby", "Södra Åby", "Vallby", "Lilla Jordberga"}
    ]
    near_sea = core.buffer(4000).difference(land)
    inset = core.union(near_sea).buffer(-BUILT_INSET_M).intersection(land).intersection(core)
    softened = shapely.union_all([inset, *villages]).buffer(-60).buffer(120).buffer(-60)
    kept = [p for p in shapely.get_parts(softened.intersection(land)) if p.area > 40_000]
    return shapely.simplify(shapely.union_all(kept), 10)


def places() -> list[dict[str, Any]]:
    """Named places from GeoNames and by hand, with source and accuracy."""
    found: list[dict[str, Any]] = []
    with (SOURCES / "geonames.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            kind = "town" if row["fcode"] == "PPLA2" else "village"
            rank = 10 if row["name"] == "Trelleborg" else 35
            accuracy = 1000 if row["name"] in {"Skåre", "Kurland"} else 500
            found.append(
                {"name": row["name"], "kind": kind, "lon": row["lon"], "lat": row["lat"], "rank": rank}
                | {"source": f"GeoNames {row['geonameid']}", "accuracy_m": accuracy}
            )
    with (SOURCES / "places_by_hand.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found.append(row | {"rank": int(row["rank"]), "accuracy_m": int(row["accuracy_m"]), "source": "editor"})
    return found


def main() -> None:
    """Write every derived file."""
    land = build_land()
    write("land.geojson", [({"source": "© OpenStreetMap contributors, ODbL 1.0"}, land.intersection(VIEW))], 5)
    write("sea.geojson", [({"source": "© OpenStreetMap contributors, ODbL 1.0"}, VIEW.difference(land))], 5)
    regso = read(HERE / "districts_regso_2025.geojson")
    near = to_store(shapely.clip_by_rect(land, 12.5, 55.1, 13.9, 55.65))
    shapes = [to_store(shapely.geometry.shape(feature["geometry"])) for feature in regso]
    clipped = [shapely.set_precision(shape, 0.1).intersection(near, grid_size=0.1) for shape in shapes]
    simple = shapely.coverage_simplify(clipped, DISPLAY_TOLERANCE_M)
    shown = []
    for feature, shape in zip(regso, simple, strict=True):
        kept = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 2000]
        shown.append((feature["properties"], to_wgs84(shapely.MultiPolygon(kept))))
    write("districts_display.geojson", shown)
    core = shapely.union_all([s for s, f in zip(shapes, regso, strict=True) if "omland" not in f["properties"]["name"]])
    source = {"source": "derived from SCB RegSO 2025 (CC0); approximate"}
    write("built_up.geojson", [(source, to_wgs84(build_built_up(core, near)))])
    municipality = shapely.union_all(shapes)
    points: list[tuple[dict[str, Any], BaseGeometry]] = []
    for row in places():
        point = shapely.Point(float(row["lon"]), float(row["lat"]))
        inside = bool(municipality.covers(to_store(point)))
        kept_columns = {key: row[key] for key in ("name", "kind", "rank", "source", "accuracy_m")}
        points.append((kept_columns | {"in_municipality": inside}, point))
    write("places.geojson", points)


if __name__ == "__main__":
    main()
