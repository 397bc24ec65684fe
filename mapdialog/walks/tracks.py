"""The way a group went, as leaders' phones record it: each revision once, the longest for the group. Callers commit."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from shapely import MultiLineString
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from mapdialog.core import audit
from mapdialog.core.errors import Closed, Forbidden, Invalid
from mapdialog.core.text import N_
from mapdialog.geo.geometry import from_element, to_element
from mapdialog.walks.models import SafetyWalk, WalkGroup
from mapdialog.walks.recording_models import WalkDevice, WalkTrack
from mapdialog.walks.rules import takes_observations


@dataclass(frozen=True)
class NewTrack:
    """What a phone sends: the whole way so far, stretch by stretch, in EPSG:3006; times by its own clock."""

    client_id: uuid.UUID
    group_id: int
    revision: int
    stretches: MultiLineString
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True)
class Went:
    """How a group went: metres of its stretches together, and how many gaps lie between them."""

    length_m: float
    gaps: int


def take(session: Session, walk: SafetyWalk, device: WalkDevice, new: NewTrack) -> WalkTrack:
    """Keep the way as it is now; a revision that has come, or an earlier one, changes nothing, and one that was taken
    away stays away. Raises Forbidden (participants, another phone's track), Closed, Invalid (another walk's group).
    """
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:id, 8))"), {"id": str(walk.id)})
    found = _find(session, device, new.client_id)
    if device.code.role != "leader":
        raise Forbidden(N_("Bara den som leder en grupp kan spela in vägen."))
    if found is not None and (found.removed_at is not None or new.revision <= found.revision):
        return found
    if not takes_observations(walk.status):
        raise Closed(N_("Protokollet är publicerat. Vägen går inte längre att ändra från telefonen."))
    group = session.get(WalkGroup, found.group_id if found is not None else new.group_id)
    if group is None or group.walk_id != walk.id:
        raise Invalid(N_("Gruppen hör inte till vandringen."), field="group_id")
    if found is None:
        found = WalkTrack(client_id=new.client_id, device_id=device.id, group_id=group.id)
        session.add(found)
    found.revision = new.revision
    found.geom = to_element(new.stretches)
    found.started_at, found.ended_at = new.started_at, max(new.started_at, new.ended_at)
    session.flush()
    _choose(session, group)
    return found


def take_back(session: Session, device: WalkDevice, client_id: uuid.UUID, *, at: datetime) -> None:
    """Its owner took the way away: it is not kept. Raises Forbidden when it is another phone's."""
    found = _find(session, device, client_id)
    if found is None or found.removed_at is not None:
        return
    _remove(found, at)
    session.flush()
    _choose(session, session.get_one(WalkGroup, found.group_id))


def remove(session: Session, group: WalkGroup, *, at: datetime, actor_id: int | None) -> None:
    """The coordinator takes the group's way away, whichever phones it came from."""
    for found in session.scalars(select(WalkTrack).where(WalkTrack.group_id == group.id, WalkTrack.geom.is_not(None))):
        _remove(found, at)
    session.flush()
    _choose(session, group)
    audit.record(session, actor_id, "walk.track_removed", group.walk, group=group.id)


def show(session: Session, group: WalkGroup, *, is_public: bool, actor_id: int | None) -> None:
    """Show the group's way to everybody once the protocol is published, or leave it out."""
    group.is_track_public = is_public
    session.flush()
    audit.record(session, actor_id, "walk.track_shown", group.walk, group=group.id, is_public=is_public)


def length_of(track: WalkTrack) -> float:
    """Metres of its stretches together; 0 when it was taken away."""
    return from_element(track.geom).length if track.geom is not None else 0.0


def went(group: WalkGroup) -> Went | None:
    """How the group went; None when nobody recorded it."""
    if group.track is None:
        return None
    stretches = from_element(group.track)
    return Went(stretches.length, len(stretches.geoms) - 1)  # type: ignore[attr-defined]


def _find(session: Session, device: WalkDevice, client_id: uuid.UUID) -> WalkTrack | None:
    found = session.get(WalkTrack, client_id)
    if found is not None and found.device_id != device.id:
        raise Forbidden(N_("Vägen är inspelad på en annan telefon och kan bara ändras där."))
    return found


def _remove(found: WalkTrack, at: datetime) -> None:
    found.geom, found.removed_at = None, at


def _choose(session: Session, group: WalkGroup) -> None:
    """Two phones in a group went the same way: the one that heard most of it is shown."""
    query = select(WalkTrack.geom).where(WalkTrack.group_id == group.id, WalkTrack.geom.is_not(None))
    group.track = session.scalar(query.order_by(func.st_length(WalkTrack.geom).desc(), WalkTrack.client_id).limit(1))
    if group.track is None:
        group.is_track_public = False
    session.flush()
