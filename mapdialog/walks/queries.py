"""Reads of walks: lists, one by its address, its observations and actions."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from mapdialog.contributions.models import State
from mapdialog.core.audit import AuditEvent
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_, clean_line
from mapdialog.walks.findings import ActionStatus, ResponsibleParty, WalkAction, WalkObservation
from mapdialog.walks.models import ChecklistVersion, SafetyWalk, WalkGroup, WalkStatus
from mapdialog.walks.protocol_models import WalkProtocol

CLOSED = (ActionStatus.DONE.value, ActionStatus.REJECTED.value, ActionStatus.OUTSIDE_MANDATE.value)


def find_walk(session: Session, slug: str) -> SafetyWalk | None:
    """The walk with everything its editor shows."""
    return session.scalar(
        select(SafetyWalk)
        .where(SafetyWalk.slug == slug)
        .options(
            joinedload(SafetyWalk.district),
            selectinload(SafetyWalk.stops),
            selectinload(SafetyWalk.groups).selectinload(WalkGroup.heads),
            joinedload(SafetyWalk.checklist).selectinload(ChecklistVersion.items),
        )
    )


def get_walk(session: Session, slug: str) -> SafetyWalk:
    """The same, or NotFound."""
    walk = find_walk(session, slug)
    if walk is None:
        raise NotFound(N_("Vandringen finns inte."))
    return walk


def get_invited(session: Session, slug: str) -> SafetyWalk:
    """A walk that the public has been told of, or NotFound."""
    walk = find_walk(session, slug)
    if walk is None or not is_told(session, walk):
        raise NotFound(N_("Vandringen finns inte."))
    return walk


def is_told(session: Session, walk: SafetyWalk) -> bool:
    """True once it was invited to or its protocol published; it may also be walked without anybody being invited."""
    if walk.status == WalkStatus.PLANNED:
        return False
    told = (WalkStatus.INVITED.value, WalkStatus.PROTOCOL_PUBLISHED.value)
    if walk.status == WalkStatus.INVITED or walk.published_at is not None:
        return True
    steps = exists().where(
        AuditEvent.object_type == SafetyWalk.__tablename__,
        AuditEvent.object_id == str(walk.id),
        AuditEvent.action == "walk.step",
        AuditEvent.detail["after"].astext.in_(told),
    )
    return bool(session.scalar(select(steps)))


def list_walks(session: Session) -> list[SafetyWalk]:
    """Every walk: those without a time first, then the latest."""
    query = select(SafetyWalk).options(joinedload(SafetyWalk.district))
    return list(session.scalars(query.order_by(SafetyWalk.starts_at.desc().nulls_first(), SafetyWalk.id.desc())))


def count_observations(session: Session) -> dict[int, int]:
    """How many observations each walk has, merged ones not counted; walks without any are left out."""
    query = (
        select(WalkObservation.walk_id, func.count())
        .where(WalkObservation.merged_into_id.is_(None), WalkObservation.state != State.WITHDRAWN.value)
        .group_by(WalkObservation.walk_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def count_actions(session: Session) -> dict[int, tuple[int, int]]:
    """How many actions each walk has that are done, and how many in all."""
    done = func.count().filter(WalkAction.status == ActionStatus.DONE.value)
    query = select(WalkAction.walk_id, done, func.count()).group_by(WalkAction.walk_id)
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def list_observations(session: Session, walk: SafetyWalk, *, also_merged: bool = False) -> Sequence[WalkObservation]:
    """A walk's observations by stop and time, with what belongs to each and to its doubles; merged ones when asked."""
    query = (
        select(WalkObservation)
        .where(WalkObservation.walk_id == walk.id)
        .options(
            joinedload(WalkObservation.category),
            joinedload(WalkObservation.group),
            joinedload(WalkObservation.stop),
            selectinload(WalkObservation.photos),
            selectinload(WalkObservation.doubles).selectinload(WalkObservation.photos),
        )
    )
    if not also_merged:
        query = query.where(WalkObservation.merged_into_id.is_(None))
    found = session.scalars(query.order_by(WalkObservation.submitted_at, WalkObservation.id)).unique()
    return sorted(found, key=lambda one: one.stop.seq if one.stop else 0)


def find_observation(session: Session, receipt: str) -> WalkObservation | None:
    """The observation of that receipt number, of whichever walk."""
    number = clean_line(receipt).upper().replace(" ", "")
    return session.scalar(select(WalkObservation).where(WalkObservation.receipt == number))


def list_public_observations(session: Session, walk: SafetyWalk) -> Sequence[WalkObservation]:
    """What everybody may read: approved ones, and only once the walk's protocol is published."""
    if walk.published_at is None:
        return []
    return [one for one in list_observations(session, walk) if one.state == State.APPROVED]


def list_published(session: Session) -> Sequence[SafetyWalk]:
    """Walks whose protocol everybody may read, the latest first."""
    query = select(SafetyWalk).where(SafetyWalk.published_at.is_not(None)).options(joinedload(SafetyWalk.district))
    return session.scalars(query.order_by(SafetyWalk.starts_at.desc(), SafetyWalk.id.desc())).all()


def count_public(session: Session) -> dict[int, int]:
    """How many observations of each published walk everybody may read; walks without any are left out."""
    query = (
        select(WalkObservation.walk_id, func.count())
        .join(SafetyWalk, SafetyWalk.id == WalkObservation.walk_id)
        .where(
            SafetyWalk.published_at.is_not(None),
            WalkObservation.merged_into_id.is_(None),
            WalkObservation.state == State.APPROVED.value,
        )
        .group_by(WalkObservation.walk_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def list_actions(session: Session, walk: SafetyWalk) -> Sequence[WalkAction]:
    """A walk's actions by deadline, with party and observations."""
    query = select(WalkAction).where(WalkAction.walk_id == walk.id)
    query = query.options(joinedload(WalkAction.party), selectinload(WalkAction.observations))
    return session.scalars(query.order_by(WalkAction.deadline, WalkAction.id)).all()


def list_parties(session: Session) -> Sequence[ResponsibleParty]:
    """Who may be chosen as responsible."""
    query = select(ResponsibleParty).where(ResponsibleParty.is_active)
    return session.scalars(query.order_by(ResponsibleParty.name)).all()


def list_protocols(session: Session, walk: SafetyWalk) -> Sequence[WalkProtocol]:
    """Every published file of the walk, the newest version first, PDF before Word."""
    query = select(WalkProtocol).where(WalkProtocol.walk_id == walk.id)
    return session.scalars(query.order_by(WalkProtocol.version.desc(), WalkProtocol.kind.desc())).all()


def get_protocol(session: Session, walk: SafetyWalk, kind: str, number: int | None = None) -> WalkProtocol:
    """The published file of that version, or of the newest. Raises NotFound."""
    for one in list_protocols(session, walk):
        if one.kind == kind and number in (None, one.version):
            return one
    raise NotFound(N_("Det protokollet finns inte."))
