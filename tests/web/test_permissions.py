"""Who may do what: every staff route and every role, read from the application, so that a new route is tried too."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from mapdialog.accounts.models import Account, Role
from mapdialog.dialogues.models import Dialogue
from mapdialog.web.access import BLUEPRINTS, PUBLIC, RIGHTS, STAFF
from tests.seeds import make_contribution, make_dialogue, make_district_set
from tests.staffing import sign_in
from tests.walks.making import make_walk

# Every public route that changes something. A new one must be added here by somebody who has thought about it.
OPEN_TO_ALL = {
    ("POST", "/staff/sign-in"),
    ("POST", "/d/<slug>/new"),
    ("POST", "/c/link"),
    ("POST", "/walks/answer/<token>"),
    ("POST", "/walks/<slug>/coming"),
    ("POST", "/walks/<slug>/news"),
    # A phone's own code opens its walk.
    ("POST", "/walks/<slug>/record/plain"),
    ("POST", "/walks/<slug>/record/plain/<uuid:client_id>/remove"),
    ("PUT", "/api/v1/walks/<slug>/tracks/<client_id>"),
    ("DELETE", "/api/v1/walks/<slug>/tracks/<client_id>"),
    ("POST", "/walks/news/<token>"),
    ("POST", "/walks/news/<token>/stop"),
    ("POST", "/c/<receipt>/edit/<token>"),
    ("POST", "/c/<receipt>/edit/<token>/place"),
    ("POST", "/c/<receipt>/replies"),
    ("POST", "/c/<receipt>/reports"),
    ("POST", "/c/<receipt>/support"),
    ("POST", "/api/v1/dialogues/<slug>/contributions"),
    ("POST", "/api/v1/contributions/<receipt>/photos"),
    ("POST", "/api/v1/contributions/<receipt>/replies"),
    ("POST", "/api/v1/contributions/<receipt>/reports"),
    ("POST", "/api/v1/contributions/<receipt>/support"),
    ("DELETE", "/api/v1/contributions/<receipt>/support"),
    # A phone on a walk: a code opens that walk alone, and what it then sends takes its own mark.
    ("POST", "/w/<code>"),
    ("PUT", "/api/v1/walks/<slug>/observations/<client_id>"),
    ("DELETE", "/api/v1/walks/<slug>/observations/<client_id>"),
    ("PUT", "/api/v1/walks/<slug>/observations/<client_id>/photos/<photo_id>"),
    ("DELETE", "/api/v1/walks/<slug>/observations/<client_id>/photos/<photo_id>"),
    ("DELETE", "/api/v1/walks/<slug>/device"),
    ("POST", "/plans/<slug>/statement"),
    ("POST", "/plans/<slug>/statement/<receipt>/<token>"),  # the link of the receipt's mail, for files only
    ("POST", "/api/v1/plans/<slug>/statements"),
    ("POST", "/api/v1/statements/<receipt>/files"),  # the sender's own key opens its statement
}
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


def staff_rules(app: Flask) -> list[tuple[Rule, str, str | None]]:
    """(rule, method, right) of every route behind the sign-in."""
    return [
        (rule, method, getattr(app.view_functions[rule.endpoint], "required_right", None))
        for rule in app.url_map.iter_rules()
        if BLUEPRINTS[rule.endpoint.split(".", 1)[0]] == STAFF
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def address(app: Flask, rule: Rule, known: dict[str, str]) -> str:
    with app.test_request_context():
        values = {name: known.get(name, "1") for name in rule.arguments}
        return app.url_map.bind("localhost").build(rule.endpoint, values, force_external=False)


@pytest.fixture
def known(session: Session) -> dict[str, str]:
    """Parts of addresses that lead somewhere."""
    dialogue: Dialogue = make_dialogue(session)
    receipt = make_contribution(session, dialogue)
    make_district_set(session)
    make_walk(session).slug = dialogue.slug  # the addresses of walks begin otherwise, so one slug leads to both
    session.commit()
    return {
        "slug": dialogue.slug,
        "receipt": receipt,
        "key": "rutor",
        "set_key": "rutor",
        "decision": "hide",
        "kind": "csv",
    }


def test_what_everybody_may_change_is_listed_and_nothing_else(app: Flask) -> None:
    found = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if BLUEPRINTS[rule.endpoint.split(".", 1)[0]] == PUBLIC
        for method in (rule.methods or set()) & CHANGING
    }
    assert found == OPEN_TO_ALL


def test_whatever_lies_under_staff_is_behind_the_sign_in_and_the_rest_is_not(app: Flask) -> None:
    wrong = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if (rule.rule.startswith("/staff")) != (BLUEPRINTS[rule.endpoint.split(".", 1)[0]] == STAFF)
        and rule.rule != "/staff/sign-in"
    ]
    assert not wrong


def test_a_stranger_is_sent_to_sign_in_from_every_staff_route(
    app: Flask, client: FlaskClient, known: dict[str, str]
) -> None:
    routes = staff_rules(app)
    assert len(routes) > 30
    for rule, method, _right in routes:
        answer = client.open(address(app, rule, known), method=method)
        assert answer.status_code in {302, 401}, (method, rule.rule)
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/staff/sign-in"), (method, rule.rule)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_into_what_it_may_and_nothing_more(
    app: Flask, client: FlaskClient, session: Session, known: dict[str, str], role: Role
) -> None:
    sign_in(client, session, role)
    refused, let_in = set(), set()
    for rule, method, right in staff_rules(app):
        if rule.endpoint == "accounts_staff.sign_out":
            continue
        answer = client.open(address(app, rule, known), method=method)
        assert answer.status_code < 500, (method, rule.rule)
        if right is not None and role not in RIGHTS[right]:
            assert answer.status_code == 403, f"{role}: {answer.status} from {method} {rule.rule}, {right}"
            refused.add(right)
        else:
            assert "Din roll får inte".encode() not in answer.data, (method, rule.rule)
            let_in.add(right)
    assert let_in
    assert (role == Role.ADMINISTRATOR) == (not refused)


def test_a_closed_account_gets_in_nowhere(
    app: Flask, client: FlaskClient, session: Session, known: dict[str, str]
) -> None:
    account = sign_in(client, session, Role.ADMINISTRATOR)
    session.execute(update(Account).where(Account.id == account.id).values(is_active=False))
    session.commit()
    for rule, method, _right in staff_rules(app):
        assert client.open(address(app, rule, known), method=method).status_code in {302, 401}, (method, rule.rule)


def test_the_page_of_a_role_offers_only_what_it_may(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, Role.READER)
    page = client.get("/staff/").text
    assert "/staff/users" not in page and "/staff/inbox" in page
