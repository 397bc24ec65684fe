"""A party that turned out to be another is merged into it; its row stays for what was sent to it."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_KEY = "fk_plan_party_merged_into_id_plan_party"


def upgrade() -> None:
    op.add_column("plan_party", sa.Column("merged_into_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_plan_party_merged_into_id"), "plan_party", ["merged_into_id"], unique=False)
    op.create_check_constraint(op.f("ck_plan_party_not_into_itself"), "plan_party", "merged_into_id <> id")
    columns = ["merged_into_id", "plan_id"], ["id", "plan_id"]
    op.create_foreign_key(_KEY, "plan_party", "plan_party", *columns, ondelete="RESTRICT")


def downgrade() -> None:
    op.drop_constraint(_KEY, "plan_party", type_="foreignkey")
    op.drop_constraint(op.f("ck_plan_party_not_into_itself"), "plan_party", type_="check")
    op.drop_index(op.f("ix_plan_party_merged_into_id"), table_name="plan_party")
    op.drop_column("plan_party", "merged_into_id")
