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
    "bin/screenshots",
    "bin/translate",
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


def tracked() -> list[Path]:
    """Every text file that a clone has."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("needs git and a clone of the project")
    pictures = {".png", ".jpg", ".gpkg", ".zip", ".heic", ".ico", ".gz"}
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in pictures]


def test_no_file_names_the_host_of_a_package_registry() -> None:
    # Where packages come from is each machine's own setting. Put together here, so that this file names none either.
    hosts = [
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "npmjs" + ".org",
        "npmjs" + ".com",
        "yarnpkg" + ".com",
        "jsdelivr" + ".net",
    ]
    naming = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked()
        for host in hosts
        if host in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert not naming


def test_no_file_names_a_place_on_the_machine_it_was_written_on() -> None:
    folders = re.compile(r"(?<![\w.])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "home/[a-z]+", "Users"]) + r")/[\w.-]")
    naming = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if folders.search(line)
    ]
    assert not naming


def test_every_link_between_documents_leads_somewhere() -> None:
    missing = [
        f"{document.relative_to(ROOT)}: {link}"
        for document in tracked()
        if document.suffix == ".md"
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text())
        if not link.startswith(("http://", "https://", "mailto:")) and not (document.parent / link).exists()
    ]
    assert not missing


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
