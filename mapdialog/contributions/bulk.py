"""The same decision about many contributions at once. Callers commit."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.contributions.deciding import OPEN, check_rule
from mapdialog.contributions.models import Contribution
from mapdialog.dialogues.queries import VESSELS

MOST = 2_000  # more at once would keep rows locked for too long; the rest is taken in a next round
_CHUNK = 200


def approve_many(
    session: Session, ids: Sequence[int], *, actor_id: int | None, decision_id: uuid.UUID | None = None
) -> int:
    """Make them public; those that somebody else decided about meanwhile are left alone. Returns how many became so.

    All of them are undone together by `decision_id`.
    """
    decision_id = decision_id or uuid.uuid4()
    done = 0
    for contribution in _still_open(session, ids, "approve"):
        moderation.approve(session, contribution, version=None, actor_id=actor_id, decision_id=decision_id)
        done += 1
    return done


def hide_many(
    session: Session,
    ids: Sequence[int],
    *,
    rule: str,
    message: str,
    actor_id: int | None,
    decision_id: uuid.UUID | None = None,
) -> int:
    """Hide them by one rule with one message; returns how many. Raises Invalid at `rule`. Undone as `approve_many`."""
    check_rule(rule)
    seen: dict[str, Any] = {"version": None, "actor_id": actor_id, "decision_id": decision_id or uuid.uuid4()}
    done = 0
    for contribution in _still_open(session, ids, "hide"):
        moderation.hide(session, contribution, rule=rule, message=message, **seen)
        done += 1
    return done


def _still_open(session: Session, ids: Sequence[int], decision: str) -> Iterator[Contribution]:
    """Locked in the order of their ids, so that two moderators at once wait for each other instead of dead-locking."""
    wanted = sorted(ids)[:MOST]
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        wanted_here = (Contribution.id.in_(chunk), Contribution.dialogue_id.not_in(VESSELS))
        query = select(Contribution).where(*wanted_here).order_by(Contribution.id).with_for_update()
        for contribution in session.scalars(query.execution_options(populate_existing=True)).all():
            if contribution.state in OPEN[decision]:
                yield contribution
