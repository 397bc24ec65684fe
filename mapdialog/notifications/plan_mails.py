"""Mails of plan consultations: what is sent to a plan's parties, in the officer's words and nobody else's."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from mapdialog.config import Config
from mapdialog.core.text import clean_line
from mapdialog.notifications.actions import queue
from mapdialog.notifications.letters import Letter
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
        one.proof = f"E-post {mail.id}"
    return len(mails)
