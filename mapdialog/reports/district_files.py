"""Writes a district report to one file of a named format."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy.orm import Session

from mapdialog.geo import features, qgis, spreadsheet, tables, writers
from mapdialog.geo.classes import Classes
from mapdialog.geo.crs import STORE, WGS84
from mapdialog.reports import atomic, district_workbook
from mapdialog.reports.district_report import DistrictReport, fields, shaped_rows, values
from mapdialog.reports.file_kinds import FileKind, kinds, pick
from mapdialog.reports.looks import Look
from mapdialog.reports.ramps import NONE, class_colors

LAYER = "omraden"
KINDS: dict[str, FileKind] = kinds("html", "png", "xlsx", "csv", "geojson", "gpkg")


def write_districts(session: Session, report: DistrictReport, kind: str, path: Path, *, look: Look) -> None:
    """Write the report as html, png, xlsx, csv, geojson or gpkg; the file appears when it is complete.

    GeoJSON is EPSG:4326, GeoPackage EPSG:3006. Raises Invalid for another format, OSError where it can't write.
    """
    pick(KINDS, kind)
    with atomic.writing(path) as partial:
        if kind == "csv":
            with partial.open("wb") as sink:
                sink.writelines(_csv(report, decimal_comma=look.decimal_comma))
        elif kind == "xlsx":
            district_workbook.write(partial, report)
        elif kind == "geojson":
            partial.write_text(json.dumps(_collection(session, report), ensure_ascii=False), encoding="utf-8")
        elif kind == "gpkg":
            _write_gpkg(session, report, partial)
        elif kind == "html":
            from mapdialog.reports import map_pages

            partial.write_text(map_pages.districts_page(session, report, look), encoding="utf-8")
        else:
            from mapdialog.reports import slides

            partial.write_bytes(slides.districts_slide(session, report, look))


def _csv(report: DistrictReport, *, decimal_comma: bool) -> Iterator[bytes]:
    columns = fields(report.table)
    reader = tables.rows_reader((values(row) for row in report.table.rows), columns, geometry=False)
    return spreadsheet.csv_stream(reader, columns, decimal_comma=decimal_comma)


def _collection(session: Session, report: DistrictReport) -> dict[str, Any]:
    names = [field.name for field in fields(report.table)]
    made = [
        features.feature(
            features.geometry(shapely.from_wkb(wkb), digits=6), dict(zip(names, values(row), strict=True)), row.code
        )
        for row, wkb in shaped_rows(session, report, WGS84)
    ]
    return features.collection(
        made,
        set=report.table.set_key,
        title=report.table.set_title,
        source=report.table.source,
        total=report.table.total,
        outside=report.table.outside,
    )


def _write_gpkg(session: Session, report: DistrictReport, path: Path) -> None:
    columns = fields(report.table)
    rows = ([*values(row), wkb] for row, wkb in shaped_rows(session, report))
    styles = [_style("count", report.count_classes, report, is_default=True)]
    if report.table.has_population:
        styles.append(_style("per_1000", report.rate_classes, report, is_default=False))
    writers.write_gpkg(
        path,
        tables.rows_reader(rows, columns),
        layer=LAYER,
        epsg=STORE,
        geometry_type="MultiPolygon",
        styles=styles,
    )


def _style(field: str, classes: Classes, report: DistrictReport, *, is_default: bool) -> qgis.Style:
    """The map's own classes; each begins where the one below ends, so that QGIS leaves no value without colour."""
    translate = report.heading.translate
    ranges: list[tuple[float, float, str, str]] = [(0.0, 0.0, translate("inga"), NONE)] if classes.has_zero else []
    below = 0.0
    for upper, name, color in zip(classes.upper, classes.names, class_colors(classes), strict=True):
        ranges.append((below + 1e-9, upper, f"{translate(name)} ({below:g}–{upper:g})", color))
        below = upper
    title = translate("Synpunkter") if field == "count" else translate("Synpunkter per 1 000 invånare")
    return qgis.graduated(field, ranges, title=title)._replace(is_default=is_default)
