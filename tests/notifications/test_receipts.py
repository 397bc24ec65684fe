"""From the form to the inbox: whoever gave an address gets the receipt, over real SMTP or as a file to read."""

import uuid
from pathlib import Path

from aiosmtpd.controller import Controller
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.dialogues.models import Dialogue
from mapdialog.notifications import listeners, sending
from tests.contributions.conftest import POINT
from tests.notifications.test_sending import Sink, server, sink, smtp, with_settings

__all__ = ["server", "sink", "smtp"]


def submit(client: FlaskClient, dialogue: Dialogue) -> str:
    properties = {"client_id": str(uuid.uuid4()), "category": "light", "text": "Mörkt vid Östergatan."}
    body = {"type": "Feature", "geometry": POINT, "properties": properties | {"contact_email": "bo@exempel.se"}}
    answer = client.post(f"/api/v1/dialogues/{dialogue.slug}/contributions", json=body)
    assert answer.status_code == 201
    again = client.post(f"/api/v1/dialogues/{dialogue.slug}/contributions", json=body)
    assert again.status_code == 200
    return str(answer.get_json()["receipt"])


def test_the_receipt_arrives_once_over_smtp_and_its_link_opens_ones_own(
    client: FlaskClient, session: Session, dialogue: Dialogue, smtp: Config, sink: Sink, server: Controller
) -> None:
    listeners.configure(smtp)
    receipt = submit(client, dialogue)
    assert sending.send_due(session, smtp) == 1
    [mail] = sink.got
    assert mail["To"] == "bo@exempel.se" and receipt in mail["Subject"]
    words = mail.get_content()
    assert "Östergatan" not in words, "a mail never carries words that a stranger may have written"
    link = next(line for line in words.splitlines() if "/edit/" in line)
    assert link.startswith(smtp.base_url)
    assert client.get(link.removeprefix(smtp.base_url.rstrip("/"))).status_code == 200


def test_without_a_server_the_receipt_is_a_file_to_read(
    client: FlaskClient, session: Session, dialogue: Dialogue, config: Config, tmp_path: Path
) -> None:
    settings = with_settings(config, data_dir=tmp_path)
    listeners.configure(settings)
    receipt = submit(client, dialogue)
    assert sending.send_due(session, settings) == 1
    [file] = (tmp_path / "mail").iterdir()
    assert receipt in file.read_text() and "/edit/" in file.read_text()
