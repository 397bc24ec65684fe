"""A house of its own that may burn: a PostGIS server that waits for the disk, and a web server of two workers."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from mapdialog import cluster
from mapdialog.cluster.processes import server_processes, wait_gone
from mapdialog.core.database import make_engine
from mapdialog.migrations.running import upgrade
from tests.conftest import ROOT
from tests.seeds import make_dialogue, make_district_set

SLUG = "trygg-vag"


@dataclass
class House:
    """The database and the web server, both of which can be killed and started again."""

    data_dir: Path
    database_url: str
    port: int
    web: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def door(self) -> str:
        """Where contributions are sent."""
        return f"/api/v1/dialogues/{SLUG}/contributions"

    @property
    def engine(self) -> Engine:
        """A new engine: none that remembers connections from before a crash."""
        return make_engine(self.database_url)

    def start_web(self) -> None:
        """Serve, and wait until it answers."""
        ours = {
            "MAPDIALOG_DATABASE_URL": self.database_url.replace("+psycopg2", ""),
            "MAPDIALOG_DATA_DIR": str(self.data_dir),
            "MAPDIALOG_SECRET_KEY": "t" * 64,
            "MAPDIALOG_RATE_LIMITS": "off",
            "MAPDIALOG_LOG_LEVEL": "ERROR",
        }
        rest = {name: value for name, value in os.environ.items() if not name.startswith("MAPDIALOG_")}
        words = [sys.executable, "-m", "mapdialog.commands.main", "serve", "--port", str(self.port), "--workers", "2"]
        self.web = subprocess.Popen(words, cwd=ROOT, env=rest | ours, start_new_session=True)
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2).close()
                return
            except OSError:
                assert self.web.poll() is None and time.monotonic() < deadline, "the web server did not start"
                time.sleep(0.05)

    def workers(self) -> list[int]:
        """The pids of the web server's worker processes."""
        assert self.web is not None
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def kill_web(self) -> None:
        """The master and every worker, at once and without a word."""
        assert self.web is not None
        with suppress(ProcessLookupError):
            os.killpg(self.web.pid, signal.SIGKILL)
        self.web.wait(10)

    def kill_database(self) -> None:
        """PostgreSQL's main process and every backend, at once and without a word."""
        pids = server_processes(self.data_dir / "postgres")
        assert pids
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert wait_gone(pids, 10)

    def start_database(self) -> None:
        """The server again, after its recovery."""
        assert cluster.ensure_running(self.data_dir) == self.database_url


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Everything up, with one open dialogue whose contributions are public at once, and districts."""
    data_dir = tmp_path_factory.mktemp("durability")
    url = cluster.ensure_running(data_dir)
    engine = make_engine(url)
    upgrade(engine)
    with Session(engine) as session:
        make_dialogue(session, SLUG)
        make_district_set(session)
        session.commit()
    with engine.connect() as connection:
        settings = [connection.scalar(text(f"show {name}")) for name in ("fsync", "synchronous_commit")]
    engine.dispose()
    assert settings == ["on", "on"], "a server that does not wait for the disk proves nothing"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    made = House(data_dir, url, port)
    try:
        made.start_web()
        yield made
    finally:
        made.kill_web()
        cluster.stop(data_dir)
