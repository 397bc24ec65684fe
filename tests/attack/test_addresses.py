"""Every route there is, with hostile parts of its address, parameters, headers and forms: never a 5xx.

The routes are read from the application, so a route added tomorrow is tried tomorrow. Each gets a part of the values,
and its neighbours the others.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from mapdialog.accounts.models import Role
from mapdialog.dialogues.models import Dialogue
from tests.attack.conftest import Judge
from tests.attack.corpus import HEADERS, SQL, STRANGE
from tests.contributions.conftest import Send
from tests.seeds import make_district_set
from tests.staffing import sign_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PARTS = (
    "\x00",
    "\ud800",
    "\u202e",
    "²",
    "9" * 30,
    "-1",
    "0",
    "a" * 5_000,
    "..",
    "%2e%2e%2f",
    "' or 1=1 --",
    "<script>",
)
PARTS += ("None", "\r\nX: y", "{{7*7}}", "TRE-26-000001\x00")
PARAMETERS = [
    "q",
    "category",
    "since",
    "until",
    "bbox",
    "zoom",
    "lon",
    "lat",
    "radius",
    "set",
    "page",
    "dialogue",
    "state",
    "open",
    "next",
    "lang",
    "receipt",
    "width",
    "height",
    "scale",
    "marker",
    "format",
    "crs",
    "level",
    "mode",
    "sort",
    "period",
    "kind",
    "tab",
    "version",
    "q2",
    "map",
    "x",
    "y",
    "id",
    "districts",
    "delimiter",
]
VALUES = tuple(dict.fromkeys((*PARTS, *SQL[:4], *STRANGE[:7], "NaN", "Infinity", "1e400", "1,2,3,4", "NaN,NaN,NaN,NaN",
                              "-180,-90,180,90", "1e308,1e308,1e308,1e308", "9999-12-31", "0001-01-01", "2026-02-30",
                              "2026-13-01T99:99:99", "99999999999999999999", "١٢٣")))  # fmt: skip


def text(value: str) -> str:
    return value.encode("utf-8", "replace").decode()


def addresses(rule: Rule, known: dict[str, str], parts: Sequence[str]) -> Iterator[str]:
    """The rule's address with known parts, and with each part made hostile in turn."""
    names = sorted(rule.arguments)
    usual = {name: known.get(name, "1") for name in names}
    yield filled(rule, usual)
    for name in names:
        for part in parts:
            yield filled(rule, usual | {name: part})


def filled(rule: Rule, parts: dict[str, str]) -> str:
    made = ""
    for is_dynamic, data in rule._trace:
        made += quote(text(parts[data]), safe="") if is_dynamic else data
    return made.replace("|", "")


@pytest.fixture
def known(open_dialogue: Dialogue, send: Send, session: Session) -> dict[str, str]:
    """Parts of addresses that lead somewhere."""
    receipt = send(open_dialogue, "Mörkt här.").receipt
    send(open_dialogue, "Ljust här.")
    make_district_set(session)
    return {
        "slug": open_dialogue.slug, "receipt": receipt, "language": "sv", "key": "rutor", "token": "x", "reply_id": "1",
        "account_id": "1", "decision": "hide", "digest": "x", "path": "css/base.css", "z": "3", "x": "4", "y": "2",
        "format": "csv", "set_key": "rutor",
    }  # fmt: skip


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def test_hostile_parts_of_addresses(
    app: Flask, client: FlaskClient, session: Session, known: dict[str, str], judge: Judge
) -> None:
    sign_in(client, session, Role.ADMINISTRATOR)
    tried = 0
    for number, rule in enumerate(rules(app, "GET")):
        for address in addresses(rule, known, PARTS[number % 3 :: 3]):
            answer = client.get(address)
            judge(answer, address)
            tried += 1
    assert tried > 300


def test_hostile_parameters(
    app: Flask, client: FlaskClient, session: Session, known: dict[str, str], judge: Judge
) -> None:
    sign_in(client, session, Role.ADMINISTRATOR)
    for number, rule in enumerate(rules(app, "GET")):
        if rule.endpoint.startswith("assets."):
            continue
        address = filled(rule, {name: known.get(name, "1") for name in rule.arguments})
        for value in VALUES[number % 15 :: 15]:
            answer = client.get(address, query_string=dict.fromkeys(PARAMETERS, text(value)))
            judge(answer, (address, value))


def test_hostile_headers(app: Flask, client: FlaskClient, known: dict[str, str], judge: Judge) -> None:
    for number, rule in enumerate(rules(app, "GET")):
        address = filled(rule, {name: known.get(name, "1") for name in rule.arguments})
        for headers in HEADERS[number % 3 :: 3]:
            answer = client.get(address, headers=headers)
            judge(answer, (address, headers))
            assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR])
def test_hostile_forms(
    app: Flask, client: FlaskClient, session: Session, known: dict[str, str], judge: Judge, role: Role
) -> None:
    """Each form of the application is sent with every field hostile at once; the fields are those its page shows."""
    import re

    sign_in(client, session, role)
    for number, rule in enumerate(rules(app, "POST")):
        if rule.endpoint in {"accounts_staff.sign_out", "accounts_staff.change_password"}:
            continue
        address = filled(rule, {name: known.get(name, "1") for name in rule.arguments})
        page = client.get(address)
        names = set(re.findall(r'name="([^"]+)"', page.text)) if page.mimetype == "text/html" else set()
        names |= {
            "version",
            "text",
            "action",
            "answer",
            "unit",
            "rule",
            "message",
            "public_text",
            "note",
            "state",
            "receipts",
            "decision",
            "id",
            "email",
            "name",
            "role",
            "x",
            "y",
            "width",
            "height",
            "lon",
            "lat",
            "started",
            "map_small.x",
            "map_east",
            "map_north",
            "map_size",
            "client_id",
        }
        for value in VALUES[number % 12 :: 12]:
            form: dict[str, Any] = dict.fromkeys(names - {"csrf_token"}, text(value))
            judge(client.post(address, data=form), (address, value))
            judge(client.post(address, data=form | {"action": "send"}), (address, value))
