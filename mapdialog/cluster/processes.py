"""Which server processes belong to a cluster, told from the kernel and not from a pid file that may be stale."""

import os
import signal
import time
from pathlib import Path

from .errors import ClusterError


def postmaster(cluster: Path) -> int | None:
    """The pid of the cluster's main process, or None where it does not run."""
    pids = server_processes(cluster)
    try:
        stated = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return stated if stated in pids else None


def server_processes(cluster: Path) -> list[int]:
    """All living server processes that have this cluster's folder as their working folder."""
    try:
        ours = cluster.stat()
    except OSError:
        return []
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if (entry / "comm").read_text().strip() != "postgres":
                continue
            folder = (entry / "cwd").stat()  # follows the kernel's own link, whatever the folder is called by now
        except OSError:
            continue
        if (folder.st_dev, folder.st_ino) == (ours.st_dev, ours.st_ino):
            found.append(int(entry.name))
    return found


def clear_leftovers(cluster: Path) -> None:
    """Remove what a killed server left behind: orphaned processes first, then its pid file and socket.

    A pid file whose number now belongs to some other program would keep PostgreSQL from starting for ever.
    """
    _end(server_processes(cluster))
    for name in ("postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (cluster / name).unlink(missing_ok=True)


def is_gone(pid: int) -> bool:
    """Whether a process has ended (a zombie that nobody has collected has ended too)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state == "Z"


def wait_gone(pids: list[int], seconds: float) -> bool:
    """Wait until all have ended; False when some still live after `seconds`."""
    deadline = time.monotonic() + seconds
    while any(not is_gone(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        _collect(pids)
        time.sleep(0.02)
    _collect(pids)
    return True


def _end(pids: list[int]) -> None:
    """End orphaned backends: they would go on writing to the same files as a new server."""
    for sent, patience in ((signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        for pid in pids:
            try:
                os.kill(pid, sent)
            except ProcessLookupError:
                continue
        if wait_gone(pids, patience):
            return
    raise ClusterError(f"Old server processes do not end: {', '.join(map(str, pids))}; end them and try again")


def _collect(pids: list[int]) -> None:
    """Let the kernel forget those that were our own children."""
    for pid in pids:
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            continue
