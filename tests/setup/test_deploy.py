"""The shipped server configuration on loopback: nginx with TLS before gunicorn, a worker, a backup put back."""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from tests.conftest import create_database, drop_database

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.slow


@dataclass
class Server:
    """What runs, and how to talk to it."""

    port: int
    env: dict[str, str]
    database_url: str

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        unchecked = ssl.create_default_context()
        unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}{path}", headers={"X-Forwarded-For": "6.6.6.6"})
        try:
            with urllib.request.urlopen(request, timeout=20, context=unchecked) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def on_loopback(folder: Path, http: int, https: int) -> Path:
    """The shipped nginx.conf with only its places changed, inside the frame that Debian's nginx.conf gives it."""
    shipped = (ROOT / "deploy/nginx.conf").read_text()
    here = re.sub(r"listen \[::\].*\n", "", shipped)
    here = here.replace("listen 80;", f"listen 127.0.0.1:{http};").replace("listen 443 ", f"listen 127.0.0.1:{https} ")
    here = re.sub(r"/etc/letsencrypt/live/[^/]+/(fullchain|privkey)", rf"{folder}/\1", here)
    here = here.replace("/run/mapdialog/web.sock", f"{folder}/web.sock").replace("/opt/mapdialog", str(ROOT))
    here = here.replace("/var/log/nginx", str(folder))
    places = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    whole = folder / "whole.conf"
    whole.write_text(
        f"{user} worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ include /etc/nginx/mime.types; {places}\n{here}\n}}\n"
    )
    return whole


@pytest.fixture(scope="module")
def server(cluster_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if not nginx or not shutil.which("openssl"):
        pytest.skip("needs nginx and openssl: apt-get install nginx-light openssl")
    folder = tmp_path_factory.mktemp("deploy")
    name = f"mapdialog_deploy_{os.getpid()}"
    url = create_database(cluster_url, name)
    # The settings that are shipped, but for the places.
    shipped = dict(re.findall(r"^(MAPDIALOG_\w+)=(.*)$", (ROOT / "deploy/mapdialog.env").read_text(), re.MULTILINE))
    settings = {"MAPDIALOG_DATA_DIR": str(folder / "var"), "MAPDIALOG_DATABASE_URL": url, "MAPDIALOG_SMTP_URL": ""}
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("MAPDIALOG_")}
    env = surroundings | shipped | settings
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-keyout",
            folder / "privkey.pem",
            "-out",
            folder / "fullchain.pem",
        ],
        check=True,
        capture_output=True,
    )
    https = free_port()
    configuration = on_loopback(folder, free_port(), https)
    log = (folder / "said.log").open("wb")
    bin_dir = Path(sys.executable).parent
    parts = [
        subprocess.Popen(
            [bin_dir / "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", f"unix:{folder}/web.sock"],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
        ),
        subprocess.Popen([nginx, "-c", configuration, "-g", "daemon off;"], stdout=log, stderr=log),
    ]
    running = Server(https, env, url)
    try:
        _wait_until_up(running, parts, folder)
        yield running
    finally:
        for part in parts:
            part.send_signal(signal.SIGTERM)
        for part in parts:
            part.wait(40)
        drop_database(cluster_url, name)


def _wait_until_up(server: Server, parts: list["subprocess.Popen[bytes]"], folder: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            if server.get("/health")[0] == 200:
                return
        except OSError:
            pass
        ended = [part.args for part in parts if part.poll() is not None]
        assert not ended and time.monotonic() < deadline, (ended, (folder / "said.log").read_text()[-2000:])
        time.sleep(0.2)


def test_pages_come_through_nginx_over_tls(server: Server) -> None:
    status, headers, body = server.get("/")
    assert status == 200
    assert b"Exempels kommun" in body
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_page_names_its_public_address_and_sends_cookies_only_over_tls(server: Server) -> None:
    _status, headers, _body = server.get("/staff/sign-in")
    cookies = headers.get("Set-Cookie", "")
    assert not cookies or "Secure" in cookies


def test_static_files_come_from_nginx_and_may_be_kept_for_ever(server: Server) -> None:
    page = server.get("/")[2].decode()
    found = re.search(r'"(/static/[0-9a-f]+/[^"]+\.css)"', page)
    assert found
    status, headers, body = server.get(found.group(1))
    assert status == 200
    assert "immutable" in headers["Cache-Control"]
    assert headers["Content-Type"].startswith("text/css")
    assert body


@pytest.mark.parametrize(
    "path", ["/static/ab12/../../pyproject.toml", "/static/ab12/..%2f..%2fpyproject.toml", "/static/ab12/missing.css"]
)
def test_nothing_beside_the_static_files_can_be_fetched(server: Server, path: str) -> None:
    assert server.get(path)[0] in {400, 404}


def test_the_log_keeps_no_whole_address(server: Server) -> None:
    server.get("/c/TRE-1/hemlig-nyckel?token=hemlig")
    log = (Path(server.env["MAPDIALOG_DATA_DIR"]).parent / "mapdialog.log").read_text()
    assert "127.0.0.0" in log
    assert "127.0.0.1" not in log
    assert "hemlig" not in log


def test_a_worker_does_what_waits(server: Server) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mapdialog.commands.main", "worker", "--once"],
        cwd=ROOT,
        env=server.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_backup_can_be_put_back(server: Server, tmp_path: Path) -> None:
    if not shutil.which("pg_dump"):
        pytest.skip("needs pg_dump")
    files = Path(server.env["MAPDIALOG_DATA_DIR"]) / "files" / "photos"
    files.mkdir(parents=True, exist_ok=True)
    (files / "a.jpg").write_bytes(b"a photo")
    _run(server, "create table kept as select 'ja' as answer")
    backup = _script(server, "backup.sh", str(tmp_path)).strip()
    _run(server, "drop table kept")
    (files / "a.jpg").unlink()
    _script(server, "restore.sh", backup, "--yes")
    assert _run(server, "select answer from kept") == "ja"
    assert (files / "a.jpg").read_bytes() == b"a photo"
    assert server.get("/health")[0] == 200


def _script(server: Server, name: str, *arguments: str) -> str:
    env = server.env | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        [ROOT / "deploy" / name, *arguments], env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _run(server: Server, sql: str) -> object:
    connection = psycopg2.connect(server.database_url.replace("+psycopg2", ""))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]
    finally:
        connection.close()
