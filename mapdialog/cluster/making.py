"""Make a new cluster: in a folder aside that is renamed when complete, so that an interrupted one is never met."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .binaries import Binaries
from .errors import ClusterError
from .identity import Identity
from .layout import SUPERUSER, Layout
from .settings import ACCESS

UNFINISHED = "postgres.unfinished"


def make_cluster(where: Layout, binaries: Binaries, identity: Identity) -> None:
    """Create the cluster of `where`. The caller holds the start lock. Raises ClusterError."""
    unfinished = where.data_dir / UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    identity.give(unfinished)
    try:
        _initdb(unfinished, binaries, identity)
        with (unfinished / "postgresql.conf").open("a") as config:
            config.write("\ninclude_if_exists = 'mapdialog.conf'\n")
        (unfinished / "pg_hba.conf").write_text(ACCESS)
        unfinished.rename(where.cluster)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


@contextmanager
def folder_handle(folder: Path) -> Iterator[tuple[int, str]]:
    """An open handle on a folder and the name under which a child that inherits it can enter that folder.

    The server's own user may not walk through /root or another private home. A handle opened by the caller needs no
    walking, so the cluster can lie in the project folder wherever that is.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor, f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def _initdb(folder: Path, binaries: Binaries, identity: Identity) -> None:
    # C.UTF-8 exists on every machine; ICU brings Swedish sorting without an installed Swedish locale.
    language = ["--locale-provider=icu", "--icu-locale=sv-SE"] if binaries.sorts_by_icu else []
    with folder_handle(folder) as (descriptor, name):
        done = subprocess.run(
            [
                binaries.program("initdb"),
                "--pgdata",
                name,
                "--username",
                SUPERUSER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                *language,
                "--data-checksums",
            ],
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # Ctrl-C ends us when it is done, not it in the middle
            pass_fds=[descriptor],
            **identity.spawn_arguments(),
        )
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise ClusterError(
            f"The database could not be made in {folder.parent}: {said[0] if said else 'no reason given'}"
        )
