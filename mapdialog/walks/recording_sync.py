"""What phones send of observations: new, edited, taken back, undone; nothing is overwritten unseen. Callers commit."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mapdialog.contributions.models import Contribution, ContributionRevision, State
from mapdialog.contributions.queries import current_text
from mapdialog.core import audit, events
from mapdialog.core.errors import Conflict, Forbidden
from mapdialog.core.text import N_, clean
from mapdialog.districts.linking import hold_sets, link_moved
from mapdialog.geo.geometry import anchor, from_element, to_element
from mapdialog.walks import recording, recording_photos
from mapdialog.walks.findings import Feeling, Verdict, WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.recording import NewObservation
from mapdialog.walks.recording_models import WalkDevice, WalkRecording, WalkRecordingRevision

# Somebody marked an observation as acute danger, at once or in a later change.
ACUTE = "walk_observation_acute"
_COPIED = (
    *("group_id", "stop_id", "polarity", "severity", "light", "said_by", "is_acute", "point_source", "accuracy_m"),
    "follows_id",
)


@dataclass(frozen=True)
class Taken:
    """What became of what a phone sent. `is_kept_aside`: it met a change from elsewhere and waits for the coordinator;
    `text` is what the observation says now."""

    observation: WalkObservation
    revision: int
    is_new: bool = False
    is_kept_aside: bool = False
    text: str = ""


def take(
    session: Session,
    walk: SafetyWalk,
    device: WalkDevice,
    new: NewObservation,
    *,
    revision: int,
    prefix: str,
    at: datetime,
) -> Taken:
    """Store what the phone sent: the first time as an observation, later as an edit of it, each revision once.

    `revision` is the phone's own count, from 1; `at` the server's clock. Raises Invalid, Conflict, and
    Forbidden when the observation is another phone's.
    """
    hold(session, new.client_id)
    found = _find(session, device, new.client_id)
    if found is None:
        recorded = recording.record(session, walk, new, receipt_prefix=prefix, at=at)
        return _begin(session, walk, device, recorded, new, revision)
    if revision <= found.revision:
        return _answer(session, found)
    recording.check(session, walk, new)
    is_free = not _is_changed_elsewhere(session, found)
    session.add(
        WalkRecordingRevision(
            observation_id=found.observation_id, revision=revision, sent=_as_sent(new), was_applied=is_free
        )
    )
    found.revision = revision
    if is_free:
        _apply(session, walk, found, new)
    session.flush()
    return _answer(session, found)


def take_back(session: Session, device: WalkDevice, client_id: uuid.UUID, *, at: datetime) -> Taken | None:
    """The phone's owner took the observation back; the record of it stays. None when it never came. A later revision
    brings it back. Raises Conflict once the coordinator has gone through it, Forbidden when it is another phone's."""
    hold(session, client_id)
    found = _find(session, device, client_id)
    if found is None:
        return None
    if found.observation.state == State.WITHDRAWN:
        return _answer(session, found)
    if _is_changed_elsewhere(session, found):
        raise Conflict(N_("Samordnaren har redan gått igenom iakttagelsen. Be samordnaren ta bort den."))
    found.observation.state = State.WITHDRAWN.value
    found.observation.version += 1
    found.seen_version = found.observation.version
    found.taken_back_at = at
    session.flush()
    return _answer(session, found)


def hold(session: Session, client_id: uuid.UUID) -> None:
    """Requests about one observation follow each other until commit: the lock that recording takes too."""
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:id, 7))"), {"id": str(client_id)})


def list_own(session: Session, device: WalkDevice) -> list[WalkRecording]:
    """What the phone has sent, in the order it came."""
    query = select(WalkRecording).where(WalkRecording.device_id == device.id).order_by(WalkRecording.observation_id)
    return list(session.scalars(query))


def _begin(  # noqa: PLR0917 - each is another kind of thing
    session: Session,
    walk: SafetyWalk,
    device: WalkDevice,
    recorded: recording.Recorded,
    new: NewObservation,
    revision: int,
) -> Taken:
    if not recorded.is_new:
        raise Conflict(N_("Samma nummer har redan använts någon annanstans. Ladda om sidan och skicka igen."))
    made = recorded.observation
    found = WalkRecording(observation_id=made.id, device_id=device.id, revision=revision, seen_version=made.version)
    session.add(found)
    session.flush()
    session.add(WalkRecordingRevision(observation_id=made.id, revision=revision, sent=_as_sent(new), was_applied=True))
    recording_photos.attach_early(session, device, made)
    session.flush()
    session.refresh(made)
    tell_if_acute(session, walk, made)
    return Taken(made, revision, is_new=True, text=made.raw_text)


def tell_if_acute(session: Session, walk: SafetyWalk, one: WalkObservation) -> None:
    """Announce ACUTE of one that is; for what has just been received, from a phone or at the desk."""
    if one.is_acute:
        events.announce(session, ACUTE, walk=walk, observation=one)


def _find(session: Session, device: WalkDevice, client_id: uuid.UUID) -> WalkRecording | None:
    found = session.scalar(
        select(WalkRecording)
        .join(Contribution, Contribution.id == WalkRecording.observation_id)
        .where(Contribution.client_id == client_id)
    )
    if found is not None and found.device_id != device.id:
        raise Forbidden(N_("Iakttagelsen är gjord på en annan telefon och kan bara ändras där."))
    return found


