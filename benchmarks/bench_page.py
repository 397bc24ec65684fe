"""What a phone downloads to open a dialogue: bytes on the wire and requests in Chromium, nothing cached."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from benchmarks.dataset import SLUG, ensure_rows
from benchmarks.measures import Measure, short
from benchmarks.serving import serving

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE: Any = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
    "locale": "sv-SE",
}
QUIET_MS = 1500
_TILES = ("/tiles/", "/basemap/static.png")  # background pictures, also those drawn for a page without script


def run(sizes: Sequence[int]) -> Iterable[Measure]:
    """A first visit to a dialogue's map, its list and its plain form, with the largest of the sizes."""
    size = sizes[-1]
    with serving(ensure_rows(size)) as port, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, path in (("map", ""), ("list", "/list"), ("form without script", "/new")):
            context = chromium.new_context(**PHONE)
            received = _visit(context.new_page(), f"http://127.0.0.1:{port}/d/{SLUG}{path}")
            context.close()
            ours = [one for one in received if not any(part in one[0] for part in _TILES)]
            pictures = sum(each for _, each in received) / 1000
            foreign = [url for url, _ in received if urlsplit(url).hostname not in {"127.0.0.1", None, ""}]
            kilobytes = sum(each for _, each in ours) / 1000
            yield Measure(f"{name}, {short(size)}: on the wire", kilobytes, "kB", 180)
            yield Measure(f"{name}, {short(size)}: the background besides", pictures - kilobytes, "kB")
            yield Measure(f"{name}, {short(size)}: requests", len(ours), "", 25)
            yield Measure(f"{name}, {short(size)}: to third parties", len(foreign), "", 0)
        chromium.close()


def _visit(page: Page, url: str) -> list[tuple[str, float]]:
    """Every address asked for and the bytes that came for it, headers included, until the page is quiet."""
    addresses: dict[str, str] = {}
    sizes: dict[str, float] = {}
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.requestWillBeSent", lambda news: addresses.update({news["requestId"]: news["request"]["url"]}))
    devtools.on("Network.loadingFinished", lambda news: sizes.update({news["requestId"]: news["encodedDataLength"]}))
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(QUIET_MS)
    asked = {key: address for key, address in addresses.items() if address.startswith("http")}
    return [(address, sizes.get(key, 0.0)) for key, address in asked.items()]
