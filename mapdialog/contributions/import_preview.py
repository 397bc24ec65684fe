"""What a planner sees of a file before it is read in: its layers, fields, first rows, and how it was understood."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from mapdialog.contributions import import_mapping
from mapdialog.contributions.import_places import PlaceReader
from mapdialog.contributions.import_texts import plain_text
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.geo.crs import name_of
from mapdialog.geo.problems import GeoProblem
from mapdialog.geo.readers import Source, open_source

ROWS, _LONGEST_CELL = 5, 80


@dataclass(frozen=True)
class Preview:
    """The file as it was understood. `crs` is a name, `crs_reason` a msgid; empty until the place fields are known."""

    layers: tuple[str, ...]
    layer: str
    fields: tuple[str, ...]
    rows: list[list[str]]
    is_table: bool
    encoding: str
    delimiter: str
    geometry_type: str
    suggested: dict[str, str]
    crs: str = ""
    crs_reason: str = ""
    crs_problem: DomainError | None = None
    swapped: bool = False
    on_land: tuple[int, int] | None = None  # of the first thousand places: how many hold, and how many there were


def look(
    path: Path,
    *,
    encoding: str | None,
    delimiter: str | None,
    layer: str | None,
    x: str | None,
    y: str | None,
    crs: int | None,
    area: BaseGeometry | None,
    local_zone: int | None,
) -> Preview:
    """Open the file and look at its first rows; raises Invalid for a file that can't be read at all."""
    try:
        with open_source(path, encoding=encoding, delimiter=delimiter) as source:
            chosen = source.layer(layer or None)
            suggested = import_mapping.suggested(chosen.fields)
            place = (x or suggested["x"] or None, y or suggested["y"] or None) if source.table else (None, None)
            shown = _shown(source, chosen.name, suggested)
            return Preview(**shown, **_places(source, chosen.name, place, crs=crs, area=area, local_zone=local_zone))
    except GeoProblem as problem:
        raise Invalid(problem.message, field="file", **problem.params) from None


def _shown(source: Source, layer: str, suggested: dict[str, str]) -> dict[str, Any]:
    chosen, sample = source.layer(layer), source.sample(layer, rows=ROWS)
    columns = [sample.columns.get(name, []) for name in chosen.fields]
    rows = [[_cell(column[index]) for column in columns] for index in range(min(ROWS, len(sample)))]
    return {
        "layers": tuple(one.name for one in source.layers),
        "layer": layer,
        "fields": chosen.fields,
        "rows": rows,
        "is_table": source.table is not None,
        "encoding": source.table.encoding if source.table else "",
        "delimiter": source.table.delimiter if source.table else "",
        "geometry_type": chosen.geometry_type or "",
        "suggested": suggested,
    }


def _cell(value: Any) -> str:
    words = " ".join(plain_text(value).split())
    return words if len(words) <= _LONGEST_CELL else words[:_LONGEST_CELL] + " …"


def _places(
    source: Source,
    layer: str,
    place: tuple[str | None, str | None],
    *,
    crs: int | None,
    area: BaseGeometry | None,
    local_zone: int | None,
) -> dict[str, Any]:
    if source.table is not None and not all(name in source.layer(layer).fields for name in place):
        return {}
    try:
        reader = PlaceReader(source, layer, *place, crs=crs, area=area, local_zone=local_zone)
        found = reader.read(source.sample(layer, rows=1000))
    except (DomainError, GeoProblem) as problem:
        told = problem if isinstance(problem, DomainError) else Invalid(problem.message, field="crs", **problem.params)
        return {"crs_problem": told}
    good = sum(problem is None for problem in found.problems)
    return {
        "crs": name_of(reader.epsg),
        "crs_reason": reader.reason,
        "swapped": reader.swapped,
        "on_land": (good, len(found.problems)),
    }
