"""`mapdialog serve`: the web application behind gunicorn, with threads so that one slow client holds up nobody."""

from __future__ import annotations

import json
import os
import socket
import urllib.request
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

import click

from mapdialog.config import Config, let_links_lead_to

if TYPE_CHECKING:
    from flask import Flask

EXAMPLES = """
\b
Examples:
  mapdialog serve
  mapdialog serve --host 0.0.0.0 --port 8080 --workers 4
"""
SHARED_MEMORY = "/dev/shm"  # noqa: S108 (gunicorn's heartbeat files: memory, so that a slow disk looks like no dead worker)


@click.command(epilog=EXAMPLES)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1), help="Processes  [default: the setting MAPDIALOG_WEB_WORKERS]")
@click.option("--quiet", is_flag=True, help="Do not print the address.")
def serve(host: str, port: int, workers: int | None, quiet: bool) -> None:
    """Serve the web application. Waiting mails are sent by `mapdialog worker`."""
    from mapdialog.commands.context import migrate, prepared_config

    let_links_lead_to(host, port)
    demand_free_port(host, port)
    config = prepared_config()
    migrate(config)
    run_gunicorn(config, host, port, workers or config.web_workers, quiet=quiet)


def demand_free_port(host: str, port: int) -> None:
    """Raise a click error with the remedy when somebody listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise click.ClickException(
                f"Port {port} needs an administrator; take one above 1023: PORT=8000 bin/run"
            ) from None
        except (OSError, OverflowError) as error:
            if isinstance(error, OSError) and error.errno not in {98, 48}:
                raise click.ClickException(f"Cannot listen on {host}:{port}: {error.strerror}") from None
            raise click.ClickException(_taken(host, port)) from None


def _taken(host: str, port: int) -> str:
    """Who listens at our port and what to do: a mapdialog that runs already is told by its address."""
    reachable = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 (asked, not listened on)
    address = f"http://{_address(reachable, port)}"
    other = f"PORT={port + 1} bin/run"
    if _is_mapdialog(address):
        return f"mapdialog runs already at {address} (Ctrl-C where it was started stops it). A second one: {other}"
    return f"Port {port} is in use by another program. Take another one: {other}"


def _is_mapdialog(address: str) -> bool:
    try:
        try:
            answer = urllib.request.urlopen(f"{address}/health", timeout=3)  # noqa: S310 (this machine's own address)
        except HTTPError as unwell:  # its database may be away
            answer = unwell
        with answer:
            told = json.load(answer)
    except (OSError, ValueError, HTTPException):
        return False
    return isinstance(told, dict) and told.get("service") == "mapdialog"


def run_gunicorn(config: Config, host: str, port: int, workers: int, *, quiet: bool = True) -> None:
    """Serve until told to stop (TERM and INT let what is under way finish first); unless `quiet`, say where."""
    from gunicorn.app.base import BaseApplication

    def tell(_arbiter: object) -> None:
        click.echo(f"mapdialog is at http://{_address(host, port)}   (Ctrl-C stops it)")

    class Server(BaseApplication):
        def load_config(self) -> None:
            for name, value in (settings(config, workers) | {"bind": _address(host, port)}).items():
                self.cfg.set(name, value)
            if not quiet:
                self.cfg.set("when_ready", tell)

        def load(self) -> Flask:
            from mapdialog.factory import create_app

            app = create_app(config)
            app.extensions["engine"].dispose()  # no connection may be shared by the processes that are forked next
            return app

    Server().run()


def settings(config: Config, workers: int) -> dict[str, Any]:
    """gunicorn's settings; deploy/gunicorn.conf.py uses the same."""
    return {
        "workers": workers,
        "worker_class": "gthread",
        "threads": config.worker_threads,
        "timeout": 120,
        "graceful_timeout": 20,
        "keepalive": 15,
        "accesslog": None,  # addresses of citizens belong in no log of ours
        "loglevel": "warning",
        "preload_app": True,  # made once, then forked: faster up, less memory, and a mistake is told once
        "worker_tmp_dir": SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None,
        "control_socket_disable": True,
        "proc_name": "mapdialog",
    }


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
