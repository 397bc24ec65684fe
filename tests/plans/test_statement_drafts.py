"""Files of forms that are not sent yet lie in the file store, where every web server finds them, and are purged."""

import io
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core.clock import now
from mapdialog.core.errors import Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.plans import statement_drafts
from mapdialog.plans.models import Plan
from mapdialog.plans.statement_drafts import CITIZEN, DraftFiles
from mapdialog.plans.statement_files import MOST_FILES, CheckedFile
from mapdialog.plans.statement_models import PlanDraftFile
from tests.plan_seeds import make_plan, make_plan_phase
from tests.staffing import sign_in

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
FORM = uuid.UUID(int=7)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(f"file://{tmp_path}")


@pytest.fixture
def plan(session: Session) -> Plan:
    plan = make_plan(session, published_at=now())
    make_plan_phase(session, plan)
    session.commit()
    return plan


def test_what_one_server_kept_another_finds_and_nobody_else_does(session: Session, store: FileStore) -> None:
    one = CheckedFile("Karta.pdf", "pdf", PDF)
    DraftFiles(session, store, 5, FORM).keep(one)
    again = DraftFiles(session, store, 5, FORM)
    again.keep(one)
    assert [(file.name, file.data) for file in again.files()] == [("Karta.pdf", PDF)]
    for owner, form in ((6, FORM), (CITIZEN, FORM), (5, uuid.UUID(int=8))):
        assert DraftFiles(session, store, owner, form).list() == []
    for number in range(1, MOST_FILES):
        again.keep(CheckedFile(f"{number}.pdf", "pdf", PDF + bytes([number])))
    with pytest.raises(Invalid):
        again.keep(CheckedFile("En till.pdf", "pdf", PDF + b"x"))
    again.drop(one.sha256)
    assert len(again.list()) == MOST_FILES - 1


def test_what_nobody_sent_is_removed_after_two_days_from_store_and_database(session: Session, store: FileStore) -> None:
    old, new = (DraftFiles(session, store, CITIZEN, uuid.UUID(int=number)) for number in (1, 2))
    for one in (old, new):
        one.keep(CheckedFile("Karta.pdf", "pdf", PDF))
    (key,) = session.scalars(select(PlanDraftFile.file_key).where(PlanDraftFile.form_id == uuid.UUID(int=1)))
    longer = statement_drafts.KEPT + timedelta(minutes=1)
    session.execute(
        update(PlanDraftFile).where(PlanDraftFile.form_id == uuid.UUID(int=1)).values(kept_at=now() - longer)
    )
    assert statement_drafts.remove_stale(session, store) == 1
    assert old.list() == [] and len(new.files()) == 1
    with pytest.raises(NotFound):
        store.get(key)


def test_files_outlive_a_refused_form_and_go_with_the_statement(
    client: FlaskClient, session: Session, plan: Plan, app: Flask
) -> None:
    number = str(uuid.uuid4())
    address = f"/plans/{plan.slug}/statement"
    refused = client.post(
        address, data={"client_id": number, "action": "review", "text": "", "files": (io.BytesIO(PDF), "karta.pdf")}
    )
    assert refused.status_code == 422 and "karta.pdf" in refused.text
    session.expire_all()
    (key,) = session.scalars(select(PlanDraftFile.file_key))
    sent = client.post(address, data={"client_id": number, "action": "send", "text": "Bygg lägre."})
    assert sent.status_code == 303
    session.expire_all()
    assert session.scalars(select(PlanDraftFile.id)).all() == []
    with pytest.raises(NotFound):
        app.extensions["files"].get(key)
    assert not (Path(app.config["MAPDIALOG"].data_dir) / "statement-drafts").exists()
    sign_in(client, session, Role.PLANNER)
    assert "karta.pdf" in client.get(f"/staff/plans/{plan.slug}/statements/1").text
