"""Where contributions lie and how districts are cut, for synthetic data that clusters as real pins do."""

import csv
import json
from pathlib import Path

import numpy as np
import shapely

from mapdialog.geo.crs import transformer

ROOT = Path(__file__).resolve().parent.parent
BOSTON = ROOT.parent / "shared" / "data" / "comments" / "boston_vision_zero_entry_2016-2017.csv"
TRELLEBORG = (383_209.0, 6_141_000.0)  # E, N: a little inland, so that little of the cloud falls into the sea
Points = np.ndarray


def real_pins() -> Points:
    """Places people chose, EPSG:3006, shape (n, 2): the Boston pins moved to Trelleborg with their distances kept, or,
    without that survey at hand, those of the demo municipality."""
    return _boston() if BOSTON.is_file() else _demo_pins()


def _boston() -> Points:
    with BOSTON.open(encoding="utf-8-sig", newline="") as file:
        rows = [(float(row["X"]), float(row["Y"])) for row in csv.DictReader(file) if row["X"] and row["Y"]]
    lon, lat = np.array(rows).T
    near = (abs(lon + 71.08) < 0.3) & (abs(lat - 42.32) < 0.3)
    # UTM 19 keeps Boston's metres; the cloud is then carried over as it is.
    east, north = transformer(4326, 32619).transform(lon[near], lat[near])
    return np.column_stack([east - np.median(east) + TRELLEBORG[0], north - np.median(north) + TRELLEBORG[1]])


def _demo_pins() -> Points:
    found = []
    for file in sorted((ROOT / "geodata" / "demo").glob("contributions_*.json")):
        shapes = [one["geometry"] for one in json.loads(file.read_text())["contributions"]]
        found += [shapely.get_coordinates(shapely.from_geojson(json.dumps(shape)))[0] for shape in shapes]
    lon, lat = np.array(found).T
    return np.column_stack(transformer(4326, 3006).transform(lon, lat))


def districts(pins: Points, count: int = 28) -> list[shapely.MultiPolygon]:
    """About as many areas as the municipality has DeSO, each with some hundred vertices: Voronoi cells whose edges were
    made uneven, since real borders follow streets and brooks. They cover the pins without gaps or overlaps."""
    random = np.random.default_rng(28)
    seeds = pins[random.choice(len(pins), count, replace=False)]
    frame = shapely.box(*(pins.min(axis=0) - 5000), *(pins.max(axis=0) + 5000))
    edges = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=frame, only_edges=True)
    lines = [_uneven(line, random) for line in shapely.get_parts(shapely.intersection(edges, frame))]
    faces = shapely.polygonize([shapely.union_all([*lines, frame.exterior])])
    return [shapely.MultiPolygon([face]) for face in shapely.get_parts(faces)]


def _uneven(line: shapely.LineString, random: np.random.Generator) -> shapely.LineString:
    points = shapely.get_coordinates(shapely.segmentize(line, 60.0))
    points[1:-1] += random.normal(0, 8, points[1:-1].shape)
    return shapely.LineString(points)
