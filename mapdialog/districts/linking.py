"""In which district of a set every contribution lies, found in one statement; and of every set, when one was moved."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mapdialog.districts.models import DistrictSet

# A place on a shared border is covered by both neighbours and belongs to the one whose code comes first; the same rule
# holds when a contribution arrives. Rows that stay as they are are not written. The tables of contributions lie above
# this package; only their names are known here, because what changes when districts change belongs to districts. The
# anchor lies on `geom`, so `c.geom && d.geom` loses nothing and lets the index find each district's candidates. What
# nobody pointed out a place for (source 'plan') lies in no district.
_RELINK = text("""
    with found as materialized (
        select distinct on (c.id)
            c.id, d.id as district_id, c.dialogue_id, c.category_id, c.state = 'approved' as public
        from contribution c
        join district d on d.district_set_id = :district_set and c.geom && d.geom and st_covers(d.geom, c.anchor)
        where c.id > :after and c.place_source <> 'plan' and not d.id = any(:leaving)
        order by c.id, d.code collate "C", d.id
    ), lost as (
        delete from contribution_district l
        where l.district_set_id = :district_set and l.contribution_id > :after
          and not exists (select from found f where f.id = l.contribution_id)
    )
    insert into contribution_district as l
        (contribution_id, district_set_id, district_id, dialogue_id, category_id, is_public)
    select f.id, :district_set, f.district_id, f.dialogue_id, f.category_id, f.public from found f
    on conflict (contribution_id, district_set_id) do update
        set district_id = excluded.district_id, category_id = excluded.category_id, is_public = excluded.is_public
        where (l.district_id, l.category_id, l.is_public)
            is distinct from (excluded.district_id, excluded.category_id, excluded.is_public)
""")

_LINK_MOVED = text("""
    with found as materialized (
        select distinct on (d.district_set_id)
            c.id, d.district_set_id, d.id as district_id, c.dialogue_id, c.category_id, c.state = 'approved' as public
        from contribution c
        join district d on c.geom && d.geom and st_covers(d.geom, c.anchor)
        where c.id = :contribution and c.place_source <> 'plan'
        order by d.district_set_id, d.code collate "C", d.id
    ), lost as (
        delete from contribution_district l
        where l.contribution_id = :contribution
          and not exists (select from found f where f.district_set_id = l.district_set_id)
    )
    insert into contribution_district as l
        (contribution_id, district_set_id, district_id, dialogue_id, category_id, is_public)
    select f.id, f.district_set_id, f.district_id, f.dialogue_id, f.category_id, f.public from found f
    on conflict (contribution_id, district_set_id) do update
        set district_id = excluded.district_id, category_id = excluded.category_id, is_public = excluded.is_public
        where (l.district_id, l.category_id, l.is_public)
            is distinct from (excluded.district_id, excluded.category_id, excluded.is_public)
""")


def relink_set(session: Session, district_set: DistrictSet, *, leaving: "tuple[int, ...]" = ()) -> int:
    """Give every contribution its district in the set anew; returns how many have one. The caller commits soon.

    `leaving` are ids of districts about to be removed. Contributions that arrive meanwhile are not lost: after the long
    pass, new ones wait for the commit while the few that came during it are linked too.
    """
    newest = session.scalar(text("select coalesce(max(id), 0) from contribution")) or 0
    session.execute(_RELINK, {"district_set": district_set.id, "after": 0, "leaving": list(leaving)})
    session.execute(text("lock table contribution in share mode"))
    session.execute(_RELINK, {"district_set": district_set.id, "after": newest, "leaving": list(leaving)})
    return count_links(session, district_set)


def hold_sets(session: Session) -> None:
    """Keep every set as it is until the end of the transaction; waits for an import that is changing one.

    To be called before a contribution is moved, or the import could give it the district of its old place.
    """
    session.execute(select(DistrictSet.id).order_by(DistrictSet.id).with_for_update(read=True))


def link_moved(session: Session, contribution_id: int) -> None:
    """Give a contribution whose place has changed its district in every set anew, by the rule of `relink_set`."""
    session.execute(_LINK_MOVED, {"contribution": contribution_id})


def count_links(session: Session, district_set: DistrictSet) -> int:
    """How many contributions lie in some district of the set."""
    counted = text("select count(*) from contribution_district where district_set_id = :district_set")
    return session.scalar(counted, {"district_set": district_set.id}) or 0


def lock_set(session: Session, key: str) -> DistrictSet | None:
    """The set with this key, held until the end of the transaction so that two imports follow one another."""
    session.execute(text("select pg_advisory_xact_lock(hashtext('district_set:' || :key))"), {"key": key})
    return session.scalar(select(DistrictSet).where(DistrictSet.key == key).with_for_update())
