"""Reads a map file that a planner sends: which layers it has, and the shapes of one of them in EPSG:3006."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues.parts import multi
from mapdialog.geo import crs, geometry, readers
from mapdialog.geo.crs import CrsGuess
from mapdialog.geo.problems import GeoProblem

READABLE = (".gpkg", ".zip", ".geojson", ".json", ".dxf", ".kml", ".kmz", ".fgb", ".tab", ".mif", ".shp")
MOST_ROWS = 20_000
CAD_LAYER = "Layer"  # a DXF is one layer to the reader; what its author calls layers is a field
_PARTS = ("Point", "LineString", "Polygon")


@dataclass(frozen=True)
class FileLayer:
    """A layer to choose: its name and how many shapes it has (None where that would cost to know)."""

    name: str
    count: int | None


@dataclass(frozen=True)
class FileFacts:
    """What a file says about itself. `epsg` is None where it doesn't; `likely` is then what its numbers look like."""

    layers: tuple[FileLayer, ...]
    fields: tuple[str, ...]
    epsg: int | None
    likely: int | None


@dataclass(frozen=True)
class MapRow:
    """One shape (EPSG:3006, 2D, valid) with the values of its row."""

    shape: BaseGeometry
    values: dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """How a file is to be read: a layer (None: the only one), and the EPSG code (None: as the file says)."""

    layer: str | None = None
    epsg: int | None = None


@dataclass(frozen=True)
class Here:
    """Where the municipality is: its local zone (EPSG) and its middle as (lon, lat), to tell systems apart."""

    local_zone: int | None = None
    near: tuple[float, float] | None = None


def describe(path: Path, here: Here, layer: str | None = None) -> FileFacts:
    """What a file holds. Raises Invalid (`file`) when it can't be read."""
    try:
        with readers.open_source(path) as source:
            chosen = _ogr_layer(source, layer)
            said, guess = _crs_of(source, chosen, here)
            return FileFacts(_layers(source), chosen.fields, said, guess.epsg)
    except GeoProblem as problem:
        raise Invalid(problem.message, field="file", **problem.params) from None


def read_rows(path: Path, choice: Choice, here: Here) -> list[MapRow]:
    """Every shape of the chosen layer, at most `MOST_ROWS`.

    Raises Invalid for `file_layer` when there are several and none is chosen, `file_crs` when the file does not say
    its system and none is chosen, `file` when it can't be read or has no shapes.
    """
    try:
        with readers.open_source(path) as source:
            layers = _layers(source)
            if choice.layer is None and len(layers) > 1:
                raise Invalid(N_("Filen har flera lager. Välj vilket som ska läsas."), field="file_layer")
            if choice.layer is not None and choice.layer not in {one.name for one in layers}:
                raise Invalid(N_("Lagret finns inte i filen. Välj ett i listan."), field="file_layer")
            chosen = _ogr_layer(source, choice.layer)
            said, _guess = _crs_of(source, chosen, here)
            epsg = choice.epsg or said
            if epsg is None:
                raise Invalid(
                    N_("Filen säger inte vilket koordinatsystem den har. Kontrollera valet och spara igen."),
                    field="file_crs",
                )
            rows = list(_rows(source, chosen, choice.layer, epsg))
    except GeoProblem as problem:
        raise Invalid(problem.message, field="file", **problem.params) from None
    if not rows:
        raise Invalid(N_("Filen har inga former i det lagret. Välj ett annat lager eller en annan fil."), field="file")
    return rows


def area_of(rows: list[MapRow]) -> MultiPolygon:
    """Every area among the rows joined to one, closed lines as the areas they surround. Raises Invalid (`file`)."""
    areas = [area for row in rows for area in _areas(row.shape)]
    if not areas:
        raise Invalid(
            N_("Lagret har inga ytor och inga slutna linjer. Planområdet måste vara en eller flera ytor."), field="file"
        )
    joined = geometry.repair(shapely.union_all(areas)).geometry
    if joined.geom_type not in ("Polygon", "MultiPolygon") or joined.area < 1:
        raise Invalid(N_("Området har ingen yta. Kontrollera filen."), field="file")
    return multi(joined)


