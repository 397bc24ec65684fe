"""A walk's papers over the web and from the terminal: kept when published, and never more than the reader may have."""

import hashlib
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

import docx
import pypdf
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.commands import walk as walk_command
from mapdialog.commands.main import cli
from mapdialog.config import Config
from mapdialog.contributions import moderation
from mapdialog.core import jobs
from mapdialog.core.clock import now
from mapdialog.core.errors import Invalid, Unavailable
from mapdialog.reports import walk_papers, walk_protocols
from mapdialog.reports.jobs import keep_walk_protocol, publish_walk_protocol
from mapdialog.reports.walk_papers import JoinCode
from mapdialog.walks import actions, cancelling, publishing, queries, recording_access
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.protocol import Version
from tests.pdf_rules import broken_rules
from tests.staffing import sign_in
from tests.walks.making import EVENING, make_walk, observe
from tests.walks.protocols import make_performed

DOCX = b"PK\x03\x04"


@pytest.fixture
def walk(session: Session, app: Flask) -> SafetyWalk:
    made = make_performed(session, app.extensions["files"])
    session.commit()
    return made


def take_step(client: FlaskClient, walk: SafetyWalk, status: str) -> str:
    answer = client.post(f"/staff/walks/{walk.slug}/step", data={"status": status}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def work(session: Session, app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Does what waits for the worker of publishing protocols, in the test's own transaction."""

    @contextmanager
    def here() -> Iterator[Session]:
        try:
            yield session
        except BaseException:
            session.rollback()
            raise
        session.commit()

    monkeypatch.setattr(jobs, "session", here)
    jobs.surround(config, app.extensions["engine"])

    def do() -> None:
        taken = text("delete from procrastinate_jobs where task_name = 'publish_walk_protocol' returning args")
        for arguments in session.scalars(taken).all():
            session.commit()
            publish_walk_protocol(**arguments)

    return do


def words_of(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_protocol_is_kept_as_it_was_published_and_can_be_taken_back(
    client: FlaskClient,
    session: Session,
    walk: SafetyWalk,
    work: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    assert client.get(f"/walks/{walk.slug}/protocol.pdf").status_code == 404
    assert 'data-state="making"' in take_step(client, walk, "protocol_published")
    assert "Protokollet görs redan" in take_step(client, walk, "protocol_published")
    assert "Se hur det går" in client.get(f"/staff/walks/{walk.slug}").text
    assert "invitation" in client.get(f"/walks/{walk.slug}").location, "not public without its files"
    work()
    assert 'data-state="none"' in client.get(f"/staff/walks/{walk.slug}/protocol").text
    pdf, word = (client.get(f"/walks/{walk.slug}/protocol.{kind}").data for kind in ("pdf", "docx"))
    assert "Två lampor är släckta." in words_of(pdf) and "Ingen har läst" not in words_of(pdf)
    assert word.startswith(DOCX) and client.get(f"/walks/{walk.slug}/protocol.txt").status_code == 404
    rows = queries.list_protocols(session, walk)
    assert [(one.version, one.kind, one.sha256) for one in rows] == [
        (1, "pdf", hashlib.sha256(pdf).hexdigest()),
        (1, "docx", hashlib.sha256(word).hexdigest()),
    ]
    assert f"/walks/{walk.slug}/protocol.pdf" in client.get(f"/walks/{walk.slug}").text
    monkeypatch.setattr(walk_protocols, "write", lambda *_: b"%PDF of another day")
    client.post(f"/staff/walks/{walk.slug}/protocol")
    assert client.get(f"/walks/{walk.slug}/protocol.pdf").data == pdf
    keep_walk_protocol(walk.id)  # What an earlier release asked for is there: an old job adds nothing.
    assert len(queries.list_protocols(session, walk)) == 2
    assert "keep_walk_protocol" in {one.name for one in jobs.declared()}
    work()
    assert client.get(f"/walks/{walk.slug}/protocol.pdf").data == b"%PDF of another day"
    assert client.get(f"/staff/walks/{walk.slug}/protocol/1.pdf").data == pdf
    page = client.get(f"/staff/walks/{walk.slug}/protocol").text
    assert f"/staff/walks/{walk.slug}/protocol/2.docx" in page and f"/staff/walks/{walk.slug}/protocol/1.pdf" in page
    take_step(client, walk, "protocol_draft")
    assert client.get(f"/walks/{walk.slug}/protocol.pdf").status_code == 404
    assert client.get(f"/staff/walks/{walk.slug}/protocol/2.pdf").status_code == 200


def test_a_protocol_without_contents_is_not_published(client: FlaskClient, session: Session) -> None:
    walk = make_walk(session)
    walk.status = "protocol_draft"
    session.commit()
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    assert "inga iakttagelser" in take_step(client, walk, "protocol_published")
    session.expire_all()
    assert queries.get_walk(session, walk.slug).status == "protocol_draft"
    answer = client.get(f"/staff/walks/{walk.slug}/protocol/draft?format=docx")
    assert answer.status_code == 422 and "inga iakttagelser" in answer.text
    assert client.post(f"/staff/walks/{walk.slug}/protocol").status_code == 422


@pytest.mark.parametrize("error", [Unavailable("PDF kan inte göras."), OSError("disk")])
def test_a_protocol_that_cannot_be_made_leaves_the_walk_unpublished_and_says_why(
    client: FlaskClient,
    session: Session,
    walk: SafetyWalk,
    work: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def fail(*_: object) -> bytes:
        raise error

    slug, said = walk.slug, "PDF kan inte göras." if isinstance(error, Unavailable) else "Något gick fel hos oss."
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    take_step(client, walk, "protocol_published")
    with monkeypatch.context() as broken:
        broken.setattr(walk_protocols, "write", fail)
        with nullcontext() if isinstance(error, Unavailable) else pytest.raises(OSError, match="disk"):
            work()
    session.expire_all()
    assert queries.get_walk(session, slug).status == "protocol_draft"
    assert client.get(f"/walks/{slug}/protocol.pdf").status_code == 404
    page = client.get(f"/staff/walks/{slug}/protocol").text
    assert 'data-state="failed"' in page and said in page and "Försök igen" in page and "disk" not in page
    monkeypatch.setattr(walk_protocols, "write", lambda *_: b"%PDF")
    client.post(f"/staff/walks/{slug}/protocol")
    work()
    assert client.get(f"/walks/{slug}/protocol.pdf").data == b"%PDF"


def test_what_cannot_be_made_is_not_offered_and_says_why(
    client: FlaskClient, session: Session, walk: SafetyWalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = make_walk(
        session, route=None, stops=(), starts_at=None, ends_at=None, pre_meeting_at=None, follow_up_at=None
    )
    slug, bare = walk.slug, empty.slug
    session.commit()
    sign_in(client, session, Role.SAFETY_COORDINATOR)
    links = ("protocol/draft", "route-sheet.pdf", "poster-a4.pdf")
    full = client.get(f"/staff/walks/{slug}/protocol").text
    assert all(link in full for link in links[:2]) and "format=pdf" in full
    assert links[2] not in full and "Vandringen är genomförd, så det finns inget att bjuda in till" in full
    page = client.get(f"/staff/walks/{bare}/protocol").text
    assert not any(link in page for link in links)
    for why in ("Protokollet behöver en dag", "Ruttbladet behöver en karta", "Affischen behöver en tid"):
        assert why in page, why
    assert f'/staff/walks/{bare}#starts_at"' in page
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    page = client.get(f"/staff/walks/{slug}/protocol").text
    assert "Pango saknas" in page and "format=docx" in page and "format=pdf" not in page and "poster-a4" not in page


def test_drafts_are_for_staff_and_publishing_for_who_edits_walks(
    client: FlaskClient, session: Session, walk: SafetyWalk
) -> None:
    draft = f"/staff/walks/{walk.slug}/protocol/draft?format=docx&version=internal"
    assert client.get(draft).status_code == 302
    sign_in(client, session, Role.READER)
    answer = client.get(draft)
    assert answer.data.startswith(DOCX) and "intern" in answer.headers["Content-Disposition"]
    assert client.post(f"/staff/walks/{walk.slug}/protocol").status_code == 403


def test_the_route_sheet_has_stops_checklist_and_the_participants_code(
    session: Session, config: Config, walk: SafetyWalk
) -> None:
    code = JoinCode("B7KQM-4TXPW", "https://dialog.example/w/B7KQM-4TXPW", "dialog.example/w")
    words = words_of(walk_papers.route_sheet(session, walk, config, code=code))
    for part in ("Tunneln under Hedvägen", "Hittar man?", "Checklista", "Belysning", "B7KQM-4TXPW", "ring 112"):
        assert part in words, part
    assert "Anna" not in words.split()  # who leads a group
    with pytest.raises(Invalid, match="rita rutten"):
        walk_papers.route_sheet(session, make_walk(session, route=None, stops=()), config)


def test_the_poster_says_when_and_where_and_leads_to_the_invitation(
    client: FlaskClient, session: Session, walk: SafetyWalk
) -> None:
    begins = EVENING.replace(year=2090)
    coming = make_walk(session, starts_at=begins, ends_at=begins + timedelta(hours=2), follow_up_at=None)
    actions.take_step(session, coming, "invited", version=None, actor_id=None, at=now())
    slug, over, planned = coming.slug, walk.slug, make_walk(session).slug
    session.commit()
    assert client.get(f"/walks/{planned}/poster.pdf").status_code == 404
    answer = client.get(f"/walks/{slug}/poster.pdf")
    for part in ("Söndag 26 november 2090 17.00–19.00", "Gasverket", f"localhost/walks/{slug}/invitation"):
        # The address is long and stands on two lines.
        assert part.replace(" ", "") in words_of(answer.data).replace(" ", ""), part
    sign_in(client, session, Role.READER)
    large = client.get(f"/staff/walks/{slug}/poster-a3.pdf").data
    assert round(float(pypdf.PdfReader(io.BytesIO(large)).pages[0].mediabox.height) * 25.4 / 72) == 420
    assert client.get(f"/staff/walks/{slug}/poster-a9.pdf").status_code == 422
    # What is over is not invited to: who still has the address comes to the walk's page.
    assert client.get(f"/walks/{over}/poster.pdf").location == f"/walks/{over}"
    assert "inget att bjuda in till" in client.get(f"/staff/walks/{over}/poster-a4.pdf").text
    late = queries.get_walk(session, slug)
    late.starts_at, late.ends_at, late.pre_meeting_at = now() - timedelta(hours=1), None, None
    session.commit()
    assert client.get(f"/walks/{slug}/poster.pdf").status_code == 302
    page = client.get(f"/staff/walks/{slug}/protocol").text
    assert "ändra tiden innan du gör en affisch" in page and "poster-a4" not in page


def test_a_code_is_printed_for_staff_but_not_for_everybody(
    client: FlaskClient, session: Session, config: Config, walk: SafetyWalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [
        recording_access.make_code(session, walk, role, secret_key=config.secret_key, at=now(), actor_id=None)
        for role in ("participant", "leader")
    ]
    session.commit()
    printed: list[JoinCode | None] = []
    monkeypatch.setattr(walk_papers, "route_sheet", lambda *_, code=None: printed.append(code) or b"%PDF")
    client.get(f"/walks/{walk.slug}/route-sheet.pdf")
    sign_in(client, session, Role.READER)
    client.get(f"/staff/walks/{walk.slug}/route-sheet.pdf")
    assert printed[0] is None
    assert printed[1] is not None and printed[1].words == recording_access.words_of(config.secret_key, made[0])


def test_the_terminal_writes_the_same_protocol(
    session: Session, config: Config, walk: SafetyWalk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def opened() -> Iterator[tuple[Config, Session]]:
        yield config, session

    monkeypatch.setattr(walk_command, "open_database", opened)
    out = tmp_path / "protokoll.docx"
    done = CliRunner().invoke(cli, ["walk", "protocol", walk.slug, "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(DOCX)
    for arguments, said in (
        (["finns-inte", "-o", str(out)], "no such walk"),
        ([walk.slug, "-o", str(tmp_path / "protokoll.txt")], "Let it end in .pdf, .docx"),
        ([walk.slug, "-o", str(tmp_path / "ingen/protokoll.pdf")], "No such file"),
    ):
        wrong = CliRunner().invoke(cli, ["walk", "protocol", *arguments])
        assert wrong.exit_code == 1 and said in wrong.output and len(wrong.output.splitlines()) == 1, wrong.output


def test_a_walk_that_is_read_in_gets_its_files_in_the_step_that_publishes_it_as_of_then(
    session: Session, walk: SafetyWalk, work: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk_protocols, "write", lambda *_: b"%PDF")
    then = now() - timedelta(days=20)
    publishing.ask(session, walk, version=None, actor_id=None, at=then, as_of=then)
    assert (walk.status, queries.list_protocols(session, walk)) == ("protocol_draft", [])
    work()
    assert (walk.status, walk.published_at) == ("actions_running", then)
    assert [(one.version, one.kind) for one in queries.list_protocols(session, walk)] == [(1, "pdf"), (1, "docx")]


def test_every_paper_of_a_cancelled_walk_says_so_and_why(
    client: FlaskClient, session: Session, config: Config, app: Flask
) -> None:
    walk, at = make_walk(session), now()
    actions.take_step(session, walk, "invited", version=None, actor_id=None, at=at)
    moderation.approve(session, observe(session, walk), version=None, actor_id=None)
    cancelling.cancel(session, walk, "Storm väntas.\n\nNy tid kommer.", version=None, actor_id=None, at=at)
    session.commit()
    files, slug = app.extensions["files"], walk.slug
    word = walk_protocols.make_file(session, walk, "docx", Version.INTERNAL, config=config, files=files, at=at)
    told = [one.text for one in docx.Document(io.BytesIO(word)).paragraphs]
    assert [one for one in told if one in ("INSTÄLLD", "Storm väntas.", "Ny tid kommer.")] == [
        "INSTÄLLD",
        "Storm väntas.",
        "Ny tid kommer.",
    ]
    sign_in(client, session, Role.READER)
    page = client.get(f"/staff/walks/{slug}/protocol").text
    for link in ("Ruttblad (PDF, A4), inställd", "Affisch A3 (PDF), inställd", "PDF, inställd", "Storm väntas."):
        assert link in page, link
    papers = ("route-sheet.pdf", "poster-a4.pdf", "protocol/draft?format=pdf")
    for address in (*(f"/staff/walks/{slug}/{one}" for one in papers), f"/walks/{slug}/poster.pdf"):
        answer = client.get(address)
        pdf = pypdf.PdfReader(io.BytesIO(answer.data))
        assert "filename=installd-" in answer.headers["Content-Disposition"], address
        assert "INSTÄLLD" in words_of(answer.data) and "Storm väntas." in words_of(answer.data), address
        assert pdf.metadata is not None and str(pdf.metadata.title).startswith("Inställd: "), address
        assert "Välkommen" not in words_of(answer.data) and broken_rules(answer.data) == [], address
