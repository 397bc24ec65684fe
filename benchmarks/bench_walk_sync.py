"""A phone that comes home from a safety walk: 200 observations with 400 photos, sent by the walk's own page.

Chromium opens the walk as a leader does. Photos of a camera's size are made smaller by the page's own code and
everything is saved in the phone's storage without a network, through the same functions as the form. Then the line
comes back: once as fast as it goes, which tells the server's own limit, and once slow, as the developer protocol
simulates it.
"""

import io
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from PIL import Image
from playwright.sync_api import CDPSession, Page, sync_playwright
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.dataset import ensure_rows
from benchmarks.measures import Measure, median
from benchmarks.serving import serving
from benchmarks.wire import counted
from mapdialog.core.clock import now
from mapdialog.core.database import make_engine
from mapdialog.walks import actions, recording_access
from mapdialog.walks.drafts import GroupDraft, StopDraft, WalkDraft

OBSERVATIONS, PHOTOS = 200, 400
DIFFERENT = 10  # photos that are made; each is used many times, under numbers of its own
SLOW = {"latency": 300, "downloadThroughput": 4_000_000 / 8, "uploadThroughput": 1_500_000 / 8}
FAST = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
LONGEST = 3600.0
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
CHOOSER = """() => document.body.append(
  Object.assign(document.createElement("input"), { type: "file", multiple: true, id: "bench" }))"""
SMALLER = """async () => {
  const { makeSmaller } = await import("#form/photos");
  window.made = [];
  const took = [];
  for (const file of document.getElementById("bench").files) {
    const start = performance.now();
    window.made.push(await makeSmaller(file));
    took.push(performance.now() - start);
  }
  return { took, bytes: window.made.map((blob) => blob.size) };
}"""
SAVE = """async ([slug, observations, photosEach]) => {
  const { saveObservation } = await import("#walk/store");
  const { newRecord } = await import("#walk/states");
  const { uuid } = await import("#lib/uuid");
  const { groups, categories } = JSON.parse(document.getElementById("page").textContent);
  for (let i = 0; i < observations; i += 1) {
    const blobs = Array.from({ length: photosEach }, (_, k) => window.made[(i * photosEach + k) % window.made.length]);
    const photos = blobs.map((blob) => ({ client_id: uuid(), blob }));
    const at = new Date(Date.now() - (observations - i) * 30_000).toISOString();
    const what = { category: categories[i % categories.length].key, polarity: "insecure", severity: 2, is_acute: false,
      text: `Nummer ${i}. Lampan är släckt och buskarna skymmer sikten.`, light: "dark_lit", said_by: "resident" };
    const where = { point_source: "gps", stop_id: null, accuracy_m: 9,
      place: { type: "Point", coordinates: [13.157 + i / 1e5, 55.375] } };
    const body = { observed_at: at, group_id: groups[0].id, ...what, ...where };
    await saveObservation(newRecord(slug, uuid(), body, photos, at), photos);
  }
}"""
_COUNT = text("""
    select count(distinct o.id), count(a.id) from walk_observation o join safety_walk w on w.id = o.walk_id
    left join attachment a on a.contribution_id = o.id where w.slug = :slug
""")


@dataclass(frozen=True)
class Came:
    """Seconds until all words and until everything was acknowledged."""

    words: float
    everything: float


def run(_sizes: Sequence[int]) -> Iterable[Measure]:
    """The same walk's worth twice; how many contributions lie there already does not matter to it."""
    url = ensure_rows(10_000, "mapdialog_walk")
    engine = make_engine(url)
    with tempfile.TemporaryDirectory() as folder:
        photos = _photos(Path(folder))
        sizes = [file.stat().st_size / 1e6 for file in photos]
        yield Measure("a photo as the camera made it, median", median(sizes), "MB")
        for name, line in (("fast line", FAST), ("1.5 Mbit/s up, 300 ms", SLOW)):
            yield from _measured(name, line, url, engine, photos)
    engine.dispose()


def _measured(name: str, line: dict[str, float], url: str, engine: Engine, photos: list[Path]) -> Iterator[Measure]:
    slug, code = _walk(engine)
    with serving(url) as server, counted(server) as wire, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(base_url=f"http://127.0.0.1:{wire.port}", locale="sv-SE")
        page.set_default_timeout(120_000)
        protocol = _prepare(page, code)
        smaller = _save_all(page, slug, photos)
        before, memory, worked = wire.sent, server.memory_mb(), server.processor_seconds()
        came = _send_all(protocol, line, engine, slug)
        page.locator("#net-words", has_text="Allt mottaget").wait_for()
        if _count(engine, slug) != (OBSERVATIONS, PHOTOS):
            raise SystemExit(f"{name}: not everything came, or something came twice: {_count(engine, slug)}")
        yield from _told(name, line, came, wire.sent - before, smaller)
        spent = (server.processor_seconds() - worked) / PHOTOS
        yield Measure(f"{name}: the web server's processor time a photo", spent * 1000, "ms")
        yield Measure(f"{name}: a worker's memory before", memory, "MB")
        yield Measure(f"{name}: a worker's memory at most", server.memory_mb(peak=True), "MB", 400)
        browser.close()


