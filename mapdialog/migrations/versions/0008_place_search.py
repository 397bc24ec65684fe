"""Place names are found by beginnings of words and by likeness."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_place_search_name", "place")
    op.create_index(
        "ix_place_search",
        "place",
        ["search_name"],
        postgresql_using="gin",
        postgresql_ops={"search_name": "gin_trgm_ops"},
    )
    op.create_index("ix_place_source", "place", ["source"])


def downgrade() -> None:
    op.drop_index("ix_place_source", "place")
    op.drop_index("ix_place_search", "place")
    op.create_index("ix_place_search_name", "place", ["search_name"])
