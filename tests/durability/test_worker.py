"""Mails go out again by themselves after PostgreSQL was killed under the worker, also while one was being sent."""

import os
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import text

from tests.conftest import ROOT
from tests.durability.conftest import House

_MAIL = (
    "insert into outgoing_mail (purpose, recipient, subject, body_text) values ('test', 'a@example.se', 'Hej', 'Hej')"
)
_LEFT = """
    insert into procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status)
    values ('default', 'send_mails', 'send_mails', 'send_mails', 'doing')
"""


def ask(house: House, *statements: str) -> int:
    """Run statements; how many mails wait then."""
    engine = house.engine
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
        waiting = int(connection.scalar(text("select count(*) from outgoing_mail where sent_at is null")) or 0)
    engine.dispose()
    return waiting


def await_sent(house: House) -> None:
    deadline = time.monotonic() + 60
    while ask(house):
        assert time.monotonic() < deadline, "the mail lies unsent"
        time.sleep(0.2)


def test_the_worker_sends_on_after_postgresql_was_killed(house: House, tmp_path: Path) -> None:
    ours = {
        "MAPDIALOG_DATABASE_URL": house.database_url.replace("+psycopg2", ""),
        "MAPDIALOG_DATA_DIR": str(house.data_dir),
        "MAPDIALOG_SECRET_KEY": "t" * 64,
    }
    rest = {name: value for name, value in os.environ.items() if not name.startswith("MAPDIALOG_")}
    words = [sys.executable, "-m", "mapdialog.commands.main", "worker"]
    said = tmp_path / "said.log"
    with said.open("wb") as log:
        worker = subprocess.Popen(words, cwd=ROOT, env=rest | ours, stdout=log, stderr=log)
    try:
        ask(house, _MAIL)
        await_sent(house)
        house.kill_database()
        house.start_database()
        # What a crash in the middle of a job leaves: nobody does it, yet it holds the lock of every later round.
        ask(house, "delete from procrastinate_jobs", _LEFT, _MAIL)
        await_sent(house)
        assert worker.poll() is None
    finally:
        worker.terminate()
        assert worker.wait(40) == 0
    told = said.read_text()
    assert told.count("the database is away") >= 1
    assert "Traceback" not in told
    assert len(told.splitlines()) < 12
