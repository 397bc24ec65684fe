"""Static files with a content hash in their address, the import map, and inline icons."""

import hashlib
import json
import re
import secrets
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, g, request, send_from_directory, url_for
from markupsafe import Markup

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "static"
_ICON_NAME = re.compile(r"[a-z0-9-]{1,60}")
FOREVER = 31_536_000


@cache
def digest(path: str) -> str:
    """The first 10 hex digits of the file's SHA-256; 'missing' for a file that is not there."""
    try:
        return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    except OSError:
        return "missing"


def asset_url(path: str) -> str:
    """Address of a static file that may be cached for ever, because its content is named in it."""
    if current_app.debug:
        digest.cache_clear()
    return url_for("assets.file", digest=digest(path), path=path)


def import_map() -> Markup:
    """JSON for <script type="importmap">: every module under static/js as '#dir/file', plus vendored ones."""
    if current_app.debug or "import_map" not in current_app.extensions:
        modules = sorted((STATIC / "js").rglob("*.js"))
        imports = {
            "#" + str(file.relative_to(STATIC / "js").with_suffix("")): asset_url(
                f"js/{file.relative_to(STATIC / 'js')}"
            )
            for file in modules
            if not file.name.endswith(".test.js")
        }
        # The minified build: it exports nothing but sets window.L (see js/map/leaflet.js).
        if (STATIC / "vendor/leaflet/leaflet.js").exists():
            imports["leaflet"] = asset_url("vendor/leaflet/leaflet.js")
        current_app.extensions["import_map"] = json.dumps({"imports": imports}, separators=(",", ":"))
    return Markup(current_app.extensions["import_map"])  # noqa: S704 - made of our own file names


@cache
def _icon_body(name: str) -> str:
    for folder in (STATIC / "icons", STATIC / "vendor/icons"):
        file = folder / f"{name}.svg"
        if _ICON_NAME.fullmatch(name) and file.is_file():
            inner = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text(), re.DOTALL)
            return re.sub(r"\s+", " ", inner.group(1)).strip() if inner else ""
    return '<circle cx="12" cy="12" r="9"/>'


def icon(name: str, size: int = 24, label: str = "") -> Markup:
    """An inline SVG icon; hidden from screen readers unless `label` gives it a name."""
    named = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup(
        '<svg class="icon" {} width="{}" height="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{}</svg>'
    ).format(named, size, size, Markup(_icon_body(name)))  # noqa: S704 - the icon set's own files


def csp_nonce() -> str:
    """This response's nonce, for inline scripts; an answer given before any other step of the request makes its own."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def register(app: Flask) -> None:
    """Serve /static/<digest>/<path> and give templates the helpers above."""
    app.add_url_rule("/static/<digest>/<path:path>", "assets.file", _serve)
    from mapdialog.web import pwa

    pwa.register(app)
    app.jinja_env.globals.update(asset_url=asset_url, import_map=import_map, icon=icon, csp_nonce=csp_nonce)


def _serve(digest: str, path: str) -> Response:
    """A static file; a stale digest still gets the current file, but only briefly cached.

    Text is sent compressed from a copy made once (`static_gzip`), because phones on thin networks wait for it.
    """
    if ".." in path or not _is_there(path):
        abort(404)
    response = send_from_directory(STATIC, path, max_age=FOREVER if digest == globals()["digest"](path) else 60)
    response.headers["Cache-Control"] += ", immutable" if digest == globals()["digest"](path) else ""
    if Path(path).suffix in _COMPRESSIBLE and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.direct_passthrough = False
        response.set_data(_gzip(path, globals()["digest"](path)))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers.pop("Accept-Ranges", None)
    return response


def _is_there(path: str) -> bool:
    """False also for names that no file system takes."""
    try:
        return (STATIC / path).is_file()
    except (OSError, ValueError):
        return False


_COMPRESSIBLE = {".js", ".css", ".svg", ".json", ".geojson", ".webmanifest", ".html"}


@cache
def _gzip(path: str, digest_: str) -> bytes:
    import gzip

    return gzip.compress((STATIC / path).read_bytes(), 9, mtime=0)
