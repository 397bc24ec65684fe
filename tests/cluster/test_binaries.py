"""Which installed PostgreSQL is taken."""

from pathlib import Path

import pytest

from mapdialog.cluster import ClusterError
from mapdialog.cluster.binaries import choose, installed


def pretend(tmp_path: Path, *versions: str) -> list[Path]:
    """Folders that look like installed servers; only their names and the execute bit are looked at."""
    folders = []
    for version in versions:
        folder = tmp_path / "postgresql" / version / "bin"
        folder.mkdir(parents=True)
        for program in ("postgres", "initdb"):
            (folder / program).write_text("")
            (folder / program).chmod(0o755)
        folders.append(folder)
    return folders


def test_the_newest_is_taken_for_a_new_cluster(tmp_path: Path) -> None:
    assert choose(None, pretend(tmp_path, "97", "99", "98")).version == 99


def test_an_existing_cluster_gets_the_version_that_made_it(tmp_path: Path) -> None:
    assert choose(98, pretend(tmp_path, "97", "98", "99")).version == 98


def test_versions_that_are_too_old_are_passed_over(tmp_path: Path) -> None:
    assert installed(pretend(tmp_path, "11", "12")) == []


def test_no_server_at_all_says_what_to_install() -> None:
    with pytest.raises(ClusterError, match="apt-get install postgresql"):
        choose(None, [])


def test_programs_that_cannot_be_run_are_passed_over(tmp_path: Path) -> None:
    (folder,) = pretend(tmp_path, "99")
    (folder / "postgres").chmod(0o644)
    assert installed([folder]) == []
