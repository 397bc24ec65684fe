"""Other sites and other people: forged forms, borrowed links, planted sessions and addresses that lead away."""

import re
import uuid
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.config import Config
from mapdialog.contributions.models import Contribution, Reply, Support
from mapdialog.contributions.submission import edit_token
from mapdialog.dialogues.models import Dialogue
from tests.contributions.conftest import Send
from tests.seeds import PASSWORD, make_account
from tests.staffing import sign_in
from tests.web.test_permissions import CHANGING


@pytest.fixture
def guarded(app: Flask) -> Iterator[None]:
    """The application as it is served: every form must carry its token."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.usefixtures("guarded")
def test_no_form_is_taken_without_its_pages_token(app: Flask, client: FlaskClient, session: Session) -> None:
    account = make_account(session, Role.ADMINISTRATOR)
    session.commit()
    page = client.get("/staff/sign-in").text
    data = {"email": account.email, "password": PASSWORD, "csrf_token": token_in(page)}
    assert client.post("/staff/sign-in", data=data).status_code == 302
    tried = 0
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") or not (rule.methods or set()) & CHANGING:
            continue
        path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
        path = re.sub(r"<uuid:[^>]+>", str(uuid4()), path)
        path = re.sub(r"<[^>]+>", "1", path)
        for given in ({}, {"csrf_token": "x"}, {"csrf_token": data["csrf_token"][:-3] + "abc"}):
            answer = client.post(path, data=given)
            assert answer.status_code == 400, (path, given)
            tried += 1
    assert tried > 60


@pytest.mark.usefixtures("guarded")
def test_a_token_of_another_session_is_worth_nothing(app: Flask, client: FlaskClient, session: Session) -> None:
    account = make_account(session)
    stranger = app.test_client()
    theirs = token_in(stranger.get("/staff/sign-in").text)
    client.get("/staff/sign-in")
    answer = client.post("/staff/sign-in", data={"email": account.email, "password": PASSWORD, "csrf_token": theirs})
    assert answer.status_code == 400


def test_a_session_that_was_planted_before_signing_in_is_not_signed_in(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    client.get("/staff/sign-in")
    planted = client.get_cookie("session")
    sign_in(client, session)
    kept = client.get_cookie("session")
    assert kept is not None and (planted is None or planted.value != kept.value)
    thief = app.test_client()
    if planted is not None:
        thief.set_cookie("session", planted.value)
    assert thief.get("/staff/").status_code == 302


def test_a_session_we_did_not_sign_is_none(app: Flask, client: FlaskClient, session: Session) -> None:
    from flask.sessions import SecureCookieSessionInterface

    account = make_account(session)
    forged = Flask("other")
    forged.secret_key = "annan nyckel"
    signer = SecureCookieSessionInterface().get_signing_serializer(forged)
    assert signer is not None
    client.set_cookie("session", str(signer.dumps({"_user_id": f"{account.id}:{account.session_nonce}"})))
    assert client.get("/staff/").status_code == 302


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "/\t/evil.example", "/\n/evil.example",
     "javascript:alert(1)", "\\\\evil.example", " //evil.example", "/\x00/evil.example", "https:evil.example"],
)  # fmt: skip
def test_no_address_of_ours_leads_to_another_site(client: FlaskClient, session: Session, target: str) -> None:
    assert client.get("/language/sv", query_string={"next": target}).headers["Location"] == "/"
    sign_in(client, session)
    assert client.get("/staff/sign-in", query_string={"next": target}).headers["Location"] == "/staff/"


def test_a_link_opens_ones_own_and_nobody_elses(
    client: FlaskClient, config: Config, open_dialogue: Dialogue, send: Send, session: Session
) -> None:
    mine, theirs = send(open_dialogue, "Min."), send(open_dialogue, "Deras.")
    token = edit_token(config.secret_key, mine.client_id)
    for wrong in (
        token,
        token[:-1],
        token.lower(),
        token + "A",
        "x",
        "%00",
        "None",
        edit_token("annan", theirs.client_id),
    ):
        path = f"/c/{theirs.receipt}/edit/{wrong}"
        assert client.get(path).status_code in {403, 404}
        for action in ("edit", "withdraw", "photos", "mail"):
            given = {"action": action, "text": "Kapad", "category": "light", "version": "1", "email": "a@b.se"}
            assert client.post(path, data=given).status_code in {403, 404}
    client.get(f"/c/{mine.receipt}/edit/{token}")
    page = client.get(f"/c/{theirs.receipt}").text
    assert "/edit/" not in page
    kept = session.scalars(select(Contribution).where(Contribution.receipt == theirs.receipt)).one()
    assert (kept.public_text, kept.state, kept.contact_email) == ("Deras.", "approved", None)


def test_the_personal_page_is_kept_by_no_cache_and_told_to_nobody(
    client: FlaskClient, config: Config, dialogue: Dialogue, send: Send
) -> None:
    one = send(dialogue)
    answer = client.get(f"/c/{one.receipt}/edit/{edit_token(config.secret_key, one.client_id)}")
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_a_number_alone_tells_nothing_of_what_waits(client: FlaskClient, dialogue: Dialogue, send: Send) -> None:
    one = send(dialogue, "Hemligt tills någon läst.", contact_name="Bo Ek", contact_email="bo@exempel.se",
               place_label="Bo Eks gränd")  # fmt: skip
    page = client.get(f"/c/{one.receipt}").text
    for secret in ("Hemligt", "Bo Ek", "exempel.se", "gränd", "55,375"):
        assert secret not in page
    assert client.get(f"/api/v1/contributions/{one.receipt}").status_code == 404


def test_the_link_is_mailed_only_to_the_address_that_was_given_and_the_answer_never_tells(
    client: FlaskClient, dialogue: Dialogue, send: Send, session: Session
) -> None:
    from mapdialog.notifications.models import OutgoingMail

    one = send(dialogue, contact_email="bo@exempel.se")
    pages = []
    for receipt, email in (
        (one.receipt, "bo@exempel.se"), (one.receipt, "tjuv@exempel.se"), ("TRE-26-999999", "bo@exempel.se"),
        (one.receipt, "bo@exempel.se\nBcc: tjuv@exempel.se"),
    ):  # fmt: skip
        client.post("/c/link", data={"receipt": receipt, "email": email})
        pages.append(re.sub(r"nonce[=-]\S+|value=\S+", "", client.get("/c").text))
    assert len(set(pages)) == 1
    mails = session.scalars(select(OutgoingMail).where(OutgoingMail.purpose == "link")).all()
    assert [mail.recipient for mail in mails] == ["bo@exempel.se"]


def test_another_sites_page_cannot_make_a_reader_agree_or_reply(
    client: FlaskClient, open_dialogue: Dialogue, send: Send, session: Session
) -> None:
    base = f"/api/v1/contributions/{send(open_dialogue).receipt}"
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert client.post(f"{base}/support", headers=elsewhere).status_code == 403
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        given = {"client_id": str(uuid.uuid4()), "text": "x"}
        for path in ("support", "replies", "reports"):
            answer = client.post(f"{base}/{path}", data=str(given), content_type=kind)
            assert answer.status_code == 415, (kind, path)
    assert session.scalars(select(Support)).all() == [] and session.scalars(select(Reply)).all() == []
    preflight = client.options(f"{base}/support", headers=elsewhere | {"Access-Control-Request-Method": "POST"})
    assert "Access-Control-Allow-Origin" not in preflight.headers
