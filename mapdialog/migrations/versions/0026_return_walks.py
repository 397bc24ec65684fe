"""Return walks: an observation may follow one of the walk that is repeated, with a verdict on what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0022"
branch_labels = None
depends_on = None

GUARDS = """
create function walk_check_follows_the_walk_before() returns trigger language plpgsql as $$
begin
    if new.follows_id is not null and not exists (
        select from walk_observation e join safety_walk w on w.repeat_of_id = e.walk_id
        where e.id = new.follows_id and w.id = new.walk_id)
    then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'walk_observation ' || new.id || ': it follows what the walk that is repeated found';
    end if;
    return new;
end $$;
create trigger walk_check_follows_the_walk_before before insert or update of follows_id, walk_id on walk_observation
    for each row execute function walk_check_follows_the_walk_before();

create function walk_repeats_what_was_checked() returns trigger language plpgsql as $$
begin
    if new.repeat_of_id is distinct from old.repeat_of_id
       and exists (select from walk_observation where walk_id = new.id and follows_id is not null) then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'safety_walk ' || new.id || ': it has checked what another walk found';
    end if;
    return new;
end $$;
create trigger walk_repeats_what_was_checked before update of repeat_of_id on safety_walk
    for each row execute function walk_repeats_what_was_checked();
"""


def upgrade() -> None:
    op.add_column("walk_observation", sa.Column("follows_id", sa.BigInteger(), nullable=True))
    op.add_column("walk_observation", sa.Column("verdict", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_walk_observation_follows_id_walk_observation"),
        "walk_observation",
        "walk_observation",
        ["follows_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_check_constraint(
        op.f("ck_walk_observation_verdict"), "walk_observation", "verdict in ('better','same','worse','fixed')"
    )
    op.create_check_constraint(
        op.f("ck_walk_observation_check_has_a_verdict"),
        "walk_observation",
        "follows_id is null or verdict is not null",
    )
    op.create_index(op.f("ix_walk_observation_follows_id"), "walk_observation", ["follows_id"])
    op.execute(GUARDS)


def downgrade() -> None:
    op.execute("drop trigger walk_repeats_what_was_checked on safety_walk")
    op.execute("drop trigger walk_check_follows_the_walk_before on walk_observation")
    op.execute("drop function walk_repeats_what_was_checked()")
    op.execute("drop function walk_check_follows_the_walk_before()")
    op.drop_index(op.f("ix_walk_observation_follows_id"), "walk_observation")
    op.drop_constraint(op.f("ck_walk_observation_check_has_a_verdict"), "walk_observation")
    op.drop_constraint(op.f("ck_walk_observation_verdict"), "walk_observation")
    op.drop_constraint(op.f("fk_walk_observation_follows_id_walk_observation"), "walk_observation")
    op.drop_column("walk_observation", "verdict")
    op.drop_column("walk_observation", "follows_id")
