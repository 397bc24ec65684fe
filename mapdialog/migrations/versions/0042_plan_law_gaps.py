"""A plan's area in words, why it was adopted all the same, phases that were broken off, statements that are corrected."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_KINDS = (
    "'consultation_invitation','review_notice','review_documents','statement_notice','adoption_notice',"
    "'legal_force_documents'"
)
_KEPT = """
drop trigger plan_correction_is_kept on plan_correction;
create trigger plan_correction_is_kept before update of plan_id, answer_id, statement_id, was_version, reason, opened_at
    on plan_correction for each row execute function plan_writing_is_kept();
"""
_KEPT_BEFORE = """
drop trigger plan_correction_is_kept on plan_correction;
create trigger plan_correction_is_kept before update of plan_id, answer_id, was_version, reason, opened_at
    on plan_correction for each row execute function plan_writing_is_kept();
"""


def upgrade() -> None:
    op.add_column("plan", sa.Column("area_words", sa.Text(), server_default="", nullable=False))
    op.add_column("plan_adoption", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.add_column("plan_phase", sa.Column("broken_off_on", sa.Date(), nullable=True))
    op.add_column("plan_phase", sa.Column("broken_off_reason", sa.Text(), server_default="", nullable=False))
    op.create_check_constraint(
        op.f("ck_plan_phase_broken_off_with_a_reason"),
        "plan_phase",
        "(broken_off_on is null) = (broken_off_reason = '')",
    )
    op.drop_constraint(op.f("ck_plan_dispatch_kind"), "plan_dispatch", type_="check")
    op.create_check_constraint(
        op.f("ck_plan_dispatch_kind"), "plan_dispatch", f"kind in ({_KINDS},'discontinued_notice')"
    )
    for name in ("answer_id", "was_version"):
        op.alter_column("plan_correction", name, nullable=True)
    op.add_column("plan_correction", sa.Column("statement_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(None, "plan_correction", "plan_statement", ["statement_id"], ["id"], ondelete="RESTRICT")
    op.create_index(None, "plan_correction", ["statement_id"])
    for name, condition in (
        ("answer_in_a_version", "(answer_id is null) = (was_version is null)"),
        ("of_one_thing", "(answer_id is null) <> (statement_id is null)"),
    ):
        op.create_check_constraint(op.f(f"ck_plan_correction_{name}"), "plan_correction", condition)
    op.execute(_KEPT)


def downgrade() -> None:
    op.execute(_KEPT_BEFORE)
    op.execute("delete from plan_correction where answer_id is null")
    for name in ("answer_in_a_version", "of_one_thing"):
        op.drop_constraint(op.f(f"ck_plan_correction_{name}"), "plan_correction", type_="check")
    op.drop_column("plan_correction", "statement_id")
    for name in ("answer_id", "was_version"):
        op.alter_column("plan_correction", name, nullable=False)
    op.execute("delete from plan_dispatch where kind = 'discontinued_notice'")
    op.drop_constraint(op.f("ck_plan_dispatch_kind"), "plan_dispatch", type_="check")
    op.create_check_constraint(op.f("ck_plan_dispatch_kind"), "plan_dispatch", f"kind in ({_KINDS})")
    op.drop_constraint(op.f("ck_plan_phase_broken_off_with_a_reason"), "plan_phase", type_="check")
    for table, name in (
        ("plan_phase", "broken_off_reason"),
        ("plan_phase", "broken_off_on"),
        ("plan_adoption", "reason"),
        ("plan", "area_words"),
    ):
        op.drop_column(table, name)
