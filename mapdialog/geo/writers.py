"""Writes a stream of rows as a map file: GeoPackage with styles, Shapefile, GeoJSON; memory stays flat."""

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from mapdialog.geo import ogrfile, qgis
from mapdialog.geo.crs import STORE
from mapdialog.geo.tables import GEOMETRY

__all__ = ["write_geojson", "write_gpkg", "write_shp"]
_SHP_KINDS = (
    ("punkter", "Point", ("POINT", "MULTIPOINT")),
    ("linjer", "LineString", ("LINESTRING", "MULTILINESTRING")),
    ("ytor", "Polygon", ("POLYGON", "MULTIPOLYGON")),
)
_DBF_NAME = 10


def write_gpkg(
    path: Path,
    reader: pa.RecordBatchReader,
    *,
    layer: str,
    epsg: int = STORE,
    geometry_type: str = "Unknown",
    styles: Sequence[qgis.Style] = (),
    append: bool = False,
) -> None:
    """Write (or with `append` add to) a GeoPackage layer from Arrow batches whose shapes are WKB in `geom`, in `epsg`.

    `geometry_type` is 'Point', 'MultiPolygon' … or 'Unknown' for mixed. Styles land in `layer_styles`, where QGIS finds
    them by itself.
    """
    if not append:
        path.unlink(missing_ok=True)
    # One write-ahead file less and no fsync per page: the file is made in one go and is worthless half done anyway.
    with ogrfile.options(OGR_SQLITE_SYNCHRONOUS="OFF", OGR_SQLITE_JOURNAL="OFF"):
        ogrfile.gdal().raw.write_arrow(
            reader,
            path,
            layer=layer,
            driver="GPKG",
            geometry_name=GEOMETRY,
            geometry_type=geometry_type,
            crs=f"EPSG:{epsg}",
            append=append and path.exists(),
        )
    if styles:
        qgis.store_styles(path, layer, styles)


def write_geojson(path: Path, reader: pa.RecordBatchReader, *, layer: str) -> None:
    """Write GeoJSON (RFC 7946) from Arrow batches whose shapes are WKB in `geom`, EPSG:4326."""
    path.unlink(missing_ok=True)
    ogrfile.gdal().raw.write_arrow(
        reader,
        path,
        layer=layer,
        driver="GeoJSON",
        geometry_name=GEOMETRY,
        geometry_type="Unknown",
        crs="EPSG:4326",
        layer_options={"RFC7946": "YES", "COORDINATE_PRECISION": "6"},
    )


def write_shp(
    path: Path, reader: pa.RecordBatchReader, *, layer: str, epsg: int = STORE, geometry_type: str = "Unknown"
) -> None:
    """Write a zip of Shapefiles (UTF-8, with .prj and .cpg), one per kind of shape that occurs.

    Shapefile's own limits hold: field names of 10 characters (made unique), texts cut at 254 bytes, times as text.
    """
    with tempfile.TemporaryDirectory(prefix="mapdialog-shp-") as folder:
        target = Path(folder) / "shp"
        target.mkdir()
        if geometry_type == "Unknown":
            _write_mixed(Path(folder), target, reader, layer, epsg)
        else:
            _write_one(target / f"{layer}.shp", _dbf_ready(reader), geometry_type, epsg)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as zipped:
            for part in sorted(target.iterdir()):
                zipped.write(part, part.name)


def _write_one(path: Path, reader: pa.RecordBatchReader, geometry_type: str, epsg: int) -> None:
    ogrfile.gdal().raw.write_arrow(
        reader,
        path,
        driver="ESRI Shapefile",
        geometry_name=GEOMETRY,
        geometry_type=geometry_type,
        crs=f"EPSG:{epsg}",
        encoding="UTF-8",
    )


def _write_mixed(folder: Path, target: Path, reader: pa.RecordBatchReader, layer: str, epsg: int) -> None:
    """A Shapefile holds one kind of shape, a stream is read once: sort on disk, in a GeoPackage, not in memory."""
    sorting = folder / "sort.gpkg"
    write_gpkg(sorting, _dbf_ready(reader), layer=layer, epsg=epsg)
    for suffix, kind, names in _SHP_KINDS:
        where = "ST_GeometryType(geom) IN ({})".format(", ".join(f"'{name}'" for name in names))
        with ogrfile.gdal().open_arrow(sorting, layer=layer, where=where, use_pyarrow=True, batch_size=20_000) as (
            _,
            found,
        ):
            first = next(iter(found), None)
            if first is None or not first.num_rows:
                continue
            name = target / f"{layer}_{suffix}.shp"
            stream = pa.RecordBatchReader.from_batches(first.schema, _chain(first, found))
            _write_one(name, stream, f"Multi{kind}" if kind == "Polygon" else kind, epsg)


def _chain(first: pa.RecordBatch, rest: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest


def _dbf_ready(reader: pa.RecordBatchReader) -> pa.RecordBatchReader:
    """Times to text and names to ten unique characters, since dBase knows neither more."""
    names: list[str] = []
    for name in reader.schema.names:
        short, number = name if name == GEOMETRY else name[:_DBF_NAME], 1
        while short in names:
            number += 1
            short = f"{name[: _DBF_NAME - len(str(number))]}{number}"
        names.append(short)
    fields = [
        pa.field(name, pa.string() if pa.types.is_timestamp(old.type) else old.type)
        for name, old in zip(names, reader.schema, strict=True)
    ]
    wanted = pa.schema(fields)

    def converted() -> Iterator[pa.RecordBatch]:
        for batch in reader:
            columns = [
                pc.strftime(column.cast(pa.timestamp("s", tz="UTC"), safe=False), format="%Y-%m-%d %H:%M:%S")
                if pa.types.is_timestamp(column.type)
                else column
                for column in batch.columns
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=wanted)

    return pa.RecordBatchReader.from_batches(wanted, converted())
