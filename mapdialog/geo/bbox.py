"""Bounding boxes: `w,s,e,n` text in EPSG:4326 from a map's viewport, checked, widened and taken to EPSG:3006."""

import math
from typing import NamedTuple

import numpy as np
import shapely

from mapdialog.geo.crs import STORE, WGS84, project, transformer
from mapdialog.geo.problems import N_, GeoProblem

# Transverse Mercator holds angles and distances far beyond Sweden, but boxes wider than this bend into other shapes.
_WIDEST_DEGREES = 40.0
Bounds = tuple[float, float, float, float]


class BBox(NamedTuple):
    """West, south, east, north in degrees (EPSG:4326)."""

    west: float
    south: float
    east: float
    north: float

    @property
    def is_wide(self) -> bool:
        """True when the box is too wide for a polygon in EPSG:3006 to mean the same; compare degrees instead."""
        return (
            self.east - self.west > _WIDEST_DEGREES
            or self.north - self.south > _WIDEST_DEGREES
            or max(abs(self.south), abs(self.north)) > 89
        )

    def expand(self, fraction: float) -> "BBox":
        """The box grown by `fraction` of its own width and height on each side, kept on the earth."""
        dx, dy = (self.east - self.west) * fraction, (self.north - self.south) * fraction
        return BBox(
            max(-180.0, self.west - dx),
            max(-90.0, self.south - dy),
            min(180.0, self.east + dx),
            min(90.0, self.north + dy),
        )

    def to_store(self) -> Bounds:
        """The envelope in EPSG:3006 (min east, min north, max east, max north) that holds the box, edges densified."""
        bounds = transformer(WGS84, STORE).transform_bounds(*self, densify_pts=21)
        return float(bounds[0]), float(bounds[1]), float(bounds[2]), float(bounds[3])

    def to_store_polygon(self) -> shapely.Polygon:
        """The box itself in EPSG:3006: meridians and parallels become curves there, so each edge gets 16 pieces."""
        ring = shapely.segmentize(shapely.box(*self), max(self.east - self.west, self.north - self.south) / 16 or 1e-9)
        return project(ring, WGS84, STORE)

    def contains(self, lon: float, lat: float) -> bool:
        """Is the place in the box, edges included?"""
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    def __str__(self) -> str:
        return ",".join(f"{edge:.6f}".rstrip("0").rstrip(".") for edge in self)


def parse(text: str) -> BBox:
    """`w,s,e,n` in degrees as a BBox. Longitudes past ±180 from a map that was dragged round the world are clipped.

    Raises GeoProblem with a Swedish message.
    """
    parts = (text or "").split(",")
    if len(parts) != 4:
        raise GeoProblem(N_("Rutan ska vara fyra tal: väst,syd,öst,nord."))
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        raise GeoProblem(N_("Rutan ska vara fyra tal: väst,syd,öst,nord.")) from None
    if not all(math.isfinite(edge) and abs(edge) <= 1080 for edge in (west, south, east, north)):
        raise GeoProblem(N_("Rutans tal ligger inte på jorden."))
    west, east = max(-180.0, min(180.0, west)), max(-180.0, min(180.0, east))
    south, north = max(-90.0, min(90.0, south)), max(-90.0, min(90.0, north))
    if west > east or south > north:
        raise GeoProblem(N_("Rutans västra kant måste ligga väster om den östra, och den södra söder om den norra."))
    return BBox(west, south, east, north)


def around(lons: "np.ndarray | list[float]", lats: "np.ndarray | list[float]") -> BBox:
    """The smallest box that holds all places; raises ValueError when there are none."""
    return BBox(float(np.min(lons)), float(np.min(lats)), float(np.max(lons)), float(np.max(lats)))
