"""GeoJSON from people and programs."""

import json
from pathlib import Path

import pytest
import shapely

from mapdialog.geo import features, geojson, geometry
from mapdialog.geo.problems import GeoProblem

HARMLESS = {
    "bad-polygon-interiorring-rhr",
    "excessive_precision_truncated",
    "polygon_winding_order",
}  # advice, no fault


def test_every_bad_file_gets_a_complaint_in_words(shared_data: Path) -> None:
    for path in sorted((shared_data / "attack/geojson_bad").glob("*.geojson")):
        if path.stem in HARMLESS:
            geojson.check_collection(geojson.loads(path.read_bytes()))
            continue
        with pytest.raises(GeoProblem) as caught:
            geojson.check_collection(geojson.loads(path.read_bytes()))
        assert "%(" not in str(caught.value), path.name


def test_every_good_file_is_read(shared_data: Path) -> None:
    for path in sorted((shared_data / "attack/geojson_good").glob("*.geojson")):
        value = geojson.loads(path.read_bytes())
        if path.stem == "issue82":  # well-formed, but at latitude -107
            with pytest.raises(GeoProblem, match="inte på jorden"):
                geojson.check_collection(value)
        else:
            geojson.check_collection(value)


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"Point","coordinates":[NaN,1]}',
        '{"type":"Point","coordinates":[1e999,1]}',
        "[" * 100_000,
        "nej",
        "",
        b"\xff\xfe",
        '{"type":"Point","coordinates":[181,1]}',
        '{"type":"Point","coordinates":[true,1]}',
        '{"type":"Point","coordinates":[1,2]',
        '{"type":"Polygon","coordinates":[]}',
        '{"type":"LineString","coordinates":[]}',
    ],
)
def test_hostile_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(GeoProblem):
        geometry.parse_geojson(geojson.loads(text))


def test_heights_are_dropped() -> None:
    line = geometry.parse_geojson({"type": "LineString", "coordinates": [[13, 55, 7], [13.1, 55.1, 9]]})
    assert not line.has_z


def test_a_crossed_area_is_repaired_and_keeps_its_size() -> None:
    bow = {"type": "Polygon", "coordinates": [[[13, 55], [13.1, 55.1], [13.1, 55], [13, 55.1], [13, 55]]]}
    assert geometry.parse_geojson(bow).is_valid
    crossed = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    repaired = geometry.repair(crossed)
    assert repaired.geometry.area == pytest.approx(50)
    assert repaired.problem == "kanten korsar sig själv"


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "LineString", "coordinates": [[13, 55], [13, 55]]},
        {"type": "Polygon", "coordinates": [[[13, 55], [13.1, 55], [13, 55], [13, 55]]]},
    ],
)
def test_a_shape_without_extent_is_refused(shape: dict) -> None:
    with pytest.raises(GeoProblem, match="utsträckning"):
        geometry.parse_geojson(shape)


def test_too_many_corners_are_refused_with_the_limit() -> None:
    with pytest.raises(GeoProblem, match="2000"):
        geometry.parse_geojson({"type": "LineString", "coordinates": [[13, 55 + i / 1e5] for i in range(2001)]})


def test_the_anchor_lies_on_the_shape() -> None:
    horseshoe = shapely.Polygon([(0, 0), (10, 0), (10, 10), (9, 10), (9, 1), (1, 1), (1, 10), (0, 10)])
    assert horseshoe.contains(geometry.anchor(horseshoe))
    assert geometry.anchor(shapely.LineString([(0, 0), (10, 0)])).equals(shapely.Point(5, 0))


def test_a_streamed_collection_is_json_with_rounded_coordinates() -> None:
    made = [features.point(13.12345678, 55.1, {"text": 'Å "ö"'}, 1), json.dumps(features.feature(None, {}))]
    read = json.loads("".join(features.stream(iter(made), total=2)))
    assert read["total"] == 2
    assert read["features"][0]["geometry"]["coordinates"] == [13.123457, 55.1]
    assert json.loads("".join(features.stream([])))["features"] == []
