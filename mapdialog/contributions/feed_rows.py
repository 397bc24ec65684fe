"""Reads the contributions themselves for the map: counted by square where a filter asks, and one by one as pins."""

from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, ColumnElement, FromClause, Select, bindparam, case, cast, func, select, true
from sqlalchemy.orm import Session
from sqlalchemy.types import Boolean, DateTime, Float, Integer, LargeBinary, Text

from mapdialog.contributions import grid
from mapdialog.contributions.feed_counts import Question, array
from mapdialog.contributions.feed_tallies import Tallies, tallied
from mapdialog.contributions.models import Comment, Contribution, State
from mapdialog.contributions.queries import Filters
from mapdialog.geo import expressions
from mapdialog.geo.bbox import BBox

_SHAPES_FROM_ZOOM = 13
Statement = Select[*tuple[Any, ...]]
_METRES: Any = bindparam("metres", type_=Float)
_EVERYWHERE = BBox(-180.0, -90.0, 180.0, 90.0)


class Where(NamedTuple):
    """Squares of a level, by their keys in order."""

    level: int
    cells: grid.Ints


def tallies_by_rows(session: Session, asked: Question, level: int, where: Where | None) -> Tallies:
    """Tallies by square of `level`, counted from the contributions: found by place in some squares, or by filters."""
    values = _binds(asked) | {"shift": 2 * (grid.FINEST - level)} | (_key_ranges(where) if where else {})
    row = session.execute(_counted(_which(asked.filters), where is not None), values).one()
    return tallied(level, asked.categories, row)


def pins(session: Session, asked: Question, where: Where) -> list[Any]:
    """The contributions in some squares: rows of receipt, category id, mood, lon_e6, lat_e6, shape; oldest first.

    `shape` is the GeoJSON geometry (EPSG:4326) of a line or an area on a close map, as fine as the screen shows it.
    """
    if not len(where.cells):
        return []
    # A pixel is this many metres at the equator, and fewer here.
    metres = 156_543 / 2.0**asked.zoom
    values = _binds(asked) | _key_ranges(where) | {"metres": metres, "shaped": asked.zoom >= _SHAPES_FROM_ZOOM}
    return list(session.execute(_pins(_which(asked.filters)), values).all())


def packed(session: Session, asked: Question, most: int) -> bytes:
    """At most so many of those that pass the filters, wherever they lie, in no order: 20 bytes each, big-endian.

    Key (8), category id, lon_e6 and lat_e6 (4 each): a tenth of what the same costs as rows of numbers.
    """
    values = _binds(replace(asked, box=_EVERYWHERE)) | {"most": most}
    return bytes(session.execute(_packed(_which(asked.filters)), values).scalar_one() or b"")


def _binds(asked: Question) -> dict[str, Any]:
    filters = asked.filters
    words = filters.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return asked.binds() | {"since": filters.since, "until": filters.until, "q": f"%{words}%"}


def _key_ranges(where: Where) -> dict[str, str]:
    """Squares as ranges of finest keys."""
    shift = 2 * (grid.FINEST - where.level)
    firsts, lasts = grid.ranges(where.cells)
    ends = [((last + 1) << shift) - 1 for last in lasts]
    return {"firsts": array(first << shift for first in firsts), "lasts": array(ends)}


Which = tuple[bool, bool, bool, bool]


def _which(filters: Filters) -> Which:
    """Which filters are set: a statement is built once for each combination."""
    return bool(filters.category_ids), filters.since is not None, filters.until is not None, bool(filters.q)


@cache
def _counted(which: Which, by_place: bool) -> Statement:
    """The found rows by square and category, as one row of arrays:

    SELECT array_agg(cell), … FROM (SELECT grid_key >> :shift AS cell, category_id, count(*), sum(lon_e6), sum(lat_e6)
    FROM (found rows) GROUP BY 1, 2)
    """
    wanted = (Contribution.grid_key, Contribution.category_id, Contribution.lon_e6, Contribution.lat_e6)
    found, source = _found(select(*wanted), which, by_place=by_place)
    cell = found.grid_key.op(">>")(bindparam("shift", type_=Integer)).label("cell")
    sums = (func.count().label("n"), func.sum(found.lon_e6).label("lon"), func.sum(found.lat_e6).label("lat"))
    counted = select(cell, found.category_id, *sums).select_from(source).group_by(cell, found.category_id).subquery()
    return select(*(func.array_agg(column) for column in counted.c))


