"""Reads of the action board: the actions asked for, in which order, where they lie, and how many there are of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from mapdialog.contributions.models import ContributionDistrict
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.walks.asking_models import WalkActionAnswer
from mapdialog.walks.findings import ActionStatus, ResponsibleParty, WalkAction, WalkActionObservation, WalkObservation
from mapdialog.walks.following_up import is_overdue
from mapdialog.walks.models import SafetyWalk

CLOSED = (ActionStatus.DONE.value, ActionStatus.REJECTED.value, ActionStatus.OUTSIDE_MANDATE.value)
NOBODY = 0
_ANSWER_WAITS = exists().where(WalkActionAnswer.action_id == WalkAction.id, WalkActionAnswer.decided_at.is_(None))
ON_A_PAGE = 200
MOST_ON_THE_MAP = 2_000


@dataclass(frozen=True)
class Wanted:
    """What of the board is asked for: `status` is a status, 'open', 'overdue', 'answered' (an answer waits) or 'all';
    `party_id` NOBODY is none."""

    status: str = "open"
    walk: str = ""
    district_id: int | None = None
    party_id: int | None = None
    priority: str = ""


@dataclass(frozen=True)
class Place:
    """Where an action lies, in degrees (EPSG:4326): the middle of its observations."""

    action_id: int
    lon: float
    lat: float


def list_board(
    session: Session, wanted: Wanted, today: date, *, by: str = "deadline", limit: int | None = None, offset: int = 0
) -> Sequence[WalkAction]:
    """The actions asked for: what is overdue first, then by deadline, what is closed last; by 'status' or 'party' in
    groups of those. All of them, or `limit` after the first `offset`."""
    query = _narrowed(select(WalkAction), wanted, today)
    query = query.options(
        joinedload(WalkAction.walk), joinedload(WalkAction.party), selectinload(WalkAction.observations)
    )
    is_closed = WalkAction.status.in_(CLOSED)
    urgency = case({"acute": 0, "high": 1, "normal": 2}, value=WalkAction.priority, else_=3)
    order = (*_grouped(by), is_closed, WalkAction.deadline, urgency, WalkAction.id)
    return session.scalars(query.order_by(*order).limit(limit).offset(offset)).all()


def count_board(session: Session, wanted: Wanted, today: date) -> dict[str, int]:
    """How many there are of each status, and 'open', 'overdue', 'answered' and 'all', with the other wishes kept."""
    others = Wanted("all", wanted.walk, wanted.district_id, wanted.party_id, wanted.priority)
    late = (WalkAction.deadline < today) & WalkAction.status.not_in(CLOSED)
    query = _narrowed(select(WalkAction.status, func.count(), func.count().filter(late)), others, today)
    counts = {status.value: 0 for status in ActionStatus} | {"open": 0, "overdue": 0, "answered": 0, "all": 0}
    for status, total, overdue in session.execute(query.group_by(WalkAction.status)):
        counts[status] = total
        counts["all"] += total
        counts["overdue"] += overdue
        counts["open"] += 0 if status in CLOSED else total
    waiting = _narrowed(select(func.count()).select_from(WalkAction), others, today).where(_ANSWER_WAITS)
    return counts | {"answered": session.scalar(waiting) or 0}


def list_places(session: Session, action_ids: Sequence[int], *, far: Collection[int] = ()) -> list[Place]:
    """Where each of the actions lies; those without observations have no place, and ids of observations in `far`, whose
    place nobody believes, give none."""
    link = WalkActionObservation
    query = (
        select(link.action_id, func.avg(WalkObservation.lon_e6), func.avg(WalkObservation.lat_e6))
        .join(WalkObservation, WalkObservation.id == link.observation_id)
        .where(link.action_id.in_(action_ids), link.observation_id.not_in(far))
        .group_by(link.action_id)
    )
    return [
        Place(row[0], round(float(row[1]) / 1e6, 6), round(float(row[2]) / 1e6, 6)) for row in session.execute(query)
    ]


def get_action(session: Session, action_id: int) -> WalkAction:
    """One action with everything its page shows, or NotFound."""
    query = select(WalkAction).where(WalkAction.id == action_id)
    found = session.scalar(
        query.options(
            joinedload(WalkAction.walk),
            joinedload(WalkAction.party),
            selectinload(WalkAction.observations),
            selectinload(WalkAction.log),
        )
    )
    if found is None:
        raise NotFound(N_("Åtgärden finns inte."))
    return found


def list_many(session: Session, action_ids: Sequence[int]) -> Sequence[WalkAction]:
    """Those of the actions that exist, by id: so two who change many at once wait instead of dead-locking."""
    query = select(WalkAction).where(WalkAction.id.in_(action_ids)).options(joinedload(WalkAction.walk))
    return session.scalars(query.order_by(WalkAction.id)).all()


def list_by_observation(session: Session, walk: SafetyWalk) -> dict[int, list[WalkAction]]:
    """The walk's actions by the id of each observation they answer, and of the one that it was merged into."""
    link, merged_into = WalkActionObservation, WalkObservation.__table__.c.merged_into_id
    query = select(link.observation_id, merged_into, WalkAction).join(WalkAction, WalkAction.id == link.action_id)
    query = query.join(WalkObservation.__table__, WalkObservation.__table__.c.id == link.observation_id)
    found: dict[int, list[WalkAction]] = {}
    for observation_id, kept_id, action in session.execute(
        query.where(link.walk_id == walk.id).order_by(WalkAction.id)
    ):
        for one_id in {observation_id, kept_id} - {None}:
            if action not in (listed := found.setdefault(one_id, [])):
                listed.append(action)
    return found


