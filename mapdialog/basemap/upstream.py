"""Fetches a tile from the configured map server: from nowhere else, not for long, without a citizen's address."""

import base64
import logging
import threading
import time
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlencode, urlsplit

from mapdialog.basemap.layers import Layer
from mapdialog.basemap.pictures import kind_of
from mapdialog.basemap.tilefiles import HALF

MAX_BYTES = 4_000_000
SAID_BYTES = 10_000
PAUSE_SECONDS = 20.0
QUEUE_SECONDS = 2.0
AGENT = "mapdialog (municipal map dialogue; caching proxy)"
log = logging.getLogger(__name__)


class Unreachable(Exception):
    """The map server did not give a picture now; try again later. `said` begins what it answered instead, if it did."""

    def __init__(self, why: str, said: bytes = b"") -> None:
        super().__init__(why)
        self.said = said


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could lead to an address inside the municipality's network; it counts as a failure."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


# Proxies of the environment stay in force (a municipality's servers often reach the web only so).
_opener = urllib.request.build_opener(_NoRedirects)
_paused: dict[str, float] = {}
_lock = threading.Lock()
_slots = threading.BoundedSemaphore(4)  # of the eight threads of a web process


def fetch(layer: Layer, z: int, x: int, y: int) -> bytes | None:
    """A tile's bytes; None when the server says there is none (204, 404). Raises Unreachable.

    After a failure the server is left alone for 20 seconds, and only a few wait for servers at a time, so that a slow
    one does not fill all our threads.
    """
    with _lock:
        if _paused.get(layer.key, 0) > time.monotonic():
            raise Unreachable(f"{layer.key} failed a moment ago")
    if not _slots.acquire(timeout=QUEUE_SECONDS):
        raise Unreachable("too many wait for map servers")
    try:
        return probe(layer, z, x, y)
    except Unreachable as error:
        with _lock:
            _paused[layer.key] = time.monotonic() + PAUSE_SECONDS
        log.warning("map layer %s: no tile from its server: %s", layer.key, error)
        raise
    finally:
        _slots.release()


def resume(key: str) -> None:
    """Forget a failure (tests, and `doctor` after a change)."""
    with _lock:
        _paused.pop(key, None)


def probe(layer: Layer, z: int, x: int, y: int) -> bytes | None:
    """The same without pauses and queues. The reason in Unreachable never holds the address, which may hold a key."""
    try:
        return _ask(layer, tile_address(layer, z, x, y))
    except TimeoutError:
        raise Unreachable("no answer in time") from None
    except urllib.error.URLError as error:
        reason = error.reason
        late = isinstance(reason, TimeoutError)
        words = "no answer in time" if late else getattr(reason, "strerror", None) or type(reason).__name__
        raise Unreachable(words) from None
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(type(error).__name__) from None


def _ask(layer: Layer, address: str) -> bytes | None:
    if urlsplit(address).hostname != urlsplit(layer.url).hostname:
        raise Unreachable("the address left its host")
    headers = {"User-Agent": AGENT, "Accept": "image/*", **layer.headers}
    if layer.user:
        token = base64.b64encode(f"{layer.user}:{layer.password}".encode()).decode()
        headers["Authorization"] = f"Basic {token}"
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - checked to be http(s) when loaded
    try:
        with _opener.open(request, timeout=layer.timeout_seconds) as response:
            if response.status == 204:
                return None
            body = _read(response, time.monotonic() + layer.timeout_seconds)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in (204, 404, 410):
                return None
            raise Unreachable(f"status {error.code}", error.read(SAID_BYTES)) from None
    if kind_of(body) is None:
        raise Unreachable("the answer is no picture", body[:SAID_BYTES])
    return body


def _read(response: HTTPResponse, deadline: float) -> bytes:
    """The whole body; one that is too large, cut off, or drips in byte by byte past the deadline is Unreachable."""
    body = bytearray()
    while block := response.read1(65_536):
        body += block
        if len(body) > MAX_BYTES:
            raise Unreachable("the answer is too large")
        if time.monotonic() > deadline:
            raise Unreachable("no answer in time")
    if response.length:
        raise Unreachable("the answer was cut off")
    return bytes(body)


def tile_address(layer: Layer, z: int, x: int, y: int) -> str:
    """The address of one tile at the map server."""
    if layer.kind == "xyz":
        parts = {"{z}": z, "{x}": x, "{y}": y, "{-y}": 2**z - 1 - y, "{s}": "abc"[(x + y) % 3]}
        address = layer.url
        for name, value in parts.items():
            address = address.replace(name, str(value))
        return address
    span = 2 * HALF / 2**z
    west, north = -HALF + x * span, HALF - y * span
    query = {
        "SERVICE": "WMS", "REQUEST": "GetMap", "VERSION": layer.version, "LAYERS": layer.layers, "STYLES": layer.styles,
        "CRS" if layer.version == "1.3.0" else "SRS": "EPSG:3857", "WIDTH": 256, "HEIGHT": 256, "FORMAT": layer.format,
        "TRANSPARENT": "TRUE" if layer.transparent else "FALSE",
        "BBOX": f"{west:.4f},{north - span:.4f},{west + span:.4f},{north:.4f}",
    }  # fmt: skip
    joint = "&" if "?" in layer.url else "?"
    return layer.url.rstrip("?&") + joint + urlencode(query)
