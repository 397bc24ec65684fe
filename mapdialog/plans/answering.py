"""Writes of answers: drafts, the same answer for many points, and wordings that met each other. Callers commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.clock import now
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_
from mapdialog.plans.answer_models import PlanAnswer, PlanAnswerWording, PlanPoint
from mapdialog.plans.answer_rules import AnswerDraft, faults
from mapdialog.plans.kinds import AnswerStatus
from mapdialog.plans.models import Plan
from mapdialog.plans.point_locks import demand_some, demand_unreported, hold_answer, take_point, take_points


@dataclass(frozen=True)
class Saving:
    """What became of a saving. With `kept_aside` a colleague had been there first: the answer stands as they left it,
    and what was written now is kept beside it."""

    answer: PlanAnswer
    kept_aside: PlanAnswerWording | None = None


@dataclass(frozen=True)
class Attached:
    """Points that got the answer, and those that were left with the one they had."""

    done: tuple[PlanPoint, ...]
    left: tuple[PlanPoint, ...]


def create_answer(
    session: Session, plan: Plan, draft: AnswerDraft, points: Sequence[PlanPoint] = (), *, actor_id: int | None
) -> PlanAnswer:
    """A draft for those points, or for none: to be used later. Raises Invalid; points with an answer are left."""
    draft = _checked(draft)
    answer = PlanAnswer(plan_id=plan.id, author_id=actor_id, status=AnswerStatus.DRAFT.value, version=1)
    _copy(answer, draft)
    session.add(answer)
    session.flush()
    keep_wording(session, answer, draft, actor_id=actor_id)
    audit.record(session, actor_id, "plan_answer.create", answer)
    if points:
        attach(session, answer, points, actor_id=actor_id)
    return answer


def answer_points(
    session: Session, plan: Plan, points: Sequence[PlanPoint], draft: AnswerDraft, *, actor_id: int | None
) -> Saving:
    """Answer points that nobody has answered. Raises Invalid.

    When a colleague has answered all of them meanwhile, the draft is kept aside at the first one's answer.
    """
    demand_some(points)
    draft = _checked(draft)
    held = take_points(session, points)
    free = [one for one in held if one.answer_id is None]
    taken = next((one.answer_id for one in held if one.answer_id is not None), None)
    if free:
        return Saving(create_answer(session, plan, draft, free, actor_id=actor_id))
    if taken is None:
        raise Conflict(N_("En kollega har tagit bort synpunkten."))
    answer = session.get_one(PlanAnswer, taken)
    met = [one for one in held if one.answer_id == taken]
    return Saving(answer, keep_aside(session, answer, draft, points=met, actor_id=actor_id))


def save_answer(
    session: Session,
    answer: PlanAnswer,
    draft: AnswerDraft,
    *,
    version: int,
    points: Sequence[PlanPoint] = (),
    actor_id: int | None,
) -> Saving:
    """Another wording; a reviewed answer becomes a draft again. Raises Invalid.

    When the answer is no longer that version, or final, nothing of it changes and the draft is kept aside, for those
    points if it was written for some of the answer's.
    """
    draft = _checked(draft)
    current = hold_answer(session, answer)
    if draft == as_draft(answer):
        return Saving(answer)
    if current != version or answer.status == AnswerStatus.FINAL:
        return Saving(answer, keep_aside(session, answer, draft, points=points, actor_id=actor_id))
    _copy(answer, draft)
    answer.version += 1
    answer.status, answer.author_id = AnswerStatus.DRAFT.value, actor_id
    answer.reviewer_id, answer.reviewed_at = None, None
    answer.updated_at = now()
    session.flush()
    keep_wording(session, answer, draft, actor_id=actor_id)
    settle_own(session, answer, actor_id=actor_id)
    audit.record(session, actor_id, "plan_answer.save", answer, version=answer.version)
    return Saving(answer)


def word_points(
    session: Session,
    answer: PlanAnswer,
    points: Sequence[PlanPoint],
    draft: AnswerDraft,
    *,
    version: int,
    actor_id: int | None,
) -> Saving:
    """Another wording for these of the answer's points. Raises Invalid, Conflict.

    When others have the answer too they keep it as it was, and these get one of their own to share.
    """
    shared = session.scalar(select(func.count()).where(PlanPoint.answer_id == answer.id)) or 0
    if shared > len(points):
        own = detach(session, points[0], version=None, actor_id=actor_id)
        if len(points) > 1:
            attach(session, own, points[1:], replace=True, actor_id=actor_id)
        answer, version = own, own.version
    return save_answer(session, answer, draft, version=version, points=points, actor_id=actor_id)


def use_kept(session: Session, wording: PlanAnswerWording, *, at: datetime, actor_id: int | None) -> PlanAnswer:
    """Let the points that a kept wording was written for, and that still have the answer it met, be answered with it.

    Points that share the answer with others get one of their own. Gives the answer they have then. Raises Invalid, or
    Conflict: for a wording that is dealt with, points that have another answer by now, a final answer.
    """
    answer = session.get_one(PlanAnswer, wording.answer_id)
    version = hold_answer(session, answer)
    session.refresh(wording)
    if not wording.is_kept_aside or wording.settled_at is not None:
        raise Conflict(N_("Någon har redan tagit ställning till lydelsen."))
    points = list_written_for(session, wording)
    if not points:
        raise Conflict(N_("Synpunkterna har fått ett annat svar. Hämta in lydelsen i rutan i stället."))
    if answer.status == AnswerStatus.FINAL:
        raise Conflict(N_("Svaret är färdigt. Öppna det igen först."))
    saving = word_points(session, answer, points, as_draft(wording), version=version, actor_id=actor_id)
    settle(session, wording, at=at, actor_id=actor_id)
    return saving.answer


def list_written_for(session: Session, wording: PlanAnswerWording) -> list[PlanPoint]:
    """The points that a wording was written for, while they have the answer that it is a wording of."""
    query = select(PlanPoint).where(PlanPoint.id.in_(wording.point_ids), PlanPoint.answer_id == wording.answer_id)
    return list(session.scalars(query.order_by(PlanPoint.statement_id, PlanPoint.seq)))


def keep_aside(
    session: Session,
    answer: PlanAnswer,
    draft: AnswerDraft,
    *,
    points: Sequence[PlanPoint] = (),
    actor_id: int | None,
) -> PlanAnswerWording | None:
    """Keep a wording that met another's, beside the answer; None when it is just what the answer says.

    `points` are those of the answer's that it was written for, none for all of them.
    """
    if draft.cleaned() == as_draft(answer):
        return None
    kept = keep_wording(session, answer, draft.cleaned(), points=points, actor_id=actor_id, is_kept_aside=True)
    audit.record(session, actor_id, "plan_answer.keep_aside", answer, wording=kept.id)
    return kept


def settle(session: Session, wording: PlanAnswerWording, *, at: datetime, actor_id: int | None) -> None:
    """Note that a wording that was kept aside has been dealt with; it stays among the answer's wordings."""
    if wording.is_kept_aside and wording.settled_at is None:
        wording.settled_at = at
        session.flush()
        audit.record(session, actor_id, "plan_answer.settle", wording)


