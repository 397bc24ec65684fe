"""Files of a statement that is being registered: kept beside the form until it is saved, removed after two days.

Each account has a folder of its own, and in it each form has one, so that nobody comes upon another's.
"""

import json
import shutil
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from mapdialog.core.errors import Invalid, TooLarge
from mapdialog.core.text import N_
from mapdialog.plans.statement_files import MOST_FILES, CheckedFile

KEEP_SECONDS = 2 * 24 * 3600
MOST_BYTES = 200_000_000


@dataclass(frozen=True)
class Kept:
    """A kept file as the form shows it; `key` is its checksum."""

    key: str
    name: str
    kind: str
    size_bytes: int


class DraftFiles:
    """The kept files of one form of one account."""

    def __init__(self, root: Path, account_id: int, form_id: uuid.UUID) -> None:
        self._root = root
        self._folder = root / str(account_id) / form_id.hex

    def list(self) -> list[Kept]:
        """The kept files, the first first."""
        found = []
        for about in sorted(self._folder.glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name)):
            known = json.loads(about.read_text())
            found.append(Kept(about.stem, known["name"], known["kind"], known["size"]))
        return found

    def keep(self, file: CheckedFile) -> None:
        """Keep a file with the form; the same again changes nothing. Raises Invalid or TooLarge past the limits."""
        kept = self.list()
        if any(one.key == file.sha256 for one in kept):
            return
        if len(kept) >= MOST_FILES:
            raise Invalid(N_("Ett yttrande kan ha högst %(most)s filer."), field="files", most=MOST_FILES)
        if sum(one.size_bytes for one in kept) + len(file.data) > MOST_BYTES:
            raise TooLarge(
                N_("Filerna är tillsammans större än %(limit)s MB."), field="files", limit=MOST_BYTES // 1_000_000
            )
        if not kept:
            remove_old(self._root)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._folder / f"{file.sha256}.bin").write_bytes(file.data)
        about = {"name": file.name, "kind": file.kind, "size": len(file.data)}
        (self._folder / f"{file.sha256}.json").write_text(json.dumps(about, ensure_ascii=False))

    def drop(self, key: str) -> None:
        """Take a file out of the form."""
        if any(one.key == key for one in self.list()):
            (self._folder / f"{key}.json").unlink()
            (self._folder / f"{key}.bin").unlink(missing_ok=True)

    def files(self) -> "tuple[CheckedFile, ...]":
        """The kept files with what they hold."""
        return tuple(
            CheckedFile(one.name, one.kind, (self._folder / f"{one.key}.bin").read_bytes()) for one in self.list()
        )

    def remove(self) -> None:
        """They have been stored with the statement."""
        shutil.rmtree(self._folder, ignore_errors=True)


def remove_old(root: Path) -> None:
    """Remove the files of forms that nobody has sent for two days."""
    for folder in root.glob("*/*"):
        if time.time() - folder.stat().st_mtime > KEEP_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
