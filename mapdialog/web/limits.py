"""Rate limits: generous to a classroom behind one address, narrow to a machine."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, headers_enabled=True)


def register(app: Flask) -> None:
    """Install the limiter; `MAPDIALOG_RATE_LIMITS=off` is for load tests only."""
    config = app.config["MAPDIALOG"]
    app.config["RATELIMIT_ENABLED"] = config.rate_limits
    app.config["RATELIMIT_STORAGE_URI"] = config.rate_limit_store
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True  # a lost Redis must not stop citizens
    limiter.init_app(app)
