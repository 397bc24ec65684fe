"""Connections that PostgreSQL has closed are never handed out again."""

from sqlalchemy import text

from mapdialog.core.database import make_engine


def test_a_connection_that_died_in_the_pool_is_replaced_and_its_siblings_too(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as one, engine.connect() as other, engine.connect() as third:
        pids = [each.scalar(text("select pg_backend_pid()")) for each in (one, other, third)]
    with make_engine(database_url).connect() as admin:
        assert all(admin.scalar(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid}) for pid in pids)
    for _ in range(3):
        with engine.connect() as connection:
            assert connection.scalar(text("select pg_backend_pid()")) not in pids
    engine.dispose()


def test_a_connection_that_lives_is_used_again(database_url: str) -> None:
    engine = make_engine(database_url)
    pids = set()
    for _ in range(5):
        with engine.connect() as connection:
            pids.add(connection.scalar(text("select pg_backend_pid()")))
    assert len(pids) == 1
    engine.dispose()
