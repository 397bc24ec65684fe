"""An extension of a phase keeps where and when the new last day was announced, and the log and the report tell it."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.errors import Conflict, Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.plans import extending, phasing
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.postings import Posting, Proof
from mapdialog.reports.plan_report_held import read_held
from tests.plan_seeds import make_plan, make_plan_phase, today
from tests.staffing import sign_in

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session)


@pytest.fixture
def phase(session: Session, plan: Plan) -> PlanPhase:
    phase = make_plan_phase(session, plan)
    day = phase.ends_on + timedelta(days=7)
    phasing.extend_phase(session, plan, phase, ends_on=day, reason="Sommar.", actor_id=None)
    return phase


def test_where_an_extension_was_announced_is_kept_and_stands_in_the_report(
    session: Session, plan: Plan, phase: PlanPhase, tmp_path: Path
) -> None:
    files = FileStore(f"file://{tmp_path}")
    (made,) = extending.list_extensions(session, phase)

    def save(posting: Posting, version: int | None = None) -> None:
        extending.save_posting(session, plan, made, posting, files=files, version=version, today=today(), actor_id=None)

    (before,) = read_held(session, [phase])
    save(Posting(board_posted_on=today(), newspaper="TA", newspaper_on=today(), proof=Proof("bevis.pdf", PDF)), 1)
    assert made.proof_file_key is not None and files.get(made.proof_file_key) == PDF
    (held,) = read_held(session, [phase])
    told = [one for one in held.notices if one not in before.notices]
    assert [one.where for one in told] == ["Kommunens anslagstavla", "TA"]
    assert all("förlängd tid" in one.what and one.day == today().isoformat() for one in told)
    save(Posting(board_posted_on=today()))
    assert (made.proof_file_name, made.newspaper) == ("bevis.pdf", "")
    with pytest.raises(Conflict):
        save(Posting(), 1)
    with pytest.raises(Invalid) as caught:
        save(Posting(board_posted_on=today() + timedelta(days=1), proof=Proof("x.exe", b"MZ\x00\x00")))
    assert set(caught.value.fields) == {"board_posted_on", "proof"}
    with pytest.raises(NotFound):
        extending.get_extension(session, make_plan_phase(session, plan, "review", status="draft"), made.id)
    made.reason = "Ett annat skäl."
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_page_of_an_extension_has_its_text_and_takes_the_proof(
    client: FlaskClient, session: Session, plan: Plan, phase: PlanPhase
) -> None:
    sign_in(client, session, Role.PLANNER)
    session.commit()
    (made,) = extending.list_extensions(session, phase)
    page = f"/staff/plans/{plan.slug}/phases/{phase.id}"
    address = f"{page}/extensions/{made.id}"
    assert "kungörelse och bevis saknas" in client.get(page).text
    shown = client.get(address).text
    assert "är förlängd till och med den" in shown and "Sommar." in shown
    tomorrow = (today() + timedelta(days=1)).isoformat()
    refused = client.post(address, data={"version": "1", "board_posted_on": tomorrow})
    assert refused.status_code == 422 and "Dagen har inte varit än" in refused.text
    sent = {"version": "1", "board_posted_on": today().isoformat(), "proof": (io.BytesIO(PDF), "bevis.pdf")}
    assert client.post(address, data=sent).status_code == 302
    assert client.get(f"{address}/proof").data == PDF
    page = client.get(page).text
    assert "kungörelse och bevis saknas" not in page and "kungjord" in page
    log = client.get(f"/staff/plans/{plan.slug}").text
    assert "Sparade var en förlängning kungjordes" in log
    assert client.post(address, data={"version": "1", "board_url": "fel"}).status_code in (409, 422)
