"""Writes a heatmap to one file of a named format."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from mapdialog.core.text import N_
from mapdialog.geo import aggregate, qgis, tables, writers
from mapdialog.geo.classes import classify
from mapdialog.geo.crs import STORE
from mapdialog.geo.tables import Field
from mapdialog.reports import atomic
from mapdialog.reports.file_kinds import FileKind, kinds, pick
from mapdialog.reports.heat_report import HeatReport
from mapdialog.reports.looks import Look
from mapdialog.reports.ramps import heat_stops

LAYER = "rutor"
KINDS: dict[str, FileKind] = kinds("html", "png", "gpkg")
_FIELDS = (Field("count", "integer"), Field("weight", "number"), Field("per_km2", "number"))


def write_heatmap(session: Session, report: HeatReport, kind: str, path: Path, *, look: Look) -> None:
    """Write the heatmap as html or png, or its cells with their counts as gpkg (EPSG:3006).

    The file's size follows from the area, never from the number of contributions. Raises Invalid for another format,
    OSError where `path` can't be written.
    """
    pick(KINDS, kind)
    with atomic.writing(path) as partial:
        if kind == "html":
            from mapdialog.reports import map_pages

            partial.write_text(map_pages.heat_page(session, report, look), encoding="utf-8")
        elif kind == "png":
            from mapdialog.reports import slides

            partial.write_bytes(slides.heat_slide(session, report, look))
        else:
            _write_gpkg(report, partial)


def _write_gpkg(report: HeatReport, path: Path) -> None:
    writers.write_gpkg(
        path,
        tables.rows_reader(_rows(report), _FIELDS),
        layer=LAYER,
        epsg=STORE,
        geometry_type="Polygon",
        styles=[_style(report)],
    )


def _rows(report: HeatReport) -> Iterator[tuple[Any, ...]]:
    cells = report.cells
    shapes = shapely.to_wkb(aggregate.cell_polygons(cells.ix, cells.iy, cells.size_m))
    area_km2 = (cells.size_m / 1000) ** 2
    for count, weight, shape in zip(cells.count.tolist(), cells.weight.tolist(), shapes, strict=True):
        yield count, weight, round(weight / area_km2, 2), shape


def _style(report: HeatReport) -> qgis.Style:
    """Five classes by how many cells fall in each: with natural breaks the few thickest cells would take them all."""
    translate = report.heading.translate
    classes = classify(report.cells.count.tolist(), method="quantiles")
    stops = heat_stops()
    chosen = np.linspace(0, len(stops) - 2, max(1, len(classes.upper))).round().astype(int)
    ranges, below = [], 0.0
    for upper, name, index in zip(classes.upper, classes.names, chosen, strict=False):
        ranges.append((below + 1e-9, upper, f"{translate(name)} ({below + 1:g}–{upper:g})", stops[index]))
        below = upper
    return qgis.graduated("count", ranges, title=translate(N_("Synpunkter")))
