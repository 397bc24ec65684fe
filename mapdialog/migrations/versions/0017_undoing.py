"""A decision remembers what was before it, and a letter which decision it tells of, so that both can be taken back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("moderation_entry", sa.Column("decision_id", sa.Uuid()))
    op.add_column("moderation_entry", sa.Column("was", JSONB()))
    op.create_index(
        "ix_moderation_entry_decision_id",
        "moderation_entry",
        ["decision_id"],
        postgresql_where=sa.text("decision_id is not null"),
    )
    op.add_column("outgoing_mail", sa.Column("entry_id", sa.BigInteger()))
    op.create_foreign_key(
        op.f("fk_outgoing_mail_entry_id_moderation_entry"),
        "outgoing_mail",
        "moderation_entry",
        ["entry_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(
        "ix_outgoing_mail_entry_id",
        "outgoing_mail",
        ["entry_id"],
        postgresql_where=sa.text("entry_id is not null"),
    )


def downgrade() -> None:
    op.drop_column("outgoing_mail", "entry_id")
    op.drop_column("moderation_entry", "was")
    op.drop_column("moderation_entry", "decision_id")
