"""What commands need around them: settings with a database that answers, a session that commits once, progress bars."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from mapdialog import cluster
from mapdialog.config import Config, load_config

if TYPE_CHECKING:
    from rich.progress import Progress
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session


T = TypeVar("T")

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations" / "versions"


def prepared_config(*, hold: bool = True) -> Config:
    """The settings, with the private PostGIS server started when no other is named; `database_url` is always set.

    With `hold`, the private server is not stopped under this process, as long as it lives, when `bin/run` ends.
    Raises ConfigError, ClusterError.
    """
    config = load_config()
    if config.database_url:
        return config
    if hold:
        cluster.hold(config.data_dir)
    return dataclasses.replace(config, database_url=cluster.ensure_running(config.data_dir))


def migrate(config: Config) -> None:
    """Bring the tables up to date where the database is our own; elsewhere demand that it has been done."""
    current, newest = revisions(config.database_url)
    if current == newest:
        return
    if not is_private(config):
        raise click.ClickException(
            f"The database is at revision {current or 'none'}, this version needs {newest}: run `mapdialog db migrate`."
        )
    upgrade(config)


def upgrade(config: Config) -> None:
    """Run the migrations that are missing."""
    from mapdialog.core.database import make_engine
    from mapdialog.migrations import running

    engine = make_engine(config.database_url)
    try:
        running.upgrade(engine)
    finally:
        engine.dispose()


def revisions(database_url: str) -> tuple[str | None, str]:
    """The revision the database is at (None for an empty one) and the newest one in the code.

    Asked without SQLAlchemy and Alembic, whose import would cost every start a second. Raises ClusterError.
    """
    newest = max(path.name[:4] for path in MIGRATIONS.glob("[0-9]*.py"))
    return _one_value(database_url, "alembic_version", "select version_num from alembic_version"), newest


def is_empty(database_url: str) -> bool:
    """Whether nobody has made a dialogue or an account yet; the tables must be up to date."""
    query = "select 'used' where exists (select from dialogue) or exists (select from account)"
    return _one_value(database_url, "dialogue", query) is None


def _one_value(database_url: str, table: str, query: str) -> str | None:
    """The first value of a query, or None where there is no row or no such table."""
    import psycopg2

    try:
        connection = psycopg2.connect(libpq(database_url), connect_timeout=10)
    except psycopg2.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise cluster.ClusterError(f"The database cannot be used: {reason}. Try `mapdialog doctor`.") from None
    try:
        with connection.cursor() as cursor:
            cursor.execute("select to_regclass(%s) is not null", (table,))
            found = cursor.fetchone()
            if not (found and found[0]):
                return None
            cursor.execute(query)
            row = cursor.fetchone()
            return str(row[0]) if row else None
    finally:
        connection.close()


def libpq(database_url: str) -> str:
    """The URL without the name of a Python driver, as psql and other programs understand it."""
    return database_url.replace("postgresql+psycopg2://", "postgresql://", 1)


def is_private(config: Config) -> bool:
    """Whether the database is the private one under the data folder."""
    return config.database_url == cluster.status(config.data_dir).url


@contextmanager
def open_session() -> Iterator[Session]:
    """A session on an up-to-date database: committed once at the end, rolled back on any error."""
    with open_database() as (_config, session):
        yield session


@contextmanager
def open_database() -> Iterator[tuple[Config, Session]]:
    """The settings and a session, as `open_session`."""
    from mapdialog.core import database

    with _using_private_server():
        config = prepared_config(hold=False)
        migrate(config)
        engine = database.make_engine(config.database_url)
        with _session_of(engine) as session:
            yield config, session


@contextmanager
def _using_private_server() -> Iterator[None]:
    """Hold the private server for the length of a block, not of the process: `mapdialog run` goes on after the demo."""
    config = load_config()
    held = None if config.database_url else cluster.hold(config.data_dir)
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


@contextmanager
def _session_of(engine: Engine) -> Iterator[Session]:
    from mapdialog.core import database

    try:
        database.bind(engine)
        session = database.session()
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
    finally:
        database.session.remove()
        engine.dispose()


@contextmanager
def progress(items: Iterable[T], label: str, total: int | None = None) -> Iterator[Iterable[T]]:
    """The items again, with a bar on standard error while they are worked through (no bar where that is no terminal).

    `with progress(rows, "Reading", total=100_000) as rows: for row in rows: …`
    """
    from rich.console import Console
    from rich.progress import Progress

    console = Console(file=sys.stderr)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        yield bar.track(items, total=total, description=label)


def reading_bar() -> Progress:
    """A progress bar on standard error for rows that are read in; silent where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
