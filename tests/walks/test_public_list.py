"""Walks on the start page: those to come and those that are published, and nothing where there are none."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.core.clock import now
from mapdialog.walks import actions, public_list
from mapdialog.walks.models import SafetyWalk
from tests.walks.making import make_walk

FREE: dict[str, Any] = {"pre_meeting_at": None, "ends_at": None, "follow_up_at": None}


def walk(session: Session, title: str, days: int, *steps: str) -> SafetyWalk:
    made = make_walk(session, title=title, starts_at=now() + timedelta(days=days), **FREE)
    for step in steps:
        actions.take_step(session, made, step, version=None, actor_id=None, at=now())
    return made


PUBLISHED = ("invited", "performed", "protocol_draft", "protocol_published")


def test_what_is_to_come_is_listed_next_first_and_what_is_published_latest_first(session: Session) -> None:
    walk(session, "planeras", 3)
    walk(session, "sen", 9, "invited")
    walk(session, "snart", 2, "invited")
    walk(session, "har börjat", -1, "invited")
    walk(session, "protokoll skrivs", -4, *PUBLISHED[:3])
    walk(session, "ingen bjöds in", -5, "performed")
    walk(session, "glömd", -500, *PUBLISHED[:2])
    walk(session, "äldre", -90, *PUBLISHED)
    walk(session, "nyare", -20, *PUBLISHED)
    found = public_list.list_public(session, now())
    assert [one.title for one in found.coming] == ["snart", "sen"]
    assert [one.title for one in found.walked] == ["har börjat", "protokoll skrivs"]
    assert [one.title for one in found.published] == ["nyare", "äldre"]
    few = public_list.list_public(session, now(), most=1)
    assert ([one.title for one in few.published], few.has_more, found.has_more) == (["nyare"], True, False)


def test_the_start_page_shows_walks_only_where_there_are_any(client: FlaskClient, session: Session) -> None:
    walk(session, "Ännu hemlig", 3)
    session.commit()
    assert "Trygghetsvandringar" not in client.get("/").text
    assert "Inga vandringar just nu" in client.get("/walks").text
    walk(session, "Vandring i hamnen", 5, "invited")
    session.commit()
    for page in (client.get("/").text, client.get("/walks").text):
        assert "/walks/vandring-i-hamnen/invitation" in page and "Ännu hemlig" not in page


def test_who_looks_between_the_walk_and_its_protocol_finds_it(client: FlaskClient, session: Session) -> None:
    walk(session, "Vandring i hamnen", -2, *PUBLISHED[:2])
    session.commit()
    page = client.get("/walks").text
    assert "Protokollet är på väg" in page and "/walks/vandring-i-hamnen/invitation" in page
