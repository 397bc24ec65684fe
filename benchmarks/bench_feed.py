"""The map feed over HTTP: any window at any zoom, with filters, exact, small, and hardly slower at a million.

Every size is served at once (two workers each) and asked the same windows in turn, so that a busy machine is equally
busy for all of them.
"""

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack

from sqlalchemy import Engine, text

from benchmarks.clients import Answer, ask_all, get, together
from benchmarks.dataset import CATEGORIES, SLUG, ensure_rows
from benchmarks.measures import Measure, median, percentile, short
from benchmarks.pins import real_pins
from benchmarks.serving import serving
from mapdialog.core.database import make_engine
from mapdialog.geo.bbox import BBox
from mapdialog.geo.crs import transformer

SCREENS = ((390, 844), (1280, 800), (1920, 1080))
WINDOWS, CLIENTS, EACH = 240, 8, 60
PATH = f"/api/v1/dialogues/{SLUG}/contributions"
_COUNT = """
    select count(*) from contribution where state = 'approved'
        and lon_e6 between :w and :e and lat_e6 between :s and :n
"""


def run(sizes: Sequence[int]) -> Iterable[Measure]:
    """Medians of each size against the smallest, the 95th percentile with eight clients, sizes and exactness."""
    windows = list(_windows())
    plain = [_path(box, zoom) for box, zoom in windows]
    kinds = {
        "any window": plain,
        "one category": [f"{path}&category={CATEGORIES[n % 6]}" for n, path in enumerate(plain)],
    }
    with ExitStack() as stack:
        ports = {size: stack.enter_context(serving(ensure_rows(size))) for size in sizes}
        for kind, paths in kinds.items():
            yield from _compared(kind, ports, paths)
        yield from _crowd(ports, plain)
        largest = sizes[-1]
        yield from _checked(largest, ports[largest], windows, plain)
        yield from _filtered(largest, ports[largest], plain)
        yield from _unchanged(largest, ports[largest], plain)


def _windows() -> Iterator[tuple[BBox, int]]:
    """What screens show: somewhere near a pin, at zooms from the whole country to a doorstep; twelve odd ones too."""
    dice = random.Random(1287)
    lon, lat = transformer(3006, 4326).transform(*real_pins().T)
    for number in range(WINDOWS):
        zoom, (width, height), at = 5 + number % 15, dice.choice(SCREENS), dice.randrange(len(lon))
        degrees = 360 / 256 / 2**zoom
        east, north = degrees * width * dice.uniform(0.2, 0.8), degrees * 0.57 * height * dice.uniform(0.2, 0.8)
        west, south = degrees * width - east, degrees * 0.57 * height - north
        edges = (lon[at] - west, lat[at] - south, lon[at] + east, lat[at] + north)
        yield BBox(*(round(float(edge), 6) for edge in edges)), zoom
        if number % 20 == 0:  # A program's question: a box far larger than the screen of its zoom.
            yield BBox(12.5, 55.0, 14.0, 56.0), zoom


def _path(box: BBox, zoom: int) -> str:
    return f"{PATH}?bbox={box}&zoom={zoom}"


def _request(path: str) -> bytes:
    return get(path, "Accept-Encoding: gzip\r\n")


def _compared(kind: str, ports: dict[int, int], paths: list[str]) -> Iterator[Measure]:
    taken: dict[int, list[float]] = {size: [] for size in ports}
    for start in range(0, len(paths), 20):
        for size, port in ports.items():
            some = [_request(path) for path in paths[start : start + 20]]
            taken[size] += [one.seconds for one in _fine(ask_all(port, some))]
    smallest = min(ports)
    for size in ports:
        yield Measure(f"{kind}, {short(size)}, median", median(taken[size]) * 1000, "ms")
        yield Measure(f"{kind}, {short(size)}, 95 % within", percentile(taken[size], 95) * 1000, "ms")
        if size != smallest:
            ratio = median(taken[size]) / median(taken[smallest])
            yield Measure(f"{kind}, {short(size)} / {short(smallest)}, median", ratio, "times", 2)


