"""A walk that was invited to can be cancelled, with why, and be on again."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("safety_walk", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("safety_walk", sa.Column("cancel_reason", sa.Text(), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("ck_safety_walk_cancelled_for_a_reason"), "safety_walk", "(cancelled_at is null) = (cancel_reason = '')"
    )
    op.create_check_constraint(
        op.f("ck_safety_walk_cancelled_while_invited"), "safety_walk", "cancelled_at is null or status = 'invited'"
    )


def downgrade() -> None:
    for name in ("cancelled_while_invited", "cancelled_for_a_reason"):
        op.drop_constraint(op.f(f"ck_safety_walk_{name}"), "safety_walk", type_="check")
    op.drop_column("safety_walk", "cancel_reason")
    op.drop_column("safety_walk", "cancelled_at")
