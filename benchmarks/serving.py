"""The real web server over a benchmark's database: as `mapdialog serve` runs it, two workers, limits off."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.dataset import ROOT

WORKERS = 2


class Served(int):
    """The port, and the processes that serve it."""

    group: int = 0

    def memory_mb(self, *, peak: bool = False) -> float:
        """The memory of the largest process, now or at its most, in MB."""
        name = "VmHWM:" if peak else "VmRSS:"
        lines = [line for text in self._read("status") for line in text.splitlines() if line.startswith(name)]
        return max((int(line.split()[1]) for line in lines), default=0) / 1024

    def processor_seconds(self) -> float:
        """The processor time of all of them so far."""
        fields = [text.rpartition(")")[2].split() for text in self._read("stat")]
        return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")

    def _read(self, name: str) -> list[str]:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if os.getpgid(int(folder.name)) == self.group:
                    found.append((folder / name).read_text())
            except OSError:
                continue  # it has just ended
        return found


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(database_url: str, command: list[str] | None = None) -> Iterator[Served]:
    """Serve the database and give the port; `command` serves another application likewise ({port} is filled in)."""
    port = Served(free_port())
    command = command or ["-m", "mapdialog.commands.main", "serve", "--port", "{port}", "--workers", str(WORKERS)]
    with tempfile.TemporaryDirectory() as data_dir:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MAPDIALOG_")},
            "MAPDIALOG_DATABASE_URL": database_url.replace("postgresql+psycopg2", "postgresql"),
            "MAPDIALOG_DATA_DIR": data_dir,
            "MAPDIALOG_SECRET_KEY": "b" * 64,
            "MAPDIALOG_RATE_LIMITS": "off",
            "MAPDIALOG_LOG_LEVEL": "WARNING",
        }
        words = [sys.executable, *(word.format(port=port) for word in command)]
        process = subprocess.Popen(words, cwd=ROOT, env=environment, start_new_session=True)
        port.group = process.pid
        try:
            _wait_for(port, process)
            yield port
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise SystemExit("The server that was to be measured did not start.")
