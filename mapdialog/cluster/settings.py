"""The settings of the private server, for one machine with a few gigabytes of memory and an SSD."""

import os
import shutil

SMALL_SHARED_MEMORY = 512 * 2**20  # bytes; containers often give /dev/shm 64 MB, too little for parallel queries

SETTINGS = {
    "listen_addresses": "''",  # the Unix socket only: no port to collide, nothing to reach from outside
    "unix_socket_directories": "'.'",  # inside the cluster's folder, which only its user and root may enter
    "unix_socket_permissions": "0700",
    "cluster_name": "'mapdialog'",  # seen in process lists
    "max_connections": "100",
    "shared_buffers": "256MB",  # at least; see _shared_buffers
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "random_page_cost": "1.1",  # SSD
    "effective_io_concurrency": "100",
    "max_parallel_workers_per_gather": "2",
    "max_wal_size": "2GB",  # imports of 100,000 rows without a checkpoint every few seconds
    "jit": "off",  # its compile time is longer than our queries
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_line_prefix": "'%m [%p] %u@%d '",
    "log_min_duration_statement": "2000",
    "log_parameter_max_length": "0",  # values are citizens' words: they do not belong in a log
    "log_parameter_max_length_on_error": "0",
    "idle_in_transaction_session_timeout": "600000",
}

# A test's database may be lost with the machine, so it need not wait for the disk.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "10s"}

ACCESS = "# Who can reach the socket's folder (mode 0700) is already the right user.\nlocal all all trust\n"


def configuration(*, throwaway: bool) -> str:
    """The text of mapdialog.conf; rewritten at each start, so that an upgrade's settings take effect.

    What an administrator sets with ALTER SYSTEM stands above it.
    """
    values = SETTINGS | (THROWAWAY if throwaway else {"shared_buffers": _shared_buffers()})
    if _shared_memory_is_small():
        values |= {"dynamic_shared_memory_type": "mmap"}
    return "".join(f"{name} = {value}\n" for name, value in values.items())


def _shared_buffers() -> str:
    """An eighth of the machine's memory, 256 MB to 1 GB: a common word in a million texts needs the whole table."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{min(1024, max(256, memory // 8 // 2**20))}MB"


def _shared_memory_is_small() -> bool:
    try:
        return shutil.disk_usage("/dev/shm").total < SMALL_SHARED_MEMORY  # noqa: S108 (asked about, not written to)
    except OSError:
        return True
