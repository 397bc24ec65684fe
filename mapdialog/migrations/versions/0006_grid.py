"""The pyramid of counts: changes are logged where they happen and folded in by one hand at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FOLD = """
-- Folds the oldest logged changes into the pyramid (levels 0 … 20) and returns how many. Whoever comes while another is
-- at it goes home: the log counts as much as the pyramid, so nothing is wrong meanwhile.
create function grid_fold(most integer default 200000) returns integer language plpgsql as $$
declare
    folded integer;
begin
    if not pg_try_advisory_xact_lock(7203772) then return 0; end if;
    with oldest as (
        select dialogue_id, id from grid_delta order by dialogue_id, id limit most
    ), gone as (
        delete from grid_delta d using oldest o where d.dialogue_id = o.dialogue_id and d.id = o.id returning d.*
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

-- Counts everything anew from the contributions themselves, for one dialogue or (null) for all.
create function grid_rebuild(only_dialogue integer default null) returns void language plpgsql as $$
begin
    perform pg_advisory_xact_lock(7203772);
    delete from grid_count where only_dialogue is null or dialogue_id = only_dialogue;
    with gone as (
        delete from grid_delta where only_dialogue is null or dialogue_id = only_dialogue
    ), finest as (
        select dialogue_id, grid_key >> 22 as cell, category_id, count(*) as n,
            sum(lon_e6::bigint) as lon, sum(lat_e6::bigint) as lat
        from contribution
        where state = 'approved' and (only_dialogue is null or dialogue_id = only_dialogue) group by 1, 2, 3
    ), counted as (
        insert into grid_count (dialogue_id, level, cell, category_id, count, sum_lon_e6, sum_lat_e6)
            select dialogue_id, level, cell >> 2 * (20 - level), category_id, sum(n), sum(lon), sum(lat)
            from finest cross join generate_series(0, 20) as level group by 1, 2, 3, 4 order by 1, 2, 3, 4
    )
    insert into grid_state as s (dialogue_id, folds)
        select id, 1 from dialogue where only_dialogue is null or id = only_dialogue
    on conflict (dialogue_id) do update set folds = s.folds + 1;
end $$;
"""

TRIGGERS = """
create function grid_log_arrivals() returns trigger language plpgsql as $$
begin
    insert into grid_delta (dialogue_id, grid_key, category_id, change, lon_e6, lat_e6)
        select dialogue_id, grid_key, category_id, 1, lon_e6, lat_e6 from arrived where state = 'approved';
    return null;
end $$;
create trigger grid_log_arrivals after insert on contribution referencing new table as arrived
    for each statement execute function grid_log_arrivals();

create function grid_log_removals() returns trigger language plpgsql as $$
begin
    insert into grid_delta (dialogue_id, grid_key, category_id, change, lon_e6, lat_e6)
        select dialogue_id, grid_key, category_id, -1, lon_e6, lat_e6 from removed where state = 'approved';
    return null;
end $$;
create trigger grid_log_removals after delete on contribution referencing old table as removed
    for each statement execute function grid_log_removals();

-- A change that moves no count still leaves a mark, a zero, so that a browser's copy of the map is known to be old.
create function grid_log_changes() returns trigger language plpgsql as $$
begin
    if old.state = new.state and old.grid_key = new.grid_key and old.category_id = new.category_id
       and old.lon_e6 = new.lon_e6 and old.lat_e6 = new.lat_e6 then
        insert into grid_delta (dialogue_id, grid_key, category_id, change, lon_e6, lat_e6)
            values (new.dialogue_id, new.grid_key, new.category_id, 0, new.lon_e6, new.lat_e6);
        return null;
    end if;
    if old.state = 'approved' then
        insert into grid_delta (dialogue_id, grid_key, category_id, change, lon_e6, lat_e6)
            values (old.dialogue_id, old.grid_key, old.category_id, -1, old.lon_e6, old.lat_e6);
    end if;
    if new.state = 'approved' then
        insert into grid_delta (dialogue_id, grid_key, category_id, change, lon_e6, lat_e6)
            values (new.dialogue_id, new.grid_key, new.category_id, 1, new.lon_e6, new.lat_e6);
    end if;
    return null;
end $$;
create trigger grid_log_changes after update on contribution for each row
    when ((old.state = 'approved' or new.state = 'approved') and (
        old.state <> new.state or old.grid_key <> new.grid_key or old.category_id <> new.category_id
        or old.lon_e6 <> new.lon_e6 or old.lat_e6 <> new.lat_e6 or old.version <> new.version
        or old.public_text is distinct from new.public_text or not old.geom ~= new.geom))
    execute function grid_log_changes();

create function grid_log_mood() returns trigger language plpgsql as $$
begin
    insert into grid_delta (dialogue_id, grid_key, category_id, change, lon_e6, lat_e6)
        select dialogue_id, grid_key, category_id, 0, lon_e6, lat_e6 from contribution
        where id = new.id and state = 'approved';
    return null;
end $$;
create trigger grid_log_mood after update of mood on comment for each row
    when (old.mood is distinct from new.mood) execute function grid_log_mood();

-- Every thousandth change folds the log, so that it stays short also where no worker runs.
create function grid_fold_now_and_then() returns trigger language plpgsql as $$
begin
    if exists (select from logged where mod(id, 1000) = 0) then
        perform grid_fold();
    end if;
    return null;
end $$;
create trigger grid_fold_now_and_then after insert on grid_delta referencing new table as logged
    for each statement execute function grid_fold_now_and_then();
"""


def upgrade() -> None:
    op.drop_column("grid_count", "sum_x")
    op.drop_column("grid_count", "sum_y")
    op.execute("delete from grid_count")
    op.add_column("grid_count", sa.Column("sum_lon_e6", sa.BigInteger(), nullable=False))
    op.add_column("grid_count", sa.Column("sum_lat_e6", sa.BigInteger(), nullable=False))
    op.create_table(
        "grid_delta",
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("grid_key", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.SmallInteger(), nullable=False),
        sa.Column("lon_e6", sa.Integer(), nullable=False),
        sa.Column("lat_e6", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("dialogue_id", "id", name="pk_grid_delta"),
    )
    op.execute("""alter table grid_delta set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 5000)""")
    op.create_table(
        "grid_state",
        sa.Column("dialogue_id", sa.Integer(), nullable=False),
        sa.Column("folds", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("dialogue_id", name="pk_grid_state"),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name="fk_grid_state_dialogue_id_dialogue", ondelete="CASCADE"
        ),
    )
    op.drop_index("ix_contribution_public_grid", "contribution")
    op.create_index(
        "ix_contribution_public_grid",
        "contribution",
        ["dialogue_id", "grid_key"],
        postgresql_include=["category_id", "lon_e6", "lat_e6"],
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.execute(FOLD)
    op.execute(TRIGGERS)
    op.execute("select grid_rebuild()")


def downgrade() -> None:
    op.execute("""
        drop trigger grid_log_mood on comment;
        drop trigger grid_log_changes on contribution;
        drop trigger grid_log_removals on contribution;
        drop trigger grid_log_arrivals on contribution;
    """)
    op.drop_table("grid_state")
    op.drop_table("grid_delta")
    for name in ("log_mood", "log_changes", "log_removals", "log_arrivals", "fold_now_and_then", "rebuild", "fold"):
        op.execute(f"drop function grid_{name}")
    op.drop_index("ix_contribution_public_grid", "contribution")
    op.create_index(
        "ix_contribution_public_grid",
        "contribution",
        ["dialogue_id", "grid_key"],
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.execute("delete from grid_count")
    op.drop_column("grid_count", "sum_lat_e6")
    op.drop_column("grid_count", "sum_lon_e6")
    op.add_column("grid_count", sa.Column("sum_x", sa.Double(), nullable=False))
    op.add_column("grid_count", sa.Column("sum_y", sa.Double(), nullable=False))
