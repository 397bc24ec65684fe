"""Child processes of `mapdialog run`: started, started again when they end by themselves, stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import click

PATIENCE_S = 30.0
TOO_SOON_S = 10.0
MOST_FAILURES = 3
ORPHANS_MAY_TAKE_S = 5.0
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class Child:
    """One `mapdialog` command that is to run all the time."""

    def __init__(self, name: str, arguments: list[str]) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "mapdialog.commands.main", *arguments]
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._failures = 0

    def keep_running(self) -> None:
        """Start it if it is not running. Raises a click error when it ends again and again right after its start."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            soon = time.monotonic() - self._started_at < TOO_SOON_S
            self._failures = self._failures + 1 if soon else 1
            if self._failures >= MOST_FAILURES:
                raise click.ClickException(f"The {self.name} process ends at once, see what it said above.")
            click.echo(
                f"run: the {self.name} process has ended ({self._process.returncode}); starting it again", err=True
            )
            _end_group(self._process.pid)
        self._started_at = time.monotonic()
        # A process group of its own, so that Ctrl-C reaches only us and we stop the parts in order.
        self._process = subprocess.Popen(
            self._command,
            process_group=0,
            preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 (we have a single thread)
        )

    def ask_to_stop(self) -> None:
        """Tell it to finish what is under way and end."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def wait(self, deadline: float, in_a_hurry: Callable[[], bool]) -> None:
        """Wait for its end, and for that of whatever it started.

        What has not ended at `deadline` (of the monotonic clock), or when somebody is in a hurry, is killed.
        """
        if self._process is None:
            return
        while self._process.poll() is None and time.monotonic() < deadline and not in_a_hurry():
            time.sleep(0.02)
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        _end_group(self._process.pid)


def stop_all(children: list[Child], *, in_a_hurry: Callable[[], bool]) -> None:
    """Stop all of them at the same time; nothing they started is left, so the database has nobody to wait for."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + PATIENCE_S
    for child in children:
        child.wait(deadline, in_a_hurry)


def _end_group(group: int) -> None:
    """End what an ended process left behind (gunicorn's workers), which would hold the port and the database."""
    with suppress(ProcessLookupError):
        for sent in (signal.SIGTERM, signal.SIGKILL):
            os.killpg(group, sent)
            deadline = time.monotonic() + ORPHANS_MAY_TAKE_S
            while time.monotonic() < deadline:
                time.sleep(0.02)
                os.killpg(group, 0)


def _die_with(parent: int) -> Callable[[], None]:
    """What the child does before it becomes the command: ask the kernel to end it when its parent is killed."""
    libc = ctypes.CDLL(None)

    def arrange() -> None:
        libc.prctl(_DIE_WITH_PARENT, signal.SIGTERM)
        if os.getppid() != parent:  # the parent ended before the kernel was asked
            os._exit(1)

    return arrange
