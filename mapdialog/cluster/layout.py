"""Where the private server keeps its things, all of them under the data folder."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .errors import ClusterError

PORT = 5432  # only a part of the socket's name: the server opens no TCP port
LONGEST_SOCKET_PATH = 107  # bytes: the kernel's sun_path less its closing zero
ROLE = DATABASE = "mapdialog"
SUPERUSER = "postgres"


@dataclass(frozen=True)
class Layout:
    """The paths of one private server."""

    data_dir: Path

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own folder; the socket lies in it, because nobody else may enter it."""
        return self.data_dir / "postgres"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.data_dir / "postgres.log"

    @property
    def start_lock(self) -> Path:
        """Held while the server is made, started or stopped, so that two commands at once do it in turn."""
        return self.data_dir / ".postgres.lock"

    @property
    def users_lock(self) -> Path:
        """Held shared by everybody who uses the server; the last one out may stop it."""
        return self.data_dir / ".postgres.users"

    def version(self) -> int | None:
        """The PostgreSQL version that made the cluster, or None where there is none yet."""
        try:
            return int((self.cluster / "PG_VERSION").read_text().strip().split(".")[0])
        except FileNotFoundError:
            return None
        except (PermissionError, ValueError) as err:
            raise ClusterError(
                f"{self.cluster} cannot be read ({err}); run as the user who made it, "
                "or set MAPDIALOG_DATA_DIR to a folder of your own"
            ) from None

    def url(self, *, database: str = DATABASE, role: str = ROLE) -> str:
        """SQLAlchemy's URL of a database of this server, reached through its Unix socket."""
        return f"postgresql+psycopg2://{role}@/{database}?host={quote(self.socket_dir())}&port={PORT}"

    def socket_dir(self) -> str:
        """A path to the socket's folder that is short enough for the kernel; a link to it where the real one is not."""
        direct = str(self.cluster)
        if len(os.fsencode(f"{direct}/.s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
            return direct
        return _short_link(self.cluster)


def layout(data_dir: str | os.PathLike[str]) -> Layout:
    """The layout of the server of a data folder, by its absolute path."""
    return Layout(Path(data_dir).expanduser().absolute())


def _short_link(target: Path) -> str:
    """A link of our own with a short name, in the user's runtime folder or the one for temporary files."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = runtime if runtime and os.access(runtime, os.W_OK) else tempfile.gettempdir()
    digest = hashlib.sha256(os.fsencode(target)).hexdigest()[:16]
    link = Path(base) / f"mapdialog-{os.getuid()}-{digest}"
    try:
        link.symlink_to(target)
    except FileExistsError:
        # Somebody else could have laid a link there to catch our connections.
        found = link.lstat()
        if not stat.S_ISLNK(found.st_mode) or found.st_uid != os.getuid() or link.readlink() != target:
            raise ClusterError(
                f"{link} is in the way and is not ours; remove it, or set MAPDIALOG_DATA_DIR to a "
                "folder with a shorter path"
            ) from None
    return str(link)
