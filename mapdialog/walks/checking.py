"""A return check at the desk: made from somebody's notes, by the door that phones use, or judged. Callers commit."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.contributions.models import State
from mapdialog.core import audit
from mapdialog.core.errors import Conflict, Invalid
from mapdialog.core.text import N_
from mapdialog.geo.geometry import from_element
from mapdialog.walks import recording
from mapdialog.walks.findings import Feeling, Verdict, WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.recording import NewObservation, Recorded
from mapdialog.walks.returning import feeling_after, match_stops


def check_at_desk(
    session: Session,
    walk: SafetyWalk,
    earlier: WalkObservation,
    verdict: str,
    *,
    words: str,
    client_id: uuid.UUID,
    receipt_prefix: str,
    at: datetime,
    actor_id: int | None,
) -> Recorded:
    """What has become of an earlier finding, approved at once; the same `client_id` again is one. Raises Invalid,
    Closed when the walk's protocol is published."""
    if verdict not in {one.value for one in Verdict}:
        raise Invalid(N_("Välj bättre, lika, sämre eller åtgärdat."), field="verdict")
    polarity, severity = feeling_after(earlier.polarity, earlier.severity, verdict)
    keys = {one.key for one in walk.dialogue.categories}
    instead = match_stops(walk.repeat_of.stops, walk.stops) if walk.repeat_of is not None else {}
    new = NewObservation(
        client_id=client_id,
        group_id=walk.groups[0].id,
        category=earlier.category.key if earlier.category.key in keys else "other",
        polarity=polarity,
        severity=severity,
        text=words,
        observed_at=recording.desk_time(walk, at),
        point_source="manual",
        place=from_element(earlier.anchor),  # type: ignore[arg-type]
        stop_id=instead.get(earlier.stop_id) if earlier.stop_id is not None else None,
        light=walk.light,
        recorded_by="desk",
        follows_id=earlier.id,
        verdict=verdict,
    )
    made = recording.record(session, walk, new, receipt_prefix=receipt_prefix, at=at)
    if made.is_new:
        moderation.approve(session, made.observation, version=None, actor_id=actor_id)
    return made


def call_fixed(session: Session, one: WalkObservation, *, version: int | None, actor_id: int | None) -> None:
    """The coordinator knows that it is fixed, and then nothing is insecure there. Raises Conflict."""
    moderation.take(session, one, version)
    if one.verdict is None or one.state == State.WITHDRAWN:
        raise Conflict(N_("Iakttagelsen är ingen bedömning som gäller. Ladda om sidan."))
    one.verdict, one.polarity, one.severity = Verdict.FIXED.value, Feeling.NEUTRAL.value, None
    session.flush()
    audit.record(session, actor_id, "walk.call_fixed", one)
