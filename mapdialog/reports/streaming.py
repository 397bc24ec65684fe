"""CSV and GeoJSON straight out of PostgreSQL: it writes the text, we pass it on; a million rows need no memory."""

import itertools
import os
import threading
from collections.abc import Iterator
from typing import IO, Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, case, cast, func, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from mapdialog.contributions.models import Contribution
from mapdialog.geo import expressions
from mapdialog.geo.crs import WGS84
from mapdialog.reports.contribution_rows import Column, Content, columns, statement

BLOCK = 1 << 18
BOM = "\ufeff".encode()
# Characters that JSON never holds unescaped: with them as quote and delimiter, COPY passes lines through as they are.
_RAW = "FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02', NULL E'\\x03'"


def write_csv(
    session: Session, content: Content, sink: IO[bytes], *, delimiter: str = ";", decimal_comma: bool = False
) -> None:
    """CSV: UTF-8 with BOM, field names in the first row, times on Stockholm's clock, text that no spreadsheet runs."""
    sink.write(BOM)
    _copy(session.connection(), *_csv(content, delimiter, decimal_comma), sink)


def write_geojson(session: Session, content: Content, sink: IO[bytes]) -> None:
    """GeoJSON, one feature a line, into a file that can be sought in. EPSG:4326 unless the content asks otherwise."""
    sink.write(_head(content))
    start = sink.tell()
    _copy(session.connection(), *_geojson(content), sink)
    end = sink.tell()
    if end > start:  # Every line begins with a comma, also the first, which must not.
        sink.seek(start)
        sink.write(b" ")
        sink.seek(end)
    sink.write(b"]}\n")


def stream_csv(
    session: Session, content: Content, *, delimiter: str = ";", decimal_comma: bool = False
) -> Iterator[bytes]:
    """The same in pieces, on a connection of its own that outlives the request's session; asked at the first piece."""
    return itertools.chain((BOM,), _stream(session.get_bind(), *_csv(content, delimiter, decimal_comma)))


def stream_geojson(session: Session, content: Content) -> Iterator[bytes]:
    """The same in pieces."""
    pieces = _stream(session.get_bind(), *_geojson(content))
    return itertools.chain((_head(content),), _without_first_comma(pieces), (b"]}\n",))


def _without_first_comma(pieces: Iterator[bytes]) -> Iterator[bytes]:
    for first in pieces:
        yield first[1:]
        break
    yield from pieces


def _head(content: Content) -> bytes:
    """RFC 7946 knows EPSG:4326 alone; readers of the older rule find another system in the member it had for that."""
    crs = (
        ""
        if content.epsg == WGS84
        else f'"crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::{content.epsg}"}}}},'
    )
    return f'{{"type":"FeatureCollection",{crs}"features":[\n'.encode()


def _csv(content: Content, delimiter: str, decimal_comma: bool) -> tuple[Select[Any], str]:
    values = [_csv_text(column, decimal_comma).label(column.field.name) for column in columns(content)]
    mark = {";": ";", ",": ",", "\t": "E'\\t'", "|": "|"}[delimiter]
    return statement(content, values), f"FORMAT csv, HEADER, DELIMITER {mark if mark.startswith('E') else repr(mark)}"


def _csv_text(column: Column, decimal_comma: bool) -> ColumnElement[Any]:
    if column.field.kind == "text":
        return expressions.csv_safe(func.nullif(column.value, ""))
    if column.field.kind == "time":
        return func.timezone("Europe/Stockholm", func.date_trunc("second", column.value))
    if column.field.kind == "number" and decimal_comma:
        return func.replace(cast(column.value, Text), ".", ",")
    return column.value


def _geojson(content: Content) -> tuple[Select[Any], str]:
    """One line a feature, each begun with a comma: the shape as PostGIS writes it, the properties one by one.

    SELECT ',{"type":"Feature","geometry":' || shape || ',"properties":{"receipt":' || to_json(receipt) || … || '}}'
    FROM (SELECT receipt, …, shape FROM contribution …) f
    """
    chosen = [
        column for column in columns(content) if column.field.name not in ("lon", "lat", "east", "north", "shape")
    ]
    inner = statement(content, [*(_json_value(one).label(one.field.name) for one in chosen)])
    inner = inner.add_columns(_shape(content).label("shape_json"))
    rows = inner.subquery("f")
    pairs: list[Any] = []
    for name in (column.field.name for column in chosen):
        pairs += [
            literal(f'{"," if pairs else ""}"{name}":'),
            func.coalesce(cast(func.to_json(rows.c[name]), Text), "null"),
        ]
    line = func.concat(',{"type":"Feature","geometry":', rows.c.shape_json, ',"properties":{', *pairs, "}}")
    return select(line), _RAW


def _json_value(column: Column) -> ColumnElement[Any]:
    return func.date_trunc("second", column.value) if column.field.kind == "time" else column.value


def _shape(content: Content) -> ColumnElement[str]:
    if content.epsg != WGS84:
        return func.ST_AsGeoJSON(expressions.transform(Contribution.geom, content.epsg), 3, type_=Text)
    point = func.concat(
        '{"type":"Point","coordinates":[',
        Contribution.lon_e6 / literal(1e6),
        ",",
        Contribution.lat_e6 / literal(1e6),
        "]}",
    )
    return case((expressions.is_point(Contribution.geom), point), else_=expressions.as_geojson(Contribution.geom))


def _copy(connection: Connection, query: Select[Any], options: str, sink: Any) -> None:
    cursor = connection.connection.cursor()
    try:
        cursor.copy_expert(_copy_sql(connection, cursor, query, options), sink, size=BLOCK)
    finally:
        cursor.close()


def _copy_sql(connection: Connection, cursor: Any, query: Select[Any], options: str) -> str:
    compiled = query.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    # COPY takes no parameters; the driver itself quotes the values into the text.
    inner: bytes = cursor.mogrify(str(compiled), compiled.params)
    return f"COPY ({inner.decode()}) TO STDOUT WITH ({options})"


def _stream(bind: Engine | Connection, query: Select[Any], options: str) -> Iterator[bytes]:
    """Run COPY in a thread that writes to a pipe, and yield what comes out. A reader that leaves ends the query."""
    connection = bind.connect() if isinstance(bind, Engine) else bind
    cursor = connection.connection.cursor()
    sql = _copy_sql(connection, cursor, query, options)
    reading, writing = os.pipe()
    failure: list[BaseException] = []

    def pump() -> None:
        try:
            with os.fdopen(writing, "wb", buffering=BLOCK) as sink:
                cursor.copy_expert(sql, sink, size=BLOCK)
        except BaseException as error:  # The reading side raises it; a thread has nobody to tell.
            failure.append(error)

    thread = threading.Thread(target=pump, name="export", daemon=True)
    thread.start()
    done = False
    try:
        with os.fdopen(reading, "rb", buffering=0) as source:
            while piece := source.read(BLOCK):
                yield piece
        done = True
    finally:
        if not done:
            connection.connection.cancel()
        thread.join()
        if isinstance(bind, Engine):
            if not done or failure:
                connection.invalidate()
            connection.close()
    if failure:
        raise failure[0]
