"""Find the PostgreSQL programs that the system's packages installed."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .errors import ClusterError

OLDEST = 13
NEWEST_WITHOUT_ICU_COLLATION = 14
INSTALL = "install PostgreSQL with PostGIS, for example: apt-get install postgresql postgresql-15-postgis-3"


@dataclass(frozen=True)
class Binaries:
    """One installed PostgreSQL server: its folder of programs and its major version."""

    folder: Path
    version: int

    @property
    def sorts_by_icu(self) -> bool:
        """Whether a whole cluster can sort by a language's own rules (å ä ö last in Swedish)."""
        return self.version > NEWEST_WITHOUT_ICU_COLLATION

    def program(self, name: str) -> str:
        """The full path of one program, such as initdb."""
        return str(self.folder / name)


def installed(roots: list[Path] | None = None) -> list[Binaries]:
    """Every server of a version we support, newest first; where Debian, Ubuntu and Red Hat put them, then PATH."""
    found: dict[Path, Binaries] = {}
    for folder in _candidates(roots):
        version = _version_of(folder)
        if version is not None and version >= OLDEST:
            found.setdefault(folder.resolve(), Binaries(folder, version))
    # Of two equally new servers the one with PostGIS beside it is the one that can be used.
    return sorted(found.values(), key=lambda b: (_has_postgis(b), b.version), reverse=True)


def choose(wanted_version: int | None, roots: list[Path] | None = None) -> Binaries:
    """The server to run: of `wanted_version` where a cluster exists, else the newest with PostGIS.

    Raises ClusterError when there is none.
    """
    servers = installed(roots)
    if wanted_version is None:
        if not servers:
            raise ClusterError(f"No PostgreSQL server of version {OLDEST} or newer was found; {INSTALL}")
        return servers[0]
    for server in servers:
        if server.version == wanted_version:
            return server
    have = ", ".join(str(server.version) for server in servers) or "none"
    raise ClusterError(
        f"The database was made by PostgreSQL {wanted_version}, but installed is: {have}; "
        f"install postgresql-{wanted_version} and postgresql-{wanted_version}-postgis-3, "
        "or move the old database folder aside to start afresh"
    )


def _candidates(roots: list[Path] | None) -> list[Path]:
    if roots is not None:
        return roots
    folders = [Path(p) for pattern in ("lib/postgresql/*/bin", "pgsql-*/bin") for p in Path("/usr").glob(pattern)]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(os.path.realpath(on_path)).parent)
    return folders


def _version_of(folder: Path) -> int | None:
    """The major version, read from the path where it stands there and else asked of the program."""
    if not (os.access(folder / "postgres", os.X_OK) and os.access(folder / "initdb", os.X_OK)):
        return None
    stated = re.search(r"(?:postgresql/|pgsql-)(\d+)", str(folder))
    if stated:
        return int(stated.group(1))
    import subprocess

    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    asked = re.search(r"(\d+)", answer.stdout)
    return int(asked.group(1)) if asked else None


def _has_postgis(server: Binaries) -> bool:
    """Whether Debian's place for this version's extensions holds PostGIS; elsewhere we cannot know and assume it."""
    extensions = Path(f"/usr/share/postgresql/{server.version}/extension")
    return not extensions.is_dir() or (extensions / "postgis.control").exists()
