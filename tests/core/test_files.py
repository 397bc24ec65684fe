"""The file store."""

from pathlib import Path

import pytest

from mapdialog.core.errors import NotFound
from mapdialog.core.files import FileStore


def test_what_is_put_is_got_and_what_is_deleted_is_gone(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path / "files"))
    store.put("photos/2026/ab12.jpg", b"\xff\xd8")
    assert store.get("photos/2026/ab12.jpg") == b"\xff\xd8"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["ab12.jpg"]
    store.delete("photos/2026/ab12.jpg")
    with pytest.raises(NotFound):
        store.get("photos/2026/ab12.jpg")


@pytest.mark.parametrize("key", ["../secret", "photos/../../secret", "/etc/passwd", "photos/", "Photos/A.jpg", ""])
def test_a_key_never_leaves_the_store(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not a file key"):
        FileStore(str(tmp_path)).put(key, b"x")


def test_a_working_store_passes_its_check(tmp_path: Path) -> None:
    FileStore(str(tmp_path / "files")).check()
