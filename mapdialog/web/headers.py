"""Security headers on every answer: nothing from third parties, scripts only with this answer's nonce."""

import secrets

from flask import Flask, Response, g, make_response, request


def register(app: Flask) -> None:
    """Make a nonce before each request and set the headers after it."""

    @app.before_request
    def _nonce() -> None:
        g.csp_nonce = secrets.token_urlsafe(16)

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(), interest-cohort=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if response.mimetype == "text/html":
            # Leaflet positions its panes with element.style, which the policy allows; style attributes it does not.
            headers.setdefault("Content-Security-Policy", _policy(g.get("csp_nonce", "")))
            if request.path.startswith("/staff"):
                headers.setdefault("Cache-Control", "no-store")
        if request.is_secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response


def keep_secret(page: str, status: int = 200) -> Response:
    """A page whose address is its key: it must not lie in caches, search engines or the next site's log."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _policy(nonce: str) -> str:
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
        )
    )