@cache
def _packed(which: Which) -> Statement:
    """SELECT string_agg(int8send(grid_key) || int4send(category_id) || …) FROM (found rows LIMIT :most)."""
    wanted = (Contribution.grid_key, Contribution.category_id, Contribution.lon_e6, Contribution.lat_e6)
    found, source = _found(select(*wanted).limit(bindparam("most", type_=Integer)), which, by_place=False)
    row: Any = func.int8send(found.grid_key)
    for column in (found.category_id, found.lon_e6, found.lat_e6):
        row = row.op("||")(func.int4send(column))
    return select(func.string_agg(row, cast(b"", LargeBinary), type_=LargeBinary)).select_from(source)


@cache
def _pins(which: Which) -> Statement:
    """SELECT …, CASE for shapes … FROM (found rows), each with its comment's mood."""
    is_shape = bindparam("shaped", type_=Boolean) & (func.GeometryType(Contribution.geom, type_=Text) != "POINT")
    shape = case((is_shape, expressions.simplified_geojson(Contribution.geom, _METRES, 6))).label("shape")
    comment = Comment.__table__
    wanted = (Contribution.id, Contribution.receipt, Contribution.category_id, comment.c.mood)
    rows = select(*wanted, Contribution.lon_e6, Contribution.lat_e6, shape).outerjoin(
        comment, comment.c.id == Contribution.id
    )
    found, source = _found(rows, which, by_place=True)
    columns = (found.receipt, found.category_id, found.mood, found.lon_e6, found.lat_e6, found.shape)
    return select(*columns).select_from(source).order_by(found.id)


def _found(rows: Statement, which: Which, *, by_place: bool) -> tuple[Any, FromClause]:
    """The rows within the box that pass the filters, and what to select them from: `rows` alone, or by place

        unnest(:firsts, :lasts) r CROSS JOIN LATERAL (SELECT … WHERE grid_key BETWEEN r.first AND r.last … OFFSET 0)

    where OFFSET 0 keeps the planner, which thinks that every range holds thousands, from reading all there is instead.
    """
    rows = rows.where(
        Contribution.dialogue_id == bindparam("dialogue", type_=Integer),
        Contribution.state == State.APPROVED.value,
        Contribution.lon_e6.between(bindparam("west", type_=Integer), bindparam("east", type_=Integer)),
        Contribution.lat_e6.between(bindparam("south", type_=Integer), bindparam("north", type_=Integer)),
        *_filtered(which, by_place=by_place),
    )
    if not by_place:
        alone = rows.subquery("c")
        return alone.c, alone
    ends = [cast(bindparam(name, type_=Text), ARRAY(BigInteger)) for name in ("firsts", "lasts")]
    ranges = func.unnest(*ends).table_valued("first", "last").render_derived(name="r")
    each = rows.where(Contribution.grid_key.between(ranges.c.first, ranges.c.last)).offset(0).lateral("c")
    return each.c, ranges.join(each, true())


def _filtered(which: Which, *, by_place: bool) -> list[ColumnElement[bool]]:
    by_category, by_since, by_until, by_words = which
    conditions: list[ColumnElement[bool]] = []
    if by_category:
        conditions.append(
            Contribution.category_id == func.any(cast(bindparam("categories", type_=Text), ARRAY(Integer)))
        )
    if by_since:
        conditions.append(Contribution.submitted_at >= bindparam("since", type_=DateTime(timezone=True)))
    if by_until:
        conditions.append(Contribution.submitted_at < bindparam("until", type_=DateTime(timezone=True)))
    if by_words:
        # By place, the index of words would be read anew for each range: no index knows the text with nothing after it.
        words = Contribution.public_text.concat("") if by_place else Contribution.public_text
        conditions.append(words.ilike(bindparam("q", type_=Text), escape="\\"))
    return conditions
