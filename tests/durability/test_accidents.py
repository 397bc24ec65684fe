"""What was acknowledged is there, once, whatever is killed while people send."""

import json
import os
import signal
import time
import urllib.error
import urllib.request

from sqlalchemy import text

from tests.durability.conftest import House
from tests.durability.stream import Stream

_ROWS = """
    select c.client_id::text, min(c.receipt), count(*), count(k.id),
        count(*) filter (where exists (select from contribution_district d where d.contribution_id = c.id))
    from contribution c left join comment k on k.id = c.id where c.client_id = any(cast(:ids as uuid[])) group by 1
"""
_MAP = """
    select (select count(*) from contribution where state = 'approved'),
        (select coalesce(sum(count), 0) from grid_count where level = 0)
            + (select coalesce(sum(change), 0) from grid_delta),
        (select count(*) from contribution_district),
        (select coalesce(sum(count), 0) from district_count) + (select coalesce(sum(change), 0) from district_delta)
"""


def assert_kept(house: House, stream: Stream) -> None:
    """Each acknowledged contribution is there once with its receipt, its kind and its district; counts agree."""
    engine = house.engine
    with engine.connect() as connection:
        rows = {row[0]: tuple(row[1:]) for row in connection.execute(text(_ROWS), {"ids": list(stream.sent)})}
        public, on_map, linked, in_districts = connection.execute(text(_MAP)).one()
    engine.dispose()
    assert stream.acknowledged
    assert {one: rows.get(one) for one in stream.acknowledged} == {
        one: (receipt, 1, 1, 1) for one, receipt in stream.acknowledged.items()
    }
    assert rows.keys() <= stream.sent.keys()
    assert (on_map, in_districts) == (public, linked)


def assert_sending_again_changes_nothing(stream: Stream) -> None:
    """A phone that never heard the answer sends once more: the same receipt, 200."""
    for client_id, receipt in list(stream.acknowledged.items())[-20:]:
        assert stream.send(client_id) == (200, receipt)


def test_a_web_worker_and_then_the_whole_web_server_are_killed(house: House) -> None:
    with Stream(house.port, house.door) as stream:
        stream.wait_for(15)
        os.kill(house.workers()[0], signal.SIGKILL)
        stream.wait_for(15)
        house.kill_web()
        house.start_web()
        stream.wait_for(15)
    assert stream.lost, "nothing was under way when the server was killed"
    assert_kept(house, stream)
    assert_sending_again_changes_nothing(stream)
    assert_kept(house, stream)


def test_postgresql_is_killed(house: House) -> None:
    with Stream(house.port, house.door) as stream:
        for _ in range(2):
            stream.wait_for(15)
            house.kill_database()
            _await_503(house, stream)
            house.start_database()
        stream.wait_for(15)
    assert stream.refused == {503}, "while the database is away, phones are told to come back"
    assert_kept(house, stream)
    assert_sending_again_changes_nothing(stream)
    assert_kept(house, stream)


def test_both_are_killed_at_once(house: House) -> None:
    with Stream(house.port, house.door) as stream:
        stream.wait_for(15)
        house.kill_database()
        house.kill_web()
        house.start_database()
        house.start_web()
        stream.wait_for(15)
    assert_kept(house, stream)
    assert_sending_again_changes_nothing(stream)


def _await_503(house: House, stream: Stream) -> None:
    deadline = time.monotonic() + 10
    while not stream.refused:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{house.port}/health", timeout=10).close()
        raise AssertionError("healthy without a database")
    except urllib.error.HTTPError as error:
        assert error.code == 503
        assert int(error.headers["Retry-After"]) > 0
        assert json.load(error)["reason"] == "the database does not answer"
