"""What was received can't be altered, and the narrow district links follow their contribution."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FROZEN = """
create function contribution_is_a_public_record() returns trigger language plpgsql as $$
begin
    if new.raw_text is distinct from old.raw_text or new.received_at is distinct from old.received_at
       or new.client_id is distinct from old.client_id or new.receipt is distinct from old.receipt
       or new.channel is distinct from old.channel or new.dialogue_id is distinct from old.dialogue_id then
        raise exception 'contribution %: what was received is a public record and is never altered', old.id
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger contribution_is_a_public_record before update on contribution
    for each row execute function contribution_is_a_public_record();

create function revision_is_a_public_record() returns trigger language plpgsql as $$
begin
    raise exception '% %: what was received is a public record and is never altered', tg_table_name, old.id
        using errcode = 'integrity_constraint_violation';
end $$;
create trigger revision_is_a_public_record before update on contribution_revision
    for each row execute function revision_is_a_public_record();

create function reply_is_a_public_record() returns trigger language plpgsql as $$
begin
    if new.raw_text is distinct from old.raw_text or new.received_at is distinct from old.received_at then
        raise exception 'reply %: what was received is a public record and is never altered', old.id
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger reply_is_a_public_record before update on reply
    for each row execute function reply_is_a_public_record();

create function district_links_follow() returns trigger language plpgsql as $$
begin
    update contribution_district set category_id = new.category_id, is_public = (new.state = 'approved')
    where contribution_id = new.id;
    return null;
end $$;
create trigger district_links_follow after update of state, category_id on contribution for each row
    when (old.state is distinct from new.state or old.category_id is distinct from new.category_id)
    execute function district_links_follow();

create sequence receipt_number;
"""


def upgrade() -> None:
    op.execute(FROZEN)


def downgrade() -> None:
    op.execute("""
        drop sequence receipt_number;
        drop trigger district_links_follow on contribution;
        drop function district_links_follow();
        drop trigger reply_is_a_public_record on reply;
        drop function reply_is_a_public_record();
        drop trigger revision_is_a_public_record on contribution_revision;
        drop function revision_is_a_public_record();
        drop trigger contribution_is_a_public_record on contribution;
        drop function contribution_is_a_public_record();
    """)
