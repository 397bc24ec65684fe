"""Which walks everybody is told of: those to come, those whose protocol is on its way, and those it is published of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from mapdialog.walks import queries
from mapdialog.walks.models import SafetyWalk, WalkStatus

MOST_AT_START = 6
# Who comes to the meeting place and finds nobody reads why.
_CANCELLED_SHOWN = timedelta(hours=12)
_WALKED = (WalkStatus.PERFORMED, WalkStatus.PROTOCOL_DRAFT)
# A protocol that has not come in a year is not on its way.
_AWAITED = timedelta(days=365)


@dataclass(frozen=True)
class PublicWalks:
    """Walks to come or going on, the next one first; those that are over and not published, the latest first; and
    published ones, the latest first, with (done, all) of their actions by id.

    A cancelled walk is among those to come until its day is over.
    """

    coming: Sequence[SafetyWalk]
    walked: Sequence[SafetyWalk]
    published: Sequence[SafetyWalk]
    actions: dict[int, tuple[int, int]]
    has_more: bool = False

    def __bool__(self) -> bool:
        return bool(self.coming or self.walked or self.published)


def list_public(session: Session, at: datetime, *, most: int | None = None) -> PublicWalks:
    """Every one of them, or at most so many published."""
    listed = select(SafetyWalk).options(joinedload(SafetyWalk.district))
    was_cancelled = SafetyWalk.cancelled_at.is_not(None) & (SafetyWalk.starts_at > at - _CANCELLED_SHOWN)
    is_over = func.coalesce(SafetyWalk.ends_at, SafetyWalk.starts_at) <= at
    coming = listed.where(SafetyWalk.status == WalkStatus.INVITED, or_(~is_over, was_cancelled))
    walked = listed.where(
        or_(SafetyWalk.status.in_(_WALKED), (SafetyWalk.status == WalkStatus.INVITED) & is_over),
        *(SafetyWalk.cancelled_at.is_(None), SafetyWalk.starts_at > at - _AWAITED),
    )
    latest_first = (SafetyWalk.starts_at.desc().nulls_last(), SafetyWalk.id.desc())
    published = listed.where(SafetyWalk.published_at.is_not(None))
    found = session.scalars(published.order_by(*latest_first).limit(most + 1 if most is not None else None)).all()
    return PublicWalks(
        session.scalars(coming.order_by(SafetyWalk.starts_at, SafetyWalk.id)).all(),
        [one for one in session.scalars(walked.order_by(*latest_first)) if queries.is_told(session, one)],
        found[:most],
        queries.count_actions(session) if found else {},
        has_more=most is not None and len(found) > most,
    )
