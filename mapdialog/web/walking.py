"""The signed cookie that makes a phone part of one safety walk; it opens that walk's recording and nothing else."""

import uuid

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

KEPT_SECONDS = 200 * 86_400  # the walk, its protocol and a late phone


def find_mark(slug: str) -> uuid.UUID | None:
    """The phone's mark on the walk of that address; None when it has not joined or the cookie is not ours."""
    try:
        known, mark = _signer().loads(request.cookies.get(_name(slug), ""), max_age=KEPT_SECONDS)
        return uuid.UUID(mark) if known == slug else None
    except (BadSignature, ValueError, TypeError):
        return None


def remember(response: Response, slug: str, mark: uuid.UUID) -> Response:
    """Give the phone its mark, in a cookie no script can read."""
    secure = current_app.config["MAPDIALOG"].cookie_secure
    value = _signer().dumps([slug, mark.hex])
    response.set_cookie(_name(slug), value, max_age=KEPT_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return response


def forget(response: Response, slug: str) -> Response:
    """The phone has left the walk."""
    response.delete_cookie(_name(slug), httponly=True, samesite="Lax")
    return response


def _name(slug: str) -> str:
    return f"walk-{slug}"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="walk-device")
