"""Brings checked rows into the database: a batch by COPY to a temporary table, then one statement for the rest."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session


class Row(NamedTuple):
    """One accepted row; `shape` and `anchor` are hexadecimal EWKB in EPSG:3006."""

    client_id: UUID
    category_id: int
    shape: str
    anchor: str
    words: str
    submitted_at: datetime


_MAKE = text("""
    create temporary table if not exists import_row (
        number integer, client_id uuid, category_id integer, shape geometry, anchor geometry, words text,
        submitted_at timestamptz
    ) on commit drop
""")

# As submit_comment does for one: the row, its kind, and its district in every set (on a border the first by code).
_INSERT = text("""
    with fresh as (
        insert into contribution (kind, client_id, receipt, dialogue_id, category_id, geom, anchor, place_source,
                raw_text, public_text, state, channel, language, submitted_at, moderated_at)
            select 'comment', r.client_id,
                :prefix || to_char(now() at time zone 'Europe/Stockholm', '-YY-')
                    || receipt_digits(nextval('receipt_number')),
                :dialogue, r.category_id, r.shape, r.anchor, 'import', r.words, r.words, 'approved', 'import', 'sv',
                r.submitted_at, now()
            from (select * from import_row order by number) r
        on conflict (client_id) do nothing
        returning id, category_id, anchor
    ), comments as (
        insert into comment (id) select id from fresh
    ), links as (
        insert into contribution_district (contribution_id, district_set_id, district_id, dialogue_id, category_id,
                is_public)
            select distinct on (f.id, d.district_set_id) f.id, d.district_set_id, d.id, :dialogue, f.category_id, true
            from fresh f join district d on st_covers(d.geom, f.anchor)
            order by f.id, d.district_set_id, d.code collate "C", d.id
    )
    select count(*) from fresh
""")


def insert_rows(session: Session, dialogue_id: int, rows: Iterable[Row], *, receipt_prefix: str) -> int:
    """Write one batch; returns how many were new. Rows whose client_id is already there change nothing."""
    session.execute(_MAKE)
    session.execute(text("truncate import_row"))
    buffer = io.StringIO()
    for number, row in enumerate(rows):
        words = row.words.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
        buffer.write(
            f"{number}\t{row.client_id}\t{row.category_id}\t{row.shape}\t{row.anchor}\t{words}\t{row.submitted_at.isoformat()}\n"
        )
    buffer.seek(0)
    cursor = session.connection().connection.cursor()
    cursor.copy_expert("copy import_row from stdin", buffer)
    cursor.close()
    session.execute(text("analyze import_row"))
    return int(session.scalar(_INSERT, {"prefix": receipt_prefix, "dialogue": dialogue_id}) or 0)


def hex_ewkb(shapes: "npt.NDArray[np.object_]") -> list[str]:
    """Shapes in EPSG:3006 as the text PostGIS reads fastest."""
    return list(shapely.to_wkb(shapely.set_srid(shapes, 3006), hex=True, include_srid=True))
