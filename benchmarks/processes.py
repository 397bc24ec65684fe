"""Runs a command as its own process and tells how long it took and how much memory it ever held."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Ran:
    """Seconds from start to end, and the most memory of the process itself in MB."""

    seconds: float
    peak_mb: float


def ran(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Ran:
    """Run to the end; raises RuntimeError with what it said where it failed."""
    start = time.perf_counter()
    # The benchmarks' own settings are none of the program's.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAPDIALOG_")}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**inherited, **(environment or {})}
    )
    assert process.stderr is not None
    said = process.stderr.read()
    # wait4 tells the memory of this very process, which RUSAGE_CHILDREN would mix with earlier ones.
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(said.decode(errors="replace").strip()[-500:] or f"exit code {process.returncode}")
    return Ran(taken, usage.ru_maxrss / 1024)
