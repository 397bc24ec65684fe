"""Published protocols of walks, in versions."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "walk_protocol",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_walk_protocol_version")),
        sa.CheckConstraint("kind in ('pdf','docx')", name=op.f("ck_walk_protocol_kind")),
        sa.ForeignKeyConstraint(
            ["walk_id"], ["safety_walk.id"], name=op.f("fk_walk_protocol_walk_id_safety_walk"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_walk_protocol_made_by_id_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_protocol")),
        sa.UniqueConstraint("walk_id", "version", "kind", name=op.f("uq_walk_protocol_walk_id_version_kind")),
    )
    op.execute("""
        create trigger walk_protocol_is_kept
            before update of walk_id, version, kind, file_key, sha256, size_bytes, made_at, published_on on walk_protocol
            for each row execute function walk_writing_is_kept()
    """)


def downgrade() -> None:
    op.drop_table("walk_protocol")
