"""A kept wording of an answer also says to whom its point was forwarded."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan_answer_wording", sa.Column("forwarded_to", sa.Text(), server_default="", nullable=False))
    op.execute("drop trigger plan_answer_wording_is_kept on plan_answer_wording")
    op.execute(
        "create trigger plan_answer_wording_is_kept before update of answer_id, version, text, outcome, reason,"
        " forwarded_to, status, is_kept_aside, written_at on plan_answer_wording"
        " for each row execute function plan_writing_is_kept()"
    )


def downgrade() -> None:
    op.execute("drop trigger plan_answer_wording_is_kept on plan_answer_wording")
    op.drop_column("plan_answer_wording", "forwarded_to")
    op.execute(
        "create trigger plan_answer_wording_is_kept before update of answer_id, version, text, outcome, reason,"
        " status, is_kept_aside, written_at on plan_answer_wording"
        " for each row execute function plan_writing_is_kept()"
    )
