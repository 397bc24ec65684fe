"""News of a walk by mail: confirmed by the address itself, told once a day, and erased when it is no longer wanted."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from babel.dates import format_date
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core.clock import local, now
from mapdialog.notifications import listeners
from mapdialog.notifications.models import OutgoingMail
from mapdialog.notifications.sending import compose
from mapdialog.walks import actions, news, tending
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.news_models import WalkSubscriber
from mapdialog.walks.tending import ActionDraft
from tests.walks.making import make_walk

ADDRESS = "anna@exempel.se"
CONFIRM = {"purpose": "walk_news_confirm", "recipient": ADDRESS, "subject": "x", "body_text": "/walks/news/abc"}


@pytest.fixture(autouse=True)
def postman(config: Config) -> Iterator[None]:
    before = dict(listeners._settings)
    listeners.configure(config)
    yield
    listeners._settings.clear()
    listeners._settings.update(before)


def step(session: Session, walk: SafetyWalk, *wanted: str) -> None:
    for one in wanted:
        actions.take_step(session, walk, one, version=None, actor_id=None, at=now())
    session.commit()


@pytest.fixture
def walk(session: Session) -> SafetyWalk:
    times: dict[str, Any] = {"pre_meeting_at": None, "ends_at": None, "follow_up_at": None}
    made = make_walk(session, starts_at=now() - timedelta(hours=3), **times)
    step(session, made, "invited")
    return made


def day_of(moment: datetime) -> str:
    """As letters write it."""
    return format_date(local(moment), "d MMMM y", locale="sv")


def count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(WalkSubscriber)).one()


def mails(session: Session) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def link(mail: OutgoingMail) -> str:
    found = re.search(r"/walks/news/\S+", mail.body_text)
    assert found
    return found[0]


def ask(client: FlaskClient, walk: SafetyWalk, address: str = ADDRESS) -> Any:
    return client.post(f"/walks/{walk.slug}/news", data={"email": address}, follow_redirects=True)


def subscribe(session: Session, walk: SafetyWalk, since: datetime) -> WalkSubscriber:
    """One who confirmed then."""
    news.ask_for(session, walk, ADDRESS, language="sv", at=since)
    found = session.scalars(select(WalkSubscriber)).one()
    news.confirm(found, since)
    session.execute(text("delete from outgoing_mail"))
    session.flush()
    return found


def tell(session: Session, after: timedelta = timedelta(minutes=10)) -> list[OutgoingMail]:
    """The mails of a morning."""
    known = {one.id for one in mails(session)}
    news.tell(session, at=now() + after)
    return [one for one in mails(session) if one.id not in known]


def test_the_address_confirms_by_its_own_mail_and_the_link_alone_changes_nothing(
    client: FlaskClient, session: Session, walk: SafetyWalk
) -> None:
    assert "Öppna länken i det" in ask(client, walk).text
    (mail,) = mails(session)
    assert mail.recipient == ADDRESS and mail.purpose == "walk_news_confirm"
    answer = client.get(link(mail))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert session.scalars(select(WalkSubscriber.confirmed_at)).one() is None, "a mail scanner opens links too"
    assert (
        "Du får nyheter om vandringen"
        in client.post(link(mail), data={"action": "confirm"}, follow_redirects=True).text
    )
    session.expire_all()
    assert session.scalars(select(WalkSubscriber.confirmed_at)).one() is not None


def test_nobody_learns_whether_an_address_is_there_and_nobody_is_flooded(
    client: FlaskClient, session: Session, walk: SafetyWalk
) -> None:
    first = ask(client, walk).text
    answers = {
        re.sub(r'(csrf_token" value|nonce)="[^"]*"', "", page)
        for page in (first, ask(client, walk, "Anna@Exempel.se").text)
    }
    assert len(answers) == 1
    for _again in range(4):
        ask(client, walk)
    assert len(mails(session)) == 3
    assert len(session.scalars(select(WalkSubscriber)).all()) == 1


@pytest.mark.parametrize("typed", ["", "anna", "anna@", "a@b.se, c@d.se"])
def test_what_is_no_address_is_told_beside_the_field_and_stays(
    client: FlaskClient, session: Session, walk: SafetyWalk, typed: str
) -> None:
    answer = ask(client, walk, typed)
    assert answer.status_code == 422 and 'id="email-error"' in answer.text and f'value="{typed}"' in answer.text
    assert not mails(session)


def test_one_mail_tells_what_is_published_done_and_refused_and_the_next_day_there_is_none(
    session: Session, walk: SafetyWalk
) -> None:
    subscribe(session, walk, now() - timedelta(days=2))
    assert tell(session) == []
    today = local(now()).date()

    def action(title: str, *steps: str, reason: str = "") -> None:
        made = tending.create_action(session, walk, ActionDraft(title), today=today, actor_id=None)
        for wanted in steps:
            tending.move(session, made, wanted, today=today, reason=reason, version=None, actor_id=None)

    action("Laga lampan", "in_progress", "done")
    action("Kameror", "rejected", reason="Det får vi inte.")
    action("Klipp häcken", "done", "in_progress")
    assert tell(session) == [], "nothing of it is public yet"
    session.execute(update(WalkSubscriber).values(told_at=now() - timedelta(days=1)))
    session.expire_all()
    step(session, walk, "performed", "protocol_draft", "protocol_published")
    (mail,) = tell(session)
    assert "Protokollet är publicerat" in mail.body_text and f"/walks/{walk.slug}\n" in mail.body_text
    assert "Klar:\n- Laga lampan" in mail.body_text
    assert "Görs inte:\n- Kameror\n  Det får vi inte." in mail.body_text
    assert "Klipp häcken" not in mail.body_text
    assert tell(session, timedelta(days=1)) == []


def test_who_has_not_confirmed_is_told_nothing(session: Session, walk: SafetyWalk) -> None:
    news.ask_for(session, walk, ADDRESS, language="sv", at=now() - timedelta(days=1))
    step(session, walk, "performed", "protocol_draft", "protocol_published")
    assert tell(session) == []


def test_the_return_walk_is_told_of_when_it_is_invited_to(session: Session, walk: SafetyWalk) -> None:
    subscribe(session, walk, now() - timedelta(days=2))
    starts_at = now() + timedelta(days=30)
    times: dict[str, Any] = {"pre_meeting_at": None, "ends_at": None, "follow_up_at": None}
    back = make_walk(session, title="Återvandring i Östervång", repeat_of_id=walk.id, starts_at=starts_at, **times)
    assert tell(session) == []
    session.execute(update(WalkSubscriber).values(told_at=now() - timedelta(days=1)))
    session.expire_all()
    step(session, back, "invited")
    (mail,) = tell(session)
    assert f"/walks/{back.slug}/invitation" in mail.body_text and day_of(starts_at) in mail.body_text


def test_stopping_erases_the_address_and_what_waits_for_it(
    client: FlaskClient, session: Session, walk: SafetyWalk
) -> None:
    subscribe(session, walk, now() - timedelta(days=2))
    step(session, walk, "performed", "protocol_draft", "protocol_published")
    (mail,) = tell(session)
    sent = OutgoingMail(purpose="walk_news", recipient=ADDRESS, subject="x", body_text=mail.body_text, sent_at=now())
    other = OutgoingMail(purpose="receipt", recipient=ADDRESS, subject="x", body_text="Kvitto")
    session.add_all([sent, other])
    session.commit()
    address = link(mail)
    page = client.post(address, data={"action": "stop"}, follow_redirects=True)
    assert page.status_code == 200 and "Du får inga fler brev" in page.text
    assert session.scalars(select(WalkSubscriber)).all() == []
    assert [(one.purpose, one.recipient, one.body_text) for one in mails(session)] == [
        ("walk_news", "", ""),
        ("receipt", ADDRESS, "Kvitto"),
    ]


def test_a_mail_program_stops_the_news_with_one_press_of_its_own(
    app: Flask, client: FlaskClient, session: Session, config: Config, walk: SafetyWalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(session, walk, now() - timedelta(days=2))
    step(session, walk, "performed", "protocol_draft", "protocol_published")
    (mail,) = tell(session)
    message = compose(mail, config)
    address = message["List-Unsubscribe"].strip("<>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address == f"{config.base_url.rstrip('/')}{link(mail)}/stop"
    assert "List-Unsubscribe" not in compose(OutgoingMail(**CONFIRM, created_at=now(), id=1), config)
    session.commit()
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    path = f"{link(mail)}/stop"
    assert client.get(path, follow_redirects=True).status_code == 200
    assert client.post(path).status_code == 400 and count(session) == 1
    for _twice in range(2):
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert count(session) == 0


def test_the_button_works_over_https_where_the_page_tells_no_address(
    app: Flask, client: FlaskClient, session: Session, walk: SafetyWalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client, walk)
    address = link(mails(session)[0])
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    page = client.get(address, base_url="https://localhost")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    sent = {"action": "confirm", "csrf_token": token[1]}
    assert client.post(address, data=sent, base_url="https://localhost").status_code == 303


def test_a_link_that_is_not_ours_opens_nothing(client: FlaskClient, session: Session, walk: SafetyWalk) -> None:
    ask(client, walk)
    (mail,) = mails(session)
    assert client.get(link(mail)[:-2] + "xx").status_code == 404


def test_addresses_that_are_no_longer_needed_are_forgotten(session: Session, walk: SafetyWalk) -> None:
    news.ask_for(session, walk, "obekraftad@exempel.se", language="sv", at=now() - timedelta(days=8))
    news.ask_for(session, walk, "ny@exempel.se", language="sv", at=now() - timedelta(days=1))
    assert news.forget(session, at=now()) == 1
    session.execute(
        text("update safety_walk set status = 'closed', published_at = now(), updated_at = now() - interval '91 days'")
    )
    assert news.forget(session, at=now()) == 1
