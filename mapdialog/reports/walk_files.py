"""Writes observations or actions of safety walks to one file of a named format, streamed from the database."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, case, select
from sqlalchemy.orm import Session

from mapdialog.dialogues.models import Category
from mapdialog.geo import qgis, spreadsheet, tables, writers
from mapdialog.geo.crs import WGS84
from mapdialog.reports import atomic
from mapdialog.reports.contribution_rows import Column
from mapdialog.reports.file_kinds import FileKind, kinds, pick
from mapdialog.reports.walk_rows import LAYERS, WHATS, WORDS, WalkContent, What, columns, far_away, geometry, statement
from mapdialog.reports.walk_squares import write_squares
from mapdialog.walks.models import SafetyWalk

KINDS: dict[str, FileKind] = kinds("csv", "xlsx", "geojson", "gpkg")
# What the log names when all walks are exported together.
EVERY_WALK = SimpleNamespace(__tablename__="safety_walk", id="all")
_POSITIONS = frozenset({"lon", "lat", "east", "north"})
_SHEETS: dict[What, str] = {"observations": "Iakttagelser", "actions": "Åtgärder"}
_WIDTHS = {"receipt": 16, "walk_title": 32, "category_label": 24, "text": 70, "title": 44, "description": 50}
_WIDTHS |= {"reason": 40, "party": 28, "where": 26, "observations": 24, "stop": 24, "district_name": 24}
_STATUS_COLORS = (
    *(("done", "Klar", "#009E73"), ("in_progress", "Pågår", "#E69F00"), ("planned", "Planerad", "#0072B2")),
    *(("accepted", "Mottagen", "#0072B2"), ("forwarded", "Skickad till ansvarig", "#56B4E9")),
    *(("proposed", "Föreslagen", "#56B4E9"), ("rejected", "Görs inte", "#CC79A7")),
    ("outside_mandate", "Utanför vårt ansvar", "#CC79A7"),
)


def write_walks(
    session: Session, content: WalkContent, kind: str, path: Path, *, delimiter: str = ";", decimal_comma: bool = True
) -> None:
    """Write csv, xlsx, geojson (EPSG:4326) or gpkg; the file appears when it is complete, memory stays flat.

    A GeoPackage holds two layers, observations and actions, whichever of them `content.what` says. Raises Invalid.
    """
    pick(KINDS, kind)
    content = replace(content, far=far_away(session, content))
    with atomic.writing(path) as partial:
        if content.what == "squares":
            write_squares(session, content, kind, partial, delimiter=delimiter, decimal_comma=decimal_comma)
        elif kind == "csv":
            chosen = columns(content)
            pieces = spreadsheet.csv_stream(
                _reader(session.connection(), content, chosen),
                [tables.Field(one.field.name, one.field.kind) for one in chosen],
                delimiter=delimiter,
                decimal_comma=decimal_comma,
            )
            with partial.open("wb") as sink:
                sink.writelines(pieces)
        elif kind == "xlsx":
            _write_xlsx(session, content, partial)
        elif kind == "geojson":
            writers.write_geojson(partial, _shapes(session, replace(content, epsg=WGS84)), layer=content.what)
        else:
            for what in WHATS:
                own = replace(content, what=what)
                style = _style(session, content, what)
                shapes = _shapes(session, own)
                is_second = what != WHATS[0]
                writers.write_gpkg(
                    partial,
                    shapes,
                    layer=LAYERS[what],
                    epsg=own.epsg,
                    geometry_type="Point",
                    styles=[style],
                    append=is_second,
                )


def _write_xlsx(session: Session, content: WalkContent, path: Path) -> None:
    chosen = [_in_words(one) for one in columns(content)]
    wrapped = frozenset({"text", "title", "description", "reason"})
    reader = _reader(session.connection(), content, chosen)
    titles = [one.field for one in chosen]
    spreadsheet.write_xlsx(path, reader, titles, sheet=_SHEETS[content.what], widths=_WIDTHS, wrapped=wrapped)


def _in_words(column: Column) -> Column:
    words: dict[Any, str] | None = WORDS.get(column.field.name)
    return Column(column.field, case(words, value=column.value, else_=column.value)) if words else column


def _shapes(session: Session, content: WalkContent) -> pa.RecordBatchReader:
    chosen = [one for one in columns(content) if one.field.name not in _POSITIONS]
    return _reader(session.connection(), content, chosen, with_shape=True)


def _reader(
    connection: Connection, content: WalkContent, chosen: list[Column], *, with_shape: bool = False
) -> pa.RecordBatchReader:
    values: list[Any] = [one.value.label(one.field.name) for one in chosen]
    if with_shape:
        values.append(tables.hex_wkb(geometry(content)).label(tables.GEOMETRY))
    fields = [one.field for one in chosen]
    return tables.copy_reader(connection, statement(content, values), fields, geometry=with_shape)


def _style(session: Session, content: WalkContent, what: What) -> qgis.Style:
    if what == "actions":
        return qgis.categorized("status", _STATUS_COLORS, title="Status")
    query = select(Category.key, Category.label_sv, Category.color)
    query = query.join(SafetyWalk, SafetyWalk.dialogue_id == Category.dialogue_id).order_by(Category.id)
    if content.walk_id is not None:
        query = query.where(SafetyWalk.id == content.walk_id)
    found = {key: (key, label, color) for key, label, color in session.execute(query)}
    return qgis.categorized("category", list(found.values()), title="Kategorier")
