"""The formats that files come in: what they are called, how they end, what they are served as."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.geo.crs import STORE, WGS84


@dataclass(frozen=True)
class FileKind:
    """A format: its name, what its files are called and served as, and the system it is written in unless told."""

    name: str
    suffix: str
    mime: str
    title: str
    epsg: int = STORE


_ALL = (
    FileKind("html", ".html", "text/html; charset=utf-8", N_("Karta i en fil (HTML)"), WGS84),
    FileKind("png", ".png", "image/png", N_("Bild för presentationer (PNG)")),
    FileKind("xlsx", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", N_("Excel (XLSX)")),
    FileKind("pdf", ".pdf", "application/pdf", N_("PDF")),
    FileKind(
        "docx",
        ".docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        N_("Word (DOCX)"),
    ),
    FileKind("csv", ".csv", "text/csv; charset=utf-8", N_("CSV för Excel och statistik")),
    FileKind("geojson", ".geojson", "application/geo+json", N_("GeoJSON för kartor på webben"), WGS84),
    FileKind("gpkg", ".gpkg", "application/geopackage+sqlite3", N_("GeoPackage för QGIS, med färger")),
    FileKind("shp", ".zip", "application/zip", N_("Shapefile (zip)")),
    FileKind("dxf", ".dxf", "image/vnd.dxf", N_("DXF för CAD")),
)


def kinds(*names: str) -> dict[str, FileKind]:
    """Some of the formats, in the order named."""
    known = {kind.name: kind for kind in _ALL}
    return {name: known[name] for name in names}


def pick(known: Mapping[str, FileKind], name: str) -> FileKind:
    """The format of that name, or Invalid with the ones there are."""
    if name not in known:
        raise Invalid(
            N_("Formatet ”%(name)s” finns inte. Välj %(known)s."),
            field="format",
            name=name[:20],
            known=", ".join(known),
        )
    return known[name]


def kind_of(known: Mapping[str, FileKind], path: Path, given: str | None = None) -> str:
    """The format asked for, else the one the file's name ends in. Raises Invalid with the endings there are."""
    if given:
        return pick(known, given).name
    for kind in known.values():
        if path.suffix.lower() == kind.suffix:
            return kind.name
    raise Invalid(
        N_("Filnamnet ”%(name)s” säger inget format. Låt det sluta på %(known)s, eller ange --format."),
        field="output",
        name=path.name[:60],
        known=", ".join(kind.suffix for kind in known.values()),
    )
