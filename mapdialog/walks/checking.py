"""A return check made at the desk, from somebody's notes: through the door that phones use. Callers commit."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from mapdialog.contributions import moderation
from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.geo.geometry import from_element
from mapdialog.walks import recording
from mapdialog.walks.findings import Verdict, WalkObservation
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
