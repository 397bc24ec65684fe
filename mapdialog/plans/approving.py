"""Takes answers from draft to reviewed to final, and back while no finished report holds them. Callers commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Conflict, DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.plans.answer_models import PlanAnswer, PlanAnswerWording
from mapdialog.plans.answer_rules import lacks
from mapdialog.plans.answering import as_draft, keep_wording
from mapdialog.plans.kinds import AnswerStatus
from mapdialog.plans.point_locks import IN_A_REPORT, hold_answer, is_reported, take_answer


@dataclass(frozen=True)
class Moved:
    """Answers that took the step, and those that could not, each with the error that says why."""

    done: tuple[PlanAnswer, ...]
    left: tuple[tuple[PlanAnswer, DomainError], ...]


def review(session: Session, answer: PlanAnswer, *, version: int | None, at: datetime, actor_id: int) -> None:
    """Note that somebody else than its author has read the answer and found it whole.

    Raises Invalid with what it lacks by field, Conflict for its own author or when it is no draft.
    """
    take_answer(session, answer, version)
    _review(session, answer, at, actor_id)


def approve(session: Session, answer: PlanAnswer, *, version: int | None, at: datetime, actor_id: int) -> None:
    """Make a reviewed answer final: from now on it is a public record. Raises Conflict when it is not reviewed."""
    take_answer(session, answer, version)
    _approve(session, answer, at, actor_id)


def reopen(session: Session, answer: PlanAnswer, *, version: int | None, actor_id: int) -> None:
    """Make a reviewed or final answer a draft again, which the log tells. Raises Conflict when a finished report
    holds it."""
    hold_answer(session, answer)
    if is_reported(session, answer):
        raise Conflict(IN_A_REPORT)
    take_answer(session, answer, version)
    before = answer.status
    open_again(session, answer)
    audit.record(session, actor_id, "plan_answer.reopen", answer, was=before)


def open_again(session: Session, answer: PlanAnswer) -> None:
    """Make the answer a draft that nobody has reviewed or approved; its wordings stay."""
    answer.status = AnswerStatus.DRAFT.value
    answer.reviewer_id = answer.approver_id = answer.reviewed_at = answer.finalised_at = None
    session.flush()


def review_many(session: Session, answers: Sequence[PlanAnswer], *, at: datetime, actor_id: int) -> Moved:
    """Review each that can be."""
    return _each(session, answers, lambda one: _review(session, one, at, actor_id))


def approve_many(session: Session, answers: Sequence[PlanAnswer], *, at: datetime, actor_id: int) -> Moved:
    """Make final each that can be."""
    return _each(session, answers, lambda one: _approve(session, one, at, actor_id))


def _each(session: Session, answers: Sequence[PlanAnswer], step: Callable[[PlanAnswer], None]) -> Moved:
    done: list[PlanAnswer] = []
    left: list[tuple[PlanAnswer, DomainError]] = []
    # By id, so that two who do this at once wait for each other instead of dead-locking.
    for answer in sorted(answers, key=lambda one: one.id):
        hold_answer(session, answer)
        try:
            step(answer)
        except DomainError as error:
            left.append((answer, error))
        else:
            answer.version += 1
            done.append(answer)
    session.flush()
    return Moved(tuple(done), tuple(left))


def _review(session: Session, answer: PlanAnswer, at: datetime, actor_id: int) -> None:
    if answer.status != AnswerStatus.DRAFT:
        raise Conflict(N_("Bara ett utkast kan granskas."))
    if wrong := lacks(as_draft(answer)):
        raise Invalid(N_("Svaret är inte helt än."), fields=wrong)
    if answer.author_id == actor_id:
        raise Conflict(N_("Den som har skrivit svaret kan inte granska det. Be en kollega."))
    _demand_settled(session, answer)
    answer.status, answer.reviewer_id, answer.reviewed_at = AnswerStatus.REVIEWED.value, actor_id, at
    session.flush()
    audit.record(session, actor_id, "plan_answer.review", answer, version=answer.version)


def _approve(session: Session, answer: PlanAnswer, at: datetime, actor_id: int) -> None:
    if answer.status != AnswerStatus.REVIEWED:
        raise Conflict(N_("Svaret behöver granskas av en kollega innan det kan bli färdigt."))
    _demand_settled(session, answer)
    answer.status, answer.approver_id, answer.finalised_at = AnswerStatus.FINAL.value, actor_id, at
    session.flush()
    keep_wording(session, answer, as_draft(answer), actor_id=actor_id)
    audit.record(session, actor_id, "plan_answer.approve", answer, version=answer.version)


def _demand_settled(session: Session, answer: PlanAnswer) -> None:
    waiting = select(PlanAnswerWording.id).where(
        PlanAnswerWording.answer_id == answer.id,
        PlanAnswerWording.is_kept_aside,
        PlanAnswerWording.settled_at.is_(None),
    )
    if session.scalar(waiting.limit(1)) is not None:
        raise Conflict(N_("En kollegas lydelse ligger bredvid svaret. Ta ställning till den först."))
