"""Signing in: who gets in, who waits, and that the door tells nobody who has an account."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mapdialog.accounts import actions
from mapdialog.accounts.models import Account, Role, SignInGuard
from mapdialog.accounts.rules import ACCOUNT, ADDRESS
from mapdialog.core.clock import now
from mapdialog.core.errors import Forbidden, TooMany
from tests.seeds import PASSWORD, make_account
from tests.staffing import sign_in

SECRET = "s" * 64


def attempt(session: Session, email: str, password: str, address: str = "192.0.2.1") -> Account:
    return actions.sign_in(session, email=email, password=password, address=address, secret_key=SECRET)


def fail(session: Session, email: str, times: int, address: str = "192.0.2.1") -> None:
    for _ in range(times):
        with pytest.raises(Forbidden):
            attempt(session, email, "fel lösenord", address)


def test_the_right_password_gets_in_whatever_the_case_of_the_address(session: Session) -> None:
    account = make_account(session)
    assert attempt(session, account.email.upper() + " ", PASSWORD).id == account.id
    assert account.last_sign_in_at is not None


def test_five_wrong_passwords_shut_the_door_also_for_the_right_one(session: Session) -> None:
    account = make_account(session)
    fail(session, account.email, 5)
    with pytest.raises(TooMany):
        attempt(session, account.email, PASSWORD)


def test_an_address_without_account_is_shut_in_the_same_way_and_words(session: Session) -> None:
    known = make_account(session).email
    answers = []
    for email in (known, "ingen@trelleborg.example"):
        words = []
        for _ in range(6):
            with pytest.raises((Forbidden, TooMany)) as caught:
                attempt(session, email, "fel lösenord", address=f"192.0.2.{len(answers) + 1}")
            words.append((type(caught.value), caught.value.message))
        answers.append(words)
    assert answers[0] == answers[1]
    assert answers[0][-1][0] is TooMany


def test_the_wait_doubles_with_each_failure_after_that_up_to_an_hour(session: Session) -> None:
    account = make_account(session)
    fail(session, account.email, 5)
    waits = []
    for _ in range(9):
        guard = session.scalars(
            select(SignInGuard).where(SignInGuard.failures >= 5, SignInGuard.locked_until.is_not(None))
        ).one()
        assert guard.locked_until is not None
        waits.append(round((guard.locked_until - guard.last_failure_at).total_seconds()))
        session.execute(update(SignInGuard).values(locked_until=now() - timedelta(seconds=1)))
        session.expire_all()
        fail(session, account.email, 1)
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_after_the_wait_the_right_password_gets_in_and_the_count_begins_anew(session: Session) -> None:
    account = make_account(session)
    fail(session, account.email, 5)
    session.execute(update(SignInGuard).values(locked_until=now() - timedelta(seconds=1)))
    session.expire_all()
    assert attempt(session, account.email, PASSWORD).id == account.id
    fail(session, account.email, 4)
    assert attempt(session, account.email, PASSWORD).id == account.id


def test_guessing_at_many_accounts_from_one_network_address_shuts_that_address(session: Session) -> None:
    account = make_account(session)
    for number in range(ADDRESS.free):
        fail(session, f"gissning{number}@trelleborg.example", 1, address="198.51.100.7")
    with pytest.raises(TooMany):
        attempt(session, account.email, PASSWORD, address="198.51.100.7")
    assert attempt(session, account.email, PASSWORD, address="198.51.100.8").id == account.id


def test_failures_of_yesterday_are_forgotten(session: Session) -> None:
    account = make_account(session)
    fail(session, account.email, 4)
    session.execute(update(SignInGuard).values(last_failure_at=now() - ACCOUNT.forgotten_after - timedelta(minutes=1)))
    session.expire_all()
    fail(session, account.email, 4)
    assert attempt(session, account.email, PASSWORD).id == account.id


def test_neither_addresses_nor_passwords_stand_in_the_table_of_failures(session: Session) -> None:
    fail(session, "anna@trelleborg.example", 1, address="203.0.113.9")
    stored = b"".join(row.key for row in session.scalars(select(SignInGuard)))
    assert b"anna" not in stored
    assert b"203" not in stored


def test_for_an_unknown_address_a_password_is_tried_just_as_hard(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = actions.add_account(
        session, email="tid@trelleborg.example", name="Tid", role="reader", password="rak kaktus 55 moln"
    )
    costs: list[str] = []
    real = PasswordHasher.verify

    def counted(self: PasswordHasher, stored: str, password: str) -> bool:
        costs.append(stored.rsplit("$", 2)[0])  # algorithm, version, memory, time and lanes
        return real(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    fail(session, known.email, 1)
    fail(session, "finns.inte@trelleborg.example", 1)
    assert len(costs) == 2
    assert costs[0] == costs[1]


def test_a_closed_account_and_an_old_one_time_password_get_the_same_words_as_a_wrong_password(session: Session) -> None:
    closed = make_account(session, Role.READER)
    closed.is_active = False
    old = make_account(session, Role.PLANNER)
    old.one_time_until = now() - timedelta(seconds=1)
    session.flush()
    for email in (closed.email, old.email):
        with pytest.raises(Forbidden) as caught:
            attempt(session, email, PASSWORD)
        assert caught.value.message == "Fel e-post eller lösenord."


# The page


def test_every_staff_page_asks_a_stranger_to_sign_in_and_comes_back(client: FlaskClient, session: Session) -> None:
    answer = client.get("/staff/inbox?state=hidden")
    assert answer.status_code == 302
    account = make_account(session)
    sign_in_page = answer.headers["Location"]
    form = client.get(sign_in_page).text
    wanted = re.search(r'name="next"[^>]*value="([^"]*)"', form)
    assert wanted
    answer = client.post("/staff/sign-in", data={"email": account.email, "password": PASSWORD, "next": wanted[1]})
    assert answer.headers["Location"] == "/staff/inbox?state=hidden"


@pytest.mark.parametrize(
    "hostile",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "\\\\evil",
        "/%0d%0aSet-Cookie:x=1\r\nx",
        " //evil.example",
        "http:/evil",
    ],
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, session: Session, hostile: str) -> None:
    account = make_account(session)
    answer = client.post("/staff/sign-in", data={"email": account.email, "password": PASSWORD, "next": hostile})
    assert answer.headers["Location"] == "/staff/"


def test_a_wrong_password_keeps_the_address_that_was_typed_but_not_the_password(
    client: FlaskClient, session: Session
) -> None:
    account = make_account(session)
    answer = client.post("/staff/sign-in", data={"email": account.email, "password": "hemligt fel"})
    assert answer.status_code == 403
    assert account.email in answer.text
    assert "hemligt fel" not in answer.text
    assert session.scalar(select(SignInGuard.failures).where(SignInGuard.failures > 0)) == 1


def test_the_session_outlives_the_browser_only_as_long_as_is_configured(
    client: FlaskClient, session: Session, app: Flask
) -> None:
    account = make_account(session)
    answer = client.post("/staff/sign-in", data={"email": account.email, "password": PASSWORD})
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie
    assert app.permanent_session_lifetime == timedelta(hours=app.config["MAPDIALOG"].session_hours)


def test_a_visit_makes_the_session_last_but_only_a_page_does_and_seldom(client: FlaskClient, session: Session) -> None:
    sign_in(client, session)
    page, layer = {"Accept": "text/html,*/*"}, {"Accept": "*/*"}
    assert client.get("/staff/", headers=page).headers.getlist("Set-Cookie")
    # A slower answer to an older question would else put back the cookie from before a decision, and lose its message.
    assert not client.get("/staff/", headers=page).headers.getlist("Set-Cookie")
    with client.session_transaction() as cookie:
        cookie["renewed"] -= 700
    assert not client.get("/staff/", headers=layer).headers.getlist("Set-Cookie")
    renewed = client.get("/staff/", headers=page).headers.getlist("Set-Cookie")
    assert any("Expires=" in line for line in renewed if line.startswith("session="))


def test_signing_out_needs_a_post_and_ends_the_session(client: FlaskClient, session: Session) -> None:
    sign_in(client, session)
    assert client.get("/staff/sign-out").status_code == 405
    assert client.get("/staff/").status_code == 200
    client.post("/staff/sign-out")
    assert client.get("/staff/").status_code == 302


def test_changing_the_password_ends_other_sessions_but_not_this_one(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    account = sign_in(client, session)
    other = app.test_client()
    other.post("/staff/sign-in", data={"email": account.email, "password": PASSWORD})
    assert other.get("/staff/").status_code == 200
    answer = client.post("/staff/password", data={"old": PASSWORD, "password": "sju lila getter på taket"})
    assert answer.status_code == 302
    assert client.get("/staff/").status_code == 200
    assert other.get("/staff/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("fel", "sju lila getter på taket", "nuvarande"),
        (PASSWORD, "kort", "12 tecken"),
        (PASSWORD, PASSWORD, "annat lösenord"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "lätt att gissa"),
        (PASSWORD, "Lösenord123456789", "lätt att gissa"),
    ],
)
def test_a_new_password_that_will_not_do_is_told_why(
    client: FlaskClient, session: Session, old: str, new: str, words: str
) -> None:
    sign_in(client, session)
    answer = client.post("/staff/password", data={"old": old, "password": new})
    assert answer.status_code == 422
    assert words in answer.text


def test_a_one_time_password_opens_only_the_page_where_it_is_changed(client: FlaskClient, session: Session) -> None:
    account = make_account(session)
    handed_out = actions.reset_password(session, account, actor_id=None)
    session.flush()
    client.post("/staff/sign-in", data={"email": account.email, "password": handed_out})
    for page in ("/staff/", "/staff/inbox", "/staff/users"):
        assert client.get(page).headers["Location"] == "/staff/password"
    assert client.post("/staff/users/new", data={"email": "x@y.se"}).headers["Location"] == "/staff/password"
    assert client.get("/staff/password").status_code == 200
    client.post("/staff/password", data={"old": handed_out, "password": "sju lila getter på taket"})
    assert client.get("/staff/").status_code == 200


@pytest.fixture
def guarded(app: Flask) -> Iterator[None]:
    """The application as it is served: every form must carry its token."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.usefixtures("guarded")
