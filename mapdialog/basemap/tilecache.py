"""Tiles kept on disk: a folder with a size limit, safe for many processes, emptied from the longest unused."""

import os
import random
import time
from contextlib import suppress
from pathlib import Path

_SWEEP_EVERY = 200  # writes between two looks at the folder's size, on average
_KEEP_SHARE = 0.8
DAY = 86_400.0


class TileCache:
    """Files `<layer>/<z>/<x>/<y>`; an empty file means that the layer has no tile there."""

    def __init__(self, folder: Path, max_mb: int) -> None:
        self._folder, self._max_bytes = folder, max_mb * 1_000_000

    def get(self, key: str, z: int, x: int, y: int) -> tuple[bytes, float] | None:
        """A tile's bytes (empty: known to be missing) and its age in seconds, or None."""
        path = self._path(key, z, x, y)
        try:
            data = path.read_bytes()
            age = time.time() - path.stat().st_mtime
        except OSError:
            return None
        with suppress(OSError):  # The access time says when it was last of use; mtime stays the time of fetching.
            if path.stat().st_atime < time.time() - DAY:
                os.utime(path, (time.time(), path.stat().st_mtime))
        return data, max(0.0, age)

    def put(self, key: str, z: int, x: int, y: int, data: bytes) -> None:
        """Keep a tile; a full disk or a folder one may not write in only means that nothing is kept."""
        path = self._path(key, z, x, y)
        partial = path.with_suffix(f".{os.getpid()}-{random.getrandbits(32):x}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(data)
            partial.replace(path)
        except OSError:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            return
        if random.random() * _SWEEP_EVERY < 1:  # noqa: S311 - no secret
            self.sweep()

    def sweep(self) -> None:
        """Remove the longest unused files until the folder is well below its limit."""
        files: list[tuple[float, int, str]] = []
        for root, _folders, names in os.walk(self._folder):
            for name in names:
                with suppress(OSError):
                    facts = os.stat(os.path.join(root, name))  # noqa: PTH116, PTH118 - a million files: no objects
                    files.append((max(facts.st_atime, facts.st_mtime), facts.st_size, os.path.join(root, name)))  # noqa: PTH118
        total = sum(max(size, 512) for _, size, _ in files)
        if total <= self._max_bytes:
            return
        for _, size, name in sorted(files):
            with suppress(OSError):
                Path(name).unlink()
            total -= max(size, 512)
            if total <= self._max_bytes * _KEEP_SHARE:
                return

    def _path(self, key: str, z: int, x: int, y: int) -> Path:
        return self._folder / key / str(int(z)) / str(int(x)) / f"{int(y)}.tile"
