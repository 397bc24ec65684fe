"""The invitation that everybody may read, from the day it is out."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.clock import now
from mapdialog.walks import actions, queries
from mapdialog.walks.models import SafetyWalk
from tests.seeds import make_district_set
from tests.staffing import sign_in
from tests.walks.making import EVENING, make_walk, observe


def invite(session: Session, **values: object) -> SafetyWalk:
    make_district_set(session)
    # On that day, in a year that is to come for a long time: an invitation to what is over is another page.
    begins = EVENING.replace(year=2090)
    times = {"pre_meeting_at": None, "starts_at": begins, "ends_at": begins + timedelta(hours=2), "follow_up_at": None}
    walk = make_walk(session, **(times | values))
    observe(session, walk, "En hemlighet från förra året.")
    actions.take_step(session, walk, "invited", version=None, actor_id=None, at=EVENING)
    session.commit()
    return walk


def test_the_invitation_tells_why_when_where_and_how_dark_it_will_be(client: FlaskClient, session: Session) -> None:
    page = client.get(f"/walks/{invite(session).slug}/invitation").text
    for words in (
        "26 november 2090 kl. 17.00",
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


def test_after_the_walk_its_page_invites_to_nothing(client: FlaskClient, session: Session) -> None:
    walk = invite(session)
    address, slug = f"/walks/{walk.slug}/invitation", walk.slug
    before = client.get(address).text
    assert "Välkommen att gå med oss." in before and "poster.pdf" in before
    walk = queries.get_walk(session, slug)
    walk.starts_at = walk.pre_meeting_at = now() - timedelta(hours=3)
    walk.ends_at = now() - timedelta(hours=1)
    session.commit()
    assert "Vandringens tid är förbi." in client.get(address).text
    actions.take_step(session, queries.get_walk(session, slug), "performed", version=None, actor_id=None, at=now())
    session.commit()
    page = client.get(address).text
    assert "Vandringen är genomförd." in page and "Tunneln under Hedvägen" in page
    for words in ("Välkommen att gå med oss.", "Inbjudan till", "poster.pdf", "route-sheet.pdf", "Kommer du?"):
        assert words not in page, words
    walk = queries.get_walk(session, slug)
    walk.status, walk.published_at = "protocol_published", now()
    session.commit()
    assert client.get(address).location == f"/walks/{slug}"


def test_a_walk_nobody_was_invited_to_is_not_told_of_before_its_protocol(client: FlaskClient, session: Session) -> None:
    times = {"pre_meeting_at": None, "starts_at": now() - timedelta(hours=3), "ends_at": None, "follow_up_at": None}
    walk = make_walk(session, **times)
    slug = walk.slug
    actions.take_step(session, walk, "performed", version=None, actor_id=None, at=now())
    session.commit()
    for part in ("", "/invitation", "/invitation.png", "/poster.pdf", "/route-sheet.pdf"):
        assert client.get(f"/walks/{slug}{part}").status_code == 404, part
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    assert f'href="/walks/{slug}"' not in client.get(f"/staff/walks/{slug}").text
    walk = queries.get_walk(session, slug)
    walk.status, walk.published_at = "protocol_published", now()
    session.commit()
    assert client.get(f"/walks/{slug}").status_code == 200
    assert f'href="/walks/{slug}"' in client.get(f"/staff/walks/{slug}").text
