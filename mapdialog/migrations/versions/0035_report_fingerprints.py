"""Reports of plans keep a fingerprint of what they say, so that an outdated one is not approved."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan_report", sa.Column("content_sha256", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("plan_report", "content_sha256")
