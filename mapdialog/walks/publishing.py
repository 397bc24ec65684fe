"""Asking for a walk's protocol to be published, which the worker does, and how far that has come.

Nobody waits for the files in a request, and nothing is published without them: the step and the files are one
transaction of the worker's job. What was asked and what failed stands in the audit log; who asks again clears it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.contributions.models import State
from mapdialog.core import audit, jobs
from mapdialog.core.audit import AuditEvent
from mapdialog.core.errors import Conflict, DomainError, Invalid
from mapdialog.core.text import N_
from mapdialog.walks import actions, protocol_making, queries, rules
from mapdialog.walks.asking_models import WalkActionAnswer
from mapdialog.walks.findings import WalkAction, WalkObservation
from mapdialog.walks.models import SafetyWalk, WalkStatus
from mapdialog.walks.protocol import Version

APPROVE, LEAVE = "approve", "leave"
JOB = "publish_walk_protocol"
_ASKED, _FAILED, _MADE, _STEP = "walk.protocol_asked", "walk.protocol_failed", "walk.protocol", "walk.step"
# What is said of a fault of ours, or of a worker that died.
_UNKNOWN = N_("Något gick fel hos oss. Felet står i serverns logg.")
MAY_PUBLISH = (WalkStatus.PROTOCOL_DRAFT.value, *(one.value for one in WalkStatus if rules.is_public_at(one)))


@dataclass(frozen=True)
class Publishing:
    """How far it has come since `since`; `reason` (a Swedish msgid with its `params`) is why it failed."""

    state: Literal["none", "making", "failed"]
    since: datetime | None = None
    reason: str = ""
    params: dict[str, Any] | None = None


class AlreadyPublished(Conflict):
    """What was asked for is done: a button was pressed twice, or a colleague pressed it."""


def ask(
    session: Session,
    walk: SafetyWalk,
    *,
    version: int | None,
    checks: str = "",
    actor_id: int | None,
    at: datetime,
    as_of: datetime | None = None,
) -> None:
    """Let the worker publish: the first version with the step to it, or a new one of a walk that is public.

    `checks` says what becomes of a return walk's verdicts that nobody has approved: APPROVE or LEAVE them; Invalid
    (`checks`) when some wait and it says neither. Who names the `version` asks for the first. `as_of` is when a walk
    that is read in was published; its actions run since then. Raises AlreadyPublished for a first version that is
    there, Conflict when it is under way or the step can't be taken, Invalid with what is missing.
    """
    current = session.scalar(select(SafetyWalk.version).where(SafetyWalk.id == walk.id).with_for_update(key_share=True))
    session.refresh(walk)
    if version is not None and rules.is_public_at(walk.status):
        raise AlreadyPublished(N_("Protokollet är redan publicerat. Du behöver inte göra något mer."))
    if version is not None and current != version:
        raise Conflict(actions.CHANGED_MEANWHILE)
    if not rules.is_public_at(walk.status):
        step = rules.check_step(walk.status, WalkStatus.PROTOCOL_PUBLISHED)
        if missing := rules.obstacles(step, actions.readiness(walk), at):
            raise Invalid(missing[0], field="status")
    _settle(session, walk, checks, actor_id)
    if problem := protocol_making.obstacle(session, walk, Version.PUBLIC):
        raise problem
    if jobs.is_under_way(session, JOB, walk_id=walk.id):
        raise Conflict(N_("Protokollet görs redan. Det tar oftast några sekunder."))
    past: dict[str, Any] = {"as_of": as_of.isoformat()} if as_of else {}
    jobs.defer(session, JOB, once=f"{JOB}:{walk.id}", walk_id=walk.id, actor_id=actor_id, **past)
    audit.record(session, actor_id, _ASKED, walk)


def count_waiting_checks(session: Session, walk: SafetyWalk) -> int:
    """How many verdicts of a return walk nobody has approved: in public they are told as not judged."""
    return len(_waiting(session, walk))


def count_unread(session: Session, walk: SafetyWalk) -> int:
    """How many observations nobody has approved or hidden, verdicts not counted: no public version holds them."""
    listed = queries.list_observations(session, walk)
    return sum(one.verdict is None and one.state == State.PENDING for one in listed)


def list_waiting_answers(session: Session, walk: SafetyWalk) -> list[tuple[SafetyWalk, int]]:
    """How many actions have an answer of their responsible that nobody has decided on, of the walk and of the one that
    it repeats, whose actions stand in its protocol too; walks without any are left out."""
    waiting = func.count(func.distinct(WalkActionAnswer.action_id))
    query = (
        select(WalkAction.walk_id, waiting)
        .join(WalkActionAnswer, WalkActionAnswer.action_id == WalkAction.id)
        .where(WalkAction.walk_id.in_((walk.id, walk.repeat_of_id)), WalkActionAnswer.decided_at.is_(None))
        .group_by(WalkAction.walk_id)
    )
    counts = {row[0]: row[1] for row in session.execute(query)}
    return [(one, counts[one.id]) for one in (walk, walk.repeat_of) if one is not None and one.id in counts]


def _waiting(session: Session, walk: SafetyWalk) -> list[WalkObservation]:
    listed = queries.list_observations(session, walk) if walk.repeat_of_id is not None else ()
    return [one for one in listed if one.verdict is not None and one.state == State.PENDING]


def _settle(session: Session, walk: SafetyWalk, checks: str, actor_id: int | None) -> None:
    waiting = _waiting(session, walk) if checks != LEAVE else []
    if waiting and checks != APPROVE:
        words = N_("Bedömningar som väntar på att godkännas: %(count)s. Godkänn dem, eller publicera utan dem.")
        raise Invalid(words, field="checks", count=len(waiting))
    for one in waiting:
        moderation.approve(session, one, version=None, actor_id=actor_id)


def state(session: Session, walk: SafetyWalk) -> Publishing:
    """How far it has come."""
    if walk.status not in MAY_PUBLISH:
        return Publishing("none")
    query = select(AuditEvent).where(
        AuditEvent.object_type == SafetyWalk.__tablename__,
        AuditEvent.object_id == str(walk.id),
        AuditEvent.action.in_((_ASKED, _FAILED, _MADE, _STEP)),
    )
    latest = session.scalar(query.order_by(AuditEvent.id.desc()).limit(1))
    if latest is None or latest.action not in (_ASKED, _FAILED):
        return Publishing("none")
    if jobs.is_under_way(session, JOB, walk_id=walk.id):
        return Publishing("making", latest.at)
    return Publishing("failed", latest.at, latest.detail.get("reason", _UNKNOWN), latest.detail.get("params"))


def note_failure(session: Session, walk: SafetyWalk, error: Exception, *, actor_id: int | None) -> None:
    """Keep why it failed for who asked: the domain's own words, or that the fault is ours."""
    if isinstance(error, DomainError):
        audit.record(session, actor_id, _FAILED, walk, reason=error.message, params=dict(error.params))
    else:
        audit.record(session, actor_id, _FAILED, walk, reason=_UNKNOWN)