def _told(name: str, line: dict[str, float], came: Came, sent: int, smaller: dict[str, Any]) -> Iterator[Measure]:
    if line is FAST:
        yield Measure("a photo made smaller on the phone, median", median(smaller["bytes"]) / 1e6, "MB")
        yield Measure("time that takes, median", median(smaller["took"]), "ms")
        yield Measure(f"on the wire, {OBSERVATIONS} observations and {PHOTOS} photos", sent / 1e6, "MB")
        itself = sum(smaller["bytes"]) / DIFFERENT * PHOTOS
        yield Measure("of that other than the photos themselves", (sent / itself - 1) * 100, "%", 3)
        yield Measure("photos a second that one phone can get rid of", PHOTOS / came.everything, "/s")
    yield Measure(f"{name}: until all words are acknowledged", came.words, "s")
    yield Measure(f"{name}: until all is acknowledged", came.everything, "s")
    if line is SLOW:
        needed = sent / line["uploadThroughput"]
        yield Measure(f"{name}: against what the line itself needs", came.everything / needed, "times", 1.15)


def _prepare(page: Page, code: str) -> CDPSession:
    """Join, be ready for no network, and lose it."""
    page.goto(f"/w/{code}")
    page.get_by_role("button", name="Gå med").click()
    page.locator("#ready[data-kind=received]").wait_for(state="attached")
    protocol = page.context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.send("Network.emulateNetworkConditions", {"offline": True, **FAST})
    return protocol


def _save_all(page: Page, slug: str, photos: list[Path]) -> dict[str, Any]:
    page.evaluate(CHOOSER)
    page.locator("#bench").set_input_files(photos)
    smaller: dict[str, Any] = page.evaluate(SMALLER)
    page.evaluate(SAVE, [slug, OBSERVATIONS, PHOTOS // OBSERVATIONS])
    return smaller


def _send_all(protocol: CDPSession, line: dict[str, float], engine: Engine, slug: str) -> Came:
    start = time.perf_counter()
    protocol.send("Network.emulateNetworkConditions", {"offline": False, **line})
    words = 0.0
    while (taken := time.perf_counter() - start) < LONGEST:
        observations, photos = _count(engine, slug)
        words = words or (taken if observations >= OBSERVATIONS else 0.0)
        if observations >= OBSERVATIONS and photos >= PHOTOS:
            return Came(words, taken)
        time.sleep(0.25)
    raise SystemExit(f"Only {_count(engine, slug)} had come after {LONGEST:.0f} s.")


def _count(engine: Engine, slug: str) -> tuple[int, int]:
    with engine.connect() as connection:
        row = connection.execute(_COUNT, {"slug": slug}).one()
    return row[0], row[1]


def _walk(engine: Engine) -> tuple[str, str]:
    """A new walk, and its leaders' code."""
    at, (east, north) = now(), (383_209.0, 6_138_079.0)
    draft = WalkDraft(
        title="Mätvandring",
        route=shapely.LineString([(east, north), (east + 900, north + 300)]),
        starts_at=at,
        stops=(StopDraft("Start", "", shapely.Point(east, north)),),
        groups=(GroupDraft("Grupp 1"),),
    )
    with Session(engine) as session:
        walk = actions.create_walk(session, draft, actor_id=None)
        code = recording_access.make_code(session, walk, "leader", secret_key="b" * 64, at=at, actor_id=None)
        made = walk.slug, recording_access.words_of("b" * 64, code)
        session.commit()
    return made


def _photos(folder: Path) -> list[Path]:
    """JPEG files of twelve megapixels with a photo's detail: much that is large, a little that is small, and noise."""
    random = np.random.default_rng(1287)
    made = []
    for number in range(DIFFERENT):
        picture = np.zeros((3000, 4000, 3), dtype=np.float32)
        for step in range(8):
            coarse = random.normal(0, 46 / 1.55**step, (6 * 2**step, 8 * 2**step, 3)) + 128
            layer = Image.fromarray(coarse.clip(0, 255).astype(np.uint8)).resize((4000, 3000), Image.Resampling.BICUBIC)
            picture += np.asarray(layer, dtype=np.float32) - 128
        picture += 3.0 * random.standard_normal((3000, 4000, 1), dtype=np.float32) + 110
        out = io.BytesIO()
        Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=88)
        file = folder / f"{number}.jpg"
        file.write_bytes(out.getvalue())
        made.append(file)
    return made
