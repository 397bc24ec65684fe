"""Alembic's environment: the connection comes from whoever runs the migration."""

from alembic import context

from mapdialog.migrations.tables import metadata


def _ours(name: str | None, type_: str, parent_names: object) -> bool:
    """PostGIS's and the job queue's own tables are none of our models."""
    if type_ == "table":
        return name in metadata.tables
    return True


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    include_name=_ours,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
