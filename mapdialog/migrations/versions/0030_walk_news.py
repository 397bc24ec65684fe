"""Those who want news of a walk by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One row an address and walk."""
    op.create_table(
        "walk_subscriber",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(confirmed_at is null) = (told_at is null)", name=op.f("ck_walk_subscriber_told_once_confirmed")
        ),
        sa.ForeignKeyConstraint(
            ["walk_id"], ["safety_walk.id"], name=op.f("fk_walk_subscriber_walk_id_safety_walk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_subscriber")),
    )
    op.create_index("uq_walk_subscriber_address", "walk_subscriber", ["walk_id", sa.text("lower(email)")], unique=True)


def downgrade() -> None:
    """Every address is erased."""
    op.drop_table("walk_subscriber")
