"""Imports place names from any map file or table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_, clean_line
from mapdialog.geo import crs, geometry, readers
from mapdialog.geo.problems import GeoProblem
from mapdialog.places.models import Place
from mapdialog.places.names import fold

# What people mean when several places share a name: a town before a street before a house.
RANKS = {
    "town": 10, "station": 20, "harbour": 30, "village": 40, "neighbourhood": 45, "square": 45, "school": 45,
    "hospital": 45, "park": 50, "beach": 50, "sport": 50, "street": 55, "sight": 60, "nature": 60, "address": 80,
}  # fmt: skip


@dataclass(frozen=True)
class PlaceFields:
    """Which fields of the file mean what; `x` and `y` only for tables without geometry."""

    name: str
    kind: str | None = None
    rank: str | None = None
    x: str | None = None
    y: str | None = None
    layer: str | None = None
    crs: int | None = None


@dataclass
class PlaceReport:
    """How many places were read, and how many rows had no name or no position."""

    source: str
    crs: str
    added: int = 0
    replaced: int = 0
    skipped: list[tuple[int, str]] = field(default_factory=list)


def import_places(
    session: Session,
    source: Path,
    fields: PlaceFields,
    *,
    label: str | None = None,
    local_zone: int | None = None,
    progress: Callable[[int, int | None], None] | None = None,
) -> PlaceReport:
    """Add the named places of a file; those of an earlier import under the same `label` (file name) are replaced.

    Lines and areas become a point on them. The caller commits. Raises Invalid with the field that does not fit.
    """
    label = clean_line(label or source.name)[:200]
    try:
        with readers.open_source(source) as opened:
            layer = opened.layer(fields.layer)
            _check(layer, fields)
            guess = opened.crs_of(layer.name, given=fields.crs, local_zone=local_zone, x=fields.x, y=fields.y)
            if guess.epsg is None:
                raise Invalid(guess.reason, field="crs")
            report = PlaceReport(label, crs.name_of(guess.epsg))
            report.replaced = session.execute(delete(Place).where(Place.source == label)).rowcount  # type: ignore[attr-defined]
            for batch in opened.batches(layer.name):
                rows = list(_rows(batch, fields, guess, report))
                if rows:
                    session.execute(insert(Place), rows)
                    report.added += len(rows)
                if progress:
                    progress(batch.first + len(batch), layer.count)
    except GeoProblem as problem:
        raise Invalid(problem.message, field="file", **problem.params) from None
    return report


def _check(layer: readers.Layer, fields: PlaceFields) -> None:
    if layer.geometry_type is None and not (fields.x and fields.y):
        raise Invalid(N_("Filen är en tabell: ange fälten med öst och nord."), field="x")
    for name in (fields.name, fields.kind, fields.rank, fields.x, fields.y):
        if name and name not in layer.fields:
            raise Invalid(
                N_("Fältet ”%(name)s” finns inte i filen. Den har: %(available)s."),
                field="name",
                name=name,
                available=", ".join(layer.fields),
            )


def _rows(
    batch: readers.Batch, fields: PlaceFields, guess: crs.CrsGuess, report: PlaceReport
) -> Iterator[dict[str, Any]]:
    for index, shape in enumerate(_shapes(batch, fields, guess)):
        name = clean_line(str(batch.columns[fields.name][index] or ""))[:200]
        if not name or shape is None or not fold(name):
            reason = N_("raden saknar namn") if shape is not None else N_("raden saknar läge")
            report.skipped.append((batch.first + index + 1, reason))
            continue
        kind = clean_line(str(batch.columns[fields.kind][index] or ""))[:60] if fields.kind else ""
        rank = readers.number(batch.columns[fields.rank][index]) if fields.rank else RANKS.get(kind, 50)
        yield {
            "name": name,
            "search_name": fold(name),
            "kind": kind,
            "rank": int(rank) if np.isfinite(rank) else 50,
            "source": report.source,
            "geom": geometry.to_element(shape),
        }


def _shapes(batch: readers.Batch, fields: PlaceFields, guess: crs.CrsGuess) -> Iterator[shapely.Point | None]:
    assert guess.epsg is not None
    if batch.geometries is None:
        xs = [readers.number(value) for value in batch.columns[fields.x or ""]]
        ys = [readers.number(value) for value in batch.columns[fields.y or ""]]
        shapes = [
            shapely.Point(x, y) if np.isfinite(x) and np.isfinite(y) else None for x, y in zip(xs, ys, strict=True)
        ]
    else:
        shapes = list(batch.geometries)
    for shape in shapes:
        if shape is None or shape.is_empty:
            yield None
            continue
        point = geometry.anchor(shape)
        if guess.swapped:
            point = shapely.Point(point.y, point.x)
        try:
            yield geometry.to_store(point, guess.epsg)  # type: ignore[misc]
        except GeoProblem:
            yield None
