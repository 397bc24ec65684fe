"""A walk that is cancelled: told where it is read about, by mail to those who asked for news, and taken back."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.core.clock import now
from mapdialog.core.errors import Closed, Conflict, Invalid
from mapdialog.notifications import listeners
from mapdialog.notifications.models import OutgoingMail
from mapdialog.walks import actions, cancelling, coming, news, public_list, queries
from mapdialog.walks.models import SafetyWalk
from tests.staffing import sign_in
from tests.walks.making import make_walk, observe

SURE: dict[str, Any] = {"version": None, "actor_id": None}
WHY = "Storm väntas över Söderslätt."


@pytest.fixture(autouse=True)
def postman(config: Config) -> Iterator[None]:
    before = dict(listeners._settings)
    listeners.configure(config)
    yield
    listeners._settings.clear()
    listeners._settings.update(before)


@pytest.fixture
def walk(session: Session) -> SafetyWalk:
    times: dict[str, Any] = {"pre_meeting_at": None, "ends_at": None, "follow_up_at": None}
    made = make_walk(session, starts_at=now() + timedelta(days=3), **times)
    actions.take_step(session, made, "invited", **SURE, at=now())
    session.commit()
    return made


def subscribe(session: Session, walk: SafetyWalk, address: str) -> None:
    news.ask_for(session, walk, address, language="sv", at=now())
    for one in session.scalars(select(news.WalkSubscriber)):
        news.confirm(one, now())
    session.flush()


def mails(session: Session) -> list[tuple[str, str]]:
    found = session.scalars(select(OutgoingMail).where(OutgoingMail.purpose == "walk_news").order_by(OutgoingMail.id))
    return [(one.recipient, one.subject) for one in found]


def test_the_desk_cancels_with_a_public_reason_and_takes_it_back(
    client: FlaskClient, session: Session, walk: SafetyWalk
) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    address = f"/staff/walks/{walk.slug}/cancel"
    refused = client.post(address, data={"cancel_reason": " "}, follow_redirects=True)
    assert "Skriv varför vandringen ställs in" in refused.text
    client.post(address, data={"cancel_reason": WHY, "version": walk.version})
    for path in (f"/walks/{walk.slug}/invitation", "/walks", "/", f"/staff/walks/{walk.slug}"):
        page = client.get(path).text
        assert WHY in page and ("Inställd" in page or "är inställd" in page), path
    assert "Inställd" in client.get("/staff/walks").text
    assert "Hur många är ni?" not in client.get(f"/walks/{walk.slug}/invitation").text
    assert client.post(address, data={"cancel_reason": "x", "version": 1}).status_code == 302
    assert WHY in client.get("/walks").text, "a colleague was first"
    client.post(address, data={"action": "resume"})
    assert WHY not in client.get(f"/walks/{walk.slug}/invitation").text


def test_only_an_invited_walk_is_cancelled_and_a_cancelled_one_takes_no_step(
    session: Session, walk: SafetyWalk
) -> None:
    with pytest.raises(Conflict):
        cancelling.cancel(session, make_walk(session, title="Planeras"), WHY, **SURE, at=now())
    with pytest.raises(Conflict):
        cancelling.resume(session, walk, **SURE, at=now())
    with pytest.raises(Invalid):
        cancelling.cancel(session, walk, "x" * 1001, **SURE, at=now())
    cancelling.cancel(session, walk, WHY, **SURE, at=now())
    with pytest.raises(Conflict):
        actions.take_step(session, walk, "planned", **SURE, at=now())
    with pytest.raises(Closed):
        coming.take_back(session, walk, None, at=now())


def test_those_who_wait_for_it_are_written_to_once_each_way(session: Session, walk: SafetyWalk) -> None:
    when = {"starts_at": walk.starts_at, "ends_at": None, "follow_up_at": None}
    back = make_walk(session, title="Återvandring", repeat_of_id=walk.id, **when)
    actions.take_step(session, back, "invited", **SURE, at=now())
    for one, address in ((walk, "anna@exempel.se"), (walk, "bo@exempel.se"), (back, "Anna@exempel.se")):
        subscribe(session, one, address)
    cancelling.cancel(session, back, WHY, **SURE, at=now())
    told = {"Anna@exempel.se", "bo@exempel.se"}
    assert {*mails(session)} == {(one, "Inställd: ”Återvandring”") for one in told} and len(mails(session)) == 2
    assert WHY in session.scalars(select(OutgoingMail.body_text).where(OutgoingMail.purpose == "walk_news")).all()[0]
    assert not news.since_then(session, walk, now() - timedelta(days=1), now()), "no invitation to what is cancelled"
    cancelling.resume(session, back, **SURE, at=now())
    assert {*mails(session)[2:]} == {(one, "Blir av: ”Återvandring”") for one in told} and len(mails(session)) == 4


def test_those_who_were_told_are_told_another_reason_once(
    client: FlaskClient, session: Session, walk: SafetyWalk
) -> None:
    subscribe(session, walk, "anna@exempel.se")
    session.commit()
    sign_in(client, session, Role.SAFETY_COORDINATOR)

    slug, title = walk.slug, walk.title

    def version() -> int:
        return queries.get_walk(session, slug).version

    def save(reason: str) -> str:
        sent = {"cancel_reason": reason, "version": version()}
        return client.post(f"/staff/walks/{slug}/cancel", data=sent, follow_redirects=True).text

    assert "Vandringen är inställd. Alla ser varför. 1 som vill ha nyheter får ett brev om det." in save(WHY)
    assert "Skälet är ändrat. Alla ser det nya. 1 som vill ha nyheter" in save("Halka.")
    seen = version()
    assert "inget brev skickas" in save(" Halka. ")
    assert version() == seen, "what is not changed asks no colleague to look again"
    assert [subject for _who, subject in mails(session)] == [
        f"Inställd: ”{title}”",
        f"Inställd, ändrat skäl: ”{title}”",
    ]
    last = session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
    assert last is not None and "Halka." in last.body_text and WHY not in last.body_text


def test_the_list_tells_of_it_until_the_day_is_over(session: Session, walk: SafetyWalk) -> None:
    cancelling.cancel(session, walk, WHY, **SURE, at=now())
    assert walk.starts_at is not None
    for hours, is_told in ((-1, True), (2, True), (13, False)):
        found = public_list.list_public(session, walk.starts_at + timedelta(hours=hours))
        assert bool(found.coming) is is_told


def test_the_desk_is_told_what_was_seen_while_the_walk_was_cancelled(
    client: FlaskClient, session: Session, walk: SafetyWalk
) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    walk = session.get_one(SafetyWalk, walk.id)
    at, hour = now(), timedelta(hours=1)
    cancelling.cancel(session, walk, WHY, **SURE, at=at - 3 * hour)
    for hours in (4, 2, 0.5):
        observe(session, walk, f"För {hours} timmar sedan", observed_at=at - hours * hour, at=at)

    def told() -> list[str]:
        items = client.get(f"/staff/walks/{walk.slug}/observations").text.split('class="view-item')[1:]
        return [
            re.findall(r"För ([\d.]+) timmar", item)[0] for item in items if "medan vandringen var inställd" in item
        ]

    assert told() == ["2", "0.5"]
    cancelling.resume(session, walk, **SURE, at=at - hour)
    assert told() == ["2"]
    two = next(one for one in queries.list_observations(session, walk) if one.raw_text.startswith("För 2 "))
    page = client.get(f"/staff/walks/{walk.slug}/observations/{two.id}").text
    assert "Gjord medan vandringen var inställd" in page
