"""What a group's other phones have sent, for those who walk along: so that the same lamp is not written down twice."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from mapdialog.contributions.models import ContributionRevision, State
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.recording_models import WalkDevice, WalkRecording

MOST = 300
_SEEN = (State.PENDING.value, State.APPROVED.value)


@dataclass(frozen=True)
class Seen:
    """An observation of the group's, and the words that this phone may read of it."""

    observation: WalkObservation
    words: str


def list_of_others(session: Session, walk: SafetyWalk, device: WalkDevice, group_id: int) -> list[Seen]:
    """The latest that other phones of the group sent, the newest first, merged and hidden ones left out.

    Leaders read everything. A participant reads words that the coordinator has approved, and is told of what leaders
    found; what other participants wrote is not shown to them before somebody has read it. Raises NotFound for a group
    that is not the walk's.
    """
    if all(group.id != group_id for group in walk.groups):
        raise NotFound(N_("Vandringen har ingen sådan grupp."))
    query = (
        select(WalkObservation)
        .outerjoin(WalkRecording, WalkRecording.observation_id == WalkObservation.id)
        .where(
            WalkObservation.walk_id == walk.id,
            WalkObservation.group_id == group_id,
            WalkObservation.merged_into_id.is_(None),
            WalkObservation.state.in_(_SEEN),
            WalkRecording.device_id.is_distinct_from(device.id),
        )
        .options(joinedload(WalkObservation.category))
    )
    is_leader = device.code.role == "leader"
    if not is_leader:
        query = query.where((WalkObservation.state == State.APPROVED.value) | (WalkObservation.recorded_by == "leader"))
    found = session.scalars(
        query.order_by(WalkObservation.submitted_at.desc(), WalkObservation.id).limit(MOST)
    ).unique()
    seen = list(found)
    latest = _latest_words(session, [one.id for one in seen])

    def words(one: WalkObservation) -> str:
        if not is_leader and one.state != State.APPROVED:
            return ""
        return one.public_text if one.public_text is not None else latest.get(one.id, one.raw_text)

    return [Seen(one, words(one)) for one in seen]


def _latest_words(session: Session, ids: list[int]) -> dict[int, str]:
    """What phones wrote last of those that they have changed."""
    revision = ContributionRevision
    query = (
        select(revision.contribution_id, revision.raw_text)
        .where(revision.contribution_id.in_(ids))
        .order_by(revision.contribution_id, revision.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