def _is_changed_elsewhere(session: Session, found: WalkRecording) -> bool:
    """True when somebody at the desk has been at it since the phone was last answered."""
    one = found.observation
    session.refresh(one, with_for_update={"of": Contribution})
    is_open = one.state == State.PENDING or (one.state == State.WITHDRAWN and found.taken_back_at is not None)
    is_reworded = one.public_text is not None and one.public_text != current_text(session, one)
    return not is_open or is_reworded or one.merged_into_id is not None or one.version != found.seen_version


def _apply(session: Session, walk: SafetyWalk, found: WalkRecording, new: NewObservation) -> None:
    one = found.observation
    hold_sets(session)
    if not one.revisions:  # The first words and place, beside the later ones.
        session.add(_revision(one, one.raw_text, one.received_at))
        session.flush()
    category, stop = recording.check(session, walk, new)
    one.category = category
    place = new.place if new.place is not None else from_element(stop.place)  # type: ignore[union-attr, arg-type]
    was_acute = one.is_acute
    is_moved = not shapely.equals_exact(from_element(one.anchor), anchor(place), tolerance=0.01)
    one.geom, one.anchor, one.place_source = to_element(place), to_element(anchor(place)), new.point_source
    for name in _COPIED:
        setattr(one, name, getattr(new, name))
    one.verdict = recording.kept_verdict(new)
    one.state = State.PENDING.value
    found.taken_back_at = None
    one.version += 1
    found.seen_version = one.version
    session.flush()
    session.add(_revision(one, clean(new.text), None))
    session.flush()
    if is_moved:
        link_moved(session, one.id)
    if one.is_acute and not was_acute:
        events.announce(session, ACUTE, walk=walk, observation=one)


def _revision(one: WalkObservation, words: str, at: datetime | None) -> ContributionRevision:
    when: dict[str, Any] = {"received_at": at} if at is not None else {}
    return ContributionRevision(
        contribution_id=one.id, raw_text=words, category_id=one.category_id, geom=one.geom, **when
    )


def _as_sent(new: NewObservation) -> dict[str, Any]:
    """The values as JSON; the place in EPSG:3006."""
    values = asdict(new)
    values["place"] = [round(new.place.x, 3), round(new.place.y, 3)] if new.place is not None else None
    return {
        name: value.isoformat()
        if isinstance(value, datetime)
        else str(value)
        if isinstance(value, uuid.UUID)
        else value
        for name, value in values.items()
    }


def _answer(session: Session, found: WalkRecording) -> Taken:
    latest = session.get(WalkRecordingRevision, (found.observation_id, found.revision))
    one = found.observation
    is_aside = latest is not None and not latest.was_applied and latest.settled_at is None
    return Taken(one, found.revision, is_kept_aside=is_aside, text=words_now(session, one))


def words_now(session: Session, one: WalkObservation) -> str:
    """What the observation says now: the desk's words where there are any, else the phone's latest."""
    return one.public_text if one.public_text is not None else current_text(session, one)


def list_kept_aside(session: Session, walk: SafetyWalk) -> list[WalkRecordingRevision]:
    """What phones sent that met a change from elsewhere and nobody has decided about, the oldest first."""
    query = (
        select(WalkRecordingRevision)
        .join(WalkRecording, WalkRecording.observation_id == WalkRecordingRevision.observation_id)
        .join(WalkObservation, WalkObservation.id == WalkRecording.observation_id)
        .where(
            WalkObservation.walk_id == walk.id,
            ~WalkRecordingRevision.was_applied,
            WalkRecordingRevision.settled_at.is_(None),
        )
    )
    return list(session.scalars(query.order_by(WalkRecordingRevision.received_at)))


def list_contradictory(session: Session, ids: Iterable[int]) -> set[int]:
    """Those of the observations that wait as 'better' because their phone called them both fixed and insecure."""
    sent = WalkRecordingRevision.sent
    query = (
        select(WalkObservation.id)
        .join(WalkRecording, WalkRecording.observation_id == WalkObservation.id)
        .join(
            WalkRecordingRevision,
            (WalkRecordingRevision.observation_id == WalkRecording.observation_id)
            & (WalkRecordingRevision.revision == WalkRecording.revision),
        )
        .where(
            WalkObservation.id.in_(ids),
            WalkObservation.state == State.PENDING.value,
            WalkObservation.verdict == Verdict.BETTER.value,
            WalkRecordingRevision.was_applied,
            sent["verdict"].astext == Verdict.FIXED.value,
            sent["polarity"].astext == Feeling.INSECURE.value,
        )
    )
    return set(session.scalars(query))


def settle(
    session: Session, kept: WalkRecordingRevision, *, use_words: bool, at: datetime, actor_id: int | None
) -> None:
    """The coordinator has compared: the phone's words become the observation's (`use_words`), or stay beside it."""
    one = kept.recording.observation
    session.refresh(one, with_for_update={"of": Contribution})
    if kept.settled_at is not None:
        raise Conflict(N_("En kollega har redan tagit ställning. Ladda om sidan."))
    kept.settled_at, kept.settled_by_id = at, actor_id
    if use_words:
        words = clean(kept.sent["text"])
        session.add(_revision(one, words, None))
        if one.public_text is not None:
            one.public_text = words
        one.version += 1
    session.flush()
    audit.record(session, actor_id, "walk.settle", one, used=use_words)
