"""The one door to PostgreSQL: declarative base, engine and the thread's session."""

import select
from collections.abc import Mapping
from typing import Any

import psycopg2
from sqlalchemy import Engine, MetaData, create_engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


session: scoped_session[Session] = scoped_session(sessionmaker(expire_on_commit=False))


def make_engine(url: str, *, pool_size: int = 10, **options: Any) -> Engine:
    """An engine with a checked pool and UTC sessions.

    `url` may be postgresql:// or postgres://; the driver is psycopg2. Connections that died while PostgreSQL was away
    are replaced before use.
    """
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg2://" + url.removeprefix(prefix)
    connect_args = {"options": "-c timezone=UTC -c jit=off -c application_name=mapdialog", "connect_timeout": 5}
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        pool_timeout=5,
        pool_recycle=1800,
        pool_use_lifo=True,  # the connection used last has its plans and tables at hand
        connect_args=connect_args,
        **options,
    )
    event.listen(engine, "checkout", _refuse_dead)
    return engine


def _refuse_dead(connection: Any, _record: Any, _proxy: Any) -> None:
    """A connection with something to read before anything was asked has been told goodbye, and so have its siblings.

    Looking at the socket costs a thousandth of what asking the server (pool_pre_ping) would, on every request.
    """
    watched = select.poll()
    watched.register(connection.fileno(), select.POLLIN)
    if watched.poll(0):
        raise InvalidatePoolError


def bind(engine: Engine) -> None:
    """Point the thread's session at an engine (once, when the application is made)."""
    session.remove()
    session.configure(bind=engine)


def run_alone(engine: Engine, statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """One statement that is a transaction by itself, and its first row: one journey to the server instead of three.

    None also when the database did not answer, so only for what may safely be done again in a session, which then tells
    what is wrong. Past SQLAlchemy's connection too, whose work would take longer than the statement's own.
    """
    try:
        kept = engine.raw_connection()
    except psycopg2.Error:
        return None
    try:
        driver: Any = kept.driver_connection
        driver.autocommit = True
        with driver.cursor() as cursor:
            cursor.execute(statement, values)
            row: tuple[Any, ...] | None = cursor.fetchone()
        driver.autocommit = False
        return row
    except psycopg2.Error:
        kept.invalidate()
        return None
    finally:
        kept.close()
