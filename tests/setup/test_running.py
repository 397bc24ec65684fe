"""`mapdialog run` from start to end: pages are served, nothing is left behind, and a killed server comes back."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mapdialog import cluster
from mapdialog.cluster.processes import server_processes
from mapdialog.commands.context import is_empty, open_session
from tests.setup.test_deploy import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
TABLES = "bringing the tables up to date"
STARTED: list["subprocess.Popen[bytes]"] = []
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Made once, by the first test; what the next ones meet has been stopped and killed, as on a real machine."""
    made = tmp_path_factory.mktemp("running") / "var"
    yield made
    cluster.stop(made)


@pytest.fixture
def said(tmp_path: Path) -> Iterator[Path]:
    """What was printed. What a failed test leaves running is ended."""
    yield tmp_path / "said.log"
    while STARTED:
        STARTED.pop().kill()


def start(data_dir: Path, port: int, said: Path, *, demo: str = "off") -> "subprocess.Popen[bytes]":
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAPDIALOG_")}
    env |= {"MAPDIALOG_DATA_DIR": str(data_dir), "MAPDIALOG_DEMO": demo}
    log = said.open("ab")
    command = [sys.executable, "-m", "mapdialog.commands.main", "run", "--port", str(port)]
    STARTED.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True))
    return STARTED[-1]


def wait_until(claim: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def is_up(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@dataclass
class Served:
    """What runs, at which port, and where it tells."""

    process: "subprocess.Popen[bytes]"
    port: int
    said: Path


@pytest.fixture(scope="module")
def served(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Started once, on what earlier runs left: first its parts are killed and come back, then all of it."""
    said, port = tmp_path_factory.mktemp("served") / "said.log", free_port()
    process = start(data_dir, port, said)
    wait_until(lambda: is_up(port))
    yield Served(process, port, said)
    process.kill()


def test_everything_starts_serves_and_stops_without_leaving_anything(data_dir: Path, said: Path) -> None:
    port = free_port()
    running = start(data_dir, port, said)
    wait_until(lambda: is_up(port))
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == 0
    assert not is_up(port)
    assert server_processes(data_dir / "postgres") == []
    words = said.read_text()
    assert f"mapdialog is at http://127.0.0.1:{port}" in words
    assert TABLES in words
    assert "Traceback" not in words


def test_the_database_is_let_go_when_a_command_has_done_its_work(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPDIALOG_DATA_DIR", str(data_dir))
    for name in ("MAPDIALOG_DATABASE_URL", "MAPDIALOG_TEST_CLUSTER_URL"):
        monkeypatch.delenv(name, raising=False)
    with open_session():  # as the demo does within `mapdialog run`
        assert cluster.stop(data_dir, only_if_unused=True) is False
    assert cluster.stop(data_dir, only_if_unused=True) is True


def test_a_signal_while_the_demo_loads_ends_it_and_leaves_an_empty_database(data_dir: Path, said: Path) -> None:
    running = start(data_dir, free_port(), said, demo="on")
    wait_until(lambda: "loading the demo" in said.read_text())
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == 0
    assert server_processes(data_dir / "postgres") == []
    assert "Staff accounts" not in said.read_text()
    assert is_empty(cluster.ensure_running(data_dir))


def test_a_killed_database_is_started_again(data_dir: Path, served: Served) -> None:
    pid = cluster.status(data_dir).pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: cluster.status(data_dir).pid not in {None, pid})
    wait_until(lambda: is_up(served.port))


def test_a_killed_web_server_is_started_again_without_stumbling_over_its_own_port(served: Served) -> None:
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
    web = next(int(pid) for pid in children if b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(web, signal.SIGKILL)
    wait_until(lambda: "the web process has ended" in served.said.read_text())
    wait_until(lambda: is_up(served.port))
    assert "in use" not in served.said.read_text()


def test_killing_it_leaves_nothing_that_blocks_the_next_start(data_dir: Path, said: Path, served: Served) -> None:
    served.process.kill()
    served.process.wait(10)
    wait_until(lambda: not is_up(served.port))
    again = start(data_dir, served.port, said)
    wait_until(lambda: is_up(served.port))
    again.send_signal(signal.SIGTERM)
    assert again.wait(60) == 0
    assert server_processes(data_dir / "postgres") == []
    assert TABLES not in served.said.read_text() + said.read_text(), "they were brought up to date by the first start"
