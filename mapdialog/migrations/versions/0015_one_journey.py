"""A contribution is written in one journey: what was checked beforehand is written only if it still holds."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# PostgreSQL puts a function's one expression in its caller's place only when it may be called with null.
ONE_EXPRESSION = ("grid_x(integer)", "grid_y(integer)", "receipt_digits(bigint)")

ARGUMENTS = """integer, uuid, integer, geometry, geometry, text, text, text, smallint, text, text, boolean, text, text,
    text, text, double precision, timestamptz, bytea, text"""

HEAD = """
create function submit_comment(
    dialogue integer, client uuid, category integer, shape geometry, place geometry, words text, words_public text,
    new_state text, feeling smallint, name text, email text, name_shown boolean, way text, lang text, source text,
    label text, accuracy double precision, sent_at timestamptz, token_hash bytea, prefix text,{checked}
    out contribution_id bigint, out receipt text, out state text, out dialogue_id integer, out created boolean
) language plpgsql as $$
#variable_conflict use_column
begin"""

# `checked` is the dialogue's row (its xmin) that the sender's fields were checked against, null where that happened in
# this transaction. When anything that was checked has changed since, nothing is written and all answers are null.
IF_IT_HOLDS = """
    if checked is not null and not exists (
        select from dialogue d join category k on k.dialogue_id = d.id
        where d.id = dialogue and d.xmin::text = checked and k.id = category and k.is_active
            and exists (select from phase p where p.dialogue_id = dialogue and p.accepts_contributions
                and p.opens_at <= at and (p.closes_at is null or at < p.closes_at)))
    then return; end if;"""

BODY = """
    select c.id, c.receipt, c.state, c.dialogue_id, false into contribution_id, receipt, state, dialogue_id, created
        from contribution c where c.client_id = client;
    if found then return; end if;
    insert into contribution as c (kind, client_id, receipt, edit_token_hash, dialogue_id, category_id, geom, anchor,
            place_source, place_label, accuracy_m, raw_text, public_text, state, channel, language, submitted_at,
            contact_name, contact_email, shows_name)
        values ('comment', client,
            prefix || to_char(now() at time zone 'Europe/Stockholm', '-YY-') || receipt_digits(nextval('receipt_number')),
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
    op.execute(f"drop function submit_comment({ARGUMENTS})")
    op.execute(
        HEAD.format(checked="\n    checked text default null, at timestamptz default null,") + IF_IT_HOLDS + BODY
    )
    for name in ONE_EXPRESSION:
        op.execute(f"alter function {name} called on null input")


def downgrade() -> None:
    for name in ONE_EXPRESSION:
        op.execute(f"alter function {name} strict")
    op.execute(f"drop function submit_comment({ARGUMENTS}, text, timestamptz)")
    op.execute(HEAD.format(checked="") + BODY)
