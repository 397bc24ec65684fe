"""Rows on their way from PostgreSQL to a file: typed fields and a stream of Arrow batches with flat memory."""

import binascii
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import pyarrow.csv as pacsv
from sqlalchemy import ColumnElement, Connection, Select, cast, func
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import Text

from mapdialog.geo import expressions

GEOMETRY = "geom"
Kind = Literal["text", "integer", "number", "time", "date", "boolean"]
_TYPES: dict[str, Any] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "time": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


@dataclass(frozen=True)
class Field:
    """One column of an export: its name in files for machines, its kind, and its title in files for people."""

    name: str
    kind: Kind = "text"
    title: str | None = None

    @property
    def label(self) -> str:
        """The title where there is one, else the name."""
        return self.title or self.name


def schema(fields: Sequence[Field], *, geometry: bool) -> pa.Schema:
    """The Arrow schema of an export; the shape comes last, as WKB in `geom`."""
    columns = [(field.name, _TYPES[field.kind]) for field in fields]
    return pa.schema(columns + ([(GEOMETRY, pa.binary())] if geometry else []))


def hex_wkb(column: Any) -> ColumnElement[str]:
    """A geometry column as hexadecimal WKB: the form `copy_reader` wants the column `geom` in."""
    return func.encode(cast(expressions.as_wkb(column), postgresql.BYTEA), "hex", type_=Text)


def copy_reader(
    connection: Connection,
    statement: Select[Any],
    fields: Sequence[Field],
    *,
    geometry: bool = True,
    block_size: int = 1 << 20,
) -> pa.RecordBatchReader:
    """Stream a SELECT through COPY into Arrow batches: a million rows in seconds, memory of one block.

    The statement's columns must be those of `fields`, in order, and last `hex_wkb(…).label("geom")` when `geometry`.
    The connection is busy until the reader is exhausted. Errors of PostgreSQL are raised while reading.
    """
    cursor = connection.connection.cursor()
    compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    query = cursor.mogrify(str(compiled), compiled.params)  # The driver quotes the values: COPY takes no parameters.
    sql = b"COPY (" + query + b") TO STDOUT WITH (FORMAT csv, FORCE_QUOTE *)"
    return pa.RecordBatchReader.from_batches(
        schema(fields, geometry=geometry), _copied(cursor, sql.decode(), fields, geometry, block_size)
    )


def _copied(
    cursor: Any, sql: str, fields: Sequence[Field], geometry: bool, block_size: int
) -> Iterator[pa.RecordBatch]:
    reading, writing = os.pipe()
    failure: list[BaseException] = []

    def pump() -> None:
        try:
            with os.fdopen(writing, "wb", buffering=1 << 20) as sink:
                cursor.copy_expert(sql, sink, size=1 << 18)
        except BaseException as error:  # The reading side raises it; a thread has nobody to tell.
            failure.append(error)

    thread = threading.Thread(target=pump, name="copy", daemon=True)
    thread.start()
    try:
        # Leaving this block closes the reading end, so that a pump in the middle of writing stops waiting.
        with os.fdopen(reading, "rb", buffering=1 << 20) as source:
            yield from _parsed(source, fields, geometry, block_size)
    except pa.ArrowInvalid as error:
        thread.join()
        raise failure[0] if failure else error from None
    thread.join()
    if failure:
        raise failure[0]


def _parsed(source: Any, fields: Sequence[Field], geometry: bool, block_size: int) -> Iterator[pa.RecordBatch]:
    wanted = schema(fields, geometry=geometry)
    types = {field.name: pa.string() if field.name == GEOMETRY else field.type for field in wanted}
    try:
        reader = pacsv.open_csv(
            source,
            read_options=pacsv.ReadOptions(column_names=wanted.names, block_size=block_size, use_threads=False),
            parse_options=pacsv.ParseOptions(newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=types,
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):  # No rows: COPY wrote nothing.
            return
        raise
    for batch in reader:
        columns = [
            _unhex(column) if name == GEOMETRY and geometry else column
            for name, column in zip(wanted.names, batch.columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=wanted)


def _unhex(column: pa.Array) -> pa.Array:
    """Hexadecimal text to bytes for a whole column at once: halve the offsets, decode the one data buffer."""
    import numpy as np

    validity, offsets, data = column.buffers()
    positions = np.frombuffer(offsets, dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    raw = binascii.unhexlify(memoryview(data)[positions[0] : positions[-1]]) if data is not None else b""
    halved = ((positions - positions[0]) // 2).astype(np.int32)
    if column.offset or validity is None:
        validity = (
            pa.array(column.is_valid().to_numpy(zero_copy_only=False)).buffers()[1] if column.null_count else None
        )
    return pa.Array.from_buffers(
        pa.binary(), len(column), [validity, pa.py_buffer(halved), pa.py_buffer(raw)], column.null_count
    )


def rows_reader(
    rows: Iterator[Sequence[Any]], fields: Sequence[Field], *, geometry: bool = True, size: int = 10_000
) -> pa.RecordBatchReader:
    """The same stream from Python rows (values in the fields' order, WKB last), for small or computed tables."""
    wanted = schema(fields, geometry=geometry)

    def made() -> Iterator[pa.RecordBatch]:
        held: list[Sequence[Any]] = []
        for row in rows:
            held.append(row)
            if len(held) == size:
                yield _batch(held, wanted)
                held = []
        if held:
            yield _batch(held, wanted)

    return pa.RecordBatchReader.from_batches(wanted, made())


def _batch(rows: list[Sequence[Any]], wanted: pa.Schema) -> pa.RecordBatch:
    columns = [pa.array(values, type=kind) for values, kind in zip(zip(*rows, strict=True), wanted.types, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=wanted)
