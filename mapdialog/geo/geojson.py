"""Strict reading of GeoJSON (RFC 7946) from people and programs: one clear complaint for each way it can be wrong."""

import json
import math
from typing import Any, NamedTuple

from mapdialog.geo.problems import N_, GeoProblem

GEOMETRY_TYPES = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
)
_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_FOREIGN = {
    "Feature": ("features", "coordinates", "geometries"),
    "FeatureCollection": ("geometry", "coordinates", "properties"),
}
_GEOMETRY_FOREIGN = ("geometry", "properties", "features")
Position = tuple[float, float]


class Feature(NamedTuple):
    """A checked feature: geometry dict or None, properties (never None), id as given."""

    geometry: dict[str, Any] | None
    properties: dict[str, Any]
    id: str | int | float | None


def loads(text: str | bytes, *, max_bytes: int = 5_000_000) -> Any:
    """JSON text to Python; refuses NaN, doubled members, too deep nesting, wrong encoding and more than `max_bytes`."""
    if len(text) > max_bytes:
        raise GeoProblem(
            N_("Filen är för stor: %(size)s kB. Gränsen är %(limit)s kB."),
            size=len(text) // 1000,
            limit=max_bytes // 1000,
        )
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_doubles)
    except UnicodeDecodeError:
        raise GeoProblem(N_("Texten är inte UTF-8.")) from None
    except RecursionError:
        raise GeoProblem(N_("Texten är nästlad för djupt för att läsas.")) from None
    except json.JSONDecodeError as error:
        raise GeoProblem(
            N_("Texten är inte JSON: felet finns på rad %(line)s, tecken %(column)s."),
            line=error.lineno,
            column=error.colno,
        ) from None


def _no_constant(name: str) -> float:
    raise GeoProblem(N_("%(value)s är inte ett tal som går att placera på kartan."), value=name)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise GeoProblem(N_("Fältet ”%(name)s” finns två gånger i samma objekt."), name=_short(double))
    return members


def check_feature(value: Any) -> Feature:
    """A GeoJSON Feature, checked to the last coordinate; raises GeoProblem."""
    if not isinstance(value, dict):
        raise GeoProblem(N_("Varje objekt (Feature) måste vara ett JSON-objekt."))
    _check_type(value, ("Feature",))
    _check_foreign(value, _FOREIGN["Feature"])
    for name in ("geometry", "properties"):
        if name not in value:
            raise GeoProblem(N_("Fältet ”%(name)s” saknas."), name=name)
    properties = value["properties"]
    if properties is not None and not isinstance(properties, dict):
        raise GeoProblem(N_("Fältet ”%(name)s” måste vara ett JSON-objekt."), name="properties")
    identity = value.get("id")
    if identity is not None and (isinstance(identity, bool) or not isinstance(identity, str | int | float)):
        raise GeoProblem(N_("Fältet ”%(name)s” måste vara text eller ett tal."), name="id")
    _check_bbox(value)
    geometry = value["geometry"]
    if geometry is not None:
        check_geometry(geometry)
    return Feature(geometry, properties or {}, identity)


def check_collection(value: Any, *, max_features: int = 10_000) -> list[Feature]:
    """The features of a FeatureCollection (or of one Feature or bare geometry, given alone)."""
    if isinstance(value, dict) and value.get("type") == "Feature":
        return [check_feature(value)]
    if isinstance(value, dict) and value.get("type") in GEOMETRY_TYPES:
        check_geometry(value)
        return [Feature(value, {}, None)]
    if not isinstance(value, dict):
        raise GeoProblem(N_("GeoJSON måste börja med ett JSON-objekt."))
    _check_type(value, ("FeatureCollection",))
    _check_foreign(value, _FOREIGN["FeatureCollection"])
    features = value.get("features")
    if not isinstance(features, list):
        raise GeoProblem(N_("Fältet ”%(name)s” saknas."), name="features")
    if len(features) > max_features:
        raise GeoProblem(N_("Filen har fler än %(limit)s objekt."), limit=max_features)
    _check_bbox(value)
    return [check_feature(feature) for feature in features]


