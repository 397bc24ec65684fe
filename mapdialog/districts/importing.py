"""Reads districts from any map file: codes, names, repaired areas in EPSG:3006 and populations."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.districts import rules
from mapdialog.districts.report import ImportReport
from mapdialog.geo import crs, geometry, readers
from mapdialog.geo.problems import GeoProblem

Progress = Callable[[int, int | None], None]


@dataclass
class Incoming:
    """One district of a file."""

    code: str
    name: str
    shape: MultiPolygon
    population: int | None = None
    year: int | None = None
    display: MultiPolygon | None = None


@dataclass(frozen=True)
class Fields:
    """Which fields of the file mean what, and which layer and coordinate system it has (None: as the file says)."""

    code: str
    name: str
    population: str | None = None
    layer: str | None = None
    crs: int | None = None


def read_districts(
    path: Path, fields: Fields, *, local_zone: int | None = None, progress: Progress | None = None
) -> tuple[list[Incoming], ImportReport]:
    """Every district of a map file, in order of code, and the beginnings of the report.

    Invalid areas are repaired and said so; rows without code or area are skipped and said so; several rows with one
    code become one district. Raises Invalid with the field that does not fit the file.
    """
    try:
        with readers.open_source(path) as source:
            layer = source.layer(fields.layer)
            _check_fields(layer, fields)
            guess = source.crs_of(layer.name, given=fields.crs, local_zone=local_zone)
            if guess.epsg is None:
                raise Invalid(guess.reason, field="crs")
            report = ImportReport("", crs.name_of(guess.epsg), guess.reason)
            parts: dict[str, Incoming] = {}
            _collect(source, layer, _Reading(fields, guess, report, parts), progress)
    except GeoProblem as problem:
        raise Invalid(problem.message, field="file", **problem.params) from None
    if not parts:
        raise Invalid(N_("Filen har inga ytor som går att använda som områden."), field="file")
    return [parts[code] for code in sorted(parts)], report


def _check_fields(layer: readers.Layer, fields: Fields) -> None:
    if layer.geometry_type is None:
        raise Invalid(N_("Filen är en tabell utan ytor. Välj en kartfil, till exempel GeoPackage."), field="file")
    for role, name in (("code", fields.code), ("name", fields.name), ("population", fields.population)):
        if name and name not in layer.fields:
            raise Invalid(
                N_("Fältet ”%(name)s” finns inte i filen. Den har: %(available)s."),
                field=role,
                name=name,
                available=", ".join(layer.fields),
            )


@dataclass
class _Reading:
    """What is gathered while a file is read."""

    fields: Fields
    guess: crs.CrsGuess
    report: ImportReport
    found: dict[str, Incoming]

    def take(self, row: int, values: dict[str, Any], shape: BaseGeometry | None) -> None:
        """One row of the file (1-based): a new district, a part of one, or skipped with its reason."""
        code = rules.code_of(values[self.fields.code])
        stored, problem = (None, None) if shape is None or shape.is_empty else _stored(shape, self.guess)
        if not code or stored is None:
            self.report.skipped.append((row, code, _why_skipped(code, shape)))
            return
        if problem:
            self.report.repaired.append((code, problem))
        name = rules.name_of(values[self.fields.name], code)
        self._add(Incoming(code, name, stored, self._population(row, values)))

    def _population(self, row: int, values: dict[str, Any]) -> int | None:
        name = self.fields.population
        try:
            return rules.population_of(values[name]) if name else None
        except ValueError:
            raise Invalid(
                N_("Fältet ”%(name)s” är inte ett antal invånare på rad %(row)s."),
                field="population",
                name=name,
                row=row,
            ) from None

    def _add(self, one: Incoming) -> None:
        """Several rows with one code are parts of one district; its population is said in each or in one of them."""
        first = self.found.setdefault(one.code, one)
        if first is one:
            return
        first.shape = areas_of(shapely.union(first.shape, one.shape)) or first.shape
        first.population = one.population if first.population is None else first.population
        if one.code not in self.report.joined:
            self.report.joined.append(one.code)


def _why_skipped(code: str, shape: BaseGeometry | None) -> str:
    if not code:
        return N_("raden saknar kod")
    return N_("raden saknar yta") if shape is None or shape.is_empty else N_("geometrin är inte en yta")


def _collect(source: readers.Source, layer: readers.Layer, reading: _Reading, progress: Progress | None) -> None:
    for batch in source.batches(layer.name, size=500):
        shapes = batch.geometries if batch.geometries is not None else [None] * len(batch)
        for index, shape in enumerate(shapes):
            values = {name: column[index] for name, column in batch.columns.items()}
            reading.take(batch.first + index + 1, values, shape)
        if len(reading.found) > rules.MAX_DISTRICTS:
            raise Invalid(N_("Filen har fler än %(limit)s områden."), field="file", limit=rules.MAX_DISTRICTS)
        if progress:
            progress(batch.first + len(batch), layer.count)


def _stored(shape: BaseGeometry, guess: crs.CrsGuess) -> tuple[MultiPolygon | None, str | None]:
    assert guess.epsg is not None
    if guess.swapped:
        shape = shapely.transform(shape, lambda xy: xy[:, ::-1])
    valid, problem = geometry.repair(shapely.force_2d(shape))
    moved = geometry.to_store(valid, guess.epsg)
    if not moved.is_valid:  # A move between systems can make neighbouring vertices meet.
        moved = geometry.repair(moved).geometry
    return areas_of(moved), problem


def areas_of(shape: BaseGeometry) -> MultiPolygon | None:
    """The polygons of a shape as one multipolygon; None when it has none."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    polygons = [polygon for part in parts for polygon in shapely.get_parts(part) if not polygon.is_empty]
    return MultiPolygon(polygons) if polygons else None
