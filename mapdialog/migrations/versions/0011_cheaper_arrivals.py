"""What every arriving contribution costs the database: terms read by a kept plan, folding asked for without a query."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# PL/pgSQL keeps its plans for the connection's life; the same as a statement of the client's is planned each time.
TERMS = """
create function dialogue_terms(wanted text, at timestamptz) returns json language plpgsql stable as $$
begin
    return (
        select json_build_object('id', d.id, 'level', d.level, 'moderation', d.moderation,
            'allows_lines', d.allows_lines, 'allows_areas', d.allows_areas, 'allows_photos', d.allows_photos,
            'allows_replies', d.allows_replies, 'has_area', d.area is not null, 'version', d.xmin::text,
            'categories', (select json_object_agg(c.key, c.id) from category c
                where c.dialogue_id = d.id and c.is_active),
            'contributions', p.contributions, 'replies', p.replies)
        from dialogue d
        left join lateral (
            select bool_or(accepts_contributions) as contributions, bool_or(accepts_replies) as replies
            from phase where dialogue_id = d.id and opens_at <= at and (closes_at is null or at < closes_at)) p on true
        where d.slug = wanted and d.published_at is not null);
end $$;
"""

# A condition on the row costs next to nothing where it is false; a transition table costs a query each time.
BY_ROW = """
drop trigger grid_fold_now_and_then on grid_delta;
drop trigger district_fold_now_and_then on district_delta;
create or replace function grid_fold_now_and_then() returns trigger language plpgsql as $$
begin
    perform grid_fold();
    return null;
end $$;
create or replace function district_fold_now_and_then() returns trigger language plpgsql as $$
begin
    perform district_fold();
    return null;
end $$;
create trigger grid_fold_now_and_then after insert on grid_delta
    for each row when (mod(new.id, 1000) = 0) execute function grid_fold_now_and_then();
create trigger district_fold_now_and_then after insert on district_delta
    for each row when (mod(new.id, 1000) = 0) execute function district_fold_now_and_then();
"""

BY_STATEMENT = """
drop trigger grid_fold_now_and_then on grid_delta;
drop trigger district_fold_now_and_then on district_delta;
create or replace function grid_fold_now_and_then() returns trigger language plpgsql as $$
begin
    if exists (select from logged where mod(id, 1000) = 0) then
        perform grid_fold();
    end if;
    return null;
end $$;
create or replace function district_fold_now_and_then() returns trigger language plpgsql as $$
begin
    if exists (select from logged where mod(id, 1000) = 0) then
        perform district_fold();
    end if;
    return null;
end $$;
create trigger grid_fold_now_and_then after insert on grid_delta referencing new table as logged
    for each statement execute function grid_fold_now_and_then();
create trigger district_fold_now_and_then after insert on district_delta referencing new table as logged
    for each statement execute function district_fold_now_and_then();
"""


def upgrade() -> None:
    op.execute(TERMS)
    op.execute(BY_ROW)


def downgrade() -> None:
    op.execute(BY_STATEMENT)
    op.execute("drop function dialogue_terms(text, timestamptz)")
