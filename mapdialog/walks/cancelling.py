"""A walk that was invited to is cancelled, with a reason that everybody reads, and is on again. Callers commit."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum

from sqlalchemy.orm import Session

from mapdialog.core import audit, events
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_, clean
from mapdialog.walks.actions import lock
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk, WalkStatus

# A walk is cancelled, for another reason than was told (`is_reason_changed`), or is on again: those who wait for it are
# written to at once.
CHANGED = "walk_cancelling_changed"
REASON_MAX = 1_000


class Outcome(Enum):
    """What became of asking for a walk to be cancelled."""

    CANCELLED = "cancelled"
    REASON_CHANGED = "reason_changed"
    SAME = "same"


def cancel(
    session: Session, walk: SafetyWalk, reason: str, *, version: int | None, actor_id: int | None, at: datetime
) -> Outcome:
    """Cancel it, or change why, and announce CHANGED; the same reason again changes and tells nothing.

    Raises Invalid (`cancel_reason`), Conflict.
    """
    lock(session, walk, version)
    if walk.status != WalkStatus.INVITED:
        raise Conflict(N_("Bara en vandring som ni har bjudit in till kan ställas in."))
    reason = clean(reason)
    if not reason:
        raise Invalid(N_("Skriv varför vandringen ställs in. Skälet visas för alla."), field="cancel_reason")
    if len(reason) > REASON_MAX:
        raise Invalid(
            N_("Texten är %(length)s tecken lång. Korta den till högst %(most)s."),
            field="cancel_reason",
            length=len(reason),
            most=REASON_MAX,
        )
    if walk.cancelled_at is not None and walk.cancel_reason == reason:
        return Outcome.SAME
    outcome = Outcome.REASON_CHANGED if walk.cancelled_at is not None else Outcome.CANCELLED
    walk.cancel_reason, walk.cancelled_at = reason, walk.cancelled_at or at
    session.flush()
    audit.record(session, actor_id, "walk.cancel", walk, reason=reason)
    events.announce(session, CHANGED, walk=walk, is_reason_changed=outcome is Outcome.REASON_CHANGED)
    return outcome


def resume(session: Session, walk: SafetyWalk, *, version: int | None, actor_id: int | None, at: datetime) -> None:
    """It is on again; CHANGED is announced while it is still to come. Raises Conflict for one that is not cancelled."""
    lock(session, walk, version)
    if walk.cancelled_at is None:
        raise Conflict(N_("Vandringen är inte inställd. Ladda om sidan."))
    since = walk.cancelled_at
    walk.cancelled_at, walk.cancel_reason = None, ""
    session.flush()
    audit.record(session, actor_id, "walk.resume", walk, since=since.isoformat(), until=at.isoformat())
    if walk.starts_at is not None and walk.starts_at > at:
        events.announce(session, CHANGED, walk=walk, is_reason_changed=False)


def list_made_meanwhile(session: Session, walk: SafetyWalk, observations: Iterable[WalkObservation]) -> set[int]:
    """Ids of those that were seen while the walk was cancelled, also before it was on again."""
    spans = [
        (datetime.fromisoformat(one.detail["since"]), datetime.fromisoformat(one.detail["until"]))
        for one in audit.list_events(session, walk)
        if one.action == "walk.resume" and "since" in one.detail
    ]
    if walk.cancelled_at is not None:
        spans.append((walk.cancelled_at, datetime.max.replace(tzinfo=UTC)))
    return {one.id for one in observations if any(since <= one.submitted_at <= until for since, until in spans)}
