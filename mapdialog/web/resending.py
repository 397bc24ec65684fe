"""Keeps what was typed when a form comes too late: it is offered again, after signing in if that is what it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, current_app, render_template, request
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

HELD_SECONDS = 24 * 3600
_SHOWN_FROM = 12  # characters: shorter values are choices and numbers, which nobody would have to write again
_SECRET = {"accounts.sign_in", "accounts_staff.password", "accounts_staff.change_password", "accounts_staff.sign_out"}


@dataclass(frozen=True)
class Held:
    """A form that was sent in vain: where to, its fields in order, and whether files were with it."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool

    @property
    def words(self) -> list[str]:
        """What somebody wrote, to show that it is there."""
        return [value for name, value in self.fields if len(value) >= _SHOWN_FROM and (" " in value or "\n" in value)]


def offer(status: int) -> Response | None:
    """The page from which this request's form can be sent again; None when it must not or need not be kept.

    Only what came from our own pages is kept: else a strange page could have its form sent with our token. Nothing is
    kept of forms that hold passwords.
    """
    if request.method != "POST" or request.endpoint in _SECRET or not _is_our_own():
        return None
    held = Held(
        request.full_path.rstrip("?"),
        tuple((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"),
        any(file.filename for file in request.files.values()),
    )
    if (request.path + "/").startswith("/staff/") and not current_user.is_authenticated:
        from mapdialog.accounts.forms import SignInForm

        form = SignInForm(formdata=None, held=pack(held))
        return Response(render_template("accounts/sign_in.html", form=form, held=held), status=401)
    return Response(page(held), status=status)


def page(held: Held) -> str:
    """What was typed, and the button that sends it."""
    return render_template("errors/resend.html", held=held)


def pack(held: Held) -> str:
    """The form as signed text, for a hidden field of the page that asks to sign in."""
    return str(_signer().dumps([held.path, held.fields, held.had_files]))


def unpack(text: str) -> Held | None:
    """The form again; None when we did not write it or it is older than a day."""
    try:
        path, fields, had_files = _signer().loads(text, max_age=HELD_SECONDS)
    except BadSignature:
        return None
    return Held(path, _pairs(fields), had_files)


def _pairs(fields: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in fields)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["MAPDIALOG"].secret_key, salt="resending")


def _is_our_own() -> bool:
    """True when the browser says that one of our own pages sent it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return bool(origin) and urlsplit(origin)[:2] == urlsplit(request.host_url)[:2]
