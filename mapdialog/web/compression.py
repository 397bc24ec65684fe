"""Compresses text answers on the fly, so that the default run is light on phones even without a proxy in front."""

import gzip

from flask import Flask, Response, request

MIN_BYTES = 900
_TEXT = {
    "text/html",
    "application/json",
    "application/geo+json",
    "application/problem+json",
    "text/css",
    "text/javascript",
    "image/svg+xml",
    "application/manifest+json",
}


def register(app: Flask) -> None:
    """gzip what is text, whole and not yet encoded; streams are left to flow."""

    @app.after_request
    def _compress(response: Response) -> Response:
        if (
            response.mimetype not in _TEXT
            or response.is_streamed
            or response.direct_passthrough
            or "Content-Encoding" in response.headers
            or response.status_code in {204, 206, 304}
        ):
            return response
        response.vary.add("Accept-Encoding")
        if "gzip" not in request.headers.get("Accept-Encoding", "") or (response.content_length or 0) < MIN_BYTES:
            return response
        response.set_data(gzip.compress(response.get_data(), 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        return response
