"""Files that are no photos are refused with a reason; odd photos come out plain, and carry nothing along."""

import io
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from mapdialog.config import Config
from mapdialog.contributions.submission import edit_token
from mapdialog.dialogues.models import Dialogue
from tests.attack.conftest import Judge
from tests.attack.corpus import TEXTS, bad_photos, good_photos
from tests.contributions.conftest import Send

BAD, GOOD = bad_photos(), good_photos()


class Album:
    """One's own contribution, to which files are added."""

    def __init__(self, client: FlaskClient, config: Config, dialogue: Dialogue, send: Send) -> None:
        self.client, self.config, self.send = client, config, send
        self.dialogue: Any = SimpleNamespace(slug=dialogue.slug)  # what a request rolls back leaves rows unreadable

    def add(self, data: bytes, name: str = "x.jpg", kind: str = "image/jpeg") -> TestResponse:
        """Send a file to a new contribution over the API."""
        one = self.send(self.dialogue)
        form = {"photo": (io.BytesIO(data), name, kind), "client_id": str(uuid.uuid4())}
        token = edit_token(self.config.secret_key, one.client_id)
        return self.client.post(
            f"/api/v1/contributions/{one.receipt}/photos", data=form, headers={"X-Edit-Token": token}
        )


@pytest.fixture
def album(client: FlaskClient, config: Config, open_dialogue: Dialogue, send: Send) -> Album:
    return Album(client, config, open_dialogue, send)


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_photo_is_refused_with_a_reason(album: Album, judge: Judge, name: str) -> None:
    answer = album.add(BAD[name])
    judge(answer, name)
    assert answer.status_code in {413, 415, 422}
    assert answer.get_json()["errors"][0]["field"] == "photo"


@pytest.mark.parametrize("name", GOOD)
def test_an_odd_photo_comes_out_plain(album: Album, client: FlaskClient, name: str) -> None:
    answer = album.add(GOOD[name])
    assert answer.status_code == 201, answer.text
    for address in (answer.get_json()["url"], answer.get_json()["thumb_url"]):
        served = client.get(address)
        image = Image.open(io.BytesIO(served.data))
        assert (image.format, image.mode, served.mimetype) == ("JPEG", "RGB", "image/jpeg")
        assert not image.getexif() and not getattr(image, "is_animated", False)
        assert b"HEMLIG" not in served.data and b"script" not in served.data and b"Exif" not in served.data
    if name.startswith("place in exif"):
        assert image.size == (40, 60), "turned as the camera was held"


def test_published_hostile_files_are_refused_or_come_out_plain(
    album: Album, client: FlaskClient, attack_files: Path, judge: Judge
) -> None:
    files = [file for file in sorted(attack_files.iterdir()) if file.is_file()]
    assert len(files) > 20
    for file in files:
        answer = album.add(file.read_bytes(), name=file.name)
        judge(answer, file.name)
        if answer.status_code == 201:
            served = client.get(answer.get_json()["url"]).data
            assert not Image.open(io.BytesIO(served)).getexif() and b"script" not in served and b"alert" not in served
        else:
            assert answer.get_json()["errors"][0]["detail"]


def test_a_files_name_and_kind_mean_nothing(album: Album, judge: Judge) -> None:
    jpeg = GOOD["comment"]
    for text in TEXTS[::4]:
        name = text.encode("utf-8", "replace").decode().replace("\r", "").replace("\n", "")[:5_000]
        answer = album.add(jpeg, name=name or "x")
        judge(answer, text)
        assert answer.status_code == 201
    assert album.add(jpeg, kind="text/html").status_code == 201
    assert album.add(BAD["svg with a script"], name="x.jpg").status_code == 415


def test_the_plain_form_says_why_and_keeps_the_words_and_the_good_photos(
    client: FlaskClient, open_dialogue: Dialogue, judge: Judge
) -> None:
    for name, data in BAD.items():
        if not data:
            continue
        form = {"client_id": str(uuid.uuid4()), "text": "Det här skrev jag.", "action": "review", "category": "light"}
        files = [(io.BytesIO(GOOD["cmyk"]), "a.jpg"), (io.BytesIO(data), "b.jpg")]
        answer = client.post(f"/d/{open_dialogue.slug}/new", data=form | {"photos": files})
        judge(answer, name)
        assert answer.status_code == 422
        assert "Det här skrev jag." in answer.text and 'id="photos-error"' in answer.text
        assert answer.text.count("-thumb.jpg") == 1
