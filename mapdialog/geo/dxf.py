"""Writes DXF that every CAD program reads (R12): points with texts, lines and areas, a layer per category."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from mapdialog.geo.tables import GEOMETRY

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_LAYER_NAME = re.compile(r"[^A-Za-z0-9_ÅÄÖåäö-]+")


def write_dxf(
    path: Path,
    reader: pa.RecordBatchReader,
    *,
    layer_field: str | None = None,
    text_field: str | None = None,
    text_height_m: float = 2.0,
) -> None:
    """Write shapes (WKB in `geom`, a metric CRS) as DXF entities, streamed.

    Each entity lies on the layer named by `layer_field` ('0' without one); `text_field` is written beside its anchor,
    one line of at most 250 characters. DXF has no place for a CRS: say it where the file is offered.
    """
    with path.open("w", encoding="cp1252", errors="replace", newline="\r\n") as file:
        file.write(
            "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1009\n9\n$DWGCODEPAGE\n3\nANSI_1252\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n"
        )
        for batch in reader:
            _write_batch(file, batch, layer_field, text_field, text_height_m)
        file.write("0\nENDSEC\n0\nEOF\n")


def _write_batch(
    file: TextIO, batch: pa.RecordBatch, layer_field: str | None, text_field: str | None, height: float
) -> None:
    shapes = shapely.from_wkb(np.array(batch.column(GEOMETRY).to_pylist(), dtype=object))
    layers = batch.column(layer_field).to_pylist() if layer_field else [None] * len(shapes)
    texts = batch.column(text_field).to_pylist() if text_field else [None] * len(shapes)
    for shape, layer, text in zip(shapes, layers, texts, strict=True):
        if shape is None or shape.is_empty:
            continue
        name = _LAYER_NAME.sub("_", str(layer or "0"))[:31] or "0"
        is_point = shape.geom_type == "Point"
        for entity in _entities(shape, name):
            file.write(entity)
        if text:
            place = shape if is_point else shapely.point_on_surface(shape)
            at = f"10\n{place.x + height / 2:.3f}\n20\n{place.y:.3f}\n30\n0"
            file.write(f"0\nTEXT\n8\n{name}\n{at}\n40\n{height}\n1\n{_line(str(text))}\n")


def _entities(shape: BaseGeometry, layer: str) -> Iterator[str]:
    if hasattr(shape, "geoms"):
        for part in shape.geoms:
            yield from _entities(part, layer)
    elif shape.geom_type == "Point":
        yield f"0\nPOINT\n8\n{layer}\n10\n{shape.x:.3f}\n20\n{shape.y:.3f}\n30\n0\n"  # type: ignore[attr-defined]
    elif shape.geom_type == "Polygon":
        for ring in (shape.exterior, *shape.interiors):  # type: ignore[attr-defined]
            yield _polyline(ring, layer, closed=True)
    else:
        yield _polyline(shape, layer, closed=False)


def _polyline(line: BaseGeometry, layer: str, *, closed: bool) -> str:
    points = shapely.get_coordinates(line)[: -1 if closed else None]
    vertices = "".join(f"0\nVERTEX\n8\n{layer}\n10\n{x:.3f}\n20\n{y:.3f}\n30\n0\n" for x, y in points)
    return f"0\nPOLYLINE\n8\n{layer}\n66\n1\n70\n{int(closed)}\n{vertices}0\nSEQEND\n8\n{layer}\n"


def _line(text: str) -> str:
    """One line that cannot break out of its group: no control characters; letters outside cp1252 as \\U+XXXX."""
    flat = " ".join(_CONTROL.sub(" ", text[:1000]).split())[:250]
    if _fits(flat):
        return flat
    return "".join(
        letter if _fits(letter) else f"\\U+{ord(letter):04X}" if ord(letter) < 0x10000 else "?" for letter in flat
    )


def _fits(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
