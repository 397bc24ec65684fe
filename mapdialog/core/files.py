"""The file store: a local folder, or any fsspec store (s3://…) by URL. Keys are ours, never a user's file name."""

import io
import re
import shutil
from pathlib import PurePosixPath
from typing import BinaryIO, cast

import fsspec

from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_.-]*)+")


class FileStore:
    """Bytes under keys such as `photos/2026/ab12….jpg`."""

    def __init__(self, url: str) -> None:
        self._fs, self._root = fsspec.core.url_to_fs(url)
        self._fs.makedirs(self._root, exist_ok=True)

    def put(self, key: str, data: bytes) -> None:
        """Store bytes; complete or not at all (written beside and moved, so that a crash leaves no half file)."""
        self.put_from(key, io.BytesIO(data))

    def put_from(self, key: str, source: BinaryIO) -> None:
        """The same from an open file, a piece at a time."""
        path = self._path(key)
        self._fs.makedirs(str(PurePosixPath(path).parent), exist_ok=True)
        partial = path + ".part"
        with self._fs.open(partial, "wb") as file:
            shutil.copyfileobj(source, file)
        self._fs.mv(partial, path)

    def get(self, key: str) -> bytes:
        """The bytes, or NotFound."""
        with self.open(key) as file:
            return file.read()

    def open(self, key: str) -> BinaryIO:
        """The file open for reading, or NotFound; the caller closes it."""
        try:
            return cast(BinaryIO, self._fs.open(self._path(key), "rb"))
        except FileNotFoundError:
            raise NotFound(N_("Filen finns inte.")) from None

    def delete(self, key: str) -> None:
        """Remove the file if it is there."""
        path = self._path(key)
        if self._fs.exists(path):
            self._fs.rm(path)

    def check(self) -> None:
        """Write, read and remove a probe; raises OSError with the reason when the store does not work."""
        self.put("probe/check.txt", b"mapdialog")
        if self.get("probe/check.txt") != b"mapdialog":
            raise OSError("the file store returned something else than was written")
        self.delete("probe/check.txt")

    def _path(self, key: str) -> str:
        if not _KEY.fullmatch(key) or ".." in key:
            raise ValueError(f"not a file key: {key!r}")
        return f"{self._root}/{key}"
