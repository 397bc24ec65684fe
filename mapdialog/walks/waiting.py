"""What waits for somebody at the desk in all walks: unread observations, late actions, answers, and the next walk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapdialog.contributions.models import State
from mapdialog.walks import board
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk, WalkStatus


@dataclass(frozen=True)
class Waiting:
    """`unread` is (walk, unread observations, acute ones among them), walks with acute ones first; the actions are
    counts; `coming` the next walk that is planned or invited to and not cancelled."""

    unread: Sequence[tuple[SafetyWalk, int, int]]
    overdue: int
    answered: int
    coming: SafetyWalk | None

    def __bool__(self) -> bool:
        return bool(self.unread or self.overdue or self.answered or self.coming)

    @property
    def acute(self) -> int:
        """How many unread observations somebody marked as acute danger."""
        return sum(acute for _walk, _unread, acute in self.unread)


def find(session: Session, *, today: date, at: datetime) -> Waiting:
    """Everything that waits now."""
    acute = func.count().filter(WalkObservation.is_acute)
    unread = (
        select(SafetyWalk, func.count(), acute)
        .join(WalkObservation, WalkObservation.walk_id == SafetyWalk.id)
        .where(WalkObservation.state == State.PENDING.value, WalkObservation.merged_into_id.is_(None))
        .group_by(SafetyWalk.id)
        .order_by(acute.desc(), SafetyWalk.starts_at.desc().nulls_last(), SafetyWalk.id)
    )
    to_come = select(SafetyWalk).where(
        SafetyWalk.starts_at > at,
        SafetyWalk.status.in_((WalkStatus.PLANNED, WalkStatus.INVITED)),
        SafetyWalk.cancelled_at.is_(None),
    )
    counts = board.count_board(session, board.Wanted("all"), today)
    return Waiting(
        unread=[(row[0], row[1], row[2]) for row in session.execute(unread)],
        overdue=counts["overdue"],
        answered=counts["answered"],
        coming=session.scalar(to_come.order_by(SafetyWalk.starts_at, SafetyWalk.id).limit(1)),
    )
