"""Parties of a plan approve the proposal: the limited standard procedure needs all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan_party", sa.Column("consent", sa.Text(), server_default="", nullable=False))
    op.add_column("plan_party", sa.Column("consent_on", sa.Date(), nullable=True))
    op.add_column("plan_party", sa.Column("consent_note", sa.Text(), server_default="", nullable=False))
    op.create_check_constraint(op.f("ck_plan_party_consent"), "plan_party", "consent in ('','approved','declined')")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_plan_party_consent"), "plan_party", type_="check")
    for name in ("consent_note", "consent_on", "consent"):
        op.drop_column("plan_party", name)
