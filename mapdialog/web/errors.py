"""Turns errors into pages in the reader's language, and into problem+json under /api."""

from datetime import date
from typing import Any

from flask import Flask, Response, current_app, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from mapdialog.core.database import session
from mapdialog.core.errors import DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.web import resending
from mapdialog.web.filters import date_long

RETRY_SECONDS = 10

_WORDS = {
    400: N_("Något i det som skickades gick inte att läsa."),
    403: N_("Du får inte öppna den här sidan."),
    404: N_("Sidan finns inte."),
    405: N_("Adressen kan inte användas på det sättet."),
    409: N_("Någon annan hann före. Ladda om sidan och försök igen."),
    413: N_("Filen eller texten är för stor."),
    415: N_("Filen är av en sort som vi inte kan läsa."),
    422: N_("Något behöver rättas innan det går att spara."),
    429: N_("Det kom många försök på kort tid. Vänta en stund och försök igen."),
    500: N_("Något gick fel hos oss. Felet är noterat. Försök igen om en stund."),
    503: N_("Tjänsten är tillfälligt borta. Det du skrivit finns kvar i telefonen. Försök igen om en stund."),
}


def translated(error: DomainError) -> str:
    """The error's words in the reader's language, days as '15 december 2026'."""
    params = {name: date_long(one) if isinstance(one, date) else one for name, one in error.params.items()}
    return _(error.message) % params if params else _(error.message)


def wants_json() -> bool:
    """True under /api, where every error is problem+json."""
    return request.path.startswith("/api/")


def problem(
    status: int,
    detail: str,
    *,
    kind: str = "about:blank",
    fields: dict[str, str] | None = None,
    retry: int | None = None,
    **extra: Any,
) -> Response:
    """A problem+json answer (RFC 9457); `errors` names each field."""
    body: dict[str, Any] = {
        "type": kind,
        "title": _(_WORDS.get(status, _WORDS[400])),
        "status": status,
        "detail": detail,
    }
    if fields:
        body["errors"] = [{"field": name, "detail": text} for name, text in fields.items()]
    response = jsonify(body | extra)
    response.status_code = status
    response.mimetype = "application/problem+json"
    if retry:
        response.headers["Retry-After"] = str(retry)
    return response


def page(status: int, detail: str, *, retry: int | None = None) -> Response:
    """An error page that works even when the database is away."""
    response = Response(
        render_template("errors/error.html", status=status, title=_(_WORDS.get(status, _WORDS[400])), detail=detail),
        status=status,
        mimetype="text/html",
    )
    if retry:
        response.headers["Retry-After"] = str(retry)
    return response


def register(app: Flask) -> None:
    """Install the handlers."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    for away in (OperationalError, InterfaceError, PoolTimeout, DBAPIError):
        app.register_error_handler(away, _database)
    app.register_error_handler(Exception, _unexpected)


def _answer(status: int, detail: str, **more: Any) -> Response:
    if wants_json():
        return problem(status, detail, **more)
    return page(status, detail, retry=more.get("retry"))


def _domain(error: DomainError) -> Response:
    session.rollback()
    fields = None
    if isinstance(error, Invalid):
        fields = {name: translated(one) for name, one in error.fields.items()}
    elif error.field:
        fields = {error.field: translated(error)}
    retry = RETRY_SECONDS if error.status in {429, 503} else None
    return _answer(error.status, translated(error), kind=f"urn:mapdialog:{error.kind}", fields=fields, retry=retry)


def _csrf(error: CSRFError) -> Response:
    kept = None if wants_json() else resending.offer(400)
    return kept or _answer(400, _("Sidan hade legat öppen för länge. Gå tillbaka, ladda om sidan och skicka igen."))


def _without_slash() -> str:
    """The page that was meant by an address with a slash too many at its end; '' where there is none."""
    path = "/" + request.path.strip("/")
    adapter = current_app.create_url_adapter(request)
    if (
        not request.path.endswith("/")
        or path == request.path
        or adapter is None
        or not adapter.test(path, request.method)
    ):
        return ""
    return f"{path}?{request.query_string.decode()}".rstrip("?")


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if error.response is not None and code < 400:
        return error.response  # type: ignore[return-value]
    if code == 404 and (address := _without_slash()):
        return redirect(address, 308)  # type: ignore[return-value]
    answer = _answer(code, _(_WORDS.get(code, _WORDS[400])), retry=RETRY_SECONDS if code in {429, 503} else None)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


def _database(error: Exception) -> Response:
    session.remove()
    if isinstance(error, DataError):  # A number or moment larger than any row can hold: it came with the request.
        _log(error, "the request does not fit the database")
        return _answer(400, _(_WORDS[400]))
    away = isinstance(error, OperationalError | InterfaceError | PoolTimeout) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )
    if not away:
        return _unexpected(error)
    _log(error, "the database did not answer")
    return _answer(503, _(_WORDS[503]), retry=RETRY_SECONDS)


def _unexpected(error: Exception) -> Response:
    session.rollback()
    _log(error, "unexpected error")
    return _answer(500, _(_WORDS[500]))


def _log(error: Exception, words: str) -> None:
    """Type and place only: SQLAlchemy's own message repeats the parameters, which are citizens' words."""
    import traceback

    from flask import current_app

    frames = "".join(traceback.format_tb(error.__traceback__)[-6:])
    origin = getattr(error, "orig", None)
    current_app.logger.error(
        "%s: %s %s at %s\n%s",
        words,
        type(error).__name__,
        type(origin).__name__ if origin else "",
        request.path,
        frames,
    )
