"""Hostile words in every field that takes words: taken as they are or refused, shown as text, never run or queried."""

import csv
import io
import re
import uuid
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.analysis.scope import Scope
from mapdialog.contributions.models import Contribution, State
from mapdialog.core.text import clean
from mapdialog.dialogues.models import Dialogue
from mapdialog.reports.contribution_rows import Content
from mapdialog.reports.export_files import write_contributions
from tests.attack.conftest import Judge
from tests.attack.corpus import FORMULAS, SCRIPTS, as_json
from tests.contributions.conftest import POINT, TRELLEBORG, Send
from tests.staffing import sign_in

RISKY = re.compile(r"^[=+\-@\t\r\n]")


class Elements(HTMLParser):
    """Collects what a browser would run: scripts without nonce, handlers, and addresses that are code."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"base", "iframe", "object", "embed", "style", "math"} or (tag == "script" and "nonce" not in given):
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"srcdoc", "style"}:
                self.found.append(f"{tag} {name}")
            if name in {"href", "src", "action"} and re.match(r"\s*(javascript|data|vbscript):", value or "", re.I):
                self.found.append(f"{tag} {name}={value}")


def active(page: str) -> list[str]:
    """What in a page did not come from our templates."""
    reader = Elements()
    reader.feed(page)
    return reader.found


def test_the_reader_of_pages_finds_what_would_run() -> None:
    for text in ("<script>x</script>", "<img onerror=x>", "<a href=' javascript:x'>", "<base href=x>"):
        assert active(text)
    assert not active('<script nonce="x">y</script><a href="/c">&lt;script&gt;</a>')


def test_words_sent_over_the_api_are_kept_and_shown_as_words(
    client: FlaskClient, open_dialogue: Dialogue, session: Session, texts: list[str], judge: Judge
) -> None:
    url, receipts = f"/api/v1/dialogues/{open_dialogue.slug}/contributions", []
    for text in texts:
        properties = {
            "client_id": str(uuid.uuid4()),
            "category": "light",
            "text": text,
            "contact_name": text[:100],
            "place_label": text[:200],
        }
        body = as_json({"type": "Feature", "geometry": POINT, "properties": properties})
        answer = client.post(url, data=body, content_type="application/json")
        judge(answer, text)
        if answer.status_code == 201:
            receipts.append((answer.get_json()["receipt"], text))
    assert len(receipts) > len(texts) * 0.7
    for receipt, text in receipts:
        kept = session.scalars(select(Contribution).where(Contribution.receipt == receipt)).one()
        assert kept.raw_text == clean(text)
    for receipt, text in receipts[::30]:
        page = client.get(f"/c/{receipt}")
        judge(page, text)
        assert not active(page.text), text
    listing = client.get(f"/d/{open_dialogue.slug}/list")
    assert not active(listing.text)
    assert session.scalar(select(func.count()).select_from(Contribution)) == len(receipts)


@pytest.mark.parametrize(
    "field",
    ["client_id", "category", "mood", "contact_email", "language", "place_source", "accuracy_m", "submitted_at",
     "shows_name", "website"],
)  # fmt: skip
def test_words_in_fields_that_take_none_are_refused_or_left_out(
    client: FlaskClient, open_dialogue: Dialogue, texts: list[str], judge: Judge, field: str
) -> None:
    url = f"/api/v1/dialogues/{open_dialogue.slug}/contributions"
    for text in texts[::12]:
        properties = {"client_id": str(uuid.uuid4()), "category": "light", "text": "Hej"} | {field: text}
        body = as_json({"type": "Feature", "geometry": POINT, "properties": properties})
        judge(client.post(url, data=body, content_type="application/json"), text)


def test_the_plain_form_takes_the_same_and_gives_it_back_whole(
    client: FlaskClient, open_dialogue: Dialogue, texts: list[str], judge: Judge
) -> None:
    lon, lat = TRELLEBORG
    for text in texts[::15]:
        form = {"client_id": str(uuid.uuid4()), "category": "light", "text": text, "contact_name": text, "lon": lon}
        form |= {"lat": lat, "place_label": text, "place_query": text, "coordinates": "", "action": "review"}
        answer = client.post(f"/d/{open_dialogue.slug}/new", data=encoded(form))
        judge(answer, text)
        assert not active(answer.text), text
        search = client.post(f"/d/{open_dialogue.slug}/new", data=encoded(form | {"action": "search"}))
        judge(search, text)
        assert not active(search.text), text


def encoded(form: dict[str, object]) -> dict[str, str]:
    """Values a browser could send: a lone surrogate becomes a question mark there too."""
    return {name: str(value).encode("utf-8", "replace").decode() for name, value in form.items()}


def test_every_other_field_of_a_citizen_takes_them_too(
    client: FlaskClient, open_dialogue: Dialogue, send: Send, texts: list[str], judge: Judge
) -> None:
    receipt = send(open_dialogue).receipt
    for text in texts[::21]:
        given = encoded({"text": text, "name": text, "client_id": str(uuid.uuid4()), "reason": text, "action": text})
        for path in (f"/c/{receipt}/replies", f"/c/{receipt}/reports", f"/c/{receipt}/support"):
            judge(client.post(path, data=given), text)
        judge(client.post("/c/link", data=encoded({"receipt": text, "email": text})), text)
        for path, body in (
            ("replies", {"client_id": str(uuid.uuid4()), "text": text, "name": text}),
            ("reports", {"reason": "other", "text": text, "reply_id": text}),
            ("reports", {"reason": text, "text": text}),
        ):
            answer = client.post(
                f"/api/v1/contributions/{receipt}/{path}", data=as_json(body), content_type="application/json"
            )
            judge(answer, text)
    assert not active(client.get(f"/c/{receipt}").text)


def test_staff_see_words_as_words(
    client: FlaskClient, dialogue: Dialogue, send: Send, session: Session, texts: list[str], judge: Judge
) -> None:
    chosen = [text for text in texts if clean(text) and len(text) < 9_000][::5][:100]
    receipts = [send(dialogue, text).receipt for text in chosen]
    sign_in(client, session, Role.MODERATOR)
    for number in range(1, 6):
        page = client.get(f"/staff/inbox?page={number}")
        judge(page, number)
        assert not active(page.text)
    for receipt in receipts[::4]:
        assert not active(client.get(f"/staff/inbox?state=all&open={receipt}").text)


@pytest.fixture
def formulas(open_dialogue: Dialogue, send: Send, texts: list[str]) -> Iterator[int]:
    """Contributions that would like to be formulas, or scripts, in every field that an export has."""
    hostile = [text for text in texts if RISKY.match(text) or text in (*FORMULAS, *SCRIPTS)] or list(FORMULAS)
    for text in hostile:
        send(open_dialogue, text, contact_name=text[:100], place_label=text[:200])
    yield len(hostile)


def cells_of_csv(data: bytes) -> list[str]:
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")
    return [cell for row in rows for cell in row]


@pytest.mark.parametrize("audience", ["public", "staff", "personal"])
def test_nothing_is_a_formula_in_csv_or_excel(
    session: Session, open_dialogue: Dialogue, formulas: int, tmp_path: Path, audience: str
) -> None:
    content = Content(Scope(open_dialogue.id, states=tuple(State)), audience)  # type: ignore[arg-type]
    write_contributions(session, content, "csv", tmp_path / "a.csv")
    cells = cells_of_csv((tmp_path / "a.csv").read_bytes())
    assert len(cells) > formulas * 10
    assert not [cell for cell in cells if RISKY.match(cell) and not re.fullmatch(r"-?[\d.,]+", cell)]
    write_contributions(session, content, "xlsx", tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None and sheet.max_row == formulas + 1
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]


@pytest.mark.usefixtures("formulas")
def test_the_public_download_holds_no_formula_either(client: FlaskClient, open_dialogue: Dialogue) -> None:
    data = client.get(f"/api/v1/dialogues/{open_dialogue.slug}/contributions.csv").data
    assert not [cell for cell in cells_of_csv(data) if RISKY.match(cell) and not re.fullmatch(r"-?[\d.,]+", cell)]
