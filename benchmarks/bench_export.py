"""An export of all contributions as its own process, against ogr2ogr from the same table to the same format.

Both start from nothing (ours with Python's start and its imports), write the same columns and shapes to the same disk,
and take turns. ogr2ogr asks the same join of contribution, category and comment.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import make_url

from benchmarks.dataset import SLUG, ensure_rows
from benchmarks.measures import Measure, median, short
from benchmarks.processes import Ran, ran

TIMES = 3
MOST_MB = 300.0
GOALS = {"csv": 1.0, "geojson": 1.0, "gpkg": 1.5}
_DRIVERS = {"csv": "CSV", "geojson": "GeoJSON", "gpkg": "GPKG"}
_COLUMNS = """
    c.receipt, k.key as category, k.label_sv as category_label, c.public_text as text, m.mood, c.submitted_at,
    c.support_count, c.reply_count, c.photo_count, c.answered_at, c.kind, c.state, c.channel, c.place_label,
    c.received_at"""
_PLACES = """, c.lon_e6 / 1e6 as lon, c.lat_e6 / 1e6 as lat, st_x(c.anchor) as east, st_y(c.anchor) as north"""
_FROM = """
    from contribution c join category k on k.id = c.category_id left join comment m on m.id = c.id
    where c.state = 'approved' and c.dialogue_id = (select id from dialogue where slug = 'bench')"""


def run(sizes: Sequence[int]) -> Iterable[Measure]:
    """Time as a ratio and peak memory, for CSV, GeoJSON and GeoPackage, and Excel without anything to compare with."""
    if shutil.which("ogr2ogr") is None:
        print("  (ogr2ogr is missing: install gdal-bin)")
        return
    for size in sizes:
        yield from _measured(size, ensure_rows(size))


def _measured(size: int, url: str) -> Iterator[Measure]:
    at = f"of {short(size)}"
    with tempfile.TemporaryDirectory(prefix="mapdialog-bench-") as folder:
        for kind, goal in GOALS.items():
            ours: list[Ran] = []
            theirs: list[Ran] = []
            for _ in range(TIMES):
                ours.append(_ours(Path(folder), url, kind))
                theirs.append(_ogr2ogr(Path(folder), url, kind))
            taken, reference = (median([one.seconds for one in runs]) for runs in (ours, theirs))
            yield Measure(f"ogr2ogr, {kind} {at}", reference, "s")
            yield Measure(f"export, {kind} {at}", taken, "s")
            # Below that, the time is Python's start and its imports.
            yield Measure(
                f"export / ogr2ogr, {kind} {at}", taken / reference, "times", goal if size >= 1_000_000 else None
            )
            yield Measure(f"memory of the export, {kind} {at}", max(one.peak_mb for one in ours), "MB", MOST_MB)
        excel = _ours(Path(folder), url, "xlsx")
        yield Measure(f"export, xlsx {at}", excel.seconds, "s")
        yield Measure(f"memory of the export, xlsx {at}", excel.peak_mb, "MB", MOST_MB)


def _ours(folder: Path, url: str, kind: str) -> Ran:
    target = folder / f"ours.{kind}"
    command = [sys.executable, "-m", "mapdialog.commands.main", "export", "contributions", "--dialogue", SLUG]
    settings = {"MAPDIALOG_DATABASE_URL": url, "MAPDIALOG_DATA_DIR": str(folder)}
    return ran([*command, "--format", kind, "-o", str(target)], settings)


def _ogr2ogr(folder: Path, url: str, kind: str) -> Ran:
    target = folder / f"theirs.{kind}"
    target.unlink(missing_ok=True)
    shape = {"csv": _PLACES, "geojson": ", c.geom", "gpkg": ", c.geom"}[kind]
    options = {
        "csv": ["-lco", "SEPARATOR=SEMICOLON"],
        "geojson": ["-t_srs", "EPSG:4326"],
        "gpkg": ["-nln", "synpunkter"],
    }
    made = make_url(url)
    source = f"PG:host={made.query.get('host') or made.host} dbname={made.database} user={made.username}"
    port = made.query.get("port") or made.port
    source += f" port={port}" if port else ""
    query = f"select {_COLUMNS}{shape}{_FROM}"
    return ran(["ogr2ogr", "-f", _DRIVERS[kind], str(target), source, "-sql", query, *options[kind]])
