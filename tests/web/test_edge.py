"""The HTTP edge: headers, errors, languages and assets."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from mapdialog.web import home
from mapdialog.web.assets import STATIC
from mapdialog.web.filters import number, paragraphs
from tests.seeds import make_dialogue


def test_health_is_200_while_the_database_answers(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json == {"service": "mapdialog", "status": "ok"}


def test_health_tells_why_it_is_503_while_the_database_is_away(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = create_engine("postgresql+psycopg2://nobody@127.0.0.1:1/none")
    monkeypatch.setattr(home, "session", scoped_session(sessionmaker(nowhere)))
    answer = client.get("/health")
    assert answer.status_code == 503
    reason = "the database does not answer"
    assert answer.json == {"service": "mapdialog", "status": "unavailable", "reason": reason}
    assert int(answer.headers["Retry-After"]) > 0


def test_a_slash_too_many_leads_to_the_page(client: FlaskClient) -> None:
    answer = client.get("/staff/walks/?sida=2")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/staff/walks?sida=2")
    assert client.get("/finns-inte/").status_code == 404


def test_an_unknown_page_is_a_page_and_an_unknown_endpoint_a_problem(client: FlaskClient) -> None:
    page = client.get("/finns-inte")
    assert page.status_code == 404
    assert "Sidan finns inte" in page.text
    problem = client.get("/api/v1/finns-inte")
    assert problem.status_code == 404
    assert problem.mimetype == "application/problem+json"
    assert problem.json is not None
    assert problem.json["status"] == 404


def test_pages_allow_scripts_only_with_their_own_nonce(client: FlaskClient) -> None:
    first, second = client.get("/"), client.get("/")
    policies = [answer.headers["Content-Security-Policy"] for answer in (first, second)]
    nonces = [re.search(r"'nonce-([^']+)'", policy).group(1) for policy in policies]  # type: ignore[union-attr]
    assert nonces[0] != nonces[1]
    assert "unsafe-inline" not in policies[0]
    for script in re.findall(r"<script[^>]*>", first.text):
        assert f'nonce="{nonces[0]}"' in script or "src=" in script
    assert not re.search(r"\son[a-z]+=|\sstyle=", first.text)


def test_the_reader_chooses_the_language(client: FlaskClient) -> None:
    assert 'lang="sv"' in client.get("/").text
    assert 'lang="en"' in client.get("/", headers={"Accept-Language": "en-GB"}).text
    client.get("/language/en")
    assert 'lang="en"' in client.get("/", headers={"Accept-Language": "sv"}).text


def test_the_language_switch_never_leads_elsewhere(client: FlaskClient) -> None:
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        assert client.get("/language/sv", query_string={"next": target}).headers["Location"] == "/"


def test_assets_are_named_by_their_content_and_kept_for_ever(app: Flask, client: FlaskClient) -> None:
    from mapdialog.web.assets import asset_url

    with app.test_request_context():
        url = asset_url("css/base.css")
    answer = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    stale = client.get("/static/0000000000/css/base.css")
    assert "immutable" not in stale.headers["Cache-Control"]


def test_no_file_outside_static_is_served(client: FlaskClient) -> None:
    assert (STATIC / "css").is_dir()
    for path in ("../pyproject.toml", "..%2fpyproject.toml", "css/../../pyproject.toml", "%2e%2e/app.py"):
        assert client.get(f"/static/x/{path}").status_code == 404


def test_typed_text_is_escaped_and_only_addresses_become_links() -> None:
    shown = str(paragraphs('<b>Hej</b>\nSe https://trelleborg.se/x?a=1&b=2.\n\n"onmouseover=alert(1)'))
    assert "<b>" not in shown
    assert '<a href="https://trelleborg.se/x?a=1&amp;b=2" rel="noopener nofollow ugc">' in shown
    assert shown.count("<p>") == 2


@pytest.mark.parametrize(("language", "written"), [("sv", "1\u202f940 2,5"), ("en", "1,940 2.5")])
def test_numbers_are_written_as_the_reader_writes_them(app: Flask, language: str, written: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert f"{number(1940)} {number(2.46, 1)}" == written


def test_staff_pages_send_strangers_to_the_sign_in_page(client: FlaskClient) -> None:
    answer = client.get("/staff/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/staff/sign-in?next=")


def test_a_label_reaches_the_map_as_it_was_written(client: FlaskClient, session: Session) -> None:
    dialogue = make_dialogue(session)
    dialogue.categories[0].label_sv = 'Vatten & "avlopp" <nytt>'
    session.commit()
    page = client.get(f"/d/{dialogue.slug}").text
    assert "Vatten \\u0026 \\u0022avlopp\\u0022 \\u003cnytt\\u003e" in page or 'Vatten \\u0026 \\"avlopp\\"' in page
    assert "\\u0026amp;" not in page and "&amp;amp;" not in page