def check_geometry(value: Any, *, allowed: tuple[str, ...] = GEOMETRY_TYPES, max_vertices: int = 100_000) -> int:
    """Check a geometry object of the allowed types; returns its number of vertices, raises GeoProblem."""
    if not isinstance(value, dict):
        raise GeoProblem(N_("En geometri måste vara ett JSON-objekt."))
    kind = _check_type(value, GEOMETRY_TYPES)
    if kind not in allowed:
        raise GeoProblem(
            N_("Geometrin är av typen %(type)s. Här går det att använda: %(allowed)s."),
            type=kind,
            allowed=", ".join(allowed),
        )
    _check_foreign(value, _GEOMETRY_FOREIGN)
    _check_bbox(value)
    if kind == "GeometryCollection":
        members = value.get("geometries")
        if not isinstance(members, list):
            raise GeoProblem(N_("Fältet ”%(name)s” saknas."), name="geometries")
        simple = tuple(name for name in allowed if name != "GeometryCollection")
        return sum(check_geometry(member, allowed=simple, max_vertices=max_vertices) for member in members)
    if "coordinates" not in value:
        raise GeoProblem(N_("Fältet ”%(name)s” saknas."), name="coordinates")
    vertices = _check_coordinates(value["coordinates"], _DEPTH[kind], kind)
    if vertices > max_vertices:
        raise GeoProblem(
            N_("Geometrin har %(count)s punkter. Gränsen är %(limit)s: rita den enklare."),
            count=vertices,
            limit=max_vertices,
        )
    return vertices


def _check_type(value: dict[str, Any], expected: tuple[str, ...]) -> str:
    kind = value.get("type")
    if kind is None:
        raise GeoProblem(N_("Fältet ”%(name)s” saknas."), name="type")
    if not isinstance(kind, str):
        raise GeoProblem(N_("Fältet ”%(name)s” måste vara text."), name="type")
    if kind not in expected:
        raise GeoProblem(
            N_("Typen ”%(type)s” är okänd här. Väntade: %(expected)s (stora och små bokstäver räknas)."),
            type=_short(kind),
            expected=", ".join(expected),
        )
    return kind


def _check_foreign(value: dict[str, Any], forbidden: tuple[str, ...]) -> None:
    for name in forbidden:
        if name in value:
            raise GeoProblem(
                N_("Fältet ”%(name)s” får inte finnas i ett objekt av typen %(type)s."), name=name, type=value["type"]
            )


def _check_bbox(value: dict[str, Any]) -> None:
    box = value.get("bbox")
    if box is None:
        return
    if not isinstance(box, list) or len(box) not in (4, 6) or not all(_is_number(edge) for edge in box):
        raise GeoProblem(N_("Fältet ”bbox” måste vara en lista av fyra eller sex tal."))


def _check_coordinates(value: Any, depth: int, kind: str) -> int:
    """Check coordinates nested `depth` deep; returns how many positions they hold."""
    if depth == 0:
        check_position(value)
        return 1
    if not isinstance(value, list):
        raise GeoProblem(N_("Koordinaterna är inte nästlade så djupt som %(type)s kräver."), type=kind)
    count = sum(_check_coordinates(part, depth - 1, kind) for part in value)
    if depth == 1 and kind.endswith("LineString") and len(value) < 2:
        raise GeoProblem(N_("En linje måste ha minst två punkter."))
    if depth == 1 and kind.endswith("Polygon"):
        if len(value) < 4:
            raise GeoProblem(N_("En yta måste ha minst fyra punkter, där den sista är samma som den första."))
        if value[0] != value[-1]:
            raise GeoProblem(N_("En ytas sista punkt måste vara samma som den första."))
    if not value and kind in ("Polygon", "LineString"):
        raise GeoProblem(N_("Geometrin är tom."))
    return count


def check_position(value: Any) -> Position:
    """One [lon, lat] or [lon, lat, height] in EPSG:4326; the height is dropped."""
    if not isinstance(value, list):
        raise GeoProblem(N_("En punkt måste vara en lista: [longitud, latitud]."))
    if len(value) < 2:
        raise GeoProblem(N_("En punkt måste ha två tal: longitud och latitud."))
    if len(value) > 4 or not all(_is_number(number) for number in value):
        raise GeoProblem(N_("En punkts koordinater måste vara tal."))
    lon, lat = float(value[0]), float(value[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise GeoProblem(
            N_("Punkten %(lon)s, %(lat)s ligger inte på jorden. Skriv longitud (öst) före latitud (nord), i grader."),
            lon=round(lon, 6),
            lat=round(lat, 6),
        )
    return lon, lat


def _is_number(value: Any) -> bool:
    # Python reads 1e999 as infinity and huge integers as they are; neither is a place.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e12 if isinstance(value, int) else math.isfinite(value)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
