"""How a statement that staff registered came in can be corrected, by the act that says so and by no other."""

from alembic import op

revision = "0049"
down_revision = "0047"
branch_labels = None
depends_on = None

_CONTRIBUTION = """
create or replace function contribution_is_a_public_record() returns trigger language plpgsql as $$
begin
    if new.raw_text is distinct from old.raw_text or new.client_id is distinct from old.client_id
       or new.receipt is distinct from old.receipt or new.dialogue_id is distinct from old.dialogue_id
       or ((new.received_at is distinct from old.received_at or new.channel is distinct from old.channel){}) then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'contribution ' || old.id || ': what was received is a public record and is never altered';
    end if;
    return new;
end $$;
"""
_STATEMENT = """
create or replace function plan_statement_is_a_public_record() returns trigger language plpgsql as $$
begin
    if new.plan_id is distinct from old.plan_id or new.number is distinct from old.number
       or new.registered_at is distinct from old.registered_at or new.source_key is distinct from old.source_key
       or ((new.received_by is distinct from old.received_by or new.written is distinct from old.written){}) then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'plan_statement ' || old.id || ': what was received is a public record and is never altered';
    end if;
    return new;
end $$;
"""
# The transaction says which one it corrects; what citizens sent on the web has the server's own time.
_CORRECTS = "coalesce(current_setting('mapdialog.corrects', true), '') = old.id::text"


def upgrade() -> None:
    op.execute(
        _CONTRIBUTION.format(
            f" and not (old.kind = 'plan_statement' and old.channel <> 'web' and new.channel <> 'web' and {_CORRECTS})"
        )
    )
    op.execute(_STATEMENT.format(f" and not (old.received_by <> 'web' and new.received_by <> 'web' and {_CORRECTS})"))


def downgrade() -> None:
    op.execute(_CONTRIBUTION.format(""))
    op.execute(_STATEMENT.format(""))
