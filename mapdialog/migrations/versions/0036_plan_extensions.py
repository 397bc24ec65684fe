"""Extensions of phases keep the proof of their announcement, kept wordings their points; a plan's start can be put right.

Files of statements that are being written are known here, so that every web server finds them in the file store.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_WORDING = (
    "create trigger plan_answer_wording_is_kept before update of answer_id, version, text, outcome, reason,"
    " forwarded_to, status, is_kept_aside, written_at{also} on plan_answer_wording"
    " for each row execute function plan_writing_is_kept()"
)
_EXTENSION = (
    "create trigger plan_phase_extension_is_kept before update{of} on plan_phase_extension"
    " for each row execute function plan_writing_is_kept()"
)
_VESSEL = """
create or replace function plan_has_a_vessel() returns trigger language plpgsql as $$
begin
    if not exists (select from dialogue where id = new.dialogue_id and kind = 'plan') then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'plan ' || new.id || ': its statements need a dialogue of kind plan';
    end if;
    if tg_op = 'UPDATE' and (new.rule_set is distinct from old.rule_set
        or new.started_on is distinct from old.started_on)%(unless)s then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'plan ' || new.id || ': it keeps the rules of the day it was started';
    end if;
    return new;
end $$;
"""


def upgrade() -> None:
    op.add_column(
        "plan_answer_wording", sa.Column("point_ids", sa.ARRAY(sa.BigInteger()), server_default="{}", nullable=False)
    )
    op.execute("drop trigger plan_answer_wording_is_kept on plan_answer_wording")
    op.execute(_WORDING.format(also=", point_ids"))
    for name in ("board_url", "newspaper", "proof_file_name"):
        op.add_column("plan_phase_extension", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("plan_phase_extension", sa.Column("proof_file_key", sa.Text(), nullable=True))
    for name in ("board_posted_on", "board_removed_on", "newspaper_on"):
        op.add_column("plan_phase_extension", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("plan_phase_extension", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_check_constraint(
        op.f("ck_plan_phase_extension_removed_after_it_was_posted"),
        "plan_phase_extension",
        "board_removed_on >= board_posted_on",
    )
    op.execute("drop trigger plan_phase_extension_is_kept on plan_phase_extension")
    op.execute(_EXTENSION.format(of=" of phase_id, was_on, ends_on, reason, outage_id, decided_at"))
    # Only a plan that nobody has been told of yet may be said to have started another day, under other rules.
    told = " and exists (select from plan_phase where plan_id = new.id and status <> 'draft')"
    op.execute(_VESSEL % {"unless": told})
    _create_draft_files()


def downgrade() -> None:
    op.drop_table("plan_draft_file")
    op.execute(_VESSEL % {"unless": ""})
    op.execute("drop trigger plan_phase_extension_is_kept on plan_phase_extension")
    op.drop_constraint(op.f("ck_plan_phase_extension_removed_after_it_was_posted"), "plan_phase_extension")
    for name in (
        "board_url",
        "newspaper",
        "proof_file_name",
        "proof_file_key",
        "board_posted_on",
        "board_removed_on",
        "newspaper_on",
        "version",
    ):
        op.drop_column("plan_phase_extension", name)
    op.execute(_EXTENSION.format(of=""))
    op.execute("drop trigger plan_answer_wording_is_kept on plan_answer_wording")
    op.drop_column("plan_answer_wording", "point_ids")
    op.execute(_WORDING.format(also=""))


def _create_draft_files() -> None:
    op.create_table(
        "plan_draft_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_draft_file")),
        sa.UniqueConstraint("owner", "form_id", "sha256", name=op.f("uq_plan_draft_file_owner_form_id_sha256")),
    )
    op.create_index(op.f("ix_plan_draft_file_kept_at"), "plan_draft_file", ["kept_at"])
