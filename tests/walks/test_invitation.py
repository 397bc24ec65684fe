"""The invitation that everybody may read, from the day it is out."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.walks import actions
from mapdialog.walks.models import SafetyWalk
from tests.seeds import make_district_set
from tests.walks.making import EVENING, make_walk, observe


def invite(session: Session, **values: object) -> SafetyWalk:
    make_district_set(session)
    walk = make_walk(session, **values)
    observe(session, walk, "En hemlighet från förra året.")
    actions.take_step(session, walk, "invited", version=None, actor_id=None, at=EVENING)
    session.commit()
    return walk


def test_the_invitation_tells_why_when_where_and_how_dark_it_will_be(client: FlaskClient, session: Session) -> None:
    page = client.get(f"/walks/{invite(session).slug}/invitation").text
    for words in (
        "26 november 2026 kl. 17.00",
        "Gasverket",
        "Välkommen att gå med oss.",
        "Solen går ned 15.4",
        "mörkt",
    ):
        assert words in page
    assert "Rutten är 500 meter lång." in page and "Tunneln under Hedvägen" in page


def test_nobody_who_leads_and_nothing_that_was_seen_is_named(client: FlaskClient, session: Session) -> None:
    page = client.get(f"/walks/{invite(session).slug}/invitation").text
    assert "Anna" not in page and "hemlighet" not in page


def test_there_is_no_invitation_while_the_walk_is_only_planned(client: FlaskClient, session: Session) -> None:
    walk = make_walk(session)
    session.commit()
    for path in (f"/walks/{walk.slug}/invitation", f"/walks/{walk.slug}/invitation.png", "/walks/ingen/invitation"):
        assert client.get(path).status_code == 404


def test_the_route_is_drawn_for_who_has_no_javascript(client: FlaskClient, session: Session) -> None:
    answer = client.get(f"/walks/{invite(session).slug}/invitation.png")
    assert answer.mimetype == "image/png" and answer.data.startswith(b"\x89PNG")


def test_an_invitation_without_a_route_has_no_map(client: FlaskClient, session: Session) -> None:
    from mapdialog.walks.drafts import StopDraft

    walk = invite(session, route=None, stops=(StopDraft("Torget"),))
    page = client.get(f"/walks/{walk.slug}/invitation").text
    assert "walk-map-data" not in page and "Torget" in page
