"""Real PostGIS for every test: one throw-away cluster, one database a process, one rolled-back transaction a test."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.orm import Session

from mapdialog.accounts import passwords
from mapdialog.config import Config
from mapdialog.core import database
from mapdialog.migrations.running import upgrade

# A slow machine is no fault of the code: examples are counted, not timed, and drawn alike in every run.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

pytest_plugins = ["tests.chromium"]
ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real test data; tests that need it are skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("needs the real test data in ../shared/data")
    return SHARED


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """URL of a maintenance database of a PostGIS server that tests may fill: ours, or MAPDIALOG_TEST_CLUSTER_URL."""
    given = os.environ.get("MAPDIALOG_TEST_CLUSTER_URL")
    if given:
        yield given
        return
    from mapdialog import cluster

    # Held, so that another run of the tests beside this one does not stop it when it ends.
    held = cluster.hold(ROOT / "var" / "test")
    yield cluster.ensure_running(ROOT / "var" / "test", throwaway=True)
    os.close(held)


def create_database(cluster_url: str, name: str) -> str:
    """A new migrated database in the cluster; returns its URL."""
    admin = database.make_engine(cluster_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        template = _template(connection, cluster_url)
        _drop(connection, name)
        connection.execute(text(f'create database "{name}" template "{template}"'))
    admin.dispose()
    return _url(cluster_url, name)


def _template(admin: Connection, cluster_url: str) -> str:
    """A database that is migrated once, and of which the others are copies: that takes half the time, again and again.

    Its name tells the migrations it was made by, so that a server that is kept between runs never gives an old one.
    """
    migrations = sorted((ROOT / "mapdialog/migrations/versions").glob("*.py"))
    made_by = hashlib.sha256(b"".join(file.read_bytes() for file in migrations)).hexdigest()[:12]
    name = f"mapdialog_template_{made_by}"
    admin.execute(text("select pg_advisory_lock(20260101)"))  # Several processes come here at once.
    try:
        if not admin.scalar(text("select 1 from pg_database where datname = :name and datistemplate"), {"name": name}):
            _drop(admin, name)
            admin.execute(text(f'create database "{name}"'))
            engine = database.make_engine(_url(cluster_url, name))
            upgrade(engine)
            engine.dispose()
            admin.execute(text(f'alter database "{name}" is_template true'))
    finally:
        admin.execute(text("select pg_advisory_unlock(20260101)"))  # A broken migration keeps nobody else waiting.
    return name


def _url(cluster_url: str, name: str) -> str:
    return make_url(cluster_url).set(database=name).render_as_string(hide_password=False)


def drop_database(cluster_url: str, name: str) -> None:
    """Remove it, whoever is still connected."""
    admin = database.make_engine(cluster_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        _drop(connection, name)
    admin.dispose()


def _drop(connection: Connection, name: str) -> None:
    """Not `with (force)`: that may not end autovacuum's own work, while a plain drop waits for it."""
    connection.execute(
        text("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name and usename = current_user"),
        {"name": name},
    )
    connection.execute(text(f'drop database if exists "{name}"'))


@pytest.fixture(scope="session")
def database_url(cluster_url: str) -> Iterator[str]:
    """This process's own migrated database."""
    name = f"mapdialog_test_{os.getpid()}"
    yield create_database(cluster_url, name)
    drop_database(cluster_url, name)


@pytest.fixture(scope="session")
def config(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Settings of the test application."""
    return Config(
        database_url=database_url,
        data_dir=tmp_path_factory.mktemp("var"),
        secret_key="t" * 64,
        rate_limits=False,
        demo=False,
    )


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> PasswordHasher:
    """What the application hashes passwords by; while the tests run, it does so cheaply."""
    from tests.seeds import HASHER

    real, passwords._HASHER = passwords._HASHER, HASHER
    return real


@pytest.fixture(scope="session")
def read_templates(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of templates that have been read, once for all processes and servers of a run: that costs seconds."""
    made = tmp_path_factory.getbasetemp()
    made = (made.parent if "PYTEST_XDIST_WORKER" in os.environ else made) / "templates"
    made.mkdir(exist_ok=True)
    return str(made)


@pytest.fixture(scope="session")
def app(config: Config, read_templates: str) -> Flask:
    """The real application."""
    from mapdialog.factory import create_app

    application = create_app(config)
    application.jinja_env.bytecode_cache = FileSystemBytecodeCache(read_templates)
    application.config["WTF_CSRF_ENABLED"] = False
    application.config["PROPAGATE_EXCEPTIONS"] = False
    return application


@pytest.fixture(scope="session")
def engine(app: Flask) -> Engine:
    """The application's engine."""
    return app.extensions["engine"]


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session in a transaction that is rolled back; views of the test client use the same transaction."""
    connection = engine.connect()
    outer = connection.begin()
    database.session.remove()
    database.session.configure(bind=connection, join_transaction_mode="create_savepoint")
    yield database.session()
    database.session.remove()
    outer.rollback()
    connection.close()
    database.session.configure(bind=engine, join_transaction_mode="conditional_savepoint")


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A browser without JavaScript, inside the test's transaction."""
    return app.test_client()


@pytest.fixture
def limited(config: Config, session: Session) -> Iterator[Callable[[str], Flask]]:
    """Makes the application with its limits on, the one on submitting as given ("2 per hour"); off again afterwards."""
    from mapdialog.factory import create_app
    from mapdialog.web.limits import limiter

    bind = database.session.get_bind()

    def make(submit_limit: str) -> Flask:
        narrow = create_app(replace(config, rate_limits=True, submit_limit=submit_limit))
        narrow.config["WTF_CSRF_ENABLED"] = False
        database.session.remove()
        database.session.configure(bind=bind, join_transaction_mode="create_savepoint")
        limiter.reset()
        return narrow

    yield make
    # The limiter is one for all applications of a process.
    limiter.reset()
    limiter.enabled = False
