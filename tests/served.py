"""Serves the application for a file of browser tests, from a process that has read its modules once for all of them.

Reading them is most of what a start costs; each server is a fork of the process that did, and so as fresh as any other.
"""

import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Iterable
from multiprocessing.process import BaseProcess
from typing import Any


def start(environment: dict[str, str], port: int, read_templates: str, *, latest_s: float = 0) -> BaseProcess:
    """A process of its own group with gunicorn on a loopback port, and these variables as its environment.

    Templates that have been read lie in that folder. Each request waits up to so many seconds, by chance, before it is
    looked at.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.read_ahead"])
    process = context.Process(target=_serve, args=(environment, port, read_templates, latest_s), daemon=True)
    process.start()
    return process


def _serve(environment: dict[str, str], port: int, read_templates: str, latest_s: float) -> None:
    from gunicorn.app.wsgiapp import WSGIApplication
    from jinja2 import FileSystemBytecodeCache

    from mapdialog.accounts import passwords
    from tests.seeds import HASHER

    passwords._HASHER = HASHER

    class Late(WSGIApplication):  # type: ignore[misc]
        def load(self) -> Any:
            application = super().load()
            application.jinja_env.bytecode_cache = FileSystemBytecodeCache(read_templates)

            def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
                time.sleep(random.uniform(0, latest_s))
                return application(environ, start_response)

            return answer if latest_s else application

    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["gunicorn", "-b", f"127.0.0.1:{port}", "-k", "gthread", "-w", "1", "--threads", "8"]
    sys.argv += ["--log-level", "warning", "mapdialog.factory:create_app()"]
    Late("%(prog)s").run()
