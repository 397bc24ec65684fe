"""`mapdialog db`: start, stop, migrate and reset the database, and say its address."""

import sys

import click

from mapdialog import cluster
from mapdialog.commands.context import is_private, libpq, prepared_config, revisions, upgrade
from mapdialog.config import Config, load_config

EXAMPLES = """
\b
Examples:
  mapdialog db start
  psql "$(mapdialog db url)"
  MAPDIALOG_DATABASE_URL=postgresql://mapdialog@db.example/mapdialog mapdialog db migrate
"""


@click.group(epilog=EXAMPLES)
def db() -> None:
    """Start, stop, migrate or reset the database.

    Without MAPDIALOG_DATABASE_URL this is a private PostGIS server under the data folder (var/), reached through a Unix
    socket. It starts by itself when a command needs it.
    """


@db.command(epilog="Example: mapdialog db start")
def start() -> None:
    """Start the private server and bring its tables up to date; safe to repeat."""
    config = load_config()
    if config.database_url:
        click.echo("MAPDIALOG_DATABASE_URL names a server of its own; nothing to start.")
        return
    was_running = cluster.status(config.data_dir).state == "running"
    _upgrade()
    click.echo(
        f"The database {'was already running' if was_running else 'is running'} in {config.data_dir / 'postgres'}."
    )


@db.command(epilog="Example: mapdialog db stop")
@click.option("--if-unused", is_flag=True, help="Leave it running while another command uses it; exit code 1 then.")
def stop(if_unused: bool) -> None:
    """Stop the private server cleanly; the data stay."""
    config = load_config()
    stopped = cluster.stop(config.data_dir, only_if_unused=if_unused)
    if not stopped and cluster.status(config.data_dir).state == "running":
        click.echo("Another command uses the database; it goes on running.")
        sys.exit(1)
    click.echo("The database is stopped." if stopped else "The database was not running.")


@db.command(epilog="Example: mapdialog db migrate")
def migrate() -> None:
    """Bring the tables up to this version; PostGIS is added where that is allowed."""
    before, after = _upgrade()
    click.echo(
        f"The tables are up to date (revision {after})."
        if before == after
        else f"Migrated: {before or 'empty'} → {after}."
    )


@db.command(epilog="Example: mapdialog db reset --yes")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--without-tables", is_flag=True, help="Leave it without tables, for restoring a backup into it.")
def reset(yes: bool, without_tables: bool) -> None:
    """Remove ALL data of the database and make the tables anew."""
    config = prepared_config()
    if not yes:
        click.confirm(
            f"This removes every dialogue, contribution and account in {libpq(config.database_url)}. Go on?",
            abort=True,
        )
    if is_private(config):
        cluster.recreate_database(config.data_dir)
    else:
        _empty(config)
    if without_tables:
        click.echo("The database is empty and has no tables.")
        return
    upgrade(config)
    click.echo("The database is empty and its tables are up to date.")


@db.command(epilog='Example: psql "$(mapdialog db url)"')
def url() -> None:
    """Print the database's address, as psql and other programs understand it; starts the private server."""
    click.echo(libpq(prepared_config().database_url))


def _upgrade() -> tuple[str | None, str]:
    """Migrate to the newest revision; returns the revision before and the newest."""
    config = prepared_config()
    before, newest = revisions(config.database_url)
    if before != newest:
        upgrade(config)
    return before, newest


def _empty(config: Config) -> None:
    """Remove every table of ours by going back before the first migration."""
    from sqlalchemy import text

    from mapdialog.core.database import make_engine
    from mapdialog.migrations.running import downgrade

    engine = make_engine(config.database_url)
    try:
        downgrade(engine, "base")
        with engine.begin() as connection:
            connection.execute(text("drop table if exists alembic_version"))
    finally:
        engine.dispose()
