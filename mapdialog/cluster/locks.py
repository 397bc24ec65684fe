"""File locks that end with their process, however it ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import ClusterError


@contextmanager
def exclusive(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold `path` alone, waiting up to `seconds` for others. Raises ClusterError when they take longer."""
    descriptor = _open(path)
    deadline = time.monotonic() + seconds
    try:
        while not _try(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"Another command has been starting or stopping the database for {seconds:.0f} s "
                    f"({path}); end it and try again"
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def hold_shared(path: Path) -> int:
    """Hold `path` together with others until the returned descriptor is closed or the process ends."""
    descriptor = _open(path)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def is_held(path: Path) -> bool:
    """Whether any process holds `path` at this moment."""
    descriptor = _open(path)
    try:
        return not _try(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError:
        raise ClusterError(
            f"{path} belongs to another user; run as that user, or set MAPDIALOG_DATA_DIR to a folder of your own"
        ) from None


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
