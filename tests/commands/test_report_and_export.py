"""`mapdialog report` and `mapdialog export`, run as a planner would, on a database of their own."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyogrio
import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from mapdialog.commands.main import cli
from mapdialog.core import database
from tests.conftest import ROOT, create_database, drop_database
from tests.seeds import make_contribution, make_dialogue, make_district_set

EMAIL = "hemlig@example.org"


@pytest.fixture(scope="module")
def url(cluster_url: str) -> Iterator[str]:
    """A database with one dialogue of two public contributions (one in square B), and one dialogue without any."""
    name = f"mapdialog_report_{os.getpid()}"
    made = create_database(cluster_url, name)
    engine = database.make_engine(made)
    with Session(engine) as session:
        dialogue = make_dialogue(session)
        make_dialogue(session, "tyst")
        make_district_set(session)
        make_contribution(session, dialogue, "Mörkt här", at=(500, -500), contact_email=EMAIL)
        make_contribution(session, dialogue, "Långt bort", at=(9000, 9000))
        make_contribution(session, dialogue, "Dold", state="hidden")
        session.commit()
    engine.dispose()
    yield made
    drop_database(cluster_url, name)


@dataclass
class Done:
    """What a command left: its exit code and what it said on standard error."""

    returncode: int
    stderr: str


def process(url: str, folder: Path, *arguments: str) -> Done:
    """The command as a program of its own."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("MAPDIALOG_")}
    done = subprocess.run(
        [sys.executable, "-m", "mapdialog.commands.main", *arguments],
        cwd=ROOT,
        env=others | settings(url, folder),
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stderr)


def settings(url: str, folder: Path) -> dict[str, str]:
    return {"MAPDIALOG_DATABASE_URL": url, "MAPDIALOG_DATA_DIR": str(folder / "var"), "LC_ALL": "C.UTF-8"}


@pytest.fixture
def run(url: str, tmp_path: Path) -> Iterator[Callable[..., Done]]:
    """The command within this process, which saves starting Python; the session is given back to whom it belonged."""
    unset: dict[str, str | None] = {name: None for name in os.environ if name.startswith("MAPDIALOG_")}
    bound = database.session.get_bind() if database.session.session_factory.kw.get("bind") else None

    def invoked(*arguments: str) -> Done:
        done = CliRunner().invoke(cli, arguments, env=unset | settings(url, tmp_path))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Done(done.exit_code, done.stderr)

    yield invoked
    database.session.remove()
    database.session.configure(bind=bound)


def refused(done: Done) -> str:
    """What a refused command said: one line of error, no stack trace, exit code 1 or 2."""
    assert done.returncode in {1, 2}, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_the_file_name_decides_the_format(url: str, tmp_path: Path) -> None:
    target = tmp_path / "omraden.csv"
    done = process(url, tmp_path, "report", "districts", "--dialogue", "trygg-vag", "--set", "rutor", "-o", str(target))
    assert done.returncode == 0, done.stderr
    assert "2 contributions, 1 of them in 4 districts and 1 outside" in done.stderr
    with target.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [(row["code"], row["count"]) for row in rows] == [("A", "0"), ("B", "1"), ("C", "0"), ("D", "0")]


def test_a_heatmap_is_written(run: Callable[..., Done], tmp_path: Path) -> None:
    target = tmp_path / "karta.html"
    done = run("report", "heatmap", "--dialogue", "trygg-vag", "--format", "html", "-o", str(target))
    assert done.returncode == 0, done.stderr
    assert "<html" in target.read_text()[:200]


def test_an_export_holds_what_is_public_and_no_addresses(run: Callable[..., Done], tmp_path: Path) -> None:
    target = tmp_path / "synpunkter.gpkg"
    done = run("export", "contributions", "--dialogue", "trygg-vag", "-o", str(target))
    assert done.returncode == 0, done.stderr
    info = pyogrio.read_info(target, layer="synpunkter")
    assert info["features"] == 2
    assert not {"contact_email", "contact_name", "original_text"} & set(info["fields"])
    assert EMAIL.encode() not in target.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "districts", "--dialogue", "trygg-vag", "--set", "finns-inte", "-o", "{}/a.csv"), "finns-inte"),
        (("report", "districts", "--dialogue", "finns-inte", "-o", "{}/a.csv"), "dialogue"),
        (("report", "districts", "--dialogue", "trygg-vag", "-o", "{}/a.pdf"), ".xlsx"),
        (("report", "heatmap", "--dialogue", "trygg-vag", "-o", "{}/a"), ".html"),
        (("report", "heatmap", "--dialogue", "trygg-vag", "-o", "{}/finns/inte/a.html"), "No such file"),
        (("report", "heatmap", "--dialogue", "trygg-vag", "-o", "/proc/a.html"), "/proc"),
        (("report", "heatmap", "--dialogue", "trygg-vag", "--since", "igår", "-o", "{}/a.html"), "igår"),
        (("export", "contributions", "--dialogue", "trygg-vag", "-o", "{}/a.doc"), ".gpkg"),
    ],
)
def test_mistakes_are_one_line_and_leave_no_file(
    run: Callable[..., Done], tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    assert said in refused(run(*(one.format(tmp_path) for one in arguments)))
    assert [one for one in tmp_path.iterdir() if one.name != "var"] == []


def test_a_mistake_is_one_line_also_as_a_program(url: str, tmp_path: Path) -> None:
    done = process(url, tmp_path, "report", "districts", "--dialogue", "finns-inte", "-o", str(tmp_path / "a.csv"))
    assert "dialogue" in refused(done)


@pytest.mark.parametrize(
    "command", [("report", "heatmap"), ("report", "districts"), ("export", "contributions")], ids=lambda one: one[1]
)
def test_a_folder_that_takes_no_files_is_told_before_the_work(
    run: Callable[..., Done], tmp_path: Path, command: tuple[str, str]
) -> None:
    # Nobody is asked about the dialogue, so nothing was read or drawn in vain.
    done = run(*command, "--dialogue", "finns-inte", "-o", str(tmp_path / "saknas" / "a.gpkg"))
    assert refused(done) == f"Error: {tmp_path / 'saknas'}: No such file or directory"
    assert "/proc: " in refused(run(*command, "--dialogue", "finns-inte", "-o", "/proc/a.gpkg"))


def test_an_empty_dialogue_gives_a_report_all_the_same(run: Callable[..., Done], tmp_path: Path) -> None:
    target = tmp_path / "tyst.html"
    done = run("report", "districts", "--dialogue", "tyst", "-o", str(target))
    assert done.returncode == 0, done.stderr
    assert "0 contributions, 0 of them in 4 districts" in done.stderr


def test_walks_are_exported_also_when_there_are_none_and_a_wrong_wish_is_one_line(
    run: Callable[..., Done], tmp_path: Path
) -> None:
    target = tmp_path / "vandringar.csv"
    done = run("export", "walks", "--year", "2026", "--what", "actions", "-o", str(target))
    assert done.returncode == 0, done.stderr
    assert target.read_text("utf-8-sig").startswith("id;walk;walk_title;") and len(target.read_text().splitlines()) == 1
    assert refused(run("export", "walks", "--walk", "saknas", "-o", str(target))).startswith("Error: ")
    wrong = run("export", "walks", "--format", "geojson", "--crs", "3006", "-o", str(tmp_path / "a.geojson"))
    assert "GeoJSON is always" in refused(wrong) and not (tmp_path / "a.geojson").exists()
    assert "--since" in refused(run("export", "walks", "--since", "igår", "-o", str(target)))