def closed(shape: BaseGeometry) -> BaseGeometry:
    """A closed line as the area it surrounds, as CAD programs draw them; everything else as it is."""
    areas = _areas(shape)
    return shape if len(areas) != 1 else areas[0]


def _areas(shape: BaseGeometry) -> list[BaseGeometry]:
    found: list[BaseGeometry] = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            found.append(part)
        elif part.geom_type == "LineString" and part.is_closed and len(part.coords) > 3:
            found.append(geometry.repair(shapely.Polygon(part.coords)).geometry)
    return found


def _is_cad(layer: readers.Layer) -> bool:
    return layer.name == "entities" and CAD_LAYER in layer.fields


def _layers(source: readers.Source) -> tuple[FileLayer, ...]:
    with_shapes = [one for one in source.layers if one.geometry_type]
    if len(with_shapes) == 1 and _is_cad(with_shapes[0]):
        counts = Counter(
            str(name or "0") for batch in source.batches(with_shapes[0].name) for name in batch.columns[CAD_LAYER]
        )
        return tuple(FileLayer(name, count) for name, count in sorted(counts.items()))
    if not with_shapes:
        raise GeoProblem(N_("Filen är en tabell utan former. Välj en kartfil, till exempel GeoPackage."))
    return tuple(FileLayer(one.name, one.count) for one in with_shapes)


def _ogr_layer(source: readers.Source, name: str | None) -> readers.Layer:
    first = source.layer(None)
    return first if name is None or _is_cad(first) else source.layer(name)


def _crs_of(source: readers.Source, layer: readers.Layer, here: Here) -> tuple[int | None, CrsGuess]:
    """The code the file states, None where it states none or one its numbers contradict, and a guess."""
    points = shapely.get_coordinates(
        [shape for shape in _first_shapes(source, layer) if shape is not None and not shape.is_empty]
    )
    guess = crs.guess_crs(points[:, 0], points[:, 1], local_zone=here.local_zone, near=here.near)
    said = layer.epsg
    # GeoJSON is always taken for degrees, also where a municipal program wrote metres into it.
    if said == crs.WGS84 and len(points) and float(np.abs(points[:, 1]).max()) > 90:
        said = None
    return said, guess


def _first_shapes(source: readers.Source, layer: readers.Layer) -> Any:
    shapes = source.sample(layer.name, rows=1_000).geometries
    return shapes if shapes is not None else []


def _rows(source: readers.Source, layer: readers.Layer, chosen: str | None, epsg: int) -> Iterator[MapRow]:
    count = 0
    is_cad = _is_cad(layer)
    for batch in source.batches(layer.name, size=1_000):
        for number, shape in enumerate(batch.geometries if batch.geometries is not None else ()):
            values = {name: column[number] for name, column in batch.columns.items()}
            if shape is None or shape.is_empty or (is_cad and chosen and str(values[CAD_LAYER] or "0") != chosen):
                continue
            plain = _plain(shape)
            if plain is None:
                continue
            count += 1
            if count > MOST_ROWS:
                raise GeoProblem(
                    N_("Lagret har fler än %(limit)s former. Skicka bara dem som planen gäller."), limit=MOST_ROWS
                )
            yield MapRow(geometry.to_store(plain, epsg), values)


def _plain(shape: BaseGeometry) -> BaseGeometry | None:
    """Valid, without heights; of a mixed collection the parts of the highest dimension."""
    flat = shapely.force_2d(shape)
    if flat.geom_type == "GeometryCollection":
        parts = [part for part in shapely.get_parts(flat) if part.geom_type in _PARTS]
        if not parts:
            return None
        most = max(shapely.get_dimensions(part) for part in parts)
        flat = shapely.union_all([part for part in parts if shapely.get_dimensions(part) == most])
    repaired = geometry.repair(flat).geometry
    return None if repaired.is_empty else repaired
