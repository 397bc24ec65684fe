"""What the server spends on one accepted contribution, against a bare view that inserts one row on the same cluster.

Both are served alike (two workers of eight threads), get the same bodies over kept connections, and wait for the disk.
They take turns, so that a busy machine is equally busy for both.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import text

from benchmarks import floor
from benchmarks.clients import Answer, ask_all, post, together
from benchmarks.dataset import CATEGORIES, SLUG, ensure_rows
from benchmarks.measures import Measure, median, percentile, short
from benchmarks.pins import real_pins
from benchmarks.serving import serving
from mapdialog.core.database import make_engine
from mapdialog.geo.crs import transformer

ROUNDS, ONE, CLIENTS, EACH = 5, 150, 8, 100
GOAL = 3.0


def run(sizes: Sequence[int]) -> Iterable[Measure]:
    """Cost with one client (latency) and with eight (rate), in a dialogue that holds so many already."""
    for size in sizes:
        url = ensure_rows(size, "mapdialog_submit")
        engine = make_engine(url)
        with engine.begin() as connection:
            connection.execute(text(floor.TABLE))
        with engine.connect() as connection:
            is_durable = {connection.scalar(text(f"show {name}")) for name in ("fsync", "synchronous_commit")}
        engine.dispose()
        if is_durable != {"on"}:
            print("  (this server does not wait for the disk: what it measures is not what citizens get)")
        yield from _measured(size, url)


def _measured(size: int, url: str) -> Iterator[Measure]:
    bodies = _bodies()
    alone: dict[str, list[float]] = {"ours": [], "bare": []}
    rates: dict[str, list[float]] = {"ours": [], "bare": []}
    waits: list[float] = []
    with serving(url) as ours, serving(url, ["-m", "benchmarks.floor", "{port}"]) as bare:
        doors = {"ours": (ours, f"/api/v1/dialogues/{SLUG}/contributions"), "bare": (bare, "/insert")}
        for name, (port, path) in doors.items():
            _check(ask_all(port, [_request(path, bodies) for _ in range(100)]), name)
        for _ in range(ROUNDS):
            for name, (port, path) in doors.items():
                answers = ask_all(port, [_request(path, bodies) for _ in range(ONE)])
                alone[name] += [one.seconds for one in _check(answers, name)]
                taken, answers = together(port, [[_request(path, bodies) for _ in range(EACH)] for _ in range(CLIENTS)])
                rates[name].append(len(_check(answers, name)) / taken)
                waits += [one.seconds for one in answers] if name == "ours" else []
    at = f"with {short(size)} there already"
    yield Measure(f"bare view, one client, {at}", median(alone["bare"]) * 1000, "ms")
    yield Measure(f"a contribution, one client, {at}", median(alone["ours"]) * 1000, "ms")
    yield Measure(
        f"a contribution / bare, one client, {at}", median(alone["ours"]) / median(alone["bare"]), "times", GOAL
    )
    yield Measure(f"bare view, 8 clients, {at}", median(rates["bare"]), "/s")
    yield Measure(f"contributions, 8 clients, {at}", median(rates["ours"]), "/s")
    yield Measure(f"a contribution, 8 clients, 95 % within, {at}", percentile(waits, 95) * 1000, "ms")
    yield Measure(
        f"bare / contributions, 8 clients, {at}", median(rates["bare"]) / median(rates["ours"]), "times", GOAL
    )


def _bodies() -> Iterator[tuple[float, float]]:
    lon, lat = transformer(3006, 4326).transform(*real_pins().T)
    while True:
        yield from zip(lon.tolist(), lat.tolist(), strict=True)


def _request(path: str, places: Iterator[tuple[float, float]]) -> bytes:
    lon, lat = next(places)
    sent = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]},
        "properties": {
            "client_id": str(uuid.uuid4()),
            "category": CATEGORIES[uuid.uuid4().int % len(CATEGORIES)],
            "text": "Det är mörkt här på kvällen, och bilarna kör för fort vid övergångsstället.",
            "mood": -1,
        },
    }
    return post(path, json.dumps(sent, ensure_ascii=False).encode(), "application/geo+json")


def _check(answers: list[Answer], name: str) -> list[Answer]:
    wrong = [one for one in answers if one.status != 201]
    if wrong:
        raise SystemExit(f"{name}: {len(wrong)} of {len(answers)} were not accepted: {wrong[0].body[:300]!r}")
    return answers
