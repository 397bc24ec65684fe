"""District reports read kept counts, not a million links; folding a log does not depend on stale statistics."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TRIGGERS = """
create function district_log_arrivals() returns trigger language plpgsql as $$
begin
    insert into district_delta (dialogue_id, district_set_id, district_id, category_id, change)
        select dialogue_id, district_set_id, district_id, category_id, count(*) from arrived where is_public group by 1, 2, 3, 4;
    return null;
end $$;
create trigger district_log_arrivals after insert on contribution_district referencing new table as arrived
    for each statement execute function district_log_arrivals();

create function district_log_removals() returns trigger language plpgsql as $$
begin
    insert into district_delta (dialogue_id, district_set_id, district_id, category_id, change)
        select dialogue_id, district_set_id, district_id, category_id, -count(*) from removed where is_public group by 1, 2, 3, 4;
    return null;
end $$;
create trigger district_log_removals after delete on contribution_district referencing old table as removed
    for each statement execute function district_log_removals();

create function district_log_changes() returns trigger language plpgsql as $$
begin
    insert into district_delta (dialogue_id, district_set_id, district_id, category_id, change)
        select dialogue_id, district_set_id, district_id, category_id, sum(n) from (
            select dialogue_id, district_set_id, district_id, category_id, -1 as n from before where is_public
            union all select dialogue_id, district_set_id, district_id, category_id, 1 from after where is_public
        ) both_sides group by 1, 2, 3, 4 having sum(n) <> 0;
    return null;
end $$;
create trigger district_log_changes after update on contribution_district referencing old table as before new table as after
    for each statement execute function district_log_changes();

-- Folds the log into the counts. Whoever comes while another is at it goes home: the log counts as much as the counts do.
-- Rows are found by where they lie (ctid): inside one long import no statistics know how many there are, and a join
-- planned for one row takes minutes for ten thousand.
create function district_fold() returns integer language plpgsql as $$
declare
    folded integer;
begin
    if not pg_try_advisory_xact_lock(7203773) then return 0; end if;
    with gone as (
        delete from district_delta where ctid = any(array(select ctid from district_delta)) returning *
    ), counted as (
        insert into district_count as c (dialogue_id, district_set_id, district_id, category_id, count)
            select dialogue_id, district_set_id, district_id, category_id, sum(change) from gone
            group by 1, 2, 3, 4 having sum(change) <> 0 order by 1, 2, 3, 4
        on conflict (dialogue_id, district_set_id, district_id, category_id) do update set count = c.count + excluded.count
    )
    select count(*) into folded from gone;
    delete from district_count where count = 0;
    return folded;
end $$;

create function district_fold_now_and_then() returns trigger language plpgsql as $$
begin
    if exists (select from logged where mod(id, 1000) = 0) then
        perform district_fold();
    end if;
    return null;
end $$;
create trigger district_fold_now_and_then after insert on district_delta referencing new table as logged
    for each statement execute function district_fold_now_and_then();
"""

FILL = """
insert into district_count (dialogue_id, district_set_id, district_id, category_id, count)
    select dialogue_id, district_set_id, district_id, category_id, count(*) from contribution_district
    where is_public group by 1, 2, 3, 4
"""

GRID_FOLD = """
create or replace function grid_fold(most integer default 200000) returns integer language plpgsql as $$
declare
    folded integer;
begin
    if not pg_try_advisory_xact_lock(7203772) then return 0; end if;
    with gone as (
        {oldest}
    ), kept as (  -- a dialogue that was deleted takes its counts along
        select * from gone where exists (select from dialogue where id = gone.dialogue_id)
    ), finest as (
        select dialogue_id, grid_key >> 22 as cell, category_id, sum(change) as n,
            sum(change * lon_e6::bigint) as lon, sum(change * lat_e6::bigint) as lat
        from kept where change <> 0 group by 1, 2, 3
    ), levels as (
        select dialogue_id, level, cell >> 2 * (20 - level) as cell, category_id, sum(n) as n, sum(lon) as lon, sum(lat) as lat
        from finest cross join generate_series(0, 20) as level group by 1, 2, 3, 4
    ), counted as (
        insert into grid_count as g (dialogue_id, level, cell, category_id, count, sum_lon_e6, sum_lat_e6)
            select dialogue_id, level, cell, category_id, n, lon, lat from levels order by 1, 2, 3, 4
        on conflict (dialogue_id, level, cell, category_id) do update set count = g.count + excluded.count,
            sum_lon_e6 = g.sum_lon_e6 + excluded.sum_lon_e6, sum_lat_e6 = g.sum_lat_e6 + excluded.sum_lat_e6
    ), stamped as (
        insert into grid_state as s (dialogue_id, folds) select distinct dialogue_id, 1 from kept
        on conflict (dialogue_id) do update set folds = s.folds + 1
    )
    select count(*) into folded from gone;
    return folded;
end $$;
"""
BY_PLACE = """delete from grid_delta where ctid = any(array(
            select ctid from grid_delta order by dialogue_id, id limit most)) returning *"""
BY_KEY = """delete from grid_delta d using (select dialogue_id, id from grid_delta order by dialogue_id, id limit most) o
            where d.dialogue_id = o.dialogue_id and d.id = o.id returning d.*"""


def upgrade() -> None:
    op.create_table(
        "district_count",
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("dialogue_id", "district_set_id", "district_id", "category_id")
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "dialogue_id", "district_set_id", "district_id", "category_id", name="pk_district_count"
        ),
    )
    op.create_table(
        "district_delta",
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("district_set_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("dialogue_id", "district_set_id", "id", name="pk_district_delta"),
    )
    op.execute("""alter table district_delta set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 5000)""")
    op.execute(FILL)
    op.execute(TRIGGERS)
    op.execute(GRID_FOLD.format(oldest=BY_PLACE))


def downgrade() -> None:
    op.execute(GRID_FOLD.format(oldest=BY_KEY))
    op.execute("""
        drop trigger district_log_changes on contribution_district;
        drop trigger district_log_removals on contribution_district;
        drop trigger district_log_arrivals on contribution_district;
        drop function district_log_changes();
        drop function district_log_removals();
        drop function district_log_arrivals();
    """)
    op.drop_table("district_delta")
    op.drop_table("district_count")
    op.execute("drop function district_fold_now_and_then(); drop function district_fold();")
