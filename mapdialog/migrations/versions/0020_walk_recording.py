"""Recording on a safety walk: codes, phones, what each sent of an observation, and photos that came early."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "walk_join_code",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("seed", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('leader','participant')", name=op.f("ck_walk_join_code_role")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_walk_join_code_created_by_id_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["walk_id"], ["safety_walk.id"], name=op.f("fk_walk_join_code_walk_id_safety_walk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_join_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_walk_join_code_code_hash")),
    )
    op.create_index(
        "uq_walk_join_code_open",
        "walk_join_code",
        ["walk_id", "role"],
        unique=True,
        postgresql_where=sa.text("revoked_at is null"),
    )
    op.create_table(
        "walk_device",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_offset_s", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["code_id"], ["walk_join_code.id"], name=op.f("fk_walk_device_code_id_walk_join_code"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["walk_id"], ["safety_walk.id"], name=op.f("fk_walk_device_walk_id_safety_walk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_device")),
        sa.UniqueConstraint("mark", name=op.f("uq_walk_device_mark")),
    )
    op.create_index(op.f("ix_walk_device_code_id"), "walk_device", ["code_id"], unique=False)
    op.create_index(op.f("ix_walk_device_walk_id"), "walk_device", ["walk_id"], unique=False)
    op.create_table(
        "walk_recording",
        sa.Column("observation_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["walk_device.id"], name=op.f("fk_walk_recording_device_id_walk_device"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["walk_observation.id"],
            name=op.f("fk_walk_recording_observation_id_walk_observation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("observation_id", name=op.f("pk_walk_recording")),
    )
    op.create_index(op.f("ix_walk_recording_device_id"), "walk_recording", ["device_id"], unique=False)
    op.create_table(
        "walk_recording_revision",
        sa.Column("observation_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sent", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("was_applied", sa.Boolean(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["walk_recording.observation_id"],
            name=op.f("fk_walk_recording_revision_observation_id_walk_recording"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"],
            ["account.id"],
            name=op.f("fk_walk_recording_revision_settled_by_id_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("observation_id", "revision", name=op.f("pk_walk_recording_revision")),
    )
    op.create_index(
        "ix_walk_recording_revision_open",
        "walk_recording_revision",
        ["observation_id"],
        unique=False,
        postgresql_where=sa.text("not was_applied and settled_at is null"),
    )
    op.create_table(
        "walk_early_photo",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("observation_client_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("thumb_key", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["walk_device.id"],
            name=op.f("fk_walk_early_photo_device_id_walk_device"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_walk_early_photo")),
        sa.UniqueConstraint("key", name=op.f("uq_walk_early_photo_key")),
    )
    op.create_index(
        op.f("ix_walk_early_photo_observation_client_id"), "walk_early_photo", ["observation_client_id"], unique=False
    )


def downgrade() -> None:
    """What phones sent of observations goes with the tables; the observations themselves stay."""
    for table in ("walk_early_photo", "walk_recording_revision", "walk_recording", "walk_device", "walk_join_code"):
        op.drop_table(table)
