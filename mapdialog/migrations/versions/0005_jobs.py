"""The queue of jobs for the worker: Procrastinate's own tables and functions, as of its version 3.10."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).resolve().parent.parent / "sql" / "procrastinate_3_10.sql"

# Everything of Procrastinate begins with its name, so what a later version of it adds is found as well.
REMOVE = """
do $$
declare thing record;
begin
    drop table if exists procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers cascade;
    for thing in select oid::regprocedure as name from pg_proc
                 where pronamespace = 'public'::regnamespace and proname like 'procrastinate\\_%' loop
        execute format('drop function %s cascade', thing.name);
    end loop;
    drop type if exists procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status;
end $$
"""


def upgrade() -> None:
    _run(SCHEMA.read_text(encoding="utf-8"))


def downgrade() -> None:
    _run(REMOVE)


def _run(script: str) -> None:
    """Hand the text to PostgreSQL as it is; with values to fill in, the driver would stumble over its per cent signs."""
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(script)
