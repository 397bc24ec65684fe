"""Writes a heatmap to one file of a named format."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlalchemy.orm import Session

from mapdialog.analysis.heat import Cells, coarser
from mapdialog.core.text import N_
from mapdialog.geo import aggregate, qgis, tables, writers
from mapdialog.geo.classes import classify
from mapdialog.geo.crs import STORE
from mapdialog.geo.tables import Field
from mapdialog.reports import atomic, figures
from mapdialog.reports.file_kinds import FileKind, kinds, pick
from mapdialog.reports.heat_report import HeatReport
from mapdialog.reports.looks import Look
from mapdialog.reports.ramps import heat_stops

LAYER = "rutor"
# A square of two thirds of the bandwidth shows as much as there is to know, and no more.
_CELL_SHARE = 2 / 3
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
    """Squares that are seen on a map of the whole: cells as fine as those that are smoothed would look like points."""
    bandwidth = report.heat.density.bandwidth_m if report.heat else 0.0
    cells = coarser(report.cells, bandwidth * _CELL_SHARE)
    writers.write_gpkg(
        path,
        tables.rows_reader(_rows(cells), _FIELDS),
        layer=LAYER,
        epsg=STORE,
        geometry_type="Polygon",
        styles=[_style(report, cells)],
    )


def _rows(cells: Cells) -> Iterator[tuple[Any, ...]]:
    shapes = shapely.to_wkb(aggregate.cell_polygons(cells.ix, cells.iy, cells.size_m))
    area_km2 = (cells.size_m / 1000) ** 2
    for count, weight, shape in zip(cells.count.tolist(), cells.weight.tolist(), shapes, strict=True):
        yield count, weight, round(weight / area_km2, 2), shape


def _style(report: HeatReport, cells: Cells) -> qgis.Style:
    """Five classes by magnitude: most squares hold one or two, and else the few thickest take every class."""
    translate, language = report.heading.translate, report.heading.language
    classes = classify(np.log1p(cells.count).tolist())
    stops = heat_stops()
    chosen = np.linspace(0, len(stops) - 2, max(1, len(classes.upper))).round().astype(int)
    ranges: list[tuple[float, float, str, str]] = []
    below = 0.0
    for (low, high), name, index in zip(classes.ranges(), classes.names, chosen, strict=False):
        least, most = (float(round(np.expm1(end))) for end in (low, high))
        ranges.append((below, most + 0.5, f"{translate(name)} ({figures.span(least, most, language)})", stops[index]))
        below = most + 0.5
    title = translate(N_("Synpunkter per ruta om %(metres)s m"), metres=figures.number(cells.size_m, language))
    return qgis.graduated("count", ranges, symbol="cell", title=title)
