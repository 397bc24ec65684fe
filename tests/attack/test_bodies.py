"""Bodies that are not what they say, geometries that lie nowhere, too much of everything: a 4xx with words."""

import io
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Contribution
from mapdialog.dialogues.models import Dialogue
from tests.attack.conftest import Judge
from tests.attack.corpus import BODIES, GEOMETRIES, as_json
from tests.contributions.conftest import POINT, Send

TYPES = (
    "",
    "text/plain",
    "text/html",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-7",
    "application/json; charset=x\u00e5",
    "application/jsonx",
    "a" * 2_000,
)


def feature(geometry: Any = POINT, **properties: Any) -> dict[str, Any]:
    given = {"client_id": str(uuid.uuid4()), "category": "light", "text": "Hej"} | properties
    return {"type": "Feature", "geometry": geometry, "properties": given}


def test_a_body_that_cannot_be_read_is_refused_in_words(
    client: FlaskClient, open_dialogue: Dialogue, send: Send, session: Session, judge: Judge
) -> None:
    receipt = send(open_dialogue).receipt
    urls = [f"/api/v1/dialogues/{open_dialogue.slug}/contributions"]
    urls += [f"/api/v1/contributions/{receipt}/{what}" for what in ("replies", "reports")]
    for url in urls:
        for body in BODIES:
            answer = client.post(url, data=body, content_type="application/json")
            judge(answer, body[:60])
            assert answer.status_code in {400, 413, 422} and answer.get_json()["detail"], body[:60]
        for kind in TYPES:
            answer = client.post(url, data=b'{"a": 1}', headers={"Content-Type": kind})
            judge(answer, kind)
            assert answer.status_code in {400, 415, 422}, kind
    assert session.scalar(select(func.count()).select_from(Contribution)) == 1


def test_a_geometry_that_is_none_is_refused_at_its_field(
    client: FlaskClient, open_dialogue: Dialogue, judge: Judge
) -> None:
    url = f"/api/v1/dialogues/{open_dialogue.slug}/contributions"
    accepted = []
    for geometry in GEOMETRIES:
        answer = client.post(url, data=as_json(feature(geometry)), content_type="application/geo+json")
        judge(answer, geometry)
        if answer.status_code == 201:
            accepted.append(geometry)
        elif answer.status_code == 422:
            assert [error["field"] for error in answer.get_json()["errors"]] == ["geometry"], geometry
        else:
            assert answer.status_code == 400, geometry
    kinds = {str(one.get("type")) for one in accepted}
    assert kinds <= {"Point", "LineString", "Polygon"}


def test_published_broken_geojson_breaks_nothing(
    client: FlaskClient, open_dialogue: Dialogue, attack_files: Path, judge: Judge
) -> None:
    url = f"/api/v1/dialogues/{open_dialogue.slug}/contributions"
    files = sorted(attack_files.glob("geojson_*/*.geojson"))
    assert len(files) > 40
    for file in files:
        body = file.read_bytes()
        judge(client.post(url, data=body, content_type="application/geo+json"), file.name)
        try:
            geometry = json.loads(body)
        except ValueError:
            continue
        for inner in (geometry, geometry.get("geometry") if isinstance(geometry, dict) else None):
            answer = client.post(url, data=as_json(feature(inner)), content_type="application/json")
            judge(answer, file.name)


def test_the_wrong_kind_of_value_in_any_field_is_refused_or_left_out(
    client: FlaskClient, open_dialogue: Dialogue, judge: Judge
) -> None:
    url = f"/api/v1/dialogues/{open_dialogue.slug}/contributions"
    names = [
        "client_id",
        "category",
        "text",
        "mood",
        "contact_name",
        "contact_email",
        "language",
        "place_source",
        "place_label",
        "accuracy_m",
        "submitted_at",
        "shows_name",
        "website",
        "unknown",
    ]
    values = (None, True, 0, -1, 10**400, 1.5, 1e308, "", [], {}, [[]], {"a": {}}, ["x"] * 500)
    for name in names:
        for value in values:
            judge(client.post(url, json=feature(**{name: value})), (name, value))


def test_too_much_is_413_before_it_is_read(client: FlaskClient, open_dialogue: Dialogue, judge: Judge) -> None:
    for path, kind in (
        (f"/api/v1/dialogues/{open_dialogue.slug}/contributions", "application/json"),
        (f"/d/{open_dialogue.slug}/new", "multipart/form-data; boundary=x"),
        ("/staff/sign-in", "application/x-www-form-urlencoded"),
    ):
        answer = client.post(path, content_type=kind, environ_overrides={"CONTENT_LENGTH": str(10**9)})
        judge(answer, path)
        assert answer.status_code == 413, path
        assert "för stort" in answer.text


def test_a_form_of_thousands_of_parts_or_one_enormous_field_is_refused(
    client: FlaskClient, open_dialogue: Dialogue, judge: Judge
) -> None:
    url = f"/d/{open_dialogue.slug}/new"
    many = {f"field{number}": "x" for number in range(3_000)} | {"photos": (io.BytesIO(b"x"), "x.jpg")}
    for form in (many, {"text": "x" * 3_000_000, "photos": (io.BytesIO(b"x"), "x.jpg")}, {"text": "x" * 3_000_000}):
        answer = client.post(url, data=form)
        judge(answer, list(form)[:2])
        assert answer.status_code in {413, 422}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "GET\x00"])
def test_methods_nobody_serves_are_405(client: FlaskClient, open_dialogue: Dialogue, judge: Judge, method: str) -> None:
    for path in ("/", f"/d/{open_dialogue.slug}", "/api/v1/dialogues", "/health"):
        answer = client.open(path, method=method)
        judge(answer, (method, path))
        assert answer.status_code == 405
