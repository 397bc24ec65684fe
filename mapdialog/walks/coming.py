"""Who comes to a walk, in numbers: said, changed and taken back without a name, until it begins. Callers commit."""

import uuid
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from mapdialog.core.errors import Closed, Invalid
from mapdialog.core.text import N_
from mapdialog.walks.coming_models import MOST_TOGETHER, WalkComing
from mapdialog.walks.models import SafetyWalk, WalkStatus
from mapdialog.walks.rules import MOST_IN_GROUP, groups_needed


def is_open(walk: SafetyWalk, at: datetime) -> bool:
    """True from the invitation until the walk begins, unless it is cancelled."""
    is_invited = walk.status == WalkStatus.INVITED and walk.cancelled_at is None
    return is_invited and walk.starts_at is not None and at < walk.starts_at


def say(session: Session, walk: SafetyWalk, mark: uuid.UUID, people: int | None, *, at: datetime) -> None:
    """So many come, the one with the phone counted; said again it replaces what was said. Raises Invalid, Closed."""
    _demand_open(walk, at)
    if people is None or not 1 <= people <= MOST_TOGETHER:
        raise Invalid(
            N_("Välj hur många ni är, från 1 till %(most)s. Är ni fler, hör av er till oss."),
            field="people",
            most=MOST_TOGETHER,
        )
    said = insert(WalkComing).values(walk_id=walk.id, mark=mark, people=people, said_at=at)
    session.execute(
        said.on_conflict_do_update(index_elements=["walk_id", "mark"], set_={"people": people, "said_at": at})
    )


def take_back(session: Session, walk: SafetyWalk, mark: uuid.UUID | None, *, at: datetime) -> None:
    """They do not come; nothing happens when they never said so. Raises Closed."""
    _demand_open(walk, at)
    session.execute(delete(WalkComing).where(WalkComing.walk_id == walk.id, WalkComing.mark == mark))


def find_people(session: Session, walk: SafetyWalk, mark: uuid.UUID | None) -> int | None:
    """How many this phone said; None when it has said nothing."""
    if mark is None:
        return None
    return session.scalar(select(WalkComing.people).where(WalkComing.walk_id == walk.id, WalkComing.mark == mark))


def count_people(session: Session) -> dict[int, int]:
    """How many come to each walk; walks that nobody has answered are left out."""
    query = select(WalkComing.walk_id, func.sum(WalkComing.people)).group_by(WalkComing.walk_id)
    return {row[0]: row[1] for row in session.execute(query)}


def groups_missing(people: int, groups: int) -> int:
    """How many groups to add so that nobody walks in a larger one than is good."""
    return max(0, groups_needed(people) - groups) if people > MOST_IN_GROUP * groups else 0


def _demand_open(walk: SafetyWalk, at: datetime) -> None:
    if walk.cancelled_at is not None:
        raise Closed(N_("Vandringen är inställd."))
    if not is_open(walk, at):
        raise Closed(N_("Vandringen har börjat, så det går inte att anmäla sig längre. Kom gärna ändå."))
