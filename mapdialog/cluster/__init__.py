"""The private PostGIS server of the default run: made, started, stopped, and the URL it answers at."""

from .errors import ClusterError
from .server import Status, ensure_running, hold, recreate_database, status, stop

__all__ = ["ClusterError", "Status", "ensure_running", "hold", "recreate_database", "status", "stop"]
