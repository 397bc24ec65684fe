"""What makes the site open without a network: the service worker at the root and the manifest."""

from flask import Flask, Response, current_app, jsonify, send_from_directory
from flask_babel import gettext as _

from mapdialog.web import assets

BACKGROUND = "#f3f6f5"
PRIMARY = "#0a5a78"


def register(app: Flask) -> None:
    """Serve /sw.js and /manifest.webmanifest."""
    app.add_url_rule("/sw.js", "assets.worker", _worker)
    app.add_url_rule("/manifest.webmanifest", "assets.manifest", _manifest)


def _worker() -> Response:
    """The service worker; asked for anew each time, so that a new version is found at once."""
    response = send_from_directory(assets.STATIC / "js", "sw.js", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _manifest() -> Response:
    """Name, colours and icons of the installed page."""
    name = _("Medborgardialog – %(municipality)s", municipality=current_app.config["MAPDIALOG"].municipality)
    icons = [
        {
            "src": assets.asset_url(f"icons/mark-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in (192, 512)
    ]
    answer = jsonify(
        name=name,
        short_name=_("Medborgardialog"),
        start_url="/",
        scope="/",
        display="minimal-ui",
        background_color=BACKGROUND,
        theme_color=PRIMARY,
        icons=[{"src": assets.asset_url("icons/mark.svg"), "sizes": "any", "type": "image/svg+xml"}, *icons],
    )
    answer.mimetype = "application/manifest+json"
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer
