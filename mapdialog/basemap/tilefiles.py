"""Raster tiles from local files: MBTiles, PMTiles and GeoPackage, in Web Mercator."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import lru_cache
from math import isclose
from pathlib import Path

from mapdialog.basemap.layers import Layer

ReadTile = Callable[[int, int, int], bytes | None]
HALF = 20037508.342789244  # half the width of Web Mercator's world, metres
_TILE = 256


def open_tiles(layer: Layer) -> ReadTile:
    """A function of (z, x, y) that gives a tile's bytes or None. Raises ValueError with what is wrong with the file."""
    return {"mbtiles": _mbtiles, "pmtiles": _pmtiles, "gpkg": _geopackage}[layer.kind](layer.path)


def _query(path: str, sql: str, *values: int | str) -> "list[tuple]":
    # `immutable` reads without locks: the file lies still while we serve, and may lie where we can't write.
    with closing(sqlite3.connect(f"{Path(path).as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        return database.execute(sql, values).fetchall()


@lru_cache(maxsize=16)
def _mbtiles(path: str) -> ReadTile:
    try:
        facts = dict(_query(path, "SELECT name, value FROM metadata"))
        _query(path, "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles LIMIT 1")
    except sqlite3.Error as error:
        raise ValueError(f"{path} is no MBTiles file: {error}") from None
    if facts.get("format", "png") not in ("png", "jpg", "jpeg", "webp"):
        raise ValueError(f"{path} holds {facts.get('format')} tiles; only pictures (png, jpg, webp) are supported")
    sql = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"

    def read(z: int, x: int, y: int) -> bytes | None:
        found = _query(path, sql, z, x, 2**z - 1 - y)  # rows count from the south
        return bytes(found[0][0]) if found else None

    return read


@lru_cache(maxsize=16)
def _pmtiles(path: str) -> ReadTile:
    from pmtiles.reader import MmapSource, Reader
    from pmtiles.tile import TileType

    try:
        with Path(path).open("rb") as file:
            reader = Reader(MmapSource(file))  # type: ignore[no-untyped-call]
            header = reader.header()  # type: ignore[no-untyped-call]
    except Exception as error:  # The library raises what it stumbles on: struct.error, ValueError, MagicNumberNotFound.
        raise ValueError(f"{path} is no PMTiles file of version 3: {error or type(error).__name__}") from None
    if header["tile_type"] not in (TileType.PNG, TileType.JPEG, TileType.WEBP):
        raise ValueError(f"{path} holds vector tiles; only pictures (png, jpg, webp) are supported")

    def read(z: int, x: int, y: int) -> bytes | None:
        found = reader.get(z, x, y)  # type: ignore[no-untyped-call]
        return bytes(found) if found else None

    return read


@lru_cache(maxsize=16)
def _geopackage(path: str) -> ReadTile:
    """Tiles of the first tile table whose grid is a part of Web Mercator's; other grids are refused with the remedy."""
    tables = _tile_tables(path)
    table, epsg, west, north = tables[0]
    if epsg not in (3857, 900913):
        raise ValueError(f"{path} has tiles in EPSG:{epsg}; order them in Web Mercator (EPSG:3857)")
    levels = _levels(path, table, west, north)
    if not levels:
        raise ValueError(f"{path}: the tiles' grid is not Web Mercator's (256 pixels, doubling scales)")
    quoted = table.replace('"', '""')
    sql = f'SELECT tile_data FROM "{quoted}" WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?'  # noqa: S608

    def read(z: int, x: int, y: int) -> bytes | None:
        if z not in levels:
            return None
        own, first_x, first_y = levels[z]
        found = _query(path, sql, own, x - first_x, y - first_y)
        return bytes(found[0][0]) if found else None

    return read


def _tile_tables(path: str) -> "list[tuple]":
    """(name, EPSG, west, north) of each tile table of a GeoPackage; raises ValueError when there is none."""
    try:
        tables = _query(
            path,
            "SELECT c.table_name, s.organization_coordsys_id, m.min_x, m.max_y FROM gpkg_contents c "
            "JOIN gpkg_tile_matrix_set m USING (table_name) JOIN gpkg_spatial_ref_sys s ON s.srs_id = m.srs_id "
            "WHERE c.data_type = 'tiles'",
        )
    except sqlite3.Error as error:
        raise ValueError(f"{path} is no GeoPackage with tiles: {error}") from None
    if not tables:
        raise ValueError(f"{path} has no tile table")
    return tables


def sample_tile(layer: Layer) -> bytes | None:
    """Any one tile of a file, or None when it has none. Raises ValueError when the file can't be read."""
    if layer.kind == "pmtiles":
        return next(_tiles_of_pmtiles(layer.path), None)
    table = "tiles" if layer.kind == "mbtiles" else _tile_tables(layer.path)[0][0]
    quoted = table.replace('"', '""')
    found = _query(layer.path, f'SELECT tile_data FROM "{quoted}" LIMIT 1')  # noqa: S608 - a table of the file itself
    return bytes(found[0][0]) if found else None


def _tiles_of_pmtiles(path: str) -> Iterator[bytes]:
    from pmtiles.reader import MmapSource, all_tiles

    with Path(path).open("rb") as file:
        for _place, data in all_tiles(MmapSource(file)):  # type: ignore[no-untyped-call]
            yield bytes(data)


def _levels(path: str, table: str, west: float, north: float) -> dict[int, tuple[int, int, int]]:
    """Web Mercator zoom to (the file's own zoom level, its first column, its first row)."""
    sql = (
        "SELECT zoom_level, pixel_x_size, tile_width, tile_height FROM gpkg_tile_matrix "
        "WHERE table_name = ? ORDER BY zoom_level"
    )
    found: dict[int, tuple[int, int, int]] = {}
    for own, pixel, width, height in _query(path, sql, table):
        for zoom in range(23):
            span = 2 * HALF / 2**zoom
            column, row = (west + HALF) / span, (HALF - north) / span
            aligned = isclose(column, round(column), abs_tol=1e-3) and isclose(row, round(row), abs_tol=1e-3)
            if isclose(pixel * _TILE, span, rel_tol=1e-6) and width == height == _TILE and aligned:
                found[zoom] = (own, round(column), round(row))
    return found
