"""What walks found as squares instead of points, to share with police and partners: where and how much, no words.

Points are the municipality's own, for those who mend the lamp; who follows the whole week by week needs no doorstep.
The squares are 250 m, those of the national grid in SWEREF 99 TM, so that they meet what others count in the same ones.
Fewer than five is told as few, and a feeling or a category of which there were fewer is not told at all.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Contribution
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Category
from mapdialog.geo import aggregate, expressions, qgis, spreadsheet, tables, writers
from mapdialog.geo.crs import STORE
from mapdialog.geo.geometry import from_store
from mapdialog.geo.tables import Field
from mapdialog.reports.walk_rows import WalkContent, statement
from mapdialog.walks.findings import Feeling, WalkObservation
from mapdialog.walks.public_numbers import FEWEST, suppressed

SIZE_M = 250
LAYER = "rutor"
# (key of `class`, what it says, colour); the key is the least number of the class.
_CLASSES = (
    (1, "Färre än 5", "#d9e2e5"),
    (5, "5–9", "#9ecae1"),
    (10, "10–19", "#4292c6"),
    (20, "20 eller fler", "#084594"),
)
FIELDS = (
    Field("square", "text", N_("Ruta")),
    Field("class", "text", N_("Antal i klasser")),
    Field("count", "integer", N_("Iakttagelser")),
    Field("insecure", "integer", N_("Otrygga")),
    Field("secure", "integer", N_("Trygga")),
    Field("neutral", "integer", N_("Varken eller")),
    Field("commonest", "text", N_("Vanligast")),
)


@dataclass
class Square:
    """Counts of a square: how the places felt, and of what."""

    feelings: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)


def write_squares(
    session: Session, content: WalkContent, kind: str, path: Path, *, delimiter: str = ";", decimal_comma: bool = True
) -> None:
    """Write csv, xlsx, geojson (EPSG:4326) or gpkg (EPSG:3006) of the observations that `content` names."""
    found = read(session, content)
    if kind == "csv":
        reader = tables.rows_reader(_rows(found, None), FIELDS, geometry=False)
        machine = [Field(one.name, one.kind) for one in FIELDS]
        pieces = spreadsheet.csv_stream(reader, machine, delimiter=delimiter, decimal_comma=decimal_comma)
        path.write_bytes(b"".join(pieces))
    elif kind == "xlsx":
        reader = tables.rows_reader(_rows(found, None), FIELDS, geometry=False)
        widths = {"square": 18, "class": 16, "commonest": 28}
        spreadsheet.write_xlsx(path, reader, FIELDS, sheet="Rutor", widths=widths)
    elif kind == "geojson":
        shapes = {cell: from_store(shape) for cell, shape in _shapes(found).items()}
        writers.write_geojson(path, tables.rows_reader(_rows(found, shapes), FIELDS), layer=LAYER)
    else:
        style = qgis.categorized("class", [(words, words, color) for _least, words, color in _CLASSES], symbol="cell")
        reader = tables.rows_reader(_rows(found, _shapes(found)), FIELDS)
        writers.write_gpkg(path, reader, layer=LAYER, epsg=STORE, geometry_type="Polygon", styles=[style])


def read(session: Session, content: WalkContent) -> dict[tuple[int, int], Square]:
    """Counts by column and row of the grid; what is hidden, taken back, merged or far from its walk is not there.

    SELECT floor(ST_X(geom) / 250), floor(ST_Y(geom) / 250), polarity, label, count(*) FROM (…) p GROUP BY 1, 2, 3, 4
    """
    own: Any = (
        Contribution.anchor.label("geom"),
        WalkObservation.__table__.c.polarity,
        Category.label_sv.label("label"),
    )
    points = (
        statement(content, own).where(WalkObservation.__table__.c.id.not_in(content.far)).order_by(None).subquery("p")
    )
    cell = expressions.square_cell(points.c.geom, SIZE_M)
    grouped = (*cell, points.c.polarity, points.c.label)
    found: dict[tuple[int, int], Square] = {}
    for ix, iy, polarity, label, count in session.execute(select(*grouped, func.count()).group_by(*grouped)):
        square = found.setdefault((ix, iy), Square())
        square.feelings[polarity] += count
        square.categories[label] += count
    return dict(sorted(found.items()))


def _shapes(found: dict[tuple[int, int], Square]) -> dict[tuple[int, int], Any]:
    columns, rows = [ix for ix, _iy in found], [iy for _ix, iy in found]
    return dict(zip(found, aggregate.cell_polygons(columns, rows, SIZE_M), strict=True)) if found else {}


def _rows(found: dict[tuple[int, int], Square], shapes: dict[tuple[int, int], Any] | None) -> Iterator[tuple[Any, ...]]:
    """A row for each square: the national grid's number, which is its south-west corner, and the counts."""
    for (ix, iy), square in found.items():
        total = square.feelings.total()
        words = next(words for least, words, _color in reversed(_CLASSES) if total >= least)
        told = suppressed(square.feelings) if total >= FEWEST else {}
        label, most = min(square.categories.items(), key=lambda one: (-one[1], one[0]))
        row = (
            f"{ix * SIZE_M:06d}{iy * SIZE_M:07d}",
            words,
            total if total >= FEWEST else None,
            *(_told(square, told, feeling) for feeling in (Feeling.INSECURE, Feeling.SECURE, Feeling.NEUTRAL)),
            label if most >= FEWEST else "",
        )
        yield (*row, shapely.to_wkb(shapes[ix, iy])) if shapes is not None else row


def _told(square: Square, told: dict[str, int | None], feeling: str) -> int | None:
    """None also where there are none while another is not told: a nought would give that one away."""
    if square.feelings[feeling]:
        return told.get(feeling)
    return 0 if told and None not in told.values() else None
