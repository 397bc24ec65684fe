"""Start, stop and ask after the private server."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from . import locks
from .binaries import choose
from .errors import ClusterError
from .identity import identity_for
from .layout import Layout, layout
from .making import make_cluster
from .processes import clear_leftovers, postmaster, server_processes, wait_gone
from .provision import provision, recreate
from .starting import start_server, wait_until_it_answers

START_SECONDS = 300.0  # recovery after a crash may have much to replay
STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Status:
    """What the private server is doing: `state` is missing, stopped or running."""

    state: str
    data_dir: Path
    url: str
    version: int | None
    pid: int | None


def ensure_running(data_dir: str | os.PathLike[str], *, throwaway: bool = False) -> str:
    """Make the private server of `data_dir` if there is none, start it if it is down, and return its SQLAlchemy URL.

    Safe to repeat and to call from several processes at once. With `throwaway`, a server started by this call does not
    wait for the disk (tests only). Raises ClusterError with the remedy.
    """
    where = layout(data_dir)
    _make_data_dir(where)
    with locks.exclusive(where.start_lock, seconds=START_SECONDS):
        version = where.version()
        identity = identity_for(where.cluster)
        if postmaster(where.cluster) is None:
            binaries = choose(version)
            if version is None:
                make_cluster(where, binaries, identity)
            clear_leftovers(where.cluster)
            start_server(where, binaries, identity, throwaway=throwaway)
        wait_until_it_answers(where, seconds=START_SECONDS)
        provision(where)
    return where.url()


def recreate_database(data_dir: str | os.PathLike[str]) -> None:
    """Throw away everything in the private server's database and make an empty one; the server must be running."""
    where = layout(data_dir)
    with locks.exclusive(where.start_lock, seconds=START_SECONDS):
        recreate(where)


def stop(data_dir: str | os.PathLike[str], *, only_if_unused: bool = False) -> bool:
    """Stop the private server cleanly; its clients are disconnected. True when it was running and is now down.

    With `only_if_unused` it goes on running while some process holds it (see `hold`).
    Raises ClusterError when it does not stop within a minute.
    """
    where = layout(data_dir)
    if not where.cluster.exists():
        return False
    with locks.exclusive(where.start_lock, seconds=STOP_SECONDS):
        pid = postmaster(where.cluster)
        if pid is None or (only_if_unused and locks.is_held(where.users_lock)):
            return False
        everybody = server_processes(where.cluster)
        _signal(pid)
        if not wait_gone(everybody, STOP_SECONDS):
            raise ClusterError(f"The database has not stopped within {STOP_SECONDS:.0f} s; see {where.log}")
    return True


def status(data_dir: str | os.PathLike[str]) -> Status:
    """What the private server of `data_dir` is doing, without changing it."""
    where = layout(data_dir)
    version = where.version()
    pid = postmaster(where.cluster) if version is not None else None
    state = "missing" if version is None else "stopped" if pid is None else "running"
    return Status(state, where.data_dir, where.url() if version is not None else "", version, pid)


def hold(data_dir: str | os.PathLike[str]) -> int:
    """Tell others that this process uses the server, until the returned descriptor is closed or the process ends."""
    where = layout(data_dir)
    _make_data_dir(where)
    return locks.hold_shared(where.users_lock)


def _make_data_dir(where: Layout) -> None:
    try:
        where.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise ClusterError(
            f"The data folder {where.data_dir} cannot be made ({err.strerror}); "
            "set MAPDIALOG_DATA_DIR to a folder you may write to"
        ) from None
    if not os.access(where.data_dir, os.W_OK):
        raise ClusterError(
            f"The data folder {where.data_dir} cannot be written to; give your user the right, "
            "or set MAPDIALOG_DATA_DIR to another folder"
        )


def _signal(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast": roll back what is open, write everything down, end
    except ProcessLookupError:
        return
    except PermissionError:
        raise ClusterError(f"The database (process {pid}) runs as another user; stop it as that user") from None
