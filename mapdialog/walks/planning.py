"""The rows of a walk's plan: stops in their order, and groups. What has observations is not removed."""

from collections.abc import Sequence

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_, clean, clean_line
from mapdialog.geo.geometry import to_element
from mapdialog.walks.drafts import GroupDraft, StopDraft
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk, WalkGroup, WalkStop


def place_stops(session: Session, walk: SafetyWalk, wanted: Sequence[StopDraft]) -> None:
    """Make these the walk's stops, numbered from 1 in this order. Raises Invalid (`stops`) for one that is in use."""
    known = {stop.id: stop for stop in walk.stops}
    kept = {stop.id for stop in wanted if stop.id in known}
    for stop_id in known.keys() - kept:
        if session.scalar(select(exists().where(WalkObservation.stop_id == stop_id))):
            raise Invalid(
                N_("”%(name)s” har iakttagelser och kan inte tas bort."), field="stops", name=known[stop_id].name
            )
        session.execute(delete(WalkStop).where(WalkStop.id == stop_id))
    for seq, draft in enumerate(wanted, start=1):
        stop = known.get(draft.id) if draft.id is not None else None
        if stop is None:
            stop = WalkStop(walk_id=walk.id)
            session.add(stop)
        stop.seq, stop.name, stop.questions = seq, clean_line(draft.name)[:120], clean(draft.questions)[:2000]
        stop.place = to_element(draft.place) if draft.place is not None else None
        stop.place_words = draft.place_words[:120]
    session.flush()
    session.expire(walk, ["stops"])


def place_groups(session: Session, walk: SafetyWalk, wanted: Sequence[GroupDraft]) -> None:
    """Make these the walk's groups, in this order. Raises Invalid (`groups`) for one that has recorded something."""
    known = {group.id: group for group in walk.groups}
    kept = {group.id for group in wanted if group.id in known}
    for group_id in known.keys() - kept:
        if session.scalar(select(exists().where(WalkObservation.group_id == group_id))):
            raise Invalid(
                N_("”%(name)s” har iakttagelser och kan inte tas bort."), field="groups", name=known[group_id].name
            )
        session.execute(delete(WalkGroup).where(WalkGroup.id == group_id))
    # Names are unique in a walk: two groups that change names go by names nobody has.
    for group_id in kept:
        known[group_id or 0].name = f"\x1f{group_id}"
    session.flush()
    for position, draft in enumerate(wanted, start=1):
        group = known.get(draft.id) if draft.id is not None else None
        if group is None:
            group = WalkGroup(walk_id=walk.id)
            session.add(group)
        group.position, group.name, group.leader = position, clean_line(draft.name)[:80], clean_line(draft.leader)[:120]
    session.flush()
    session.expire(walk, ["groups"])
