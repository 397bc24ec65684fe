"""What a plan's overview tells of what has happened."""

from datetime import UTC, date, datetime
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from mapdialog.accounts.models import Role
from mapdialog.core import audit
from mapdialog.core.clock import now
from mapdialog.core.files import FileStore
from mapdialog.plans import outages, phasing
from mapdialog.plans.documents import DocumentDraft, add_document, remove_document
from mapdialog.plans.party_models import PlanDispatch
from tests.plan_seeds import make_plan, make_plan_phase, make_statement
from tests.plans.playing import PDF
from tests.staffing import sign_in


def test_the_overview_tells_with_which_days_and_why_and_what_was_sent_read_in_and_noted(
    client: FlaskClient, session: Session, tmp_path: Path
) -> None:
    sign_in(client, session, Role.PLANNER)
    plan = make_plan(session)
    begins = date(2026, 11, 2)
    phase = make_plan_phase(session, plan, status="draft", starts_on=begins, ends_on=date(2026, 12, 11))
    draft = phasing.PhaseDraft("consultation", begins, date(2026, 11, 20), override_reason="Ett rättat fel.")
    phasing.update_phase(session, plan, phase, draft, version=None, actor_id=None)
    make_statement(session, plan, received_by="letter")
    make_statement(session, plan, received_by="letter")
    make_statement(session, plan)
    sending = PlanDispatch(plan_id=plan.id, kind="consultation_invitation", title="Inbjudan", body="Välkommen.")
    session.add(sending)
    session.flush()
    audit.record(session, None, "dispatch.freeze", sending, recipients=8)
    phase.status, phase.opened_at = "open", now()
    outages.log_outage(
        session,
        began_at=datetime(2026, 11, 5, 12, tzinfo=UTC),
        ended_at=datetime(2026, 11, 5, 13, tzinfo=UTC),
        note="Ström.",
        at=datetime(2026, 11, 6, tzinfo=UTC),
        actor_id=None,
    )
    files = FileStore(f"file://{tmp_path}")
    _kept, gone = (
        add_document(
            session, plan, DocumentDraft("plan_map", title, "k.pdf", PDF + title.encode()), files=files, actor_id=None
        )
        for title in ("Karta över hamnen", "Anna Eks tomt")
    )
    remove_document(session, plan, gone, files=files, actor_id=None)
    session.commit()
    page = client.get(f"/staff/plans/{plan.slug}").text
    for words in (
        "2 november 2026–20 november 2026 i stället för 2 november 2026–11 december 2026, skäl: Ett rättat fel.",
        "Registrerade yttranden: 2",
        "Låste mottagarna av ett utskick: Inbjudan till samråd, 8 mottagare",
        "Noterade ett avbrott i tjänsten",
        "Lade till en handling: Karta över hamnen, version 1",
        "Tog bort en handling: Plankarta, version 1",
    ):
        assert words in page, words
