"""What a new server needs before use: extensions, a role without superuser rights, a database."""

import psycopg2
from psycopg2.extensions import connection

from .errors import ClusterError
from .layout import DATABASE, PORT, ROLE, SUPERUSER, Layout

# Also in template1, so that databases made later (tests, benchmarks) have them; only a superuser may add PostGIS.
EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "btree_gist")


def provision(where: Layout) -> None:
    """Make the role and the database unless both are there. Repeating it after an interruption completes it."""
    if _is_ready(where):
        return
    template = _connect(where, "template1")
    try:
        for extension in EXTENSIONS:
            _add_extension(template, extension)
    finally:
        template.close()
    main = _connect(where, "postgres")
    try:
        with main.cursor() as cursor:
            if not _exists(main, "pg_roles", "rolname", ROLE):
                cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            if not _exists(main, "pg_database", "datname", DATABASE):
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
    finally:
        main.close()


def recreate(where: Layout) -> None:
    """Throw the database away, whoever is connected, and make an empty one."""
    main = _connect(where, "postgres")
    try:
        with main.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    finally:
        main.close()
    provision(where)


def _is_ready(where: Layout) -> bool:
    """The database is made last, so when its role can enter it everything else is there too."""
    try:
        psycopg2.connect(host=where.socket_dir(), port=PORT, user=ROLE, dbname=DATABASE, connect_timeout=10).close()
    except psycopg2.OperationalError:
        return False
    return True


def _connect(where: Layout, database: str) -> connection:
    opened = psycopg2.connect(host=where.socket_dir(), port=PORT, user=SUPERUSER, dbname=database, connect_timeout=10)
    opened.autocommit = True  # CREATE DATABASE refuses to run inside a transaction
    return opened


def _add_extension(template: connection, extension: str) -> None:
    try:
        with template.cursor() as cursor:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    except psycopg2.Error as err:
        major = template.server_version // 10000
        raise ClusterError(
            f"PostgreSQL {major} has no usable extension {extension} ({str(err).splitlines()[0]}); "
            f"install postgresql-{major}-postgis-3 and postgresql-contrib"
        ) from None


def _exists(main: connection, catalogue: str, column: str, value: str) -> bool:
    with main.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {catalogue} WHERE {column} = %s", (value,))  # noqa: S608 (our own constants)
        return cursor.fetchone() is not None
