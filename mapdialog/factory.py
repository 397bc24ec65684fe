"""Makes the Flask application from a configuration."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from mapdialog.config import ROOT, Config, load_config
from mapdialog.core import database
from mapdialog.core.files import FileStore

csrf = CSRFProtect()


class Application(Flask):
    """Flask, told that nothing here is a coroutine: else it looks at every hook and view anew in each request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func


def create_app(config: Config | None = None) -> Flask:
    """The application, ready to serve. `config.database_url` must be set (commands start the private cluster first)."""
    config = config or load_config()
    app = Application("mapdialog", template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(
        MAPDIALOG=config,
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.cookie_secure,
        SESSION_REFRESH_EACH_REQUEST=False,  # see web.arrivals.Sessions
        PERMANENT_SESSION_LIFETIME=timedelta(hours=config.session_hours),
        MAX_CONTENT_LENGTH=config.upload_max_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        # Pages whose address is a key tell nobody that address, so their forms come without a Referer; the token, bound
        # to the session, and SameSite cookies are what guards.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_TIME_LIMIT=None,  # a form may lie open a whole evening; the token dies with the session
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    logging.basicConfig(level=config.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, config.proxies, config.proxies, config.proxies, config.proxies)  # type: ignore[method-assign]
    engine = database.make_engine(config.database_url, pool_size=config.worker_threads + 2)
    database.bind(engine)
    app.extensions["engine"] = engine
    app.extensions["files"] = FileStore(config.files_url)
    app.teardown_appcontext(lambda _error: database.session.remove())
    _register(app)
    return app


def _register(app: Flask) -> None:
    from mapdialog.accounts import signing_in
    from mapdialog.web import (
        access,
        arrivals,
        assets,
        blueprints,
        compression,
        errors,
        filters,
        headers,
        languages,
        limits,
        shell,
    )

    csrf.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["config_public"] = app.config["MAPDIALOG"]
    for part in (headers, languages, filters, assets, errors, limits, signing_in, access, compression, shell, arrivals):
        part.register(app)
    blueprints.register(app)
    from mapdialog.notifications import listeners

    listeners.configure(app.config["MAPDIALOG"])

    for name in ("api",):
        csrf.exempt(app.blueprints[name])
    # A mail program presses this one, and has no page of ours: the signed link is what it shows.
    csrf.exempt(app.view_functions["walk_news.stop_by_mail_program"])
