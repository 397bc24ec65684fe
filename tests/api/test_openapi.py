"""The API's description is true: it names every route, and what is answered is what it says."""

import json
import re
import uuid
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from mapdialog.dialogues.models import Dialogue
from tests.contributions.conftest import POINT, Send


def test_every_route_is_described_and_every_description_has_a_route(app: Flask, client: FlaskClient) -> None:
    described = {
        (path, method.upper())
        for path, item in client.get("/api/v1/openapi.json").get_json()["paths"].items()
        for method in item
        if method != "parameters"
    }
    routes = {
        (re.sub(r"<(\w+:)?(\w+)>", r"{\2}", rule.rule.removeprefix("/api/v1")), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }
    assert described == routes


def holds(schema: dict[str, Any], value: Any, schemas: dict[str, Any]) -> bool:
    """As much of JSON Schema as the document uses."""
    if "$ref" in schema:
        return holds(schemas[schema["$ref"].rsplit("/", 1)[1]], value, schemas)
    if "anyOf" in schema:
        return any(holds(each, value, schemas) for each in schema["anyOf"])
    if "const" in schema or "enum" in schema:
        return value in schema.get("enum", [schema.get("const")])
    kinds = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": type(None),
    }
    names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, kinds[name]) for name in names):
        return False
    if isinstance(value, list):
        return all(holds(schema["items"], each, schemas) for each in value) if "items" in schema else True
    if isinstance(value, dict):
        return set(schema.get("required", ())) <= value.keys() and all(
            holds(part, value[name], schemas) for name, part in schema.get("properties", {}).items() if name in value
        )
    return True


def test_answers_have_the_shape_that_is_described(client: FlaskClient, open_dialogue: Dialogue, send: Send) -> None:
    one = send(open_dialogue, contact_email="bo@exempel.se")
    document = client.get("/api/v1/openapi.json").get_json()
    schemas = document["components"]["schemas"]
    base, receipt = f"/dialogues/{open_dialogue.slug}", f"/contributions/{one.receipt}"
    feature = {
        "type": "Feature",
        "geometry": POINT,
        "properties": {"client_id": str(uuid.uuid4()), "category": "light", "text": "Hej"},
    }
    assert holds(schemas["NewContribution"], feature, schemas)
    answers = [
        ("Dialogues", client.get("/api/v1/dialogues")),
        ("DialogueWhole", client.get("/api/v1" + base)),
        ("FeatureCollection", client.get(f"/api/v1{base}/contributions")),
        ("FeatureCollection", client.get(f"/api/v1{base}/nearby?lon=13.15&lat=55.37")),
        ("Contribution", client.get("/api/v1" + receipt)),
        ("Support", client.post(f"/api/v1{receipt}/support")),
        ("Accepted", client.post(f"/api/v1{base}/contributions", json=feature)),
        ("Received", client.post(f"/api/v1{receipt}/reports", json={"reason": "other"})),
        ("Problem", client.post(f"/api/v1{base}/contributions", json={"type": "Feature", "properties": {}})),
        ("Problem", client.get("/api/v1/contributions/FINNS-INTE")),
    ]
    wrong = [name for name, answer in answers if not holds(schemas[name], answer.get_json(), schemas)]
    assert not wrong


def test_the_checker_finds_what_is_wrong(client: FlaskClient) -> None:
    schemas = client.get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    assert not holds(schemas["Support"], {"support_count": "1", "supported": True}, schemas)
    assert not holds(schemas["Accepted"], {"receipt": "x", "state": "nej", "edit_url": "", "url": ""}, schemas)
    assert not holds(schemas["Dialogues"], {"dialogues": [{}]}, schemas)


def test_dialogues_are_listed_with_status_and_described_with_their_parts(
    client: FlaskClient, dialogue: Dialogue, open_dialogue: Dialogue, send: Send
) -> None:
    send(open_dialogue)
    listed = client.get("/api/v1/dialogues")
    assert {one["slug"]: one["status"] for one in listed.get_json()["dialogues"]} == {
        dialogue.slug: "ongoing",
        open_dialogue.slug: "ongoing",
    }
    assert client.get("/api/v1/dialogues", headers={"If-None-Match": listed.headers["ETag"]}).status_code == 304
    whole = client.get(f"/api/v1/dialogues/{open_dialogue.slug}").get_json()
    assert [one["key"] for one in whole["categories"]] == ["light", "other"]
    assert set(whole["categories"][0]) >= {"key", "label", "color", "polarity"}
    assert whole["contributions"] == 1 and whole["area"]["type"] == "MultiPolygon" and len(whole["phases"]) == 1
    english = client.get(f"/api/v1/dialogues/{dialogue.slug}?lang=en").get_json()
    assert english["categories"][0]["label"] == "Light"
    assert client.get("/api/v1/dialogues/finns-inte").status_code == 404
    json.dumps(whole)
