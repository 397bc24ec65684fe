"""Minds a working worker: notices at once that the database was lost, and frees jobs that a dead worker left behind."""

import asyncio
import logging
from typing import Any

import psycopg
from procrastinate.exceptions import ConnectorException
from psycopg import AsyncConnection
from sqlalchemy.exc import InterfaceError, OperationalError

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
ANSWERS_WITHIN_S = 20.0  # a server that is silent for longer is lost, whatever the connection says
DEAD_AFTER_S = 30  # the worker's heart beats every ten seconds
MOST_ATTEMPTS = 10  # a job that took so many workers with it is not given to another one
AWAY = (ConnectorException, psycopg.OperationalError, OperationalError, InterfaceError)

# A job left as "doing" holds its lock for ever, and no other round of a repeated job begins.
_LEFT_BEHIND = """
    select j.id, j.task_name, j.attempts,
        exists (select from procrastinate_jobs t where t.status = 'todo' and t.queueing_lock = j.queueing_lock)
    from procrastinate_jobs j left join procrastinate_workers w on w.id = j.worker_id
    where j.status = 'doing' and (w.id is null or w.last_heartbeat < now() - make_interval(secs => %s))
    order by j.id for update of j skip locked
"""
_RETRY = "select procrastinate_retry_job_v2(%s, now(), null, null, null)"
_FORGET = "select procrastinate_finish_job_v1(%s, 'failed', true)"
_GIVE_UP = "select procrastinate_finish_job_v1(%s, 'failed', false)"


class DatabaseLost(Exception):
    """The connection ended under a worker, so whatever it was doing may be half noted."""


async def mind(conninfo: str) -> None:
    """Look after the queue until the database is lost (raises DatabaseLost); one connection is held all the time.

    A crash of PostgreSQL ends every connection, so this one tells of it even when the others are replaced unseen.
    """
    try:
        async with await AsyncConnection.connect(conninfo, autocommit=True, connect_timeout=5) as connection:
            while True:
                await asyncio.wait_for(free_left_behind(connection), ANSWERS_WITHIN_S)
                await asyncio.sleep(LOOK_EVERY_S)
    except (psycopg.OperationalError, TimeoutError) as error:
        raise DatabaseLost(type(error).__name__) from None


async def free_left_behind(connection: AsyncConnection[Any], *, dead_after_s: float = DEAD_AFTER_S) -> int:
    """Let jobs whose worker died be done again; returns how many. The connection must be in autocommit mode."""
    try:
        async with connection.transaction():
            rows = await (await connection.execute(_LEFT_BEHIND, (dead_after_s,))).fetchall()
            for number, name, attempts, waits_again in rows:
                given_up = attempts + 1 >= MOST_ATTEMPTS
                await connection.execute(_FORGET if waits_again else _GIVE_UP if given_up else _RETRY, (number,))
                log.warning("job %s (%d) was left by a worker that died%s", name, number, ": given up" * given_up)
    except psycopg.errors.UniqueViolation:
        return 0  # the next round of a repeated job came in between: seen at the next look
    return len(rows)


def brief(record: logging.LogRecord) -> bool:
    """A filter of log handlers: what the loss of the database would tell in tracebacks is one line or nothing.

    The worker itself says that the database is away; a job that failed of it is one line. Faults of ours keep theirs.
    """
    if record.name.startswith("psycopg.pool"):
        return False
    error = record.exc_info[1] if record.exc_info else None
    if not isinstance(error, AWAY):
        return True
    if record.name in {"procrastinate.worker.worker", "procrastinate.utils", "asyncio"}:
        return False
    record.exc_info = record.exc_text = None
    return True
