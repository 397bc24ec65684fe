"""Rate limits: generous to a classroom behind one address, narrow to a machine; what to do is said in words."""

import hashlib
import math
import time

from flask import Flask, Response, current_app, request
from flask_babel import ngettext
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address

from mapdialog.web import errors

limiter = Limiter(get_remote_address, headers_enabled=True)


def phone_key() -> str:
    """Phones on a walk are counted one by one: a group of twenty may share one address."""
    cookie = next((value for name, value in request.cookies.items() if name.startswith("walk-")), "")
    return hashlib.sha256(cookie.encode()).hexdigest() if cookie else get_remote_address()


def submit_limit() -> str:
    """How many contributions, statements among them, one address may send."""
    return str(current_app.config["MAPDIALOG"].submit_limit)


def register(app: Flask) -> None:
    """Install the limiter; `MAPDIALOG_RATE_LIMITS=off` is for load tests only."""
    config = app.config["MAPDIALOG"]
    app.config["RATELIMIT_ENABLED"] = config.rate_limits
    app.config["RATELIMIT_STORAGE_URI"] = config.rate_limit_store
    app.config["RATELIMIT_SWALLOW_ERRORS"] = True  # a lost Redis must not stop citizens
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, exceeded)


def wait_in_words() -> str:
    """What somebody is told who has come to a limit: that it is no fault of theirs, and when to try again."""
    minutes = max(1, math.ceil(seconds_to_wait() / 60))
    return ngettext(
        "Det har kommit många försök från din uppkoppling på kort tid. Vänta %(num)s minut och försök igen.",
        "Det har kommit många försök från din uppkoppling på kort tid. Vänta %(num)s minuter och försök igen.",
        minutes,
    )


def seconds_to_wait() -> int:
    """Until the limit that was reached opens again."""
    reached = limiter.current_limit
    return max(1, math.ceil(reached.reset_at - time.time())) if reached is not None else 60


def exceeded(_error: RateLimitExceeded) -> Response:
    """429 as a page or problem+json, with Retry-After."""
    words, wait = wait_in_words(), seconds_to_wait()
    if errors.wants_json():
        return errors.problem(429, words, kind="urn:mapdialog:too-many", retry=wait)
    return errors.page(429, words, retry=wait)
