"""The way a group went: a line for each stretch, from each phone that recorded it; shown to the public when chosen."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Stretches instead of one line, and a table of what phones send."""
    op.execute(
        "alter table walk_group alter column track type geometry(MultiLineString, 3006) using st_multi(track),"
        " add column is_track_public boolean not null default false"
    )
    op.create_table(
        "walk_track",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("geom", Geometry("MULTILINESTRING", srid=3006, spatial_index=False), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(geom is null) = (removed_at is not null)", name=op.f("ck_walk_track_gone_when_removed")),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_walk_track_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["walk_device.id"], name=op.f("fk_walk_track_device_id_walk_device"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["walk_group.id"], name=op.f("fk_walk_track_group_id_walk_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_walk_track")),
    )
    op.create_index(op.f("ix_walk_track_device_id"), "walk_track", ["device_id"])
    op.create_index(op.f("ix_walk_track_group_id"), "walk_track", ["group_id"])


def downgrade() -> None:
    """One line again: what has gaps keeps its first stretch."""
    op.drop_table("walk_track")
    op.execute(
        "alter table walk_group drop column is_track_public,"
        " alter column track type geometry(LineString, 3006) using st_geometryn(track, 1)"
    )
