"""The command line as somebody meets it who types it for the first time, rightly or wrongly."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import click
import pytest
from sqlalchemy import text

from mapdialog.commands.examining import GOOD, WARNING, examine_acute_phone, examine_map_layers, examine_papers
from mapdialog.commands.main import cli
from mapdialog.config import Config
from mapdialog.core.database import make_engine
from tests.conftest import create_database, drop_database

ROOT = Path(__file__).resolve().parent.parent.parent

OVERDUE = """
    insert into outgoing_mail (purpose, recipient, subject, body_text, next_try_at)
    values ('test', 'a@example.se', 'Hej', 'Hej', now() - interval '3 minutes')
"""


def mapdialog(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run the command with these settings and no others."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAPDIALOG_") and name != "PORT"}
    env |= {f"MAPDIALOG_{name}": value for name, value in settings.items()} | {"LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "mapdialog.commands.main", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def own_database(cluster_url: str) -> Iterator[str]:
    name = f"mapdialog_commands_{os.getpid()}"
    yield create_database(cluster_url, name)
    drop_database(cluster_url, name)


def test_help_lists_every_command_with_its_purpose() -> None:
    said = mapdialog("--help")
    assert said.returncode == 0
    for name in ("serve", "db", "doctor", "worker"):
        assert f"  {name} " in said.stdout


def leaves(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words to type for it."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from leaves(below, (*words, name))
    else:
        yield words, command


def test_every_command_has_help_with_an_example() -> None:
    without = []
    for words, command in leaves(cli):
        said = f"{command.help} {command.epilog}"
        if not command.help or (f"mapdialog {' '.join(words)}" not in said and "Example" not in said):
            without.append(" ".join(words))
    assert not without


def test_app_py_serves_as_the_command_does(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAPDIALOG_")}
    env["MAPDIALOG_DATA_DIR"] = str(tmp_path)
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        command = [sys.executable, "app.py", "--port", str(port)]
        said = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert said.returncode == 1
    assert f"Port {port} is in use" in said.stderr


def test_app_py_names_the_remedy_where_python_lacks_the_parts() -> None:
    bare = [sys.executable, "-S", "app.py"]  # without site-packages, as the system's Python
    said = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 1
    assert said.stderr.strip() == "This Python lacks click: run bin/setup, then .venv/bin/python app.py"


def test_help_imports_neither_flask_nor_sqlalchemy() -> None:
    code = (
        "import sys; from mapdialog.commands.main import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit: print(sorted({'flask', 'sqlalchemy', 'shapely'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip().endswith("[]")


def test_each_wrong_setting_is_one_line_and_nothing_starts(tmp_path: Path) -> None:
    said = mapdialog("serve", DATA_DIR=str(tmp_path), LOCAL_CRS="4326", COLOUR="blue", PHOTO_MAX_MB="many")
    assert said.returncode == 1
    lines = said.stderr.strip().splitlines()
    assert len(lines) == 3
    assert all("MAPDIALOG_" in line for line in lines)
    assert not (tmp_path / "postgres").exists()


def test_a_database_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    said = mapdialog("db", "migrate", DATA_DIR=str(tmp_path), DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert said.returncode == 1
    assert said.stderr.startswith("Error: The database cannot be used")
    assert len(said.stderr.strip().splitlines()) == 1


def test_a_port_in_use_names_another(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        said = mapdialog("run", "--port", str(port), DATA_DIR=str(tmp_path))
    assert said.returncode == 1
    assert f"Port {port} is in use" in said.stderr
    assert f"PORT={port + 1} bin/run" in said.stderr
    assert not (tmp_path / "postgres").exists()


def test_a_port_that_mapdialog_itself_has_is_told_by_its_address(tmp_path: Path) -> None:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"service": "mapdialog", "status": "ok"}')

    with HTTPServer(("127.0.0.1", 0), Health) as running:
        port = running.server_port
        threading.Thread(target=running.handle_request, daemon=True).start()
        said = mapdialog("run", "--port", str(port), DATA_DIR=str(tmp_path))
    assert said.returncode == 1
    assert f"mapdialog runs already at http://127.0.0.1:{port}" in said.stderr


def test_an_older_database_of_somebody_elses_is_left_alone_and_says_what_to_run(
    cluster_url: str, tmp_path: Path
) -> None:
    empty = cluster_url.replace("/mapdialog?", "/template1?")
    said = mapdialog("worker", "--once", DATA_DIR=str(tmp_path), DATABASE_URL=empty)
    assert said.returncode == 1
    assert "run `mapdialog db migrate`" in said.stderr


def test_the_doctor_is_content_with_a_whole_installation(own_database: str, tmp_path: Path) -> None:
    said = mapdialog("doctor", DATA_DIR=str(tmp_path), DATABASE_URL=own_database)
    assert said.returncode == 0, said.stdout
    for part in ("PostGIS", "migrations", "coordinates", "clock", "file store", "mail", "map layers"):
        assert part in said.stdout


def test_the_doctor_says_that_the_built_in_map_has_no_streets_and_where_to_begin(tmp_path: Path) -> None:
    (only,) = examine_map_layers(Config(data_dir=tmp_path))
    assert only.level == GOOD
    assert "no streets" in only.words
    assert (ROOT / next(word for word in only.words.split() if word.startswith("deploy/"))).is_file()


def test_the_doctor_says_what_to_install_where_pdf_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    (good,) = examine_papers(Config())
    assert (good.level, good.remedy) == (GOOD, "")
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    (only,) = examine_papers(Config())
    assert only.level == WARNING and "libpangoft2-1.0-0" in only.remedy


def test_the_doctor_warns_while_no_number_is_set_for_acute_faults() -> None:
    assert [one.level for one in examine_acute_phone(Config())] == [WARNING]
    assert [one.level for one in examine_acute_phone(Config(acute_phone="0410-12 34 56"))] == [GOOD]


def test_the_doctor_sees_mails_that_lie_although_a_worker_runs(own_database: str, tmp_path: Path) -> None:
    engine = make_engine(own_database)
    with engine.begin() as connection:
        connection.execute(text("insert into procrastinate_workers default values"))
        connection.execute(text(OVERDUE))
    engine.dispose()
    said = mapdialog("doctor", DATA_DIR=str(tmp_path), DATABASE_URL=own_database)
    assert "1 running, yet 1 mails are overdue" in said.stdout


def test_the_doctor_names_a_missing_database_and_the_remedy(tmp_path: Path) -> None:
    said = mapdialog("doctor", DATA_DIR=str(tmp_path), DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert said.returncode == 1
    assert "BAD" in said.stdout
    assert "check MAPDIALOG_DATABASE_URL" in said.stdout


def test_the_doctor_sees_a_mail_server_and_a_map_server_that_do_not_answer(own_database: str, tmp_path: Path) -> None:
    layers = tmp_path / "layers.toml"
    layers.write_text(
        '[[layer]]\nkey = "orto"\nlabel = "Orto"\nkind = "xyz"\nurl = "http://127.0.0.1:1/{z}/{x}/{y}.png"\n'
    )
    said = doctor(own_database, tmp_path, SMTP_URL="smtp://127.0.0.1:1", MAP_LAYERS=str(layers))
    assert said.returncode == 0, "neither keeps the application from working"
    assert "127.0.0.1:1 does not answer" in said.stdout
    assert "orto" in said.stdout


def test_the_doctor_says_which_map_file_is_missing(own_database: str, tmp_path: Path) -> None:
    layers = tmp_path / "layers.toml"
    layers.write_text('[[layer]]\nkey = "lokal"\nlabel = "Lokal"\nkind = "mbtiles"\npath = "saknas.mbtiles"\n')
    said = doctor(own_database, tmp_path, MAP_LAYERS=str(layers))
    assert said.returncode == 1
    assert "layer 'lokal': no file at" in said.stdout


def doctor(url: str, folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    return mapdialog("doctor", DATA_DIR=str(folder), DATABASE_URL=url, **settings)


def test_resetting_asks_first(own_database: str, tmp_path: Path) -> None:
    said = mapdialog("db", "reset", DATA_DIR=str(tmp_path), DATABASE_URL=own_database)
    assert said.returncode == 1
    assert "removes every dialogue" in said.stdout


def test_resetting_leaves_an_empty_database_that_is_up_to_date(own_database: str, tmp_path: Path) -> None:
    settings = {"DATA_DIR": str(tmp_path), "DATABASE_URL": own_database}
    assert mapdialog("db", "reset", "--yes", **settings).returncode == 0
    assert "up to date" in mapdialog("db", "migrate", **settings).stdout
