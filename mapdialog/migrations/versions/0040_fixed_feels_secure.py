"""What feels insecure on a return walk is not fixed: the gloomier word stands, as everywhere else."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("update walk_observation set verdict = 'better' where verdict = 'fixed' and polarity = 'insecure'")
    op.create_check_constraint(
        op.f("ck_walk_observation_fixed_is_not_insecure"),
        "walk_observation",
        "verdict <> 'fixed' or polarity <> 'insecure'",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_walk_observation_fixed_is_not_insecure"), "walk_observation", type_="check")
