"""The gate to GDAL: only formats we know, checked by content first, and its errors turned into one clear line."""

import importlib
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

# Formats that can point at other files or at the network are not loaded at all. GDAL reads this when it starts, so it
# has to be said before pyogrio is imported anywhere; the checks of content below hold all the same.
os.putenv(
    "OGR_SKIP", "OGR_VRT,HTTP,GDALG,WFS,OAPIF,OGCAPI,CSW,NGW,Carto,AmigoCloud,Elasticsearch,EEDA,PLSCENES,GML,ADBC"
)

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from mapdialog.geo import dbf_text
from mapdialog.geo.crs import WGS84
from mapdialog.geo.problems import N_, GeoProblem

# What GDAL finds odd in a file is told to the user by our own checks, not to the console.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"pyogrio|contextlib")

log = logging.getLogger(__name__)
DRIVERS: dict[str, tuple[str, ...]] = {
    ".gpkg": ("GPKG",),
    ".shp": ("ESRI Shapefile",),
    ".geojson": ("GeoJSON",),
    ".json": ("GeoJSON", "TopoJSON", "ESRIJSON"),
    ".kml": ("LIBKML", "KML"),
    ".dxf": ("DXF",),
    ".fgb": ("FlatGeobuf",),
    ".gpx": ("GPX",),
    ".tab": ("MapInfo File",),
    ".mif": ("MapInfo File",),
}
# Tables alone: nothing that has a place is read from them.
WORKBOOKS: dict[str, tuple[str, ...]] = {".xlsx": ("XLSX",)}
_STARTS: dict[str, tuple[bytes, ...]] = {
    ".gpkg": (b"SQLite format 3\0",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".fgb": (b"fgb",),
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".kml": (b"<",),
    ".gpx": (b"<",),
    ".xlsx": (b"PK",),
}
# GML, which can pull schemas from the net, and virtual files are recognised by content whatever their name is.
_DISGUISES = (
    b"<OGRVRTDataSource",
    b"<OGRVRTLayer",
    b"<VRTDataset",
    b"<OGCAPI",
    b"<WFS_Capabilities",
    b"gdal_streamed_alg",
    b"<!ENTITY",
)


def refuse_disguised(path: Path) -> None:
    """Raise GeoProblem when a file's beginning is a format that points elsewhere, whatever it is called."""
    with path.open("rb") as file:
        head = file.read(4096)
    if any(mark.lower() in head.lower() for mark in _DISGUISES):
        raise GeoProblem(N_("Filen pekar på andra filer i stället för att innehålla en karta."))


def _check_start(path: Path) -> None:
    refuse_disguised(path)
    starts = _STARTS.get(path.suffix.lower())
    with path.open("rb") as file:
        head = file.read(64).removeprefix(b"\xef\xbb\xbf")
    if starts and not (head.lstrip() if starts[0] in (b"{", b"<") else head).startswith(starts):
        raise GeoProblem(N_("Filen heter %(suffix)s men har ett annat innehåll."), suffix=path.suffix)
    # A Shapefile that was cut off is read without a word, as far as it goes; its head says how long it is, in 16 bits.
    if path.suffix.lower() == ".shp" and path.stat().st_size < 2 * int.from_bytes(head[24:28], "big"):
        raise _unreadable(path, ValueError("it is shorter than its head says"))


@cache
def gdal() -> Any:
    """The library, loaded when the first file is opened: most processes open none, and all would wait for it."""
    return importlib.import_module("pyogrio")


def describe(path: Path) -> list[tuple[str, tuple[str, ...], str | None, int | None, int | None]]:
    """Each layer as (name, fields, geometry type, EPSG or None, number of rows or None); raises GeoProblem."""
    _check_start(path)
    try:
        names = [str(name) for name, _ in gdal().list_layers(path)]
        written_in = dbf_text.encoding_of(path)
        infos = [(name, gdal().read_info(path, layer=name, encoding=written_in)) for name in names]
    except RuntimeError as error:  # All errors of pyogrio are of this kind.
        raise _unreadable(path, error) from None
    described = []
    for name, info in infos:
        if info["driver"] not in (DRIVERS | WORKBOOKS)[path.suffix.lower()]:
            raise GeoProblem(N_("Filen heter %(suffix)s men har ett annat innehåll."), suffix=path.suffix)
        kind = info["geometry_type"]
        # A Shapefile without .prj has no CRS; GeoJSON and KML are EPSG:4326 unless an old member says else.
        described.append(
            (
                name,
                tuple(str(f) for f in info["fields"]),
                str(kind) if kind else None,
                _epsg(info["crs"]),
                int(info["features"]) if info["features"] >= 0 else None,
            )
        )
    return described


def _epsg(crs: Any) -> int | None:
    if not crs:
        return None
    try:
        found = CRS.from_user_input(crs)
    except CRSError:
        return None
    if found.is_compound:  # Heights beside a plane system, such as SWEREF 99 TM + RH 2000: we keep the plane part.
        found = found.sub_crs_list[0]
    # ESRI's .prj says the same system in other words; 25 % is pyproj's own notion of a safe match for those.
    epsg = found.to_epsg() or found.to_epsg(min_confidence=25)
    return WGS84 if epsg == 4979 else epsg


def batches(
    path: Path, layer: str, size: int
) -> Iterator[tuple[dict[str, list[Any]], "npt.NDArray[np.object_] | None"]]:
    """Rows of a layer as (columns, 2D shapes), `size` at a time. A shape GEOS can't build comes as None."""
    try:
        written_in = dbf_text.encoding_of(path)
        with gdal().open_arrow(path, layer=layer, batch_size=size, use_pyarrow=True, encoding=written_in) as (
            meta,
            reader,
        ):
            shape_column = meta["geometry_name"] or "wkb_geometry"
            for batch in reader:
                columns = {name: batch.column(name).to_pylist() for name in batch.schema.names if name != shape_column}
                shapes = None
                if shape_column in batch.schema.names:
                    raw = batch.column(shape_column).to_pylist()
                    shapes = shapely.force_2d(shapely.from_wkb(np.array(raw, dtype=object), on_invalid="ignore"))
                yield columns, shapes
    except UnicodeDecodeError:
        raise GeoProblem(
            N_("Texterna i filen %(name)s går inte att läsa. Spara om den med teckenkodningen UTF-8."), name=path.name
        ) from None
    except (RuntimeError, OSError) as error:  # Arrow reports a damaged row in the latter words.
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> GeoProblem:
    """What the user can do about it; the library's own words are for the log."""
    detail = " ".join(str(error).replace(str(path.parent), "").replace(path.stem, "*").split())[:200]
    log.info("a map file (%s) was not read: %s", path.suffix, detail)
    if path.suffix.lower() == ".shp" and ".shx" in detail:
        message = N_(
            "%(name)s saknar filen .shx. Packa alla Shapefilens delar (.shp, .shx, .dbf och .prj) i en zip-fil."
        )
    else:
        message = N_(
            "Filen %(name)s går inte att läsa: den är skadad, inte hel eller inte vad den heter. Exportera den igen."
        )
    return GeoProblem(message, name=path.name)


@contextmanager
def options(**values: str) -> Iterator[None]:
    """GDAL settings for the duration of one file; they are the process's, so keep to ones that harm nobody else."""
    before = {name: gdal().get_gdal_config_option(name) for name in values}
    gdal().set_gdal_config_options(values)
    try:
        yield
    finally:
        gdal().set_gdal_config_options(before)
