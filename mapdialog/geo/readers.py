"""Reads any map file an officer may send: its layers and fields, and its rows in batches with flat memory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapdialog.geo import archives, csvtable, headings, ogrfile
from mapdialog.geo.crs import CrsGuess, guess_crs
from mapdialog.geo.problems import N_, GeoProblem

TABLES = {".csv", ".tsv", ".txt"}
MAX_WORKBOOK = 100_000_000  # bytes of a workbook unpacked
READABLE_TABLES = (".xlsx", ".csv", ".tsv", ".txt")
READABLE = tuple(sorted({".zip", ".kmz"} | TABLES | set(ogrfile.DRIVERS)))
_PREFERRED = (
    ".gpkg",
    ".shp",
    ".geojson",
    ".json",
    ".fgb",
    ".tab",
    ".mif",
    ".kml",
    ".dxf",
    ".gpx",
    ".csv",
    ".tsv",
    ".txt",
)


@dataclass(frozen=True)
class Layer:
    """One layer of a file. `epsg` is None where the file does not say; `count` where it would cost to know."""

    name: str
    fields: tuple[str, ...]
    geometry_type: str | None
    epsg: int | None
    count: int | None


@dataclass(frozen=True)
class Batch:
    """Some rows: the number of the first (0-based, in the whole layer with what stands above the names of its columns),
    columns by name, shapes (None in tables).

    `problems` are (row number, Swedish msgid) for rows that do not fit; such rows are in the columns all the same.
    `extra` holds, by row number, the values that stand beyond the header's last column.
    """

    first: int
    columns: dict[str, list[Any]]
    geometries: "npt.NDArray[np.object_] | None"
    problems: list[tuple[int, str]]
    extra: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        if self.columns:
            return len(next(iter(self.columns.values())))
        return 0 if self.geometries is None else len(self.geometries)


@dataclass(frozen=True)
class Source:
    """An opened map file or table; `above` rows of it stand over the one that names the columns."""

    path: Path
    layers: tuple[Layer, ...]
    table: csvtable.CsvTable | None = field(default=None)
    above: int = 0

    def layer(self, name: str | None = None) -> Layer:
        """The named layer, or the only or first one with geometry; raises GeoProblem."""
        if name is None:
            return next((layer for layer in self.layers if layer.geometry_type), self.layers[0])
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise GeoProblem(
            N_("Lagret ”%(name)s” finns inte i filen. Den har: %(layers)s."),
            name=name[:60],
            layers=", ".join(layer.name for layer in self.layers),
        )

    def batches(self, layer: str | None = None, *, size: int = 10_000) -> Iterator[Batch]:
        """The rows of a layer, `size` at a time, with flat memory; raises GeoProblem where the file is damaged."""
        if self.table is not None:
            yield from _table_batches(self.table, size, self.above)
            return
        first = self.above
        for columns, shapes in ogrfile.batches(self.path, self.layer(layer).name, size):
            batch = Batch(first, columns, shapes, [])
            yield batch
            first += len(batch)

    def sample(self, layer: str | None = None, rows: int = 5) -> Batch:
        """The first rows, for a preview."""
        for batch in self.batches(layer, size=rows):
            return batch
        return Batch(0, {}, None, [])

    def crs_of(
        self,
        layer: str | None = None,
        *,
        given: int | None = None,
        local_zone: int | None = None,
        near: tuple[float, float] | None = None,
        x: str | None = None,
        y: str | None = None,
    ) -> CrsGuess:
        """Which system the layer is in: as given, else as the file says, else guessed from 1,000 coordinates."""
        if given is not None:
            return CrsGuess(given, N_("Koordinatsystemet är valt för hand."))
        chosen = self.layer(layer)
        if chosen.epsg is not None:
            return CrsGuess(chosen.epsg, N_("Koordinatsystemet står i filen."))
        xs, ys = _coordinates(self.sample(layer, rows=1000), x, y)
        return guess_crs(xs, ys, local_zone=local_zone, near=near)


@contextmanager
def open_source(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Iterator[Source]:
    """Open a map file (GeoPackage, Shapefile or zip of one, GeoJSON, KML, DXF, MapInfo, FlatGeobuf, GPX, CSV).

    Raises GeoProblem, one line that says what is wrong, for a file that is missing, empty, hostile or of another kind.
    Zips are unpacked to a folder that is removed afterwards.
    """
    path = Path(path)
    if not path.is_file():
        raise GeoProblem(N_("Filen %(name)s finns inte."), name=path.name)
    if path.stat().st_size == 0:
        raise GeoProblem(N_("Filen är tom."))
    if path.suffix.lower() in (".zip", ".kmz"):
        with tempfile.TemporaryDirectory(prefix="mapdialog-zip-") as folder:
            yield _open(_pick(archives.unpack(path, Path(folder))), encoding, delimiter)
    else:
        yield _open(path, encoding, delimiter)


@contextmanager
def open_table(path: Path) -> Iterator[Source]:
    """Open a table: an Excel workbook (XLSX), whose first row below any title names its columns, or whatever
    `open_source` reads.

    Raises GeoProblem.
    """
    if path.suffix.lower() not in ogrfile.WORKBOOKS:
        with open_source(path) as source:
            yield source
        return
    archives.demand_modest(path, MAX_WORKBOOK)
    with headings.below_titles(path) as (book, above), ogrfile.options(OGR_XLSX_HEADERS="FORCE"):
        layers = tuple(Layer(*described) for described in ogrfile.describe(book))
        if not layers:
            raise GeoProblem(N_("Filen har inga lager."))
        yield Source(book, layers, above=above)


def _pick(paths: list[Path]) -> Path:
    """The map file among a zip's members; several of the same best kind can't be told apart and are refused."""
    for suffix in _PREFERRED:
        found = sorted(path for path in paths if path.suffix == suffix)
        if len(found) > 1:
            raise GeoProblem(
                N_("Zip-filen har flera kartfiler: %(names)s. Skicka en i taget."),
                names=", ".join(path.name for path in found[:5]),
            )
        if found:
            return found[0]
    raise GeoProblem(N_("Zip-filen innehåller ingen kartfil vi kan läsa."))


def _open(path: Path, encoding: str | None, delimiter: str | None) -> Source:
    suffix = path.suffix.lower()
    if suffix in TABLES:
        ogrfile.refuse_disguised(path)
        table = csvtable.open_csv(path, encoding=encoding, delimiter=delimiter)
        return Source(path, (Layer(path.stem, table.fields, None, None, None),), table, table.skipped)
    if suffix not in ogrfile.DRIVERS:
        raise GeoProblem(
            N_("Filtypen %(suffix)s går inte att läsa. Skicka %(readable)s."),
            suffix=suffix[:12] or "–",
            readable=", ".join(READABLE),
        )
    layers = tuple(Layer(*described) for described in ogrfile.describe(path))
    if not layers:
        raise GeoProblem(N_("Filen har inga lager."))
    return Source(path, layers)


def _table_batches(table: csvtable.CsvTable, size: int, first: int) -> Iterator[Batch]:
    rows: list[csvtable.Row] = []
    for row in table.rows():
        rows.append(row)
        if len(rows) == size:
            yield _table_batch(table, first, rows)
            first, rows = first + size, []
    if rows:
        yield _table_batch(table, first, rows)


def _table_batch(table: csvtable.CsvTable, first: int, rows: list[csvtable.Row]) -> Batch:
    columns = {name: [row.values.get(name, "") for row in rows] for name in table.fields}
    problems = [(first + index, row.problem) for index, row in enumerate(rows) if row.problem]
    extra = {first + index: row.extra for index, row in enumerate(rows) if row.extra}
    return Batch(first, columns, None, problems, extra)


def number(text: Any) -> float:
    """A number as people write it (decimal comma, thin spaces); NaN when it is none."""
    try:
        return float(text)
    except (TypeError, ValueError):
        cleaned = "".join(str(text or "").split()).replace(",", ".").replace("−", "-")
        try:
            return float(cleaned)
        except ValueError:
            return float("nan")


def _coordinates(batch: Batch, x: str | None, y: str | None) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    if batch.geometries is not None:
        points = shapely.get_coordinates(batch.geometries)
        return points[:, 0], points[:, 1]
    xs, ys = batch.columns.get(x or "", []), batch.columns.get(y or "", [])
    return np.array([number(value) for value in xs]), np.array([number(value) for value in ys])
