"""Files that are there whole or not at all: written beside their place and moved there when finished."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A path in a new folder beside `path`, with the same name; what is written there replaces `path` at the end.

    On an error nothing is left and an older file stays as it was. Raises OSError where the folder can't be written to.
    """
    path = path.resolve()
    mode = 0o666 & ~_umask()
    with tempfile.TemporaryDirectory(prefix=f".{path.name[:40]}.", dir=path.parent) as folder:
        partial = Path(folder) / path.name
        yield partial
        partial.chmod(mode)
        descriptor = os.open(partial, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        partial.replace(path)


def demand_room(path: Path) -> None:
    """Raise OSError, naming the folder, where `writing(path)` would: before the work, not after it."""
    folder = path.resolve().parent
    try:
        # Only trying tells: rights can look as if, and some file systems take no files at all.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from None


def _umask() -> int:
    """This process's umask, which can only be read by setting it."""
    now = os.umask(0o077)
    os.umask(now)
    return now
