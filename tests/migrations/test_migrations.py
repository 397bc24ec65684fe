"""Migrations: the head equals the models, and the way up, down and up again is open."""

import os
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, make_url, text

from mapdialog.core.database import make_engine
from mapdialog.migrations.running import alembic_config, current_revision, downgrade, head_revision, upgrade
from mapdialog.migrations.tables import metadata
from tests.conftest import create_database, drop_database


@pytest.fixture
def fresh(cluster_url: str) -> Iterator[Engine]:
    name = f"mapdialog_migrations_{os.getpid()}"
    engine = make_engine(create_database(cluster_url, name))
    yield engine
    engine.dispose()
    drop_database(cluster_url, name)


def test_the_head_equals_the_models(fresh: Engine) -> None:
    with fresh.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _parents: kind != "table" or name in metadata.tables,
            },
        )
        assert compare_metadata(context, metadata) == []


def test_up_down_up_leaves_nothing_behind(fresh: Engine) -> None:
    downgrade(fresh, "base")
    with fresh.connect() as connection:
        left = connection.scalars(
            text(
                "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r','S','v') "
                "and relname not in ('alembic_version','spatial_ref_sys','geometry_columns','geography_columns')"
            )
        ).all()
        functions = connection.scalars(
            text(
                "select proname from pg_proc p where pronamespace = 'public'::regnamespace and not exists "
                "(select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
            )
        ).all()
    assert list(left) == []
    assert list(functions) == []
    upgrade(fresh)
    assert current_revision(fresh) == head_revision()


def test_there_is_one_head_and_the_numbers_are_in_order() -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
    numbers = [revision.revision for revision in script.walk_revisions()]
    assert numbers == sorted(numbers, reverse=True)


def test_two_migrations_at_once_wait_for_each_other(cluster_url: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    name = f"mapdialog_migrations_{os.getpid()}"
    admin = make_engine(cluster_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'create database "{name}"'))
    engine = make_engine(make_url(cluster_url).set(database=name).render_as_string(hide_password=False))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: upgrade(engine), range(2)))
    assert current_revision(engine) == head_revision()
    engine.dispose()
    admin.dispose()
    drop_database(cluster_url, name)
