"""Scratch databases with many natural-looking contributions, made once and kept between runs.

`ensure_rows(1_000_000)` gives the URL of a migrated database with one dialogue (slug `bench`, six categories, open,
post-moderated) that holds so many public contributions, and a district set `deso` whose links are stored.
"""

import io
import os
from pathlib import Path

import shapely
from sqlalchemy import Connection, Engine, make_url, text

from benchmarks.filling import CATEGORY, DIALOGUE, DISTRICT, INDEXES, LINKS, ROWS
from benchmarks.pins import districts, real_pins
from mapdialog.core.database import make_engine
from mapdialog.migrations.running import upgrade

ROOT = Path(__file__).resolve().parent.parent
SLUG = "bench"
CATEGORIES = ("belysning", "trafik", "gront", "trygg-plats", "forslag", "other")
_VERSION = "3"  # of the made-up data; another number makes it anew


def cluster_url() -> str:
    """The server that benchmarks may fill: MAPDIALOG_BENCH_CLUSTER_URL, or a private one under var/bench with the
    settings of the default run (it waits for the disk, as the real one does)."""
    given = os.environ.get("MAPDIALOG_BENCH_CLUSTER_URL")
    if given:
        return given
    from mapdialog.cluster import ensure_running

    return ensure_running(ROOT / "var" / "bench")


def ensure_rows(count: int, name: str = "mapdialog_bench") -> str:
    """URL of a database with `count` contributions; filled when it is missing or made by an older version of this."""
    url = make_url(cluster_url())
    database = f"{name}_{count}"
    admin = make_engine(url.render_as_string(hide_password=False), isolation_level="AUTOCOMMIT")
    mark = "select shobj_description(oid, 'pg_database') from pg_database where datname = :name"
    with admin.connect() as connection:
        found = connection.scalar(text(mark), {"name": database})
        if found != _VERSION:
            print(f"Making {count:,} contributions, once …", flush=True)
            connection.execute(text(f'drop database if exists "{database}" with (force)'))
            connection.execute(text(f'create database "{database}"'))
    made = url.set(database=database).render_as_string(hide_password=False)
    engine = make_engine(made)
    upgrade(engine)
    if found != _VERSION:
        _fill(engine, count)
        with admin.connect() as connection:
            connection.execute(text(f"""comment on database "{database}" is '{_VERSION}'"""))
    engine.dispose()
    admin.dispose()
    return made


def _fill(engine: Engine, count: int) -> None:
    pins = real_pins()
    with engine.begin() as connection:
        connection.execute(text(DIALOGUE), {"slug": SLUG})
        for position, key in enumerate(CATEGORIES):
            connection.execute(text(CATEGORY), {"key": key, "position": position})
        _copy(
            connection,
            "pin",
            "i integer primary key, x float8, y float8",
            (f"{i}\t{x:.2f}\t{y:.2f}" for i, (x, y) in enumerate(pins.tolist())),
        )
        connection.execute(text("insert into district_set (key, title, is_default) values ('deso', 'DeSO', true)"))
        for number, area in enumerate(districts(pins), 1):
            connection.execute(
                text(DISTRICT),
                {
                    "code": f"1287A{number:04}",
                    "name": f"Område {number}",
                    "geom": shapely.to_wkb(area),
                    "population": 1000 + 37 * number,
                },
            )
        _contributions(connection, count, len(pins))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum (analyze)"))


def _contributions(connection: Connection, count: int, pins: int) -> None:
    indexes = connection.execute(text(INDEXES)).all()
    for name, _ in indexes:
        connection.execute(text(f"drop index {name}"))
    # The log of changes is for changes; a million rows at once are counted at once.
    connection.execute(text("alter table contribution disable trigger grid_log_arrivals"))
    connection.execute(text("select setseed(0.1287)"))
    connection.execute(text(ROWS), {"count": count, "pins": pins})
    connection.execute(text("alter table contribution enable trigger grid_log_arrivals"))
    connection.execute(text("insert into comment (id, mood) select id, id % 5 - 2 from contribution"))
    connection.execute(text(LINKS))
    for _, definition in indexes:
        connection.execute(text(definition))
    connection.execute(text("select grid_rebuild()"))


def _copy(connection: Connection, table: str, columns: str, lines: "object") -> None:
    connection.execute(text(f"create temporary table {table} ({columns}) on commit drop"))
    cursor = connection.connection.cursor()
    cursor.copy_expert(f"copy {table} from stdin", io.StringIO("\n".join(lines)))  # type: ignore[call-overload]
    cursor.close()
