"""Words and days are looked up together: the planner never combines two partial indexes that share their condition."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAME = "ix_contribution_public_words"


def upgrade() -> None:
    _replace(None)


def downgrade() -> None:
    _replace(sa.text("state = 'approved'"))


def _replace(where: sa.TextClause | None) -> None:
    op.drop_index(NAME, "contribution")
    op.create_index(
        NAME,
        "contribution",
        ["public_text"],
        postgresql_using="gin",
        postgresql_ops={"public_text": "gin_trgm_ops"},
        postgresql_where=where,
    )
