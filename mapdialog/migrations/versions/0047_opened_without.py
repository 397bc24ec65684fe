"""A phase that the clock opened keeps what it lacked, and the day its documents could be read from after that."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0047"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan_phase", sa.Column("opened_without", JSONB(), server_default="[]", nullable=False))
    op.add_column("plan_phase", sa.Column("readable_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("plan_phase", "readable_on")
    op.drop_column("plan_phase", "opened_without")
