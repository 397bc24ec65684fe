"""Who calls, without knowing who they are: a random mark of the device, and whether many come from one address."""

import re
import secrets

from flask import Response, current_app, request
from flask_limiter.util import get_remote_address
from limits import parse

from mapdialog.contributions.actions import device_hash
from mapdialog.web.limits import limiter

COOKIE = "device"
KEPT_SECONDS = 400 * 86_400  # browsers keep cookies no longer
_MARK = re.compile(r"[0-9a-f]{32}")
_FLOOD = parse("20 per 10 minutes")


def find_device() -> str | None:
    """The device's mark, if it has one."""
    mark = request.cookies.get(COOKIE, "")
    return mark if _MARK.fullmatch(mark) else None


def find_device_hash(dialogue_id: int) -> bytes | None:
    """The device's mark as it is stored in a dialogue, if it has one."""
    mark = find_device()
    return device_hash(current_app.config["SECRET_KEY"], dialogue_id, mark) if mark else None


def make_device() -> str:
    """The device's mark, or a new one; `remember_device` sets it only when the reader asks for what needs it (LEK)."""
    return find_device() or secrets.token_hex(16)


def remember_device(response: Response, mark: str) -> Response:
    """Give the mark to the browser in a cookie no script can read."""
    secure = current_app.config["MAPDIALOG"].cookie_secure
    response.set_cookie(COOKIE, mark, max_age=KEPT_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return response


def is_flooding() -> bool:
    """True when more than a class's worth of contributions came from this address in ten minutes: staff get a note."""
    return bool(limiter.enabled) and not limiter.limiter.hit(_FLOOD, "flood", get_remote_address())
