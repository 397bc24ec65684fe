"""A tile of a layer: from the cache, the local file or the map server, in that order."""

from dataclasses import dataclass

from mapdialog.basemap import upstream
from mapdialog.basemap.layers import FILES, Layer
from mapdialog.basemap.tilecache import DAY, TileCache
from mapdialog.basemap.tilefiles import open_tiles


@dataclass(frozen=True)
class Tile:
    """A tile's bytes (None: the layer has none here) and whether it could not be had now."""

    data: bytes | None
    is_failure: bool = False


def is_on_earth(z: int, x: int, y: int) -> bool:
    """Does the tile exist in Web Mercator's grid?"""
    return 0 <= z <= 22 and 0 <= x < 2**z and 0 <= y < 2**z


def get_tile(layer: Layer, z: int, x: int, y: int, cache: TileCache) -> Tile:
    """The tile; one too old is fetched anew, and served all the same while the map server is away.

    That a server has no tile somewhere is believed for a day only: it may be mended before a month has passed.
    """
    if layer.kind in FILES:
        return Tile(open_tiles(layer)(z, x, y))
    kept = cache.get(layer.key, z, x, y)
    if kept is not None and kept[1] < (layer.keep_days * DAY if kept[0] else min(layer.keep_days, 1) * DAY):
        return Tile(kept[0] or None)
    try:
        data = upstream.fetch(layer, z, x, y)
    except upstream.Unreachable:
        return Tile(kept[0] or None) if kept is not None else Tile(None, is_failure=True)
    cache.put(layer.key, z, x, y, data or b"")
    return Tile(data)
