"""What arrives: no larger than its sender may send, and without the one character that PostgreSQL cannot keep."""

from flask import Flask, Request, abort, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.utils import cached_property

from mapdialog.config import Config
from mapdialog.core.clock import now
from mapdialog.core.errors import TooLarge
from mapdialog.core.text import N_

FORM_BYTES = 1_000_000
RENEWED_AFTER_S = 600
_NUL = "\x00"


class Arrival(Request):
    """Flask's request, with limits by who sends it, and NUL left out of addresses and forms."""

    _refused: RequestEntityTooLarge | None = None

    @property
    def max_content_length(self) -> int | None:
        """Bytes of a body: staff send map files, citizens a form with photos. A view may set a smaller one."""
        if self._max_content_length is not None:
            return self._max_content_length
        config: Config = current_app.config["MAPDIALOG"]
        if self.mimetype == "application/x-www-form-urlencoded":  # Read whole into memory, as a text field is.
            return self.max_form_memory_size
        if self.path.startswith("/staff/") and "session" in self.cookies:
            return config.upload_max_mb * 1_000_000
        return config.photos_per_contribution * config.photo_max_mb * 1_000_000 + FORM_BYTES

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    @cached_property
    def args(self) -> "MultiDict[str, str]":
        """The address's parameters without NUL."""
        return _without_nul(super().args)

    def _load_form_data(self) -> None:
        # Werkzeug reads a body once; a form that was refused would be an empty one to whoever asks next.
        if self._refused is not None:
            raise self._refused
        is_new = "form" not in self.__dict__
        try:
            super()._load_form_data()
        except RequestEntityTooLarge as error:
            self._refused = error
            raise
        if is_new:
            self.__dict__["form"] = _without_nul(self.__dict__["form"])


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions, with two differences.

    Who brings no cookie gets an empty one without the keys being made ready to read it. A session that lasts from the
    last visit is renewed by a page, and seldom: renewed by every answer (Flask's way), a map layer that was asked for
    before a decision and comes after it would put back the cookie from before, and the decision's message were lost.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The reader's session."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        session = super().open_session(app, request)
        if session is not None and session.permanent and "text/html" in request.headers.get("Accept", ""):
            at = int(now().timestamp())
            if at - session.get("renewed", 0) > RENEWED_AFTER_S:
                session["renewed"] = at
        return session


def _without_nul(values: "MultiDict[str, str]") -> "MultiDict[str, str]":
    if not any(_NUL in name or _NUL in value for name, value in values.items(multi=True)):
        return values
    kept = [(name.replace(_NUL, ""), value.replace(_NUL, "")) for name, value in values.items(multi=True)]
    return ImmutableMultiDict(kept)


def register(app: Flask) -> None:
    """Use it, refuse a body that is too long before anything reads it, and addresses that no row can have."""
    app.request_class = Arrival
    app.session_interface = Sessions()

    def refuse() -> None:
        if _NUL in request.path:
            abort(404)
        limit = request.max_content_length
        if request.content_length is not None and limit is not None and request.content_length > limit:
            raise TooLarge(
                N_("Det som skickades är för stort. Gränsen är %(limit)s MB. Skicka mindre filer eller kortare text."),
                limit=limit // 1_000_000,
            )

    # Before the CSRF check, which would read the whole form.
    app.before_request_funcs.setdefault(None, []).insert(0, refuse)
