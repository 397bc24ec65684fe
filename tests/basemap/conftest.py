"""A map server of our own on a loopback port: behaves well or badly as it is told, remembers what it was asked."""

import io
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from PIL import Image

from mapdialog.basemap import upstream


def picture(color: tuple[int, int, int] = (200, 30, 30), kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (256, 256), color).save(buffer, kind)
    return buffer.getvalue()


@dataclass
class MapServer:
    url: str
    way: str = "well"
    said: bytes = b""
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        told: MapServer = self.server.told
        told.paths.append(self.path)
        told.headers.append({name.lower(): value for name, value in self.headers.items()})
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"answer_{told.way}")()

    def send(self, body: bytes, status: int = 200, kind: str = "image/png", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer_well(self) -> None:
        self.send(picture())

    def answer_missing(self) -> None:
        self.send(b"no tile here", 404, "text/plain")

    def answer_broken(self) -> None:
        self.send(b"oh no", 500, "text/plain")

    def answer_told(self) -> None:
        self.send(self.server.told.said, 200, "text/xml")

    def answer_html(self) -> None:
        self.send(b"<html><script>alert(1)</script>", 200, "image/png")

    def answer_redirect(self) -> None:
        self.send(b"", 302, Location="http://169.254.169.254/latest/meta-data/")

    def answer_huge(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(picture())
        for _ in range(80):
            self.wfile.write(b"\0" * 100_000)

    def answer_cut(self) -> None:
        self.send(picture()[:100], **{"Content-Length": "5000"})

    def answer_slow(self) -> None:
        time.sleep(1.5)
        self.send(picture())

    def answer_drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for byte in picture()[:40]:
            self.wfile.write(bytes([byte]))
            time.sleep(0.1)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def map_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MapServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.told = MapServer(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()  # asked so often whether to end
    upstream.resume("karta")
    yield server.told  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    upstream.resume("karta")
