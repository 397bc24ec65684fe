"""A place's published coordinates and grid key are derived in one spot; a contribution is submitted in one call."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GRID = """
-- Column and row (0 … 2^31-1) of the finest squares of a Web Mercator pyramid: x eastwards, y southwards. Both never
-- decrease along their axis; latitudes past 85.05° share the outermost row.
create function grid_x(lon_e6 integer) returns bigint language sql immutable strict parallel safe
    return least(greatest((lon_e6 + 180000000)::bigint * 2147483648 / 360000000, 0), 2147483647);

create function grid_y(lat_e6 integer) returns bigint language sql immutable strict parallel safe
    return least(greatest(floor((0.5 - asinh(tand(least(greatest(lat_e6 / 1e6::float8, -85.06), 85.06))) / (2 * pi()))
                                * 2147483648)::bigint, 0), 2147483647);

-- The Z-curve key: the bits of column and row interleaved (row in the odd bits), so that every square of every size is
-- one unbroken range of keys.
create function grid_key(lon_e6 integer, lat_e6 integer) returns bigint language plpgsql immutable strict parallel safe
as $$
declare
    x bigint := grid_x(lon_e6);
    y bigint := grid_y(lat_e6);
begin
    x := (x | (x << 16)) & 281470681808895;      -- 0000ffff0000ffff
    x := (x | (x << 8)) & 71777214294589695;     -- 00ff00ff00ff00ff
    x := (x | (x << 4)) & 1085102592571150095;   -- 0f0f0f0f0f0f0f0f
    x := (x | (x << 2)) & 3689348814741910323;   -- 3333333333333333
    x := (x | (x << 1)) & 6148914691236517205;   -- 5555555555555555
    y := (y | (y << 16)) & 281470681808895;
    y := (y | (y << 8)) & 71777214294589695;
    y := (y | (y << 4)) & 1085102592571150095;
    y := (y | (y << 2)) & 3689348814741910323;
    y := (y | (y << 1)) & 6148914691236517205;
    return x | (y << 1);
end $$;

create function contribution_place() returns trigger language plpgsql as $$
declare
    place geometry := st_transform(new.anchor, 4326);
begin
    new.lon_e6 := round(st_x(place) * 1e6);
    new.lat_e6 := round(st_y(place) * 1e6);
    new.grid_key := grid_key(new.lon_e6, new.lat_e6);
    return new;
end $$;
"""

PLACE_TRIGGERS = """
create trigger contribution_place_new before insert on contribution
    for each row execute function contribution_place();
create trigger contribution_place_moved before update of anchor, lon_e6, lat_e6, grid_key on contribution
    for each row execute function contribution_place();
"""

SUBMIT = """
-- Everything one arriving comment leads to, in one call. A client_id that is already here changes nothing: the first
-- row's receipt is the answer, also when both are sent at the same moment.
create function submit_comment(
    dialogue integer, client uuid, category integer, shape geometry, place geometry, words text, words_public text,
    new_state text, feeling smallint, name text, email text, name_shown boolean, way text, lang text, source text,
    label text, accuracy double precision, sent_at timestamptz, token_hash bytea, prefix text,
    out contribution_id bigint, out receipt text, out state text, out dialogue_id integer, out created boolean
) language plpgsql as $$
#variable_conflict use_column
begin
    select c.id, c.receipt, c.state, c.dialogue_id, false into contribution_id, receipt, state, dialogue_id, created
        from contribution c where c.client_id = client;
    if found then return; end if;
    insert into contribution as c (kind, client_id, receipt, edit_token_hash, dialogue_id, category_id, geom, anchor,
            place_source, place_label, accuracy_m, raw_text, public_text, state, channel, language, submitted_at,
            contact_name, contact_email, shows_name)
        values ('comment', client,
            prefix || to_char(now() at time zone 'Europe/Stockholm', '-YY-') || lpad(nextval('receipt_number')::text, 6, '0'),
            token_hash, dialogue, category, shape, place, source, label, accuracy, words, words_public, new_state, way,
            lang, coalesce(sent_at, now()), name, email, name_shown)
        on conflict (client_id) do nothing
        returning c.id, c.receipt, c.state, c.dialogue_id, true
        into contribution_id, receipt, state, dialogue_id, created;
    if not found then
        select c.id, c.receipt, c.state, c.dialogue_id, false into contribution_id, receipt, state, dialogue_id, created
            from contribution c where c.client_id = client;
        return;
    end if;
    insert into comment (id, mood) values (submit_comment.contribution_id, feeling);
    insert into contribution_district (contribution_id, district_set_id, district_id, dialogue_id, category_id, is_public)
        select distinct on (d.district_set_id) submit_comment.contribution_id, d.district_set_id, d.id, dialogue, category,
            new_state = 'approved'
        from district d where st_covers(d.geom, place)
        order by d.district_set_id, d.code collate "C", d.id;
end $$;
"""


def upgrade() -> None:
    op.execute(GRID)
    op.add_column("contribution", sa.Column("lon_e6", sa.Integer(), nullable=True))
    op.add_column("contribution", sa.Column("lat_e6", sa.Integer(), nullable=True))
    op.execute(PLACE_TRIGGERS)
    op.execute("update contribution set anchor = anchor")
    op.alter_column("contribution", "lon_e6", nullable=False)
    op.alter_column("contribution", "lat_e6", nullable=False)
    op.execute(SUBMIT)


def downgrade() -> None:
    op.execute("""
        drop function submit_comment(integer, uuid, integer, geometry, geometry, text, text, text, smallint, text, text,
            boolean, text, text, text, text, double precision, timestamptz, bytea, text);
        drop trigger contribution_place_moved on contribution;
        drop trigger contribution_place_new on contribution;
        drop function contribution_place();
        drop function grid_key(integer, integer);
        drop function grid_y(integer);
        drop function grid_x(integer);
    """)
    op.drop_column("contribution", "lat_e6")
    op.drop_column("contribution", "lon_e6")
