"""Writes contributions to one file of a named format."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import case, select
from sqlalchemy.orm import Session

from mapdialog.contributions.deciding import CHANNELS, STATES
from mapdialog.contributions.models import Contribution
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.dialogues.models import Category
from mapdialog.geo import dxf, expressions, qgis, spreadsheet, tables, writers
from mapdialog.geo.crs import WGS84, name_of
from mapdialog.geo.problems import GeoProblem
from mapdialog.reports import atomic, streaming
from mapdialog.reports.contribution_rows import Column, Content, columns, statement
from mapdialog.reports.file_kinds import FileKind, kinds, pick

LAYER = "synpunkter"
_POSITIONS = frozenset({"lon", "lat", "east", "north", "shape"})
_WIDTHS = {
    "receipt": 16,
    "category_label": 24,
    "text": 70,
    "submitted_at": 17,
    "received_at": 17,
    "answered_at": 17,
    "place_label": 24,
    "district_name": 24,
    "original_text": 70,
    "shape": 12,
    "state": 20,
    "channel": 16,
}
# A workbook is read by people; the other formats keep the keys, which programs build on.
_WORDS: dict[str, dict[str, str]] = {
    "kind": {"comment": N_("Synpunkt")},
    "state": {str(key): words for key, words in STATES.items()},
    "channel": dict(CHANNELS),
}


KINDS: dict[str, FileKind] = kinds("csv", "xlsx", "geojson", "gpkg", "shp", "dxf")


def write_contributions(
    session: Session, content: Content, kind: str, path: Path, *, delimiter: str = ";", decimal_comma: bool = False
) -> None:
    """Write the content as csv, xlsx, geojson, gpkg, shp (zipped) or dxf; the file appears when it is complete.

    Memory stays flat however many there are. Raises Invalid for an unknown system, or DXF in degrees.
    """
    check(content, kind)
    with atomic.writing(path) as partial:
        if kind == "csv":
            with partial.open("wb") as sink:
                streaming.write_csv(session, content, sink, delimiter=delimiter, decimal_comma=decimal_comma)
        elif kind == "geojson":
            with partial.open("wb") as sink:
                streaming.write_geojson(session, content, sink)
        elif kind == "xlsx":
            chosen = [_in_words(one) for one in columns(content)]
            reader = _reader(session, content, chosen, geometry=False)
            titles = [one.field for one in chosen]
            spreadsheet.write_xlsx(
                partial,
                reader,
                titles,
                sheet="Synpunkter",
                widths=_WIDTHS,
                wrapped=frozenset({"text", "original_text"}),
                on_paper=next(at for at, one in enumerate(titles) if one.name == "lon"),
            )
        else:
            _write_map(session, content, kind, partial)


def _in_words(column: Column) -> Column:
    """A column of keys as the Swedish words that the staff's pages have for them; others as they are."""
    words = _WORDS.get(column.field.name)
    return Column(column.field, case(words, value=column.value, else_=column.value)) if words else column


def check(content: Content, kind: str) -> None:
    """Can this content be written in this format? Raises Invalid for an unknown format or system, or DXF in degrees."""
    pick(KINDS, kind)
    try:
        name_of(content.epsg)
    except GeoProblem as problem:
        raise Invalid(problem.message, field="crs", **problem.params) from None
    if kind == "dxf" and content.epsg == WGS84:
        raise Invalid(
            N_("DXF ritas i meter. Välj SWEREF 99 TM (EPSG:3006) eller kommunens lokala system."), field="crs"
        )


def _write_map(session: Session, content: Content, kind: str, path: Path) -> None:
    reader = _reader(
        session, content, [one for one in columns(content) if one.field.name not in _POSITIONS], geometry=True
    )
    if kind == "gpkg":
        writers.write_gpkg(path, reader, layer=LAYER, epsg=content.epsg, styles=[_style(session, content)])
    elif kind == "shp":
        writers.write_shp(path, reader, layer=LAYER, epsg=content.epsg)
    else:
        dxf.write_dxf(path, reader, layer_field="category_label", text_field="receipt")


def _reader(session: Session, content: Content, chosen: Sequence[Column], *, geometry: bool) -> pa.RecordBatchReader:
    values: list[Any] = [one.value.label(one.field.name) for one in chosen]
    if geometry:
        values.append(tables.hex_wkb(expressions.transform(Contribution.geom, content.epsg)).label(tables.GEOMETRY))
    return tables.copy_reader(
        session.connection(), statement(content, values), [one.field for one in chosen], geometry=geometry
    )


def _style(session: Session, content: Content) -> qgis.Style:
    categories = session.execute(
        select(Category.key, Category.label_sv, Category.color)
        .where(Category.dialogue_id == content.scope.dialogue_id)
        .order_by(Category.position, Category.id)
    )
    return qgis.categorized("category", [(key, label, color) for key, label, color in categories], title="Kategorier")
