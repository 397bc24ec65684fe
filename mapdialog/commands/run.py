"""`mapdialog run`: everything on one machine, started in order, watched, and stopped in the opposite order."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from contextlib import suppress

import click

from mapdialog import cluster
from mapdialog.commands import supervising
from mapdialog.commands.context import is_empty, prepared_config, revisions, upgrade
from mapdialog.commands.serve import demand_free_port
from mapdialog.commands.stopping import Interrupted, Stopping
from mapdialog.config import Config, let_links_lead_to, load_config

WATCH_EVERY_S = 0.5
READY_WITHIN_S = 180.0  # on a machine with other work to do; one that cannot start ends by itself and is told of


@click.command(epilog="Example: PORT=8001 bin/run")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, envvar="PORT", help="Port to listen on.")
def run(host: str, port: int) -> None:
    """Start the database, bring its tables up to date, load the demo once, serve the web and send mails.

    Ctrl-C stops all of it; the data stay.
    """
    let_links_lead_to(host, port)
    config = load_config()
    demand_free_port(host, port)
    stopping = Stopping()
    stopping.listen()
    held = None
    try:
        if not config.database_url:
            _say("run: starting the database")
            held = cluster.hold(config.data_dir)
        prepare(stopping)
        _serve_until(stopping, config, host, port)
    except Interrupted:
        pass
    finally:
        if held is not None:
            os.close(held)
            _stop_database(config)


def prepare(stopping: Stopping) -> None:
    """Bring the tables up to date and load the demo municipality unless the database holds something already.

    A signal ends either, and leaves the database as it was before; the start of the database itself is never broken
    off, for a server that is only half up would be overlooked when everything is stopped. Raises Interrupted.
    """
    config = prepared_config(hold=False)
    with stopping.interrupting():
        current, newest = revisions(config.database_url)
        if current != newest:
            _say("run: bringing the tables up to date")
            upgrade(config)
        if config.demo and is_empty(config.database_url):
            _say("run: loading the demo municipality (once)")
            _load_demo()


def _serve_until(stopping: Stopping, config: Config, host: str, port: int) -> None:
    """Serve the web and send mails until a signal comes."""
    children = [
        supervising.Child("web", ["serve", "--host", host, "--port", str(port), "--quiet"]),
        supervising.Child("worker", ["worker"]),
    ]
    try:
        _watch(config, children, stopping, f"http://{host}:{port}")
    finally:
        supervising.stop_all(children, in_a_hurry=lambda: stopping.in_a_hurry)


def _stop_database(config: Config) -> None:
    if cluster.stop(config.data_dir, only_if_unused=True):
        _say("run: the database is stopped")
    elif cluster.status(config.data_dir).state == "running":
        _say("run: the database is left running, since another command uses it (`mapdialog db stop` ends it)")


def _say(words: str) -> None:
    """Tell, unless nobody can read it: a closed terminal must not keep us from ending everything."""
    with suppress(OSError):
        click.echo(words)


def _load_demo() -> None:
    from mapdialog.commands.demo import demo

    demo.main([], prog_name="mapdialog demo", standalone_mode=False)


def _watch(config: Config, children: list[supervising.Child], stopping: Stopping, address: str) -> None:
    """Keep the parts running until a signal comes; say once when pages are served."""
    started, told = time.monotonic(), False
    while not stopping:
        for child in children if told else children[:1]:  # pages first, then the rest
            child.keep_running()
        if not config.database_url and cluster.status(config.data_dir).state != "running":
            _say("run: the database has ended; starting it again")
            cluster.ensure_running(config.data_dir)
        if not told and _answers(address):
            _say(f"\n  mapdialog is at {address}   (Ctrl-C stops it; the data stay in {config.data_dir})\n")
            told = True
        if not told and time.monotonic() - started > READY_WITHIN_S:
            raise click.ClickException(
                f"The web server has not answered within {READY_WITHIN_S:.0f} s; see what it said above."
            )
        time.sleep(WATCH_EVERY_S if told else WATCH_EVERY_S / 5)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:  # noqa: S310 (our own address)
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False
    except OSError:
        return False
