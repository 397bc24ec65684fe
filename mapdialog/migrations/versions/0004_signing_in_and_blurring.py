"""Signing in is guarded by address, known or not; passwords may be one-time; a blurred photo keeps its original."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_guard",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_guard")),
    )
    op.create_index(op.f("ix_sign_in_guard_last_failure_at"), "sign_in_guard", ["last_failure_at"])
    op.drop_column("account", "failed_sign_ins")
    op.drop_column("account", "locked_until")
    op.add_column("account", sa.Column("one_time_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("attachment", sa.Column("original_key", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("attachment", "original_key")
    op.drop_column("account", "one_time_until")
    op.add_column("account", sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("failed_sign_ins", sa.Integer(), server_default="0", nullable=False))
    op.drop_table("sign_in_guard")
