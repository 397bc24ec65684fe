"""What every kind of contribution is written with: its receipt's number and the links to its districts."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_RECEIPT = text(
    "select :prefix || to_char(now() at time zone 'Europe/Stockholm', '-YY-')"
    " || receipt_digits(nextval('receipt_number'))"
)
_LINK = text("""
    insert into contribution_district
        (contribution_id, district_set_id, district_id, dialogue_id, category_id, is_public)
    select distinct on (d.district_set_id) c.id, d.district_set_id, d.id, c.dialogue_id, c.category_id,
        c.state = 'approved'
    from contribution c join district d on st_covers(d.geom, c.anchor)
    where c.id = :id and c.place_source <> 'plan'
    order by d.district_set_id, d.code collate "C", d.id
""")


def next_receipt(session: Session, prefix: str) -> str:
    """A receipt number nobody has, as 'TRE-26-4F7K2'."""
    return str(session.scalar(_RECEIPT, {"prefix": prefix}))


def link_districts(session: Session, contribution_id: int) -> None:
    """Look the contribution's district up in every set, once; it must be flushed. On a border the first code
    wins; one with `place_source` 'plan', which nobody pointed out a place for, lies in none."""
    session.execute(_LINK, {"id": contribution_id})
