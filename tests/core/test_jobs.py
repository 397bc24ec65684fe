"""Jobs are asked for in a transaction and done by the worker, once it is committed."""

import asyncio
import logging
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import procrastinate
import psycopg
import pytest
from croniter import croniter
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from mapdialog.commands.context import libpq
from mapdialog.commands.minding import brief, free_left_behind
from mapdialog.commands.worker import _run_until_stopped, import_jobs
from mapdialog.config import Config
from mapdialog.core import jobs


@pytest.fixture
def done(engine: Engine, config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the test's own job was called with, which is the only one: repeated jobs would come in by the clock."""
    calls: list[str] = []
    monkeypatch.setattr(jobs, "_declared", {})

    @jobs.task("write_down", attempts=2)
    def write_down(word: str) -> None:
        calls.append(word)
        if word == "trasig" and calls.count(word) == 1:
            raise RuntimeError

    jobs.surround(config, engine)
    _empty(engine)
    yield calls
    _empty(engine)


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("truncate procrastinate_jobs, procrastinate_periodic_defers cascade"))


def work(config: Config) -> None:
    """Do what waits, in a thread: where browser tests have run, Playwright's event loop still holds the main one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_run_until_stopped, config, concurrency=1, once=True).result(60)


def test_a_job_is_done_after_its_transaction_is_committed(engine: Engine, config: Config, done: list[str]) -> None:
    with Session(engine) as session:
        jobs.defer(session, "write_down", word="åäö")
        session.commit()
    work(config)
    assert done == ["åäö"]


def test_a_job_of_a_transaction_that_is_rolled_back_never_was(engine: Engine, config: Config, done: list[str]) -> None:
    with Session(engine) as session:
        jobs.defer(session, "write_down", word="ångrad")
        session.rollback()
    work(config)
    assert done == []


def test_once_adds_nothing_while_the_same_waits(engine: Engine, config: Config, done: list[str]) -> None:
    with Session(engine) as session:
        assert jobs.defer(session, "write_down", once="k", word="en") is True
        assert jobs.defer(session, "write_down", once="k", word="två") is False
        session.commit()
    work(config)
    assert done == ["en"]


def test_a_job_that_fails_waits_for_another_try(engine: Engine, config: Config, done: list[str]) -> None:
    with Session(engine) as session:
        jobs.defer(session, "write_down", word="trasig")
        session.commit()
    work(config)
    with engine.begin() as connection:
        row = connection.execute(text("select status, attempts, scheduled_at > now() from procrastinate_jobs")).one()
        assert tuple(row) == ("todo", 1, True)
        connection.execute(text("update procrastinate_jobs set scheduled_at = now()"))
    work(config)
    assert done == ["trasig", "trasig"]


def test_mails_are_among_the_jobs_that_repeat_by_themselves() -> None:
    import_jobs()
    assert "send_mails" in {job.name for job in jobs.declared() if job.every}


def test_the_migrations_hold_the_schema_of_the_installed_queue() -> None:
    """When Procrastinate brings newer SQL, a migration of ours that runs it is due."""
    folder = Path(procrastinate.__file__).parent / "sql" / "migrations"
    newest = sorted(path.name for path in folder.glob("*.sql"))[-1]
    assert newest == "03.04.00_50_post_add_retry_failed_job_procedure.sql"
    held = Path("mapdialog/migrations/sql/procrastinate_3_10.sql").read_text()
    assert (folder.parent / "schema.sql").read_text() == held


def test_mails_are_sent_every_few_seconds_of_every_minute() -> None:
    import_jobs()
    every = next(job.every for job in jobs.declared() if job.name == "send_mails")
    rounds = croniter(every, 60.0)
    assert [rounds.get_next(float) for _ in range(13)] == [60.0 + 5 * number for number in range(1, 14)]


def test_a_job_left_by_a_dead_worker_is_done_again_and_one_of_a_living_worker_is_left_alone(
    engine: Engine, config: Config, done: list[str]
) -> None:
    with Session(engine) as session:
        for word in ("övergiven", "pågår"):
            jobs.defer(session, "write_down", word=word)
        session.execute(text("update procrastinate_jobs set status = 'doing'"))
        alive = session.scalar(text("insert into procrastinate_workers default values returning id"))
        mark = text("update procrastinate_jobs set worker_id = :alive where args ->> 'word' = 'pågår'")
        session.execute(mark, {"alive": alive})
        session.commit()
    try:
        assert _freed(config) == 1
        work(config)
        assert done == ["övergiven"]
    finally:
        with engine.begin() as connection:
            connection.execute(text("delete from procrastinate_workers where id = :alive"), {"alive": alive})


def test_a_round_left_behind_gives_way_to_the_one_that_waits(engine: Engine, config: Config, done: list[str]) -> None:
    with Session(engine) as session:
        jobs.defer(session, "write_down", lock="en", once="en", word="gammal")
        session.execute(text("update procrastinate_jobs set status = 'doing'"))
        jobs.defer(session, "write_down", lock="en", once="en", word="ny")
        session.commit()
    assert _freed(config) == 1
    work(config)
    assert done == ["ny"]


def _freed(config: Config) -> int:
    async def free() -> int:
        async with await psycopg.AsyncConnection.connect(libpq(config.database_url), autocommit=True) as connection:
            return await free_left_behind(connection)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(free())).result(60)


def test_the_loss_of_the_database_fills_no_log_and_our_own_faults_keep_their_traceback() -> None:
    def record(name: str, error: Exception) -> logging.LogRecord:
        try:
            raise error
        except Exception:
            return logging.LogRecord(name, logging.ERROR, "", 0, "job", (), sys.exc_info())

    lost = psycopg.OperationalError("gone")
    assert not brief(record("procrastinate.utils", lost))
    job = record("procrastinate.worker", lost)
    assert brief(job) and job.exc_info is None
    fault = record("procrastinate.worker", RuntimeError())
    assert brief(fault) and fault.exc_info
