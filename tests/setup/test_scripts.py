"""The scripts and lock files in the repository are whole and name nothing they may not."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SHELL = [
    "bin/setup",
    "bin/run",
    "bin/test",
    "bin/lint",
    "bin/bench",
    "bin/lock",
    "deploy/backup.sh",
    "deploy/restore.sh",
]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock", "package-lock.json"]


@pytest.mark.parametrize("script", [*SHELL, ".ci/run"])
def test_scripts_are_plain_sh_and_can_be_run(script: str) -> None:
    path = ROOT / script
    assert os.access(path, os.X_OK)
    assert path.read_text().startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n", path], check=True)


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_files_name_no_place_to_fetch_from(lock: str) -> None:
    assert not re.findall(r"https?://\S+", (ROOT / lock).read_text())


def test_every_locked_python_package_has_its_checksum() -> None:
    for lock in LOCKS[:3]:
        packages = re.split(r"^(?=\S)", (ROOT / lock).read_text(), flags=re.MULTILINE)
        pinned = [package for package in packages if "==" in package.split("\n", 1)[0]]
        assert pinned
        assert all("--hash=sha256:" in package for package in pinned)


def test_what_is_tested_is_what_is_served() -> None:
    def pins(lock: str) -> dict[str, str]:
        return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", (ROOT / lock).read_text(), flags=re.MULTILINE))

    served, tested = pins("requirements.lock"), pins("requirements-dev.lock")
    assert served.items() <= tested.items()


def test_every_dependency_of_the_project_is_locked() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = (ROOT / "requirements.lock").read_text().lower()
    names = [re.split(r"[\[<>=!~;@ ]", wanted, maxsplit=1)[0].lower() for wanted in project["dependencies"]]
    missing = [
        name for name in names if not re.search(rf"^{re.escape(name)}==", locked.replace("_", "-"), re.MULTILINE)
    ]
    assert not missing, "run bin/lock"


def test_vendored_libraries_are_all_there() -> None:
    import json

    for folder, files in json.loads((ROOT / "package.json").read_text())["vendor"].items():
        for name in files.values():
            if name and not name.endswith("/"):
                assert (ROOT / "static/vendor" / folder / name).is_file(), "run bin/setup"
