"""The shapes districts are drawn with: simplified together, and without the sea where that helps."""

from pathlib import Path
from typing import NamedTuple

import shapely
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry

from mapdialog.districts.importing import Fields, Incoming, areas_of, read_districts
from mapdialog.geo import geometry, readers

TOLERANCE_M = 8.0
_LEAST_SEA = 0.005  # a smaller share of water is the coast's own roughness: clipping would only fray the border


class Coast(NamedTuple):
    """Land in EPSG:3006, and the rectangle within which it is drawn finely enough to clip by."""

    land: BaseGeometry
    near: BaseGeometry


def add_display(
    incoming: list[Incoming],
    path: Path | None = None,
    code_field: str = "code",
    *,
    coast: Coast | None = None,
    tolerance_m: float = TOLERANCE_M,
) -> None:
    """Give each district the shape it is drawn with: from a file with the same codes, else its own simplified.

    All are simplified together, so that neighbours still meet. With a `coast`, the sea is clipped off.
    """
    drawn: dict[str, MultiPolygon] = {}
    if path is not None:
        name = _code_field_in(path, code_field)
        drawn = {one.code: one.shape for one in read_districts(path, Fields(name, name))[0]}
    for one in incoming:
        one.display = drawn.get(one.code)
    plain = [one for one in incoming if one.display is None]
    if not plain:
        return
    simple = shapely.coverage_simplify([one.shape for one in plain], tolerance_m)
    for one, shape in zip(plain, simple, strict=True):
        valid = shape if shape.is_valid else geometry.repair(shape).geometry
        one.display = _on_land(areas_of(valid) or one.shape, coast)


def _on_land(shape: MultiPolygon, coast: Coast | None) -> MultiPolygon:
    """The shape without its sea; as it is where there is none, where all is, or where our coast is too coarse."""
    if coast is None or not coast.near.intersects(shape):
        return shape
    dry = areas_of(shapely.intersection(shape, coast.land))
    if dry is None or not coast.near.covers(dry):
        return shape
    return dry if dry.area < shape.area * (1 - _LEAST_SEA) else shape


def _code_field_in(path: Path, code_field: str) -> str:
    with readers.open_source(path) as source:
        return code_field if code_field in source.layer().fields else "code"
