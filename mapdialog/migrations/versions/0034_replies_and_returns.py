"""Mails say where an answer goes; a recipient of a sending which mail it was and that it failed; adoptions a version."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outgoing_mail", sa.Column("reply_to", sa.Text(), server_default="", nullable=False))
    op.add_column("plan_adoption", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("plan_recipient", sa.Column("mail_id", sa.BigInteger(), nullable=True))
    op.add_column("plan_recipient", sa.Column("mail_failed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("plan_recipient", "mail_failed_on")
    op.drop_column("plan_recipient", "mail_id")
    op.drop_column("plan_adoption", "version")
    op.drop_column("outgoing_mail", "reply_to")
