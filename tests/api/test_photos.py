"""Photos over the API: only by the author, once each, bare of metadata, and seen only when they may be."""

import io
import uuid
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mapdialog.config import Config
from mapdialog.contributions import moderation
from mapdialog.contributions.models import Attachment, Contribution, State
from mapdialog.contributions.submission import edit_token
from mapdialog.dialogues.models import Dialogue
from tests.contributions.conftest import Send


def jpeg(colour: str = "red", size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def upload(
    client: FlaskClient, one: Contribution, token: str, data: bytes, client_id: str = "", name: str = "x.jpg"
) -> TestResponse:
    form = {"photo": (io.BytesIO(data), name), "client_id": client_id or str(uuid.uuid4())}
    return client.post(f"/api/v1/contributions/{one.receipt}/photos", data=form, headers={"X-Edit-Token": token})


@pytest.fixture
def stranger(client: FlaskClient) -> FlaskClient:
    return client.application.test_client()


def test_a_photo_is_taken_once_and_shown_with_the_contribution(
    client: FlaskClient, config: Config, open_dialogue: Dialogue, send: Send, stranger: FlaskClient
) -> None:
    one = send(open_dialogue)
    token, mark = edit_token(config.secret_key, one.client_id), str(uuid.uuid4())
    first, second = upload(client, one, token, jpeg(), mark), upload(client, one, token, jpeg(), mark)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()
    [shown] = stranger.get(f"/api/v1/contributions/{one.receipt}").get_json()["properties"]["photos"]
    for address in (shown["url"], shown["thumb_url"]):
        photo = stranger.get(address)
        assert photo.status_code == 200 and photo.mimetype == "image/jpeg"
        assert (
            photo.headers["X-Content-Type-Options"] == "nosniff"
            and "sandbox" in photo.headers["Content-Security-Policy"]
        )
        assert Image.open(io.BytesIO(photo.data)).size == (60, 40)
        assert stranger.get(address, headers={"If-None-Match": photo.headers["ETag"]}).status_code == 304


def test_only_the_author_adds_photos_and_not_without_end(
    client: FlaskClient, config: Config, dialogue: Dialogue, send: Send
) -> None:
    one, other = send(dialogue), send(dialogue)
    token = edit_token(config.secret_key, one.client_id)
    for wrong in ("", "x", edit_token(config.secret_key, other.client_id), "å"):
        assert upload(client, one, wrong, jpeg()).status_code == 403
    for number in range(config.photos_per_contribution):
        assert upload(client, one, token, jpeg(size=(50 + number, 40))).status_code == 201
    assert upload(client, one, token, jpeg("blue")).status_code == 422


def test_until_it_is_approved_only_author_and_staff_see_the_photo(
    client: FlaskClient, config: Config, dialogue: Dialogue, send: Send, session: Session, stranger: FlaskClient
) -> None:
    one = send(dialogue)
    token = edit_token(config.secret_key, one.client_id)
    address = upload(client, one, token, jpeg()).get_json()["url"]
    assert stranger.get(address).status_code == 404
    client.get(f"/c/{one.receipt}/edit/{token}")
    assert client.get(address).status_code == 200
    moderation.approve(session, session.get_one(Contribution, one.id), version=None, actor_id=None)
    session.commit()
    assert stranger.get(address).status_code == 200
    session.execute(update(Attachment).values(is_hidden=True))
    session.commit()
    assert stranger.get(address).status_code == 404


def test_a_photo_added_to_what_staff_have_read_makes_them_read_again(
    client: FlaskClient, config: Config, dialogue: Dialogue, send: Send, session: Session
) -> None:
    one = send(dialogue)
    moderation.approve(session, session.get_one(Contribution, one.id), version=None, actor_id=None)
    session.commit()
    assert upload(client, one, edit_token(config.secret_key, one.client_id), jpeg()).status_code == 201
    assert session.get_one(Contribution, one.id).state == State.PENDING


def test_what_is_no_photo_is_refused_with_a_reason(
    client: FlaskClient, config: Config, dialogue: Dialogue, send: Send
) -> None:
    one = send(dialogue)
    token = edit_token(config.secret_key, one.client_id)
    answers = {
        data[:4]: upload(client, one, token, data).status_code
        for data in (b"<svg onload=alert(1)>", b"", b"GIF89a", jpeg(size=(800, 800))[:900])
    }
    assert answers == {b"<svg": 415, b"": 422, b"GIF8": 415, b"\xff\xd8\xff\xe0": 422}
    url = f"/api/v1/contributions/{one.receipt}/photos"
    assert client.post(url, json={}, headers={"X-Edit-Token": token}).status_code == 415
    assert (
        client.post(
            url, data={"client_id": str(uuid.uuid4()), "x": (io.BytesIO(b"x"), "x")}, headers={"X-Edit-Token": token}
        ).status_code
        == 422
    )
    assert upload(client, one, token, jpeg(), "not-a-uuid").status_code == 422


def test_file_names_mean_nothing(client: FlaskClient, config: Config, open_dialogue: Dialogue, send: Send) -> None:
    one = send(open_dialogue)
    token = edit_token(config.secret_key, one.client_id)
    for name in ("../../etc/passwd", "x.php", "\x00.jpg", "a" * 300 + ".jpg"):
        answer = upload(client, one, token, jpeg(size=(len(name) + 1, 9)), name=name)
        assert answer.status_code == 201 and name not in answer.text


@pytest.mark.parametrize("key", ["..", "x", "%2e%2e%2fsecret_key", "a-thumb", "x" * 500, "%00"])
def test_no_other_file_can_be_asked_for(client: FlaskClient, dialogue: Dialogue, key: str) -> None:
    assert client.get(f"/photos/{key}.jpg").status_code == 404


def test_a_real_photo_loses_the_place_where_it_was_taken(
    client: FlaskClient, config: Config, open_dialogue: Dialogue, send: Send, shared_data: Path
) -> None:
    one = send(open_dialogue)
    original = (shared_data / "photos/DSCN0010.jpg").read_bytes()
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)
    shown = upload(client, one, edit_token(config.secret_key, one.client_id), original).get_json()
    served = client.get(shown["url"]).data
    assert not Image.open(io.BytesIO(served)).getexif() and b"Exif" not in served
    heic = (shared_data / "photos/samplefilehub.heif").read_bytes()
    assert upload(client, one, edit_token(config.secret_key, one.client_id), heic).status_code == 201
