"""The planner is told that contributions come in few different hours, so that it counts them in parallel."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""create statistics contribution_hours
        on (date_trunc('hour', timezone('UTC', submitted_at))) from contribution""")
    op.execute("analyze contribution")


def downgrade() -> None:
    op.execute("drop statistics contribution_hours")
