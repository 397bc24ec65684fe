"""The quick way in: what kept terms allow is written in one journey, and nothing is that has changed since."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from mapdialog.api import views_contributions
from mapdialog.config import Config
from mapdialog.contributions.models import Comment
from mapdialog.contributions.receiving import receive, receive_at_once
from mapdialog.contributions.submission import Accepted
from mapdialog.contributions.terms import get_terms
from mapdialog.core import clock
from mapdialog.core.database import make_engine, run_alone
from mapdialog.core.errors import Conflict
from mapdialog.dialogues.models import Dialogue
from tests.contributions.conftest import POINT, make_dialogue


@pytest.fixture
def written(engine: Engine) -> Iterator[list[int]]:
    """Ids of dialogues that a test wrote for others to see, removed afterwards."""
    ids: list[int] = []
    yield ids
    with engine.begin() as connection:
        for statement in (
            "delete from contribution where dialogue_id = any(:ids)",
            "delete from dialogue where id = any(:ids)",
        ):
            connection.execute(text(statement), {"ids": ids})


@pytest.fixture
def known(engine: Engine, written: list[int]) -> Dialogue:
    """An open dialogue whose terms this process has read once."""
    return know(engine, written)


def know(engine: Engine, written: list[int]) -> Dialogue:
    with Session(engine, expire_on_commit=False) as session:
        dialogue = make_dialogue(session, moderation="post")
        written.append(dialogue.id)
        get_terms(session, dialogue.slug, clock.now())
    return dialogue


def sent(**fields: Any) -> dict[str, Any]:
    return {"client_id": str(uuid.uuid4()), "category": "light", "text": "Mörkt.", "mood": -1} | fields


def at_once(engine: Engine, config: Config, dialogue: Dialogue, **fields: Any) -> Accepted | None:
    return receive_at_once(engine, dialogue.slug, sent(**fields), POINT, config)


def count(engine: Engine, dialogue: Dialogue) -> int:
    with engine.connect() as connection:
        asked = text("select count(*) from contribution where dialogue_id = :id")
        return int(connection.execute(asked, {"id": dialogue.id}).scalar_one())


def test_it_is_written_whole_and_committed(engine: Engine, config: Config, known: Dialogue) -> None:
    accepted = at_once(engine, config, known)
    assert accepted is not None and accepted.created and accepted.state == "approved"
    with Session(engine) as other:
        row = other.get_one(Comment, accepted.contribution_id)
        assert (row.raw_text, row.public_text, row.mood, row.receipt) == ("Mörkt.", "Mörkt.", -1, accepted.receipt)


def test_the_same_again_gives_the_same_receipt_either_way(engine: Engine, config: Config, known: Dialogue) -> None:
    one = str(uuid.uuid4())
    first, second = (at_once(engine, config, known, client_id=one) for _ in range(2))
    with Session(engine) as session:
        third = receive(session, known.slug, sent(client_id=one), POINT, config)
    assert first is not None and second is not None
    assert (first.created, second.created, third.created) == (True, False, False)
    assert first.receipt == second.receipt == third.receipt and first.edit_token == third.edit_token
    assert count(engine, known) == 1


@pytest.mark.parametrize(
    "change",
    [
        "update dialogue set moderation = 'pre' where id = :id",
        "update dialogue set area = null where id = :id",
        "update dialogue set published_at = null where id = :id",
        "update category set is_active = false where dialogue_id = :id and key = 'light'",
        "update phase set closes_at = :now where dialogue_id = :id",
        "update phase set opens_at = now() + interval '1 hour' where dialogue_id = :id",
        "update phase set accepts_contributions = false where dialogue_id = :id",
        "delete from phase where dialogue_id = :id",
    ],
)
def test_nothing_is_written_on_terms_that_no_longer_hold(
    engine: Engine, config: Config, known: Dialogue, change: str
) -> None:
    with engine.begin() as connection:
        connection.execute(text(change), {"id": known.id, "now": clock.now() - timedelta(seconds=1)})
    assert at_once(engine, config, known) is None
    assert count(engine, known) == 0


def test_terms_that_were_loosened_are_read_anew_before_a_no(engine: Engine, config: Config, known: Dialogue) -> None:
    new = {"dialogue_id": known.id, "key": "trees", "label_sv": "Träd"}
    with engine.begin() as connection:
        made = "insert into category (dialogue_id, key, label_sv, label_en) values (:dialogue_id, :key, :label_sv, '')"
        connection.execute(text(made), new)
    assert at_once(engine, config, known, category="trees") is None
    with Session(engine) as session:
        assert receive(session, known.slug, sent(category="trees"), POINT, config).created
    accepted = at_once(engine, config, known, category="trees")
    assert accepted is not None and accepted.created


def test_what_needs_more_than_one_statement_goes_the_ordinary_way(
    engine: Engine, config: Config, known: Dialogue
) -> None:
    assert at_once(engine, config, known, contact_email="bo@exempel.se") is None  # a letter is written with it
    assert at_once(engine, config, known, text="") is None  # a complaint is told from terms just read
    assert receive_at_once(engine, "okand", sent(), POINT, config) is None
    assert count(engine, known) == 0


def test_a_number_used_in_another_dialogue_is_a_conflict(
    engine: Engine, config: Config, known: Dialogue, written: list[int]
) -> None:
    one = str(uuid.uuid4())
    assert at_once(engine, config, known, client_id=one)
    with pytest.raises(Conflict):
        at_once(engine, config, know(engine, written), client_id=one)


def test_a_statement_that_failed_leaves_a_pool_that_works(engine: Engine) -> None:
    assert run_alone(engine, "select 1 / %(by)s", {"by": 0}) is None
    assert run_alone(engine, "select 1 / %(by)s", {"by": 1}) == (1,)
    with engine.connect() as connection:
        assert not connection.connection.driver_connection.autocommit  # type: ignore[union-attr]


def test_a_server_that_is_away_is_told_of_by_the_ordinary_way(tmp_path: Path) -> None:
    nobody = make_engine(f"postgresql://postgres@/none?host={tmp_path}")
    assert run_alone(nobody, "select 1", {}) is None


def test_the_api_takes_the_quick_way(
    app: Flask, engine: Engine, known: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_contributions, "receive", lambda *_args, **_more: pytest.fail("went the ordinary way"))
    body = {"type": "Feature", "geometry": POINT, "properties": sent()}
    address = f"/api/v1/dialogues/{known.slug}/contributions"
    first, second = (app.test_client().post(address, json=body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()
    assert count(engine, known) == 1
