"""Extensions of an opened phase: reads, and the proof that the new last day was announced. Callers commit."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Conflict, Invalid, NotFound
from mapdialog.core.files import FileStore
from mapdialog.core.text import N_
from mapdialog.plans.models import Plan, PlanPhase
from mapdialog.plans.postings import Posting, check_posting, keep_posting
from mapdialog.plans.statement_models import PlanPhaseExtension


def list_extensions(session: Session, phase: PlanPhase) -> Sequence[PlanPhaseExtension]:
    """The phase's extensions, the first first."""
    query = select(PlanPhaseExtension).where(PlanPhaseExtension.phase_id == phase.id)
    return session.scalars(query.order_by(PlanPhaseExtension.id)).all()


def get_extension(session: Session, phase: PlanPhase, extension_id: int) -> PlanPhaseExtension:
    """That extension of the phase, or NotFound."""
    found = session.get(PlanPhaseExtension, extension_id) if extension_id < 2**31 else None
    if found is None or found.phase_id != phase.id:
        raise NotFound(N_("Förlängningen finns inte."))
    return found


def save_posting(
    session: Session,
    plan: Plan,
    extension: PlanPhaseExtension,
    posting: Posting,
    *,
    files: FileStore,
    version: int | None,
    today: date,
    actor_id: int | None,
) -> None:
    """Keep where and when the new last day was announced. Raises Invalid, Conflict if a colleague was first."""
    session.refresh(extension, with_for_update=True)
    if version is not None and version != extension.version:
        raise Conflict(N_("En kollega har ändrat uppgifterna sedan du öppnade sidan. Jämför och spara igen."))
    proof, wrong = check_posting(posting, today)
    if wrong:
        raise Invalid(N_("Något behöver rättas innan det går att spara."), fields=wrong)
    keep_posting(extension, posting, proof, plan_id=plan.id, files=files)
    extension.version += 1
    session.flush()
    posted = min((day for day in (posting.board_posted_on, posting.newspaper_on) if day), default=None)
    told = {"posted": posted.isoformat()} if posted is not None else {}
    audit.record(session, actor_id, "plan.extension_posting", plan, phase=extension.phase_id, **told)
