"""As whom the private server runs: as the caller, or as its own system user when the caller is root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import ClusterError

SYSTEM_USER = "postgres"  # made by the PostgreSQL package; PostgreSQL refuses to run as root


@dataclass(frozen=True)
class Identity:
    """The user the server's processes belong to."""

    uid: int
    gid: int
    home: str

    @property
    def is_caller(self) -> bool:
        """Whether no change of user is needed."""
        return self.uid == os.geteuid()

    def spawn_arguments(self) -> dict[str, Any]:
        """What `subprocess` needs to start a program as this user, with a clean environment."""
        environment = {"PATH": "/usr/bin:/bin", "HOME": self.home, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        arguments: dict[str, Any] = {"cwd": "/", "env": environment}
        if not self.is_caller:
            arguments |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return arguments

    def give(self, path: Path) -> None:
        """Hand a file or folder over to this user."""
        if not self.is_caller:
            os.chown(path, self.uid, self.gid)


def identity_for(cluster: Path) -> Identity:
    """The user to run the server of a cluster folder as.

    An ordinary caller runs it himself. Root runs it as whoever owns the cluster already, else as the system user
    of the PostgreSQL package. Raises ClusterError where neither can be.
    """
    if os.geteuid() != 0:
        return _checked_caller(cluster)
    owner = cluster.stat().st_uid if cluster.exists() else 0
    try:
        user = pwd.getpwuid(owner) if owner else pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise ClusterError(
            f"PostgreSQL does not run as root and there is no system user {SYSTEM_USER}; "
            f"make one (useradd --system {SYSTEM_USER}) or run as an ordinary user"
        ) from None
    return Identity(user.pw_uid, user.pw_gid, "/")


def _checked_caller(cluster: Path) -> Identity:
    me = os.geteuid()
    if cluster.exists() and cluster.stat().st_uid != me:
        raise ClusterError(
            f"{cluster} belongs to another user (uid {cluster.stat().st_uid}); run as that user or as root, "
            "or set MAPDIALOG_DATA_DIR to a folder of your own"
        )
    return Identity(me, os.getegid(), "/")
