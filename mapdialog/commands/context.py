"""What commands need around them: settings with a database that answers, a session that commits once, progress bars."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from mapdialog import cluster
from mapdialog.config import Config, load_config

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session


T = TypeVar("T")


def prepared_config(*, hold: bool = True) -> Config:
    """The settings, with the private PostGIS server started when no other is named; `database_url` is always set.

    With `hold`, the private server is not stopped under this process when `bin/run` ends elsewhere.
    Raises ConfigError, ClusterError.
    """
    config = load_config()
    if config.database_url:
        return config
    if hold:
        cluster.hold(config.data_dir)
    return dataclasses.replace(config, database_url=cluster.ensure_running(config.data_dir))


def migrate(config: Config, engine: Engine) -> None:
    """Bring the tables up to date where the database is our own; elsewhere demand that it has been done."""
    from mapdialog.migrations.running import current_revision, head_revision, upgrade

    current, head = current_revision(engine), head_revision()
    if current == head:
        return
    if is_private(config):
        upgrade(engine)
        return
    raise click.ClickException(
        f"The database is at revision {current or 'none'} and this version needs {head}: run `mapdialog db migrate`."
    )


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

    config = prepared_config()
    engine = database.make_engine(config.database_url)
    try:
        migrate(config, engine)
        database.bind(engine)
        session = database.session()
        try:
            yield config, session
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
