"""Serves the application for a file of browser tests, from a process that has read its modules once for all of them.

Reading them is most of what a start costs; each server is a fork of the process that did, and so as fresh as any other.
"""

import multiprocessing
import os
import sys
from multiprocessing.process import BaseProcess


def start(environment: dict[str, str], port: int) -> BaseProcess:
    """A process of its own group with gunicorn on a loopback port, and these variables as its environment."""
    from mapdialog.web.blueprints import MOUNTS

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["gunicorn.app.wsgiapp", "mapdialog.factory", *(module for module, _ in MOUNTS)])
    process = context.Process(target=_serve, args=(environment, port), daemon=True)
    process.start()
    return process


def _serve(environment: dict[str, str], port: int) -> None:
    from gunicorn.app.wsgiapp import WSGIApplication

    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["gunicorn", "-b", f"127.0.0.1:{port}", "-k", "gthread", "-w", "1", "--threads", "8"]
    sys.argv += ["--log-level", "warning", "mapdialog.factory:create_app()"]
    WSGIApplication("%(prog)s").run()
