"""The one door to PostgreSQL: declarative base, engine and the thread's session."""

from typing import Any

from sqlalchemy import Engine, MetaData, create_engine
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
    """An engine with a checked pool, UTC sessions and a ceiling on how long one statement may run.

    `url` may be postgresql:// or postgres://; the driver is psycopg2. Connections that died while PostgreSQL was away
    are replaced before use.
    """
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg2://" + url.removeprefix(prefix)
    options.setdefault("pool_pre_ping", True)
    connect_args = {"options": "-c timezone=UTC -c jit=off -c application_name=mapdialog", "connect_timeout": 5}
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        pool_timeout=5,
        pool_recycle=1800,
        connect_args=connect_args,
        **options,
    )


def bind(engine: Engine) -> None:
    """Point the thread's session at an engine (once, when the application is made)."""
    session.remove()
    session.configure(bind=engine)
