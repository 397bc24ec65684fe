"""Start the server process and wait until it answers."""

import subprocess
import time
from pathlib import Path

import psycopg2

from .binaries import Binaries
from .errors import ClusterError
from .identity import Identity
from .layout import PORT, SUPERUSER, Layout
from .making import folder_handle
from .processes import postmaster
from .settings import configuration

PID_FILE_WITHIN_S = 60.0
LARGEST_LOG = 10 * 2**20  # bytes


def start_server(where: Layout, binaries: Binaries, identity: Identity, *, throwaway: bool) -> None:
    """Start the cluster of `where` in a session of its own, so that a terminal's Ctrl-C does not reach it."""
    settings = where.cluster / "mapdialog.conf"
    settings.write_text(configuration(throwaway=throwaway))
    identity.give(settings)
    _turn_log(where.log)
    with where.log.open("ab") as log, folder_handle(where.cluster) as (descriptor, name):
        server = subprocess.Popen(
            [binaries.program("postgres"), "-D", name],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[descriptor],
            **identity.spawn_arguments(),
        )
    _wait_for_pid_file(where, server)
    # It goes on without us; without this the interpreter would warn about a child that still runs.
    server.returncode = 0


def wait_until_it_answers(where: Layout, *, seconds: float) -> None:
    """Return when the server accepts connections.

    Raises ClusterError with the last words of its log when it has ended, or when it takes longer than `seconds`.
    """
    deadline = time.monotonic() + seconds
    while not _answers(where):
        if postmaster(where.cluster) is None:
            raise ClusterError(f"The database did not start: {last_words(where.log)} (all of it in {where.log})")
        if time.monotonic() > deadline:
            raise ClusterError(f"The database has not answered within {seconds:.0f} s; see {where.log}")
        time.sleep(0.05)


def _wait_for_pid_file(where: Layout, server: "subprocess.Popen[bytes]") -> None:
    """Until the server has written its pid file or has ended, nobody can tell that it is on its way."""
    deadline = time.monotonic() + PID_FILE_WITHIN_S
    while postmaster(where.cluster) is None and server.poll() is None:
        if time.monotonic() > deadline:
            server.terminate()
            raise ClusterError(f"The database's processes cannot be seen in /proc by this user; see {where.log}")
        time.sleep(0.02)


def last_words(log: Path) -> str:
    """The line of a server log that tells most plainly why it stopped."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-20:]
    except OSError:
        return "no reason given"
    grave = [line for line in lines if "FATAL" in line or "PANIC" in line or line.startswith("postgres:")]
    return (grave or lines or ["no reason given"])[-1].strip()


def _answers(where: Layout) -> bool:
    try:
        psycopg2.connect(
            host=where.socket_dir(), port=PORT, user=SUPERUSER, dbname="postgres", connect_timeout=5
        ).close()
    except psycopg2.OperationalError:
        return False
    return True


def _turn_log(log: Path) -> None:
    """Keep one older log, so that the file does not grow for ever."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
