"""Everything public can be taken home, and only what is public."""

import csv
import io
import json

from flask.testing import FlaskClient

from mapdialog.dialogues.models import Dialogue
from tests.contributions.conftest import Send, make_dialogue


def test_the_geojson_has_what_is_public_and_nothing_personal(
    client: FlaskClient, open_dialogue: Dialogue, send: Send
) -> None:
    shown = send(open_dialogue, "Lampan är trasig.", contact_email="bo@exempel.se", contact_name="Bo Ek")
    waiting = send(open_dialogue, "Min granne 640823-3234 stör.")
    line = {"type": "LineString", "coordinates": [[13.15, 55.37], [13.16, 55.38]]}
    send(open_dialogue, "Längs hela vägen.", line)
    answer = client.get(f"/api/v1/dialogues/{open_dialogue.slug}/contributions.geojson")
    assert (answer.status_code, answer.mimetype) == (200, "application/geo+json")
    features = json.loads(answer.data)["features"]
    assert {one["geometry"]["type"] for one in features} == {"Point", "LineString"}
    assert shown.receipt in answer.text and waiting.receipt not in answer.text
    assert "exempel.se" not in answer.text and "Bo Ek" not in answer.text and "640823" not in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_csv_opens_in_a_spreadsheet_with_one_row_each(
    client: FlaskClient, open_dialogue: Dialogue, send: Send
) -> None:
    words = 'Rad ett\nrad "två"; slut'
    send(open_dialogue, words)
    answer = client.get(f"/api/v1/dialogues/{open_dialogue.slug}/contributions.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf") and "attachment" in answer.headers["Content-Disposition"]
    [row] = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    assert row["text"] == words and abs(float(row["lon"]) - 13.1569) < 1e-5


def test_nothing_yet_is_an_empty_file_and_a_draft_is_not_there(
    client: FlaskClient, dialogue: Dialogue, session
) -> None:  # type: ignore[no-untyped-def]
    empty = client.get(f"/api/v1/dialogues/{dialogue.slug}/contributions.geojson")
    assert json.loads(empty.data) == {"type": "FeatureCollection", "features": []}
    draft = make_dialogue(session, published_at=None)
    for name in ("contributions.geojson", "contributions.csv", "districts"):
        assert client.get(f"/api/v1/dialogues/{draft.slug}/{name}").status_code == 404
