"""Which language the reader gets: their own choice (a cookie), else the browser's, else Swedish."""

from functools import lru_cache

from flask import Flask, Response, after_this_request, current_app, g, has_request_context, request
from flask_babel import Babel, refresh
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

COOKIE = "language"


def choose() -> str:
    """'sv' or 'en'."""
    languages: tuple[str, ...] = current_app.config["MAPDIALOG"].languages
    if not has_request_context():
        return languages[0]
    if "language" not in g:
        asked = request.args.get("lang") or request.cookies.get(COOKIE, "")
        g.language = asked if asked in languages else _preferred(request.headers.get("Accept-Language", ""), languages)
    return str(g.language)


def remember(response: Response, language: str) -> Response:
    """Keep the reader's choice, if it is a language of ours, for a year."""
    config = current_app.config["MAPDIALOG"]
    if language in config.languages:
        response.set_cookie(
            COOKIE, language, max_age=31_536_000, samesite="Lax", httponly=True, secure=config.cookie_secure
        )
    return response


def switch(language: str) -> None:
    """Answer this request in another language, and remember it: for a form that comes back with what was typed."""
    if language not in current_app.config["MAPDIALOG"].languages:
        return
    g.language = language
    refresh()
    after_this_request(lambda response: remember(response, language))


@lru_cache(maxsize=1000)
def _preferred(accepted: str, languages: tuple[str, ...]) -> str:
    """The browser's first choice of ours; browsers say it in a few ways only, so each is read once."""
    return parse_accept_header(accepted, LanguageAccept).best_match(languages, languages[0])


def register(app: Flask) -> None:
    """Install Babel; Swedish is the language of the source."""
    app.config["BABEL_DEFAULT_LOCALE"] = "sv"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=choose, timezone_selector=lambda: "Europe/Stockholm")
    app.jinja_env.add_extension("jinja2.ext.i18n")

    @app.context_processor
    def _language() -> dict[str, object]:
        return {"current_language": choose(), "languages": current_app.config["MAPDIALOG"].languages}