def test_without_the_pages_token_nothing_is_signed_in_out_or_changed(client: FlaskClient, session: Session) -> None:
    account = make_account(session)
    session.commit()
    data = {"email": account.email, "password": PASSWORD}
    assert client.post("/staff/sign-in", data=data).status_code == 400
    assert client.get("/staff/").status_code == 302

    def token(page: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
        assert found
        return found[1]

    stale = token("/staff/sign-in")
    assert client.post("/staff/sign-in", data=data | {"csrf_token": stale}).status_code == 302
    assert client.post("/staff/users/new", data={"email": "a@b.se"}).status_code == 400
    assert client.post("/staff/sign-out").status_code == 400
    assert client.post("/staff/sign-out", data={"csrf_token": stale}).status_code == 400, (
        "a token from before signing in"
    )
    assert client.get("/staff/").status_code == 200
    assert client.post("/staff/sign-out", data={"csrf_token": token("/staff/")}).status_code == 302


OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.usefixtures("guarded")
def test_what_was_typed_when_the_session_had_ended_is_sent_after_signing_in_again(
    client: FlaskClient, session: Session
) -> None:
    account = make_account(session)
    session.commit()
    late = client.post("/staff/users/new", data={"name": "Åsa  <b>&\nLång rad", "email": "asa@x.se"}, headers=OURS)
    assert late.status_code == 401

    def value(page: str, name: str) -> str:
        found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
        assert found, name
        return html.unescape(found[1])

    data = {"email": account.email, "held": value(late.text, "held"), "csrf_token": value(late.text, "csrf_token")}
    wrong = client.post("/staff/sign-in", data=data | {"password": "fel lösenord"})
    assert value(wrong.text, "held") == data["held"], "a slip of the password keeps it too"
    again = client.post("/staff/sign-in", data=data | {"password": PASSWORD})
    assert 'action="/staff/users/new"' in again.text
    typed = re.search(r'<textarea name="name"[^>]*>\n(.*?)</textarea>', again.text, re.S)
    assert typed
    assert html.unescape(typed[1]) == "Åsa  <b>&\nLång rad"
    sent = client.post(
        "/staff/users/new",
        data={"name": "Åsa", "email": "asa@x.se", "role": "reader", "csrf_token": value(again.text, "csrf_token")},
    )
    assert sent.status_code == 200, "the token of the page that offers to send it again is good"


@pytest.mark.usefixtures("guarded")
def test_only_our_own_pages_have_their_forms_kept_and_never_those_with_passwords(
    client: FlaskClient, session: Session
) -> None:
    make_account(session)
    data = {"name": "Skrivet på främmande sida"}
    for strange in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert "held" not in client.post("/staff/users/new", data=data, headers=strange).text
    assert "hemligheten" not in client.post("/staff/sign-in", data={"password": "hemligheten"}, headers=OURS).text
    forged = client.post("/staff/sign-in", data={"held": '["/staff/users/new", [["name", "X"]], false]'}, headers=OURS)
    assert "finns kvar" not in forged.text
