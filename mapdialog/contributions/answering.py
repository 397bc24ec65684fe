"""The municipality's answer: a draft for staff alone, then published and never rewritten in silence."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.contributions.deciding import ANSWER_MAX, check_length, demand_open
from mapdialog.contributions.models import Contribution, OfficialResponse
from mapdialog.contributions.moderation import log, take
from mapdialog.core.clock import now
from mapdialog.core.errors import Invalid
from mapdialog.core.events import announce
from mapdialog.core.text import N_, clean, clean_line


def find_draft(session: Session, contribution_id: int) -> OfficialResponse | None:
    """The answer that is being written."""
    return session.scalar(
        select(OfficialResponse)
        .where(OfficialResponse.contribution_id == contribution_id, OfficialResponse.published_at.is_(None))
        .order_by(OfficialResponse.id.desc())
        .limit(1)
    )


def save_answer(
    session: Session,
    contribution: Contribution,
    *,
    text: str,
    unit: str,
    publishes: bool,
    version: int | None,
    actor_id: int | None,
) -> OfficialResponse | None:
    """Keep the draft, or publish it; an answer after a published one stands beside it, as an addition or correction.

    Saving an empty draft removes it. Raises Invalid at `answer` or `unit`, Conflict as all decisions do.
    """
    text, unit = check_length(clean(text), "answer", ANSWER_MAX), check_length(clean_line(unit), "unit", 200)
    if publishes and not text:
        raise Invalid(N_("Skriv svaret innan du publicerar det."), field="answer")
    if publishes and not unit:
        raise Invalid(N_("Skriv vilken enhet som svarar."), field="unit")
    take(session, contribution, version)
    demand_open("answer", contribution.state)
    response = find_draft(session, contribution.id)
    if response is None and not text:
        return None
    if not text:
        session.delete(response)
        session.flush()
        return None
    if response is None:
        response = OfficialResponse(contribution_id=contribution.id)
        session.add(response)
    response.text, response.unit, response.author_id = text, unit, actor_id
    if publishes:
        response.published_at = now()
        contribution.answered_at = contribution.answered_at or response.published_at
    session.flush()
    log(session, contribution, "answer" if publishes else "draft_answer", actor_id)
    if publishes:
        announce(session, "contribution_answered", contribution=contribution)
    return response