def settle_own(session: Session, answer: PlanAnswer, *, actor_id: int | None) -> None:
    """Who saves after their wording was kept aside has put it together with the other's; one that was written for some
    of the points only is theirs to choose."""
    waiting = (
        func.cardinality(PlanAnswerWording.point_ids) == 0,
        PlanAnswerWording.answer_id == answer.id,
        PlanAnswerWording.actor_id == actor_id,
        PlanAnswerWording.is_kept_aside,
        PlanAnswerWording.settled_at.is_(None),
    )
    session.execute(update(PlanAnswerWording).where(*waiting).values(settled_at=now()))


def attach(
    session: Session, answer: PlanAnswer, points: Sequence[PlanPoint], *, replace: bool = False, actor_id: int | None
) -> Attached:
    """Let the points, and those that repeat them, have this answer.

    Points that have another are left alone unless it is to be replaced; a reported one never is. Raises Invalid
    (`ids`) without points, Conflict for points of another plan.
    """
    demand_some(points)
    held = take_points(session, [*points, *_repeating(session, points)])
    if any(one.plan_id != answer.plan_id for one in held):
        raise Conflict(N_("Synpunkten hör till en annan plan."))
    asked = {one.id for one in points}
    done, left = [], []
    for one in held:
        if one.answer_id not in (None, answer.id) and (not replace or one.id not in asked):
            left.append(one)
            continue
        demand_unreported(session, one)
        if one.answer_id != answer.id:
            one.answer_id, one.version = answer.id, one.version + 1
        done.append(one)
    session.flush()
    _forget_points(session, answer)
    audit.record(session, actor_id, "plan_answer.attach", answer, points=[one.id for one in done])
    return Attached(tuple(done), tuple(left))


