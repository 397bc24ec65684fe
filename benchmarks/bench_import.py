"""Import of 100,000 rows of a CSV as its own process, rows that must be rejected among them."""

import csv
import random
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import text

from benchmarks.dataset import CATEGORIES, SLUG, ensure_rows
from benchmarks.measures import Measure, short
from benchmarks.pins import real_pins
from benchmarks.processes import ran
from mapdialog.core.database import make_engine

ROWS = 100_000
BAD = 0.01
MOST_SECONDS = 60.0
MOST_MB = 300.0


def run(sizes: Sequence[int]) -> Iterable[Measure]:
    """Into a dialogue that holds the smallest size already; a database of its own, since an import changes it."""
    size = sizes[0]
    url = ensure_rows(size, "mapdialog_import")
    with tempfile.TemporaryDirectory(prefix="mapdialog-bench-") as folder:
        source = Path(folder) / "pins.csv"
        good = _write(source)
        engine = make_engine(url)
        with engine.connect() as connection:
            before = connection.scalar(text("select count(*) from contribution"))
        command = [sys.executable, "-m", "mapdialog.commands.main", "contributions", "import", str(source)]
        fields = ["--x", "x", "--y", "y", "--crs", "3006", "--text", "text", "--category", "category", "--time", "time"]
        done = ran(
            [*command, "--dialogue", SLUG, *fields, "--rejects", str(Path(folder) / "rejects.csv")],
            {"MAPDIALOG_DATABASE_URL": url, "MAPDIALOG_DATA_DIR": folder},
        )
        with engine.connect() as connection:
            after = connection.scalar(text("select count(*) from contribution"))
        engine.dispose()
    assert after - before == good, (before, after, good)
    at = f"of {short(ROWS)} rows"
    yield Measure(f"import {at}", done.seconds, "s", MOST_SECONDS)
    yield Measure(f"import {at}, rows a second", ROWS / done.seconds, "/s")
    yield Measure(f"memory of the import {at}", done.peak_mb, "MB", MOST_MB)


def _write(path: Path) -> int:
    """A file as municipalities have them, new in every run, so that none of it is there; gives the good rows."""
    chance = random.Random()
    pins = real_pins()
    good = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["x", "y", "category", "text", "time"])
        for number in range(ROWS):
            x, y = pins[chance.randrange(len(pins))]
            is_bad = chance.random() < BAD
            good += not is_bad
            words = "" if is_bad else f"Nummer {number}: det är mörkt här på kvällen, {chance.random():.9f}."
            east, north = x + chance.gauss(0, 30), y + chance.gauss(0, 30)
            day = f"2026-{chance.randint(1, 10):02}-{chance.randint(1, 28):02} 14:{number % 60:02}"
            writer.writerow([f"{east:.2f}", f"{north:.2f}", chance.choice(CATEGORIES), words, day])
    return good
