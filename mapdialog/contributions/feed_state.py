"""What the map feed knows of a dialogue before it looks at the map: its categories, and in which state the map is."""

from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_


class MapState(NamedTuple):
    """A published dialogue, its categories (inactive ones too) in the order of ids, and the mark of its map's state.

    Between two folds the log only grows, so the number of folds and the log's length name one state of the map.
    """

    dialogue_id: int
    category_ids: tuple[int, ...]
    category_keys: tuple[str, ...]
    folds: int
    logged: int


# One statement, since on a busy server each journey to the database is a wait.
_STATE = text("""
    select d.id, k.ids, k.keys, coalesce((select folds from grid_state where dialogue_id = d.id), 0),
        (select count(*) from grid_delta where dialogue_id = d.id)
    from dialogue d cross join lateral (
        select array_agg(id order by id) as ids, array_agg(key order by id) as keys
        from category where dialogue_id = d.id) k
    where d.slug = :slug and d.published_at is not null
""")


def read_state(session: Session, slug: str) -> MapState:
    """The state as of now: read it before the map, so that what comes between only makes the mark too old.

    Raises NotFound for a dialogue that is not published.
    """
    row = session.execute(_STATE, {"slug": slug}).one_or_none()
    if row is None:
        raise NotFound(N_("Dialogen finns inte eller är inte publicerad än."))
    return MapState(row[0], tuple(row[1] or ()), tuple(row[2] or ()), row[3], row[4])