def detach(session: Session, point: PlanPoint, *, version: int | None, actor_id: int | None) -> PlanAnswer:
    """Give the point a copy of its answer, of its own and a draft, to be worded differently. Raises Conflict."""
    take_point(session, point, version)
    demand_unreported(session, point)
    shared = session.get(PlanAnswer, point.answer_id) if point.answer_id else None
    if shared is None:
        raise Conflict(N_("Synpunkten har inget svar."))
    own = PlanAnswer(plan_id=point.plan_id, author_id=actor_id, status=AnswerStatus.DRAFT.value, version=1)
    _copy(own, as_draft(shared))
    session.add(own)
    session.flush()
    point.answer_id = own.id
    session.flush()
    keep_wording(session, own, as_draft(own), actor_id=actor_id)
    _forget_points(session, shared, own)
    audit.record(session, actor_id, "plan_answer.detach", own, point=point.id, of=shared.id)
    return own


def unanswer(session: Session, point: PlanPoint, *, version: int | None, actor_id: int | None) -> None:
    """Take the answer from the point; the answer stays, for others. Raises Conflict for a reported one."""
    take_point(session, point, version)
    demand_unreported(session, point)
    before = session.get(PlanAnswer, point.answer_id) if point.answer_id else None
    point.answer_id = None
    session.flush()
    if before is not None:
        _forget_points(session, before)
    audit.record(session, actor_id, "plan_answer.unanswer", point, answer=before.id if before else None)


def as_draft(answer: PlanAnswer | PlanAnswerWording) -> AnswerDraft:
    """What the answer says now."""
    return AnswerDraft(answer.text, answer.outcome, answer.reason, answer.forwarded_to)


def keep_wording(
    session: Session,
    answer: PlanAnswer,
    draft: AnswerDraft,
    *,
    points: Sequence[PlanPoint] = (),
    actor_id: int | None,
    is_kept_aside: bool = False,
) -> PlanAnswerWording:
    """Add a row to the answer's wordings: who wrote what, at which version and step."""
    kept = PlanAnswerWording(
        answer_id=answer.id,
        version=answer.version,
        text=draft.text,
        outcome=draft.outcome,
        reason=draft.reason,
        forwarded_to=draft.forwarded_to,
        status=AnswerStatus.DRAFT.value if is_kept_aside else answer.status,
        is_kept_aside=is_kept_aside,
        point_ids=[one.id for one in points],
        actor_id=actor_id,
    )
    session.add(kept)
    session.flush()
    return kept


def _checked(draft: AnswerDraft) -> AnswerDraft:
    draft = draft.cleaned()
    if wrong := faults(draft):
        raise Invalid(N_("Något i svaret behöver rättas."), fields=wrong)
    return draft


def _copy(answer: PlanAnswer, draft: AnswerDraft) -> None:
    answer.text, answer.outcome, answer.reason = draft.text, draft.outcome, draft.reason
    answer.forwarded_to = draft.forwarded_to


def _repeating(session: Session, points: Sequence[PlanPoint]) -> Sequence[PlanPoint]:
    ids = [one.id for one in points]
    return session.scalars(select(PlanPoint).where(PlanPoint.duplicate_of_id.in_(ids))).all()


def _forget_points(session: Session, *answers: PlanAnswer) -> None:
    for one in answers:
        session.expire(one, ["points"])
