"""Which server processes belong to a cluster, told from the kernel and not from a pid file that may be stale."""

import os
import signal
import time
from contextlib import suppress
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
    found, unseen = _working_in(ours, _named_postgres())
    if unseen and os.geteuid() == 0 and ours.st_uid != 0:
        found += _seen_by_owner(ours, unseen)
    return found


def _named_postgres() -> list[int]:
    named = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if (entry / "comm").read_text().strip() == "postgres":
                    named.append(int(entry.name))
    return named


def _working_in(folder: os.stat_result, pids: list[int]) -> tuple[list[int], list[int]]:
    """Those of `pids` that work in a folder, and those of which we may not know."""
    found, unseen = [], []
    for pid in pids:
        try:
            its = Path(f"/proc/{pid}/cwd").stat()  # follows the kernel's own link, whatever the folder is called by now
        except PermissionError:
            unseen.append(pid)
            continue
        except OSError:
            continue
        if (its.st_dev, its.st_ino) == (folder.st_dev, folder.st_ino):
            found.append(pid)
    return found, unseen


def _seen_by_owner(folder: os.stat_result, pids: list[int]) -> list[int]:
    """Those of `pids` that work in a folder, asked by a child of ours that has become the folder's owner.

    Root in a container lacks the right to look at others' processes (CAP_SYS_PTRACE); their owner has it. We don't
    change user ourselves, not even for a moment: the kernel would forget that we are to end with our parent.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(folder.st_gid)
            os.setuid(folder.st_uid)
            os.write(writing, " ".join(map(str, _working_in(folder, pids)[0])).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        seen = told.read().split()
    os.waitpid(child, 0)
    return [int(pid) for pid in seen]


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
