"""How many say that they come to a walk, by a phone's random mark."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One row a phone and walk."""
    op.create_table(
        "walk_coming",
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Uuid(), nullable=False),
        sa.Column("people", sa.SmallInteger(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("people between 1 and 6", name=op.f("ck_walk_coming_people")),
        sa.ForeignKeyConstraint(
            ["walk_id"], ["safety_walk.id"], name=op.f("fk_walk_coming_walk_id_safety_walk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("walk_id", "mark", name=op.f("pk_walk_coming")),
    )


def downgrade() -> None:
    """Nobody has said anything."""
    op.drop_table("walk_coming")
