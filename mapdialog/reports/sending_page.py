"""Sends a file that was made for the one who asked, and keeps nothing of it."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Response, send_file

from mapdialog.reports.file_kinds import FileKind


def made(kind: FileKind, name: str, write: Callable[[Path], None]) -> Response:
    """Write to a file that has lost its name when it is sent: it is gone with the answer, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="mapdialog-download-") as folder:
        path = Path(folder) / f"file{kind.suffix}"
        write(path)
        source = path.open("rb")
    response = send_file(source, mimetype="application/octet-stream")
    response.content_type = kind.mime  # with its charset, which a mimetype would be given a second time
    return attached(response, name)


def attached(response: Response, name: str) -> Response:
    """The answer as a file of that name, which nobody on the way keeps."""
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response
