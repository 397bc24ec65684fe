"""Why a plan report was finished past what was asked about it, and the approvals it tells of."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan_report", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.add_column("plan_report", sa.Column("consents", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("plan_report", "consents")
    op.drop_column("plan_report", "reason")
