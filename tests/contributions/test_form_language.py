"""The form without JavaScript comes back in another language with everything that was typed."""

import io
import re
import uuid

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from mapdialog.contributions.drafts import list_draft_photos
from mapdialog.dialogues.models import Dialogue

TYPED = {
    "category": "light",
    "mood": "-2",
    "text": "Det är mörkt här.\nÄven om sommaren.",
    "contact_name": "Bo Ek",
    "contact_email": "bo@exempel.se",
    "place_query": "torget",
    "coordinates": "",
    "lon": "13.1569",
    "lat": "55.3751",
    "place_label": "Algatan",
    "map_east": "383209.0",
    "map_north": "6138079.0",
    "map_size": "4.000",
}


def kept(page: str) -> dict[str, str]:
    """The values of the form's one-line fields."""
    fields = re.findall(r'<input[^>]* name="(\w+)"[^>]*?value="([^"]*)"', page)
    return {name: value for name, value in fields if name not in ("category", "mood")}


@pytest.mark.parametrize("shown", ["", "review"])
def test_nothing_typed_is_lost_when_the_language_is_changed(
    client: FlaskClient, dialogue: Dialogue, shown: str
) -> None:
    form = TYPED | {"client_id": str(uuid.uuid4()), "language": "en", "shown": shown}
    answer = client.post(f"/d/{dialogue.slug}/new", data=form)
    assert answer.status_code == 200 and '<html lang="en">' in answer.text
    values = kept(answer.text)
    for name in ("contact_name", "contact_email", "lon", "lat", "place_label", "map_size", "client_id", "map_east"):
        assert (
            float(values[name]) == float(form[name])
            if name[:3] in ("lon", "lat", "map")
            else values[name] == form[name]
        )
    assert "Det är mörkt här.\nÄven om sommaren." in answer.text
    assert shown == "review" or re.search(r'name="category" value="light" checked', answer.text)
    assert shown == "review" or re.search(r'name="mood" value="-2" checked', answer.text)
    assert shown != "review" or '/new#text"' in answer.text, "each part can be changed from where it is read"
    assert "language=en" in answer.headers["Set-Cookie"]
    assert '<html lang="en">' in client.get("/").text


def test_a_photo_chosen_in_the_same_moment_is_kept(client: FlaskClient, session: Session, dialogue: Dialogue) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    client_id = uuid.uuid4()
    form = {"client_id": str(client_id), "language": "en", "photos": (io.BytesIO(out.getvalue()), "a.png")}
    assert client.post(f"/d/{dialogue.slug}/new", data=form).status_code == 200
    assert len(list_draft_photos(session, client_id)) == 1


def test_a_language_we_do_not_have_changes_nothing(client: FlaskClient, dialogue: Dialogue) -> None:
    answer = client.post(f"/d/{dialogue.slug}/new", data={"language": "tlh", "text": "Hej"})
    assert answer.status_code == 200 and '<html lang="sv">' in answer.text and "Hej" in answer.text


def test_enter_in_a_field_still_reads_the_form_through(client: FlaskClient, dialogue: Dialogue) -> None:
    page = client.get(f"/d/{dialogue.slug}/new").text
    [first, *_others] = [
        button
        for button in re.findall(r"<(?:button|input)[^>]*>", page)
        if 'type="submit"' in button
        and ('form="view-form"' in button or page.index(button) > page.index('id="view-form"'))
    ]
    assert 'value="review"' in first
