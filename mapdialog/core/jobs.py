"""Work for later: a job is a row written in the same transaction as what it follows from, and the worker does it.

The queue is Procrastinate's, in PostgreSQL. A package declares its jobs in a module `jobs` with `@task(…)`, and the
worker imports that module. A job runs at least once: a machine may die between doing it and noting that it is done.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.config import Config

Work = TypeVar("Work", bound=Callable[..., Any])

UNIQUE_VIOLATION = "23505"

# One statement, in the caller's transaction: if that is rolled back, the job was never there.
_DEFER = text("""
    select procrastinate_defer_jobs_v1(array[
        row(:queue, :task, 0, :lock, :once, cast(:arguments as jsonb), cast(:at as timestamptz))
    ]::procrastinate_job_to_defer_v1[])
""")

# A worker tells every ten seconds that it lives; one that is silent for so long has died with its job.
DEAD_AFTER_S = 30
_UNDER_WAY = text("""
    select exists (
        select from procrastinate_jobs job left join procrastinate_workers worker on worker.id = job.worker_id
        where job.task_name = :task and job.args @> cast(:arguments as jsonb)
            and (job.status = 'todo' or job.status = 'doing'
                and worker.last_heartbeat > now() - make_interval(secs => :seconds))
    )
""")


@dataclass(frozen=True)
class Job:
    """One declared kind of job: what to call, when by itself (a cron line), how often to try."""

    name: str
    work: Callable[..., Any]
    every: str
    attempts: int


_declared: dict[str, Job] = {}
_surroundings: dict[str, Any] = {}


def task(name: str, *, every: str = "", attempts: int = 10) -> Callable[[Work], Work]:
    """Decorator: this function is the job `name`; its arguments are JSON values.

    `every` is a cron line (a sixth field adds seconds) for what is done again and again, by one worker at a time; such
    a function takes no arguments. A job that raises is tried again, with growing pauses, up to `attempts` times.
    """

    def declare(function: Work) -> Work:
        _declared[name] = Job(name, function, every, attempts)
        return function

    return declare


def declared() -> list[Job]:
    """Every job of the modules imported so far."""
    return list(_declared.values())


def defer(
    session: Session,
    name: str,
    *,
    queue: str = "default",
    lock: str | None = None,
    once: str | None = None,
    at: datetime | None = None,
    **arguments: Any,
) -> bool:
    """Ask for the job `name` with these arguments, in the session's transaction.

    Jobs with the same `lock` run one after another. With `once`, nothing is added while a job with that key waits, and
    the answer is False. `at` is the earliest moment.
    """
    values = {"queue": queue, "task": name, "lock": lock, "once": once, "arguments": json.dumps(arguments), "at": at}
    try:
        with session.begin_nested():
            session.execute(_DEFER, values)
    except IntegrityError as error:
        if once is None or getattr(error.orig, "pgcode", "") != UNIQUE_VIOLATION:
            raise
        return False
    return True


def is_under_way(session: Session, name: str, **arguments: Any) -> bool:
    """True while the job `name` with these arguments (others may be with them) waits or is done by a living worker."""
    asked = {"task": name, "arguments": json.dumps(arguments), "seconds": DEAD_AFTER_S}
    return bool(session.scalar(_UNDER_WAY, asked))


def surround(config: Config, engine: Engine) -> None:
    """Tell the jobs of this process their settings and their database (the worker does, and tests)."""
    _surroundings.update(config=config, engine=engine)


def configuration() -> Config:
    """The settings of the worker that runs the present job."""
    config = _surroundings["config"]
    assert isinstance(config, Config)
    return config


@contextmanager
def session() -> Iterator[Session]:
    """A session for one job: committed at the end, rolled back on any error."""
    with Session(_surroundings["engine"], expire_on_commit=False) as opened, opened.begin():
        yield opened


def unmanaged_session() -> Session:
    """A session for a job that commits bit by bit itself: `with jobs.unmanaged_session() as session`."""
    return Session(_surroundings["engine"], expire_on_commit=False)
