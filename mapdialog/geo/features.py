"""GeoJSON on its way out: feature dicts with rounded coordinates, and collections as a stream of text."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

DIGITS = 6  # Six decimals are a decimetre in Sweden: finer than any pin is placed.


def geometry(shape: BaseGeometry, digits: int = DIGITS) -> dict[str, Any]:
    """A Shapely geometry in EPSG:4326 as a GeoJSON geometry with `digits` decimals; areas keep their validity."""
    if shape.geom_type == "Point":
        return {"type": "Point", "coordinates": [round(shape.x, digits), round(shape.y, digits)]}  # type: ignore[attr-defined]
    mapping = shapely.geometry.mapping(shape)
    if "geometries" in mapping:
        return {"type": mapping["type"], "geometries": [geometry(part, digits) for part in shape.geoms]}  # type: ignore[attr-defined]
    return {"type": mapping["type"], "coordinates": _rounded(mapping["coordinates"], digits)}


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, float | int):
        return round(value, digits)
    return [_rounded(part, digits) for part in value]


def point(lon: float, lat: float, properties: dict[str, Any], identity: str | int | None = None) -> dict[str, Any]:
    """A feature at one place in EPSG:4326."""
    place = {"type": "Point", "coordinates": [round(lon, DIGITS), round(lat, DIGITS)]}
    return feature(place, properties, identity)


def feature(
    place: dict[str, Any] | None, properties: dict[str, Any], identity: str | int | None = None
) -> dict[str, Any]:
    """A GeoJSON Feature from a ready geometry dict (EPSG:4326)."""
    made: dict[str, Any] = {"type": "Feature"}
    if identity is not None:
        made["id"] = identity
    return {**made, "geometry": place, "properties": properties}


def collection(features: Iterable[dict[str, Any]], **members: Any) -> dict[str, Any]:
    """A FeatureCollection; `members` are foreign members such as a total."""
    return {"type": "FeatureCollection", **members, "features": list(features)}


def stream(features: Iterable[dict[str, Any] | str], **members: Any) -> Iterator[str]:
    """A FeatureCollection as pieces of text, one feature at a time; a feature may already be JSON text."""
    head = json.dumps({"type": "FeatureCollection", **members}, ensure_ascii=False)[:-1]
    yield f'{head}, "features": [\n'
    comma = ""
    for item in features:
        yield comma + (item if isinstance(item, str) else json.dumps(item, ensure_ascii=False, separators=(",", ":")))
        comma = ",\n"
    yield "\n]}\n"
