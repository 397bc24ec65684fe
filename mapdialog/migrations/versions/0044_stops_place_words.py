"""The name that a stop's place was found by is kept beside its coordinates."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("walk_stop", sa.Column("place_words", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("walk_stop", "place_words")