def _crowd(ports: dict[int, int], paths: list[str]) -> Iterator[Measure]:
    dice = random.Random(8)
    for size, port in ports.items():
        shares = [[_request(dice.choice(paths)) for _ in range(EACH)] for _ in range(CLIENTS)]
        seconds, answers = together(port, shares)
        waits = [one.seconds for one in _fine(answers)]
        yield Measure(f"8 clients, {short(size)}, median", median(waits) * 1000, "ms")
        yield Measure(f"8 clients, {short(size)}, 95 % within", percentile(waits, 95) * 1000, "ms", 100)
        yield Measure(f"8 clients, {short(size)}", len(waits) / seconds, "/s")


def _checked(size: int, port: int, windows: list[tuple[BBox, int]], paths: list[str]) -> Iterator[Measure]:
    engine = make_engine(ensure_rows(size))
    bodies = [_body(one) for one in _fine(ask_all(port, [_request(path) for path in paths]))]
    wrong = most = 0
    for (box, _), body in zip(windows, bodies, strict=True):
        answer = json.loads(body)
        said = sum(one["properties"].get("count", 1) for one in answer["features"])
        wrong += not said == answer["total"] == _true_count(engine, box)
        most = max(most, len(answer["features"]))
    engine.dispose()
    yield Measure(f"windows whose counts are wrong, {short(size)}, of {len(windows)}", wrong, "", 0)
    yield Measure(f"features at most, {short(size)}", most, "", 500)
    yield Measure(f"JSON at most, {short(size)}", max(map(len, bodies)) / 1000, "kB", 64)


def _true_count(engine: Engine, box: BBox) -> int:
    edges = dict(zip("wsen", (round(edge * 1e6) for edge in box), strict=True))
    with engine.connect() as connection:
        return int(connection.scalar(text(_COUNT), edges))


def _filtered(size: int, port: int, paths: list[str]) -> Iterator[Measure]:
    asked = {
        "a common word": "q=belysningen",
        "a rare word": "q=vardcentralens",
        "a week": "since=2026-09-01&until=2026-09-07",
        "half of all days": "since=2026-08-20",
        "a word in a month": "q=tunneln&since=2026-09-01&until=2026-09-30",
    }
    for name, filters in asked.items():
        some = [_request(f"{path}&{filters}") for path in paths[::10]]
        waits = [one.seconds for one in _fine(ask_all(port, some))]
        yield Measure(f"{name}, {short(size)}, median", median(waits) * 1000, "ms")
        yield Measure(f"{name}, {short(size)}, 95 % within", percentile(waits, 95) * 1000, "ms", 300)
        yield Measure(f"{name}, {short(size)}, longest", max(waits) * 1000, "ms")


def _unchanged(size: int, port: int, paths: list[str]) -> Iterator[Measure]:
    marks = [_mark(one) for one in _fine(ask_all(port, [_request(path) for path in paths[:60]]))]
    again = [get(path, f"If-None-Match: {mark}\r\n") for path, mark in zip(paths, marks, strict=False)]
    answers = ask_all(port, again)
    yield Measure(f"answered 304 when nothing changed, {short(size)}, of 60", _304(answers), "", 60, at_least=True)
    yield Measure(f"a 304, {short(size)}, median", median([one.seconds for one in answers]) * 1000, "ms")


def _304(answers: list[Answer]) -> int:
    return sum(one.status == 304 for one in answers)


def _mark(answer: Answer) -> str:
    lines = answer.headers.decode("latin-1").split("\r\n")
    return next(line.split(":", 1)[1].strip() for line in lines if line.lower().startswith("etag:"))


def _body(answer: Answer) -> bytes:
    return gzip.decompress(answer.body) if b"content-encoding: gzip" in answer.headers.lower() else answer.body


def _fine(answers: list[Answer]) -> list[Answer]:
    wrong = [one for one in answers if one.status != 200]
    if wrong:
        raise SystemExit(f"{len(wrong)} of {len(answers)} failed: {wrong[0].status} {wrong[0].body[:300]!r}")
    return answers
