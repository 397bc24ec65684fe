"""A finished report of a plan keeps what it holds, and an answer in one is corrected with a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

# Those that were finished before: what was there as each was made, of its phase and the ones before it. Their answers
# have been locked since, so the versions they have are the ones that were given.
_HELD = """
insert into plan_report_holding (report_id, statement_id, point_id, answer_id, answer_version)
select report.id, statement.id, point.id, answer.id, answer.version
from plan_report report
join plan_phase reported on reported.id = report.phase_id
join plan_phase phase on phase.plan_id = report.plan_id and (phase.starts_on, phase.id) <= (reported.starts_on, reported.id)
join plan_statement statement on statement.phase_id = phase.id
    and statement.registered_at < coalesce(report.made_at, report.frozen_at)
left join plan_party party on party.id = statement.party_id
left join plan_point point on point.statement_id = statement.id
    and point.created_at < coalesce(report.made_at, report.frozen_at)
left join plan_answer answer on answer.id = point.answer_id and answer.status = 'final'
where report.frozen_at is not null
    and (report.edition = 'full' or not (statement.is_protected or coalesce(party.is_protected, false)))
"""
_KEPT = """
create trigger plan_report_holding_is_kept before update or delete on plan_report_holding
    for each row execute function plan_writing_is_kept();
create trigger plan_correction_is_kept before update of plan_id, answer_id, was_version, reason, opened_at
    on plan_correction for each row execute function plan_writing_is_kept();
"""


def upgrade() -> None:
    op.create_table(
        "plan_report_holding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("point_id", sa.BigInteger(), nullable=True),
        sa.Column("answer_id", sa.BigInteger(), nullable=True),
        sa.Column("answer_version", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "point_id is not null or answer_id is null", name=op.f("ck_plan_report_holding_an_answer_has_its_point")
        ),
        sa.CheckConstraint(
            "(answer_id is null) = (answer_version is null)", name=op.f("ck_plan_report_holding_answer_in_a_version")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["plan_report.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["statement_id"], ["plan_statement.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["point_id"], ["plan_point.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["answer_id"], ["plan_answer.id"], ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(None, "plan_report_holding", ["report_id"])
    op.create_index(None, "plan_report_holding", ["statement_id"])
    op.create_index(None, "plan_report_holding", ["point_id"])
    op.create_index(None, "plan_report_holding", ["answer_id", "answer_version"])
    op.create_table(
        "plan_correction",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.Column("was_version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_plan_correction_reason")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["answer_id"], ["plan_answer.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["opened_by_id"], ["account.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("answer_id", "was_version"),
    )
    op.create_index(None, "plan_correction", ["plan_id"])
    op.execute(_HELD)
    op.execute(_KEPT)


def downgrade() -> None:
    op.drop_table("plan_correction")
    op.drop_table("plan_report_holding")