def list_walk_names(session: Session) -> list[tuple[str, str]]:
    """Slug and title of every walk that has an action: to choose among."""
    has_actions = exists().where(WalkAction.walk_id == SafetyWalk.id)
    query = select(SafetyWalk.slug, SafetyWalk.title).where(has_actions)
    return [(row.slug, row.title) for row in session.execute(query.order_by(SafetyWalk.title))]


def count_by_party(session: Session) -> dict[int, tuple[int, int]]:
    """How many open actions each party has, and how many in all."""
    is_open = WalkAction.status.not_in(CLOSED)
    query = select(WalkAction.party_id, func.count().filter(is_open), func.count())
    query = query.where(WalkAction.party_id.is_not(None)).group_by(WalkAction.party_id)
    return {row[0]: (row[1], row[2]) for row in session.execute(query) if row[0] is not None}


def list_all_parties(session: Session) -> Sequence[ResponsibleParty]:
    """The whole register: those in use first, by name."""
    return session.scalars(
        select(ResponsibleParty).order_by(ResponsibleParty.is_active.desc(), ResponsibleParty.name)
    ).all()


def is_late(action: WalkAction, today: date) -> bool:
    """True when it should have been done before today and is not."""
    return is_overdue(action.status, action.deadline, today)


def _grouped(by: str) -> tuple[ColumnElement[Any], ...]:
    if by == "status":
        steps = {status.value: number for number, status in enumerate(ActionStatus)}
        return (case(steps, value=WalkAction.status),)
    if by == "party":
        names = select(ResponsibleParty.name).where(ResponsibleParty.id == WalkAction.party_id)
        return (names.scalar_subquery().nulls_last(),)
    return ()


def _narrowed(query: Select[*tuple[Any, ...]], wanted: Wanted, today: date) -> Select[Any]:
    """The query with every wish as a condition."""
    if wanted.status == "open":
        query = query.where(WalkAction.status.not_in(CLOSED))
    elif wanted.status == "overdue":
        query = query.where(WalkAction.status.not_in(CLOSED), WalkAction.deadline < today)
    elif wanted.status == "answered":
        query = query.where(_ANSWER_WAITS)
    elif wanted.status != "all":
        query = query.where(WalkAction.status == wanted.status)
    if wanted.walk:
        query = query.where(
            WalkAction.walk_id == select(SafetyWalk.id).where(SafetyWalk.slug == wanted.walk).scalar_subquery()
        )
    if wanted.priority:
        query = query.where(WalkAction.priority == wanted.priority)
    if wanted.party_id == NOBODY:
        query = query.where(WalkAction.party_id.is_(None))
    elif wanted.party_id is not None:
        query = query.where(WalkAction.party_id == wanted.party_id)
    if wanted.district_id is not None:
        query = query.where(_in_district(wanted.district_id))
    return query


def _in_district(district_id: int) -> ColumnElement[bool]:
    """Its walk is of the district, or one of its observations lies there."""
    link, where = WalkActionObservation, ContributionDistrict
    of_the_walk = exists().where(SafetyWalk.id == WalkAction.walk_id, SafetyWalk.district_id == district_id)
    of_an_observation = exists().where(
        link.action_id == WalkAction.id,
        where.contribution_id == link.observation_id,
        where.district_id == district_id,
    )
    return or_(of_the_walk, of_an_observation)
