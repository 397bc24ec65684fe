"""Mails of plan consultations: what is sent to a plan's parties, in the officer's words and nobody else's."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core import audit
from mapdialog.core.clock import local, now
from mapdialog.core.text import clean_line
from mapdialog.notifications.actions import queue
from mapdialog.notifications.letters import Letter
from mapdialog.notifications.models import OutgoingMail
from mapdialog.plans.party_models import PlanDispatch, PlanRecipient

DISPATCH = "plan_dispatch"


def write_dispatch(
    session: Session, dispatch: PlanDispatch, recipients: Sequence[PlanRecipient], config: Config
) -> int:
    """One mail to each of them, all alike; its number in the queue is noted as proof. Returns how many."""
    foot = f"{config.municipality}\n{config.contact}"
    letter = Letter(DISPATCH, clean_line(dispatch.title), f"{dispatch.body}\n\n{foot}\n")
    mails = [(one, queue(session, one.email, letter)) for one in recipients if one.email]
    session.flush()
    for one, mail in mails:
        one.mail_id, one.proof = mail.id, _proof(mail)
    return len(mails)


def note_failure(session: Session, mail: OutgoingMail) -> None:
    """Whoever the mail of a sending never reached has not been sent it, unless the desk has noted another proof."""
    query = select(PlanRecipient).where(PlanRecipient.mail_id == mail.id, PlanRecipient.proof == _proof(mail))
    for one in session.scalars(query):
        one.sent_on, one.proof, one.mail_failed_on = None, "", local(now()).date()
        audit.record(session, None, "dispatch.mail_failed", one.dispatch, recipient=one.id)


def _proof(mail: OutgoingMail) -> str:
    return f"E-post {mail.id}"
