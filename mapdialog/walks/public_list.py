"""Which walks everybody is told of: those to come, and those whose protocol is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from mapdialog.walks import queries
from mapdialog.walks.models import SafetyWalk, WalkStatus

MOST_AT_START = 6
# Who comes to the meeting place and finds nobody reads why.
_CANCELLED_SHOWN = timedelta(hours=12)


@dataclass(frozen=True)
class PublicWalks:
    """Walks to come, the next one first; published ones, the latest first, with (done, all) of their actions by id.

    A cancelled walk is among those to come until its day is over.
    """

    coming: Sequence[SafetyWalk]
    published: Sequence[SafetyWalk]
    actions: dict[int, tuple[int, int]]
    has_more: bool = False

    def __bool__(self) -> bool:
        return bool(self.coming or self.published)


def list_public(session: Session, at: datetime, *, most: int | None = None) -> PublicWalks:
    """Every one of them, or at most so many published."""
    listed = select(SafetyWalk).options(joinedload(SafetyWalk.district))
    was_cancelled = SafetyWalk.cancelled_at.is_not(None) & (SafetyWalk.starts_at > at - _CANCELLED_SHOWN)
    coming = listed.where(SafetyWalk.status == WalkStatus.INVITED, or_(SafetyWalk.starts_at > at, was_cancelled))
    published = listed.where(SafetyWalk.published_at.is_not(None))
    published = published.order_by(SafetyWalk.starts_at.desc().nulls_last(), SafetyWalk.id.desc())
    found = session.scalars(published.limit(most + 1 if most is not None else None)).all()
    return PublicWalks(
        session.scalars(coming.order_by(SafetyWalk.starts_at, SafetyWalk.id)).all(),
        found[:most],
        queries.count_actions(session) if found else {},
        has_more=most is not None and len(found) > most,
    )
