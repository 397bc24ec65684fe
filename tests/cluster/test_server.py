"""The private server: made, started, stopped, and started again after every way it can be ended."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from mapdialog import cluster
from mapdialog.cluster.layout import LONGEST_SOCKET_PATH
from mapdialog.cluster.processes import postmaster, server_processes, wait_gone


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mapdialog-test-"))
    yield folder
    cluster.stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


def ask(url: str, sql: str) -> object:
    connection = psycopg2.connect(url.replace("postgresql+psycopg2", "postgresql"))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone()
            return row[0] if row else None
    finally:
        connection.close()


def test_a_new_cluster_has_postgis_and_a_role_without_superuser_rights(data_dir: Path) -> None:
    url = cluster.ensure_running(data_dir)
    assert str(ask(url, "select postgis_version()")).startswith("3")
    assert ask(url, "select rolsuper from pg_roles where rolname = current_user") is False
    assert cluster.status(data_dir).state == "running"


def test_it_opens_no_tcp_port_and_waits_for_the_disk(data_dir: Path) -> None:
    url = cluster.ensure_running(data_dir)
    assert ask(url, "show listen_addresses") == ""
    assert ask(url, "show fsync") == "on"
    assert ask(url, "show synchronous_commit") == "on"


def test_swedish_letters_sort_last_and_in_order(data_dir: Path) -> None:
    url = cluster.ensure_running(data_dir)
    if cluster.status(data_dir).version in (13, 14):
        pytest.skip("a whole cluster sorts by ICU from PostgreSQL 15")
    names = "array['Österlen', 'Zinkgruvan', 'Åhus', 'Ängelholm', 'Abbekås']"
    assert (
        ask(url, f"select string_agg(n, ' ' order by n) from unnest({names}) n")
        == "Abbekås Zinkgruvan Åhus Ängelholm Österlen"
    )


def test_starting_twice_changes_nothing(data_dir: Path) -> None:
    cluster.ensure_running(data_dir)
    first = cluster.status(data_dir).pid
    cluster.ensure_running(data_dir)
    assert cluster.status(data_dir).pid == first


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can give up rights")
def test_root_in_a_container_sees_the_server_although_it_may_not_look_at_other_users_processes(data_dir: Path) -> None:
    cluster.ensure_running(data_dir)
    ask_state = f"from mapdialog import cluster; print(cluster.status({str(data_dir)!r}).state)"
    said = subprocess.run(
        ["setpriv", "--bounding-set=-sys_ptrace", sys.executable, "-c", ask_state],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "running"


def test_rows_survive_stop_and_start(data_dir: Path) -> None:
    url = cluster.ensure_running(data_dir)
    ask(url, "drop table if exists kept; create table kept as select 7 as n; select 1")
    assert cluster.stop(data_dir) is True
    assert cluster.status(data_dir).state == "stopped"
    assert server_processes(data_dir / "postgres") == []
    assert ask(cluster.ensure_running(data_dir), "select n from kept") == 7


def test_it_starts_again_after_kill_9_with_what_was_committed(data_dir: Path) -> None:
    url = cluster.ensure_running(data_dir)
    ask(url, "drop table if exists killed; create table killed as select 9 as n; select 1")
    pid = postmaster(data_dir / "postgres")
    assert pid
    os.kill(pid, signal.SIGKILL)
    wait_gone([pid], 5)
    assert ask(cluster.ensure_running(data_dir), "select n from killed") == 9


def test_a_stale_pid_file_with_the_number_of_another_program_does_not_block(data_dir: Path) -> None:
    cluster.ensure_running(data_dir)
    cluster.stop(data_dir)
    stale = f"{os.getpid()}\n/somewhere\n1\n5432\n.\n\n 1 1\nready\n"
    (data_dir / "postgres" / "postmaster.pid").write_text(stale)
    assert cluster.status(data_dir).state == "stopped"
    assert ask(cluster.ensure_running(data_dir), "select 1") == 1


def test_a_half_made_cluster_is_made_anew() -> None:
    with tempfile.TemporaryDirectory(prefix="mapdialog-test-", ignore_cleanup_errors=True) as folder:
        unfinished = Path(folder) / "postgres.unfinished"
        unfinished.mkdir()
        (unfinished / "PG_VERSION").write_text("15\n")
        try:
            assert ask(cluster.ensure_running(folder, throwaway=True), "select 1") == 1
            assert not unfinished.exists()
        finally:
            cluster.stop(folder)


def test_two_commands_starting_at_once_share_one_server() -> None:
    code = "import sys; from mapdialog import cluster; print(cluster.ensure_running(sys.argv[1], throwaway=True))"
    with tempfile.TemporaryDirectory(prefix="mapdialog-test-", ignore_cleanup_errors=True) as folder:
        started = [
            subprocess.Popen([sys.executable, "-c", code, folder], stdout=subprocess.PIPE, text=True) for _ in range(3)
        ]
        try:
            urls = {process.communicate(timeout=120)[0].strip() for process in started}
            assert [process.returncode for process in started] == [0, 0, 0]
            assert len(urls) == 1
        finally:
            cluster.stop(folder)


def test_a_path_too_long_for_a_socket_is_reached_through_a_short_link() -> None:
    with tempfile.TemporaryDirectory(prefix="mapdialog-test-", ignore_cleanup_errors=True) as base:
        folder = Path(base) / ("en-mycket-lång-sökväg-" * 6)
        try:
            url = cluster.ensure_running(folder, throwaway=True)
            socket_dir = url.split("host=")[1].split("&")[0]
            assert len(os.fsencode(socket_dir)) < LONGEST_SOCKET_PATH
            assert ask(url, "select 1") == 1
        finally:
            cluster.stop(folder)
            Path(socket_dir).unlink()


def test_who_still_uses_it_keeps_it_running(data_dir: Path) -> None:
    cluster.ensure_running(data_dir)
    held = cluster.hold(data_dir)
    assert cluster.stop(data_dir, only_if_unused=True) is False
    assert cluster.status(data_dir).state == "running"
    os.close(held)
    assert cluster.stop(data_dir, only_if_unused=True) is True


def test_a_cluster_of_another_version_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("99\n")
    if os.geteuid() == 0:
        os.chown(tmp_path / "postgres", 65534, 65534)
    with pytest.raises(cluster.ClusterError, match="install postgresql-99 and postgresql-99-postgis-3"):
        cluster.ensure_running(tmp_path)
