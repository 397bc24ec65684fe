"""Uploaded files on their way to becoming contributions: each in a folder of its own, removed after two days."""

import json
import re
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mapdialog.core.errors import Invalid, NotFound
from mapdialog.core.text import N_, clean_line
from mapdialog.geo.readers import READABLE

KEEP_SECONDS = 2 * 24 * 3600
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Upload:
    """A kept file: `name` is what its owner called it (for showing only), `path` where it lies under our own name."""

    token: str
    folder: Path
    path: Path
    name: str
    result: dict[str, Any] | None

    @property
    def rejects(self) -> Path:
        """Where the rejected rows go."""
        return self.folder / "rejects.csv"

    def keep_result(self, result: dict[str, Any]) -> None:
        """Remember what became of the file."""
        _write(self.folder, json.loads((self.folder / "about.json").read_text()) | {"result": result})


def keep_upload(
    root: Path,
    dialogue_id: int,
    name: str,
    save: Callable[[Path], Any],
    *,
    readable: tuple[str, ...] = READABLE,
    field: str = "file",
) -> Upload:
    """Keep a file for a dialogue; `save` writes it to the path it is given.

    Raises Invalid for the form's `field` when it is none of the `readable` kinds.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in readable:
        raise Invalid(
            N_("Filtypen %(suffix)s går inte att läsa. Skicka %(readable)s."),
            field=field,
            suffix=suffix[:12] or "–",
            readable=", ".join(readable),
        )
    remove_old(root)
    folder = root / secrets.token_hex(16)
    folder.mkdir(parents=True, mode=0o700)
    save(folder / f"file{suffix}")
    if not (folder / f"file{suffix}").stat().st_size:
        shutil.rmtree(folder)
        raise Invalid(N_("Filen är tom."), field=field)
    _write(folder, {"dialogue": dialogue_id, "name": clean_line(name)[:120], "file": f"file{suffix}"})
    return get_upload(root, dialogue_id, folder.name)


def get_upload(root: Path, dialogue_id: int, token: str) -> Upload:
    """The file with this token in this dialogue; raises NotFound also when it has been removed meanwhile."""
    folder = root / token
    try:
        about = json.loads((folder / "about.json").read_text()) if _TOKEN.fullmatch(token) else {}
    except (OSError, ValueError):
        about = {}
    if about.get("dialogue") != dialogue_id:
        raise NotFound(N_("Filen finns inte kvar. Ladda upp den igen."))
    return Upload(token, folder, folder / about["file"], about["name"], about.get("result"))


def remove_old(root: Path) -> None:
    """Remove folders that nobody has touched for two days: they hold citizens' words."""
    for folder in root.glob("*"):
        if _TOKEN.fullmatch(folder.name) and time.time() - folder.stat().st_mtime > KEEP_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, about: dict[str, Any]) -> None:
    partial = folder / "about.json.part"
    partial.write_text(json.dumps(about, ensure_ascii=False))
    partial.rename(folder / "about.json")
