"""The doctor's look at the database: does it answer, is it new enough, is it up to date, is its clock right."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812 (a class, whatever the driver calls it)

from mapdialog.cluster import ClusterError
from mapdialog.commands.context import libpq, prepared_config, revisions
from mapdialog.config import Config

OLDEST_POSTGRESQL, OLDEST_POSTGIS = 13, (3, 0)
MOST_SECONDS_APART = 5.0

Row = tuple[str, str, str, str]  # part, level, words, remedy
ControlPoints = Sequence[tuple[str, tuple[float, float], dict[int, tuple[float, float]]]]


def examine(config: Config, control_points: ControlPoints, tolerance_m: float) -> Iterator[Row]:
    """Rows of (part, level, words, remedy); stops at the first thing without which the rest cannot be asked."""
    try:
        url = config.database_url or prepared_config().database_url
        connection = psycopg2.connect(libpq(url), connect_timeout=10)
    except (ClusterError, psycopg2.OperationalError) as error:
        yield "database", "bad", str(error).strip().splitlines()[0], _remedy(config)
        return
    try:
        with connection.cursor() as cursor:
            yield from _versions(cursor, config)
            yield from _migrations(url)
            yield from _coordinates(cursor, control_points, tolerance_m)
            yield from _clock(cursor)
            yield from _worker(cursor)
    finally:
        connection.close()


def _remedy(config: Config) -> str:
    if config.database_url:
        return "check MAPDIALOG_DATABASE_URL, that the server runs, and the way through the firewall"
    return f"run `mapdialog db start`; the server's own words are in {config.data_dir / 'postgres.log'}"


def _versions(cursor: Cursor, config: Config) -> Iterator[Row]:
    version = cursor.connection.server_version // 10000
    kind = "named by MAPDIALOG_DATABASE_URL" if config.database_url else f"private, in {config.data_dir / 'postgres'}"
    if version >= OLDEST_POSTGRESQL:
        yield "database", "good", f"PostgreSQL {version} answers ({kind})", ""
    else:
        yield "database", "bad", f"PostgreSQL {version} is too old", f"{OLDEST_POSTGRESQL} or newer is needed"
    cursor.execute("select extversion from pg_extension where extname = 'postgis'")
    found = cursor.fetchone()
    if found is None:
        yield "PostGIS", "bad", "is not in this database", "as a superuser of the database: CREATE EXTENSION postgis"
    elif tuple(int(part) for part in found[0].split(".")[:2]) < OLDEST_POSTGIS:
        yield "PostGIS", "bad", f"{found[0]} is too old", "3.0 or newer is needed"
    else:
        yield "PostGIS", "good", found[0], ""


def _migrations(url: str) -> Iterator[Row]:
    current, newest = revisions(url)
    if current == newest:
        yield "migrations", "good", f"the tables are up to date (revision {newest})", ""
    else:
        yield (
            "migrations",
            "bad",
            f"the tables are at {current or 'nothing'}, this version needs {newest}",
            "run `mapdialog db migrate`",
        )


def _coordinates(cursor: Cursor, control_points: ControlPoints, tolerance_m: float) -> Iterator[Row]:
    worst = 0.0
    for _town, (lon, lat), expected in control_points:
        for epsg, (east, north) in expected.items():
            cursor.execute(
                "select st_x(p), st_y(p) from (select st_transform(st_setsrid(st_makepoint(%s, %s), 4326), %s) as p) t",
                (lon, lat, epsg),
            )
            row = cursor.fetchone()
            assert row is not None
            worst = max(worst, abs(row[0] - east), abs(row[1] - north))
    if worst <= tolerance_m:
        yield "coordinates", "good", f"control points in PostGIS agree within {worst:.2f} m", ""
    else:
        yield (
            "coordinates",
            "bad",
            f"control points in PostGIS are {worst:.1f} m off",
            "reinstall the server's PROJ data (proj-data)",
        )


def _clock(cursor: Cursor) -> Iterator[Row]:
    cursor.execute("select clock_timestamp()")
    row = cursor.fetchone()
    assert row is not None
    apart = abs((datetime.now(UTC) - row[0]).total_seconds())
    if apart <= MOST_SECONDS_APART:
        yield "clock", "good", f"this machine and the database are {apart:.1f} s apart", ""
    else:
        yield (
            "clock",
            "bad",
            f"this machine and the database are {apart:.0f} s apart",
            "deadlines are decided by the clock: turn on time synchronisation (timedatectl set-ntp true) on both",
        )


def _worker(cursor: Cursor) -> Iterator[Row]:
    """Mails that nobody sends are the first sign of a worker that does not run."""
    cursor.execute(
        "select to_regclass('outgoing_mail') is not null and to_regclass('procrastinate_workers') is not null"
    )
    row = cursor.fetchone()
    if not (row and row[0]):
        return
    cursor.execute("""
        select (select count(*) from procrastinate_workers where last_heartbeat > now() - interval '1 minute'),
               (select count(*) from outgoing_mail where sent_at is null and failed_at is null
                 and next_try_at < now() - interval '2 minutes'),
               (select count(*) from outgoing_mail where failed_at > now() - interval '7 days')
    """)
    counted = cursor.fetchone()
    assert counted is not None
    workers, waiting, failed = counted
    if waiting and not workers:
        yield "worker", "warning", f"none is running, and {waiting} mails wait", "run `mapdialog worker` (bin/run does)"
    elif waiting:
        yield (
            "worker",
            "warning",
            f"{workers} running, yet {waiting} mails are overdue",
            "read what the worker says (journalctl -u mapdialog-worker) and start it again",
        )
    elif failed:
        yield (
            "worker",
            "warning",
            f"{failed} mails were given up in the last week",
            "look at last_error in outgoing_mail",
        )
    else:
        yield "worker", "good", f"{workers} running, {waiting} mails overdue", ""
