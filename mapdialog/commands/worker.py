"""`mapdialog worker`: does what others have left in the queue, until it is told to stop."""

import asyncio
import importlib
import importlib.util
import logging
import os
import pkgutil
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any

import click
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from psycopg import OperationalError

import mapdialog
from mapdialog.commands import minding
from mapdialog.commands.context import libpq, migrate, prepared_config
from mapdialog.config import Config
from mapdialog.core import database, jobs

log = logging.getLogger(__name__)

LONGEST_PAUSE_S = 30.0
WORKED_WELL_S = 60.0  # after so long, the next loss is a new one
GRACE_S = 20.0  # for jobs under way when it is told to stop
ENDS_WITHIN_S = GRACE_S + 10.0  # a job that hangs may keep the process no longer


@click.command(epilog="Example: mapdialog worker")
@click.option("--concurrency", default=4, show_default=True, help="Jobs done at the same time.")
@click.option("--once", is_flag=True, help="Do what waits now and end.")
def worker(concurrency: int, once: bool) -> None:
    """Send mails and do other waiting work; any number of workers may run, on any number of machines."""
    config = prepared_config()
    logging.basicConfig(level=config.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Every job done would be three lines; what fails is a warning or worse.
    for chatty in ("procrastinate", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(minding.brief)
    migrate(config)
    engine = database.make_engine(config.database_url, pool_size=concurrency)
    database.bind(engine)
    jobs.surround(config, engine)
    import_jobs()
    _run_until_stopped(config, concurrency=concurrency, once=once)


def import_jobs() -> None:
    """Import the module `jobs` of every package that has one, so that its jobs are declared."""
    for package in pkgutil.iter_modules(mapdialog.__path__, "mapdialog."):
        if package.ispkg and importlib.util.find_spec(f"{package.name}.jobs"):
            importlib.import_module(f"{package.name}.jobs")


def worker_app(config: Config) -> App:
    """Procrastinate's application with every declared job; `config.database_url` must be set."""
    app = App(connector=PsycopgConnector(conninfo=libpq(config.database_url), min_size=1, max_size=4))
    for job in jobs.declared():
        retry = RetryStrategy(max_attempts=job.attempts, exponential_wait=3)
        once = job.name if job.every else None
        registered = app.task(name=job.name, retry=retry, queueing_lock=once, lock=once)(_callable(job))
        if job.every:
            app.periodic(cron=job.every)(registered)
    return app


def _callable(job: jobs.Job) -> Callable[..., Any]:
    """The job's function as Procrastinate calls it: a repeated job gets a timestamp that nobody needs."""

    def work(timestamp: int | None = None, **arguments: Any) -> Any:
        return job.work(**arguments)

    work.__name__ = job.name
    return work


def _run_until_stopped(config: Config, *, concurrency: int, once: bool) -> None:
    """Work; when the database is away or was lost, begin anew with everything fresh instead of going on half alive."""
    pause = 1.0
    while True:
        began = time.monotonic()
        try:
            asyncio.run(_work_once(config, concurrency) if once else _work(config, concurrency))
            return
        except (ConnectorException, OperationalError, minding.DatabaseLost) as error:
            if once:
                raise click.ClickException(f"The database cannot be used: {type(error).__name__}") from None
            pause = 1.0 if time.monotonic() - began > WORKED_WELL_S else pause
            log.warning("the database is away; trying again in %.0f s", pause)
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)


async def _work_once(config: Config, concurrency: int) -> None:
    async with (app := worker_app(config)).open_async():
        await app.run_worker_async(wait=False, concurrency=concurrency, delete_jobs="successful")


async def _work(config: Config, concurrency: int) -> None:
    """Work until told to stop; raises DatabaseLost when the worker ends by itself or whoever minds it saw a loss."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with (app := worker_app(config)).open_async():
        working = app.run_worker_async(
            concurrency=concurrency,
            delete_jobs="successful",
            shutdown_graceful_timeout=GRACE_S,
            install_signal_handlers=False,
        )
        minding_it = minding.mind(libpq(config.database_url))
        parts = [asyncio.ensure_future(part) for part in (working, minding_it, told.wait())]
        ended, _others = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        await _end(parts)
    if not told.is_set():
        raise next((error for part in ended if (error := part.exception())), minding.DatabaseLost())


async def _end(parts: Sequence[asyncio.Future[Any]]) -> None:
    """Let what is under way finish; where it cannot, end the process, for whoever watches it starts another one."""
    for part in parts:
        part.cancel()
    _ended, hanging = await asyncio.wait(parts, timeout=ENDS_WITHIN_S)
    if hanging:
        log.error("a job does not end; the worker ends without it")
        os._exit(1)
    await asyncio.gather(*parts, return_exceptions=True)  # what they ended with has been looked at
