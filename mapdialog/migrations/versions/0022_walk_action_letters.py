"""Letters about actions to those who are responsible, and their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

STATUSES = "'proposed','forwarded','accepted','planned','in_progress','done','rejected','outside_mandate'"


def _letters() -> None:
    op.create_table(
        "walk_action_letter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("purpose in ('question','due_soon','overdue')", name=op.f("ck_walk_action_letter_purpose")),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["walk_action.id"],
            name=op.f("fk_walk_action_letter_action_id_walk_action"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["party_id"],
            ["responsible_party.id"],
            name=op.f("fk_walk_action_letter_party_id_responsible_party"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["account.id"], name=op.f("fk_walk_action_letter_actor_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_action_letter")),
    )
    op.create_index(op.f("ix_walk_action_letter_action_id"), "walk_action_letter", ["action_id"])
    op.create_index(op.f("ix_walk_action_letter_party_id"), "walk_action_letter", ["party_id"])
    op.create_index(
        "uq_walk_action_letter_reminder",
        "walk_action_letter",
        ["action_id", "party_id", "purpose", "deadline"],
        unique=True,
        postgresql_where=sa.text("purpose <> 'question'"),
    )


def _answers() -> None:
    op.create_table(
        "walk_action_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("is_taken", sa.Boolean(), nullable=True),
        sa.CheckConstraint(f"status in ({STATUSES})", name=op.f("ck_walk_action_answer_status")),
        sa.CheckConstraint(
            "status is not null or btrim(comment) <> ''", name=op.f("ck_walk_action_answer_says_something")
        ),
        sa.CheckConstraint(
            "(decided_at is null) = (is_taken is null)", name=op.f("ck_walk_action_answer_decided_one_way")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["walk_action_letter.id"],
            name=op.f("fk_walk_action_answer_letter_id_walk_action_letter"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["walk_action.id"],
            name=op.f("fk_walk_action_answer_action_id_walk_action"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["account.id"],
            name=op.f("fk_walk_action_answer_decided_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_action_answer")),
    )
    op.create_index(op.f("ix_walk_action_answer_letter_id"), "walk_action_answer", ["letter_id"])
    op.create_index(
        "ix_walk_action_answer_waiting",
        "walk_action_answer",
        ["action_id"],
        postgresql_where=sa.text("decided_at is null"),
    )


def upgrade() -> None:
    _letters()
    _answers()
    op.execute("""
        create trigger walk_action_answer_is_kept
            before update of letter_id, action_id, received_at, status, comment, day on walk_action_answer
            for each row execute function walk_writing_is_kept()
    """)


def downgrade() -> None:
    op.drop_table("walk_action_answer")
    op.drop_table("walk_action_letter")
