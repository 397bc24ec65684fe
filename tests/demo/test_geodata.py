"""The demo municipality's files: areas that fit together, places on land, texts that are fit to show."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from mapdialog.contributions.published_rules import find_rule
from mapdialog.demo import content
from mapdialog.dialogues.palette import COLOR_VALUES, ICON_VALUES
from mapdialog.geo import geometry

SLUGS = ("trygg-vag", "ostervangsparken")
AREA = {"trygg-vag": "municipality", "ostervangsparken": "park"}


def features(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return found


def shape(feature: dict[str, Any]) -> BaseGeometry:
    return geometry.to_store(shapely.from_geojson(json.dumps(feature["geometry"])))


@pytest.fixture(scope="module")
def land() -> BaseGeometry:
    return shapely.union_all([shape(one) for one in features(content.DISPLAY)])


def test_the_fourteen_areas_of_trelleborg_are_those_of_statistics_sweden(shared_data: Path) -> None:
    official = {
        one["properties"]["regsokod"]: one
        for one in features(shared_data / "areas" / "regso_2025_trelleborg_kavlinge_4326.geojson")
        if one["properties"]["kommunkod"] == "1287"
    }
    ours = {one["properties"]["code"]: one for one in features(content.DISTRICTS)}
    assert ours.keys() == official.keys()
    assert len(ours) == 14
    for code, one in ours.items():
        assert one["properties"]["name"] == official[code]["properties"]["regsonamn"]
        assert one["properties"]["population"] is None
        assert shape(one).area == pytest.approx(shape(official[code]).area, rel=5e-5)


def test_areas_drawn_without_sea_keep_their_codes_and_leave_no_gaps() -> None:
    whole = {one["properties"]["code"]: shape(one) for one in features(content.DISTRICTS)}
    drawn = {one["properties"]["code"]: shape(one) for one in features(content.DISPLAY)}
    assert drawn.keys() == whole.keys()
    assert all(one.is_valid and not one.is_empty for one in drawn.values())
    together = shapely.union_all(list(drawn.values()))
    assert together.area == pytest.approx(sum(one.area for one in drawn.values()), rel=1e-4), "areas overlap"
    # 342 km² is the municipality's land; the coast is drawn to some 150 m.
    assert 330e6 < together.area < 355e6
    assert sum(len(part.interiors) for part in shapely.get_parts(together)) == 0, "gaps between areas"


def test_sea_and_land_share_the_view_without_overlap() -> None:
    sea, earth = (shapely.from_geojson(json.dumps(features(content.FOLDER / f"{name}.geojson")[0]["geometry"]))
                  for name in ("sea", "land"))  # fmt: skip
    assert sea.is_valid
    assert earth.is_valid
    assert sea.intersection(earth).area < 1e-6
    assert sea.covers(shapely.Point(13.16, 55.30))
    assert earth.covers(shapely.Point(13.1569, 55.3751))


def test_places_lie_on_land_with_a_source_each() -> None:
    earth = shapely.from_geojson(json.dumps(features(content.FOLDER / "land.geojson")[0]["geometry"]))
    for one in features(content.PLACES):
        values = one["properties"]
        assert earth.covers(shapely.from_geojson(json.dumps(one["geometry"]))), values["name"]
        assert values["source"] == "editor" or values["source"].startswith("GeoNames "), values["name"]
        assert values["accuracy_m"] > 0


@pytest.mark.parametrize("slug", SLUGS)
def test_contributions_lie_on_land_inside_their_dialogue(slug: str, land: BaseGeometry) -> None:
    rows = content.list_contributions(slug)
    area = content.area(AREA[slug])
    outside = [
        row["text"]
        for row, one in zip(rows, content.shapes(rows), strict=True)
        if not area.covers(one) or not land.buffer(2).covers(one) or not one.is_valid
    ]
    assert not outside


@pytest.mark.parametrize("slug", SLUGS)
def test_no_two_contributions_say_the_same_words(slug: str) -> None:
    texts = [row["text"].casefold() for row in content.list_contributions(slug)]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("slug", SLUGS)
def test_contributions_come_while_their_dialogue_is_open(slug: str) -> None:
    said = next(one for one in content.list_dialogues() if one["slug"] == slug)
    opens, closes = said["phases"][0]["opens"], said["phases"][0]["closes"]
    categories = {one["key"] for one in said["categories"]}
    for row in content.list_contributions(slug):
        assert opens <= row["days"] < min(closes, 0), row["text"]
        assert row["category"] in categories
        if "response" in row:
            assert row["days"] < row["response"]["days"] < 0, row["text"]
        assert all(row["days"] < reply["days"] < 0 for reply in row.get("replies", ())), row["text"]


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_hidden_is_hidden_by_a_published_rule(slug: str) -> None:
    hidden = [row for row in content.list_contributions(slug) if row["state"] == "hidden"]
    assert hidden
    assert all(find_rule(row["hidden_rule"]) for row in hidden)


def test_every_dialogue_makes_its_promises_and_has_the_category_other() -> None:
    for said in content.list_dialogues():
        assert said["influence_text"] and said["use_text"] and said["frames_text"]
        assert "demo" in said["registry_number"]
        keys = [one["key"] for one in said["categories"]]
        assert keys[-1] == "other"
        assert len(set(keys)) == len(keys)
        assert {one["color"] for one in said["categories"]} <= COLOR_VALUES
        assert {one["icon"] for one in said["categories"]} <= ICON_VALUES


def test_geodata_stays_small() -> None:
    size = sum(path.stat().st_size for path in content.FOLDER.rglob("*") if path.is_file())
    assert size < 2_500_000
