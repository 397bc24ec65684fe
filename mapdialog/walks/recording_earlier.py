"""What the phone of a return walk takes along of the walk before: findings, what is done about them, small photos."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from mapdialog.contributions.models import Attachment, State
from mapdialog.core.errors import NotFound
from mapdialog.core.text import N_
from mapdialog.walks import board, queries
from mapdialog.walks.findings import Feeling, Verdict, WalkAction, WalkObservation
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.returning import feeling_after, match_stops

# Thumbnails are at most 480 pixels, some 30 kB each: so many are a megabyte, which a phone fetches in any network.
MOST_PHOTOS = 40


def earlier(session: Session, walk: SafetyWalk, role: str) -> dict[str, Any] | None:
    """The earlier walk's findings as JSON values, places in EPSG:4326; None when the walk repeats none.

    `after` says per verdict how the place is taken to feel. `photos` are keys of those that are to be preloaded, at
    most MOST_PHOTOS in all and one of each finding first; `photos_left` how many were left behind.
    """
    if walk.repeat_of is None:
        return None
    found = list_before(session, walk, role)
    actions = board.list_by_observation(session, walk.repeat_of)
    instead = match_stops(walk.repeat_of.stops, walk.stops)
    taken = _photos(found)
    findings = [_finding(one, actions.get(one.id, []), instead, taken[one.id]) for one in found]
    return {
        "title": walk.repeat_of.title,
        "starts_at": walk.repeat_of.starts_at.isoformat() if walk.repeat_of.starts_at else None,
        "findings": findings,
        "photos_left": sum(one["photos_left"] for one in findings),
    }


def list_before(session: Session, walk: SafetyWalk, role: str) -> Sequence[WalkObservation]:
    """What that role may see of the walk before: leaders what the coordinator has approved, participants what everybody
    may read."""
    before = walk.repeat_of
    if before is None:
        return []
    if role != "leader":
        return queries.list_public_observations(session, before)
    return [one for one in queries.list_observations(session, before) if one.state == State.APPROVED]


def get_photo(session: Session, walk: SafetyWalk, role: str, key: str) -> Attachment:
    """A photo of the walk before, or NotFound."""
    for one in list_before(session, walk, role):
        for photo in _shown(one):
            if photo.key == key:
                return photo
    raise NotFound(N_("Fotot finns inte på den förra vandringen."))


def _shown(one: WalkObservation) -> list[Attachment]:
    return [photo for photo in one.gallery if not photo.is_hidden]


def _photos(found: Sequence[WalkObservation]) -> dict[int, list[str]]:
    """Keys of the photos to take along, by observation: the first of each before the second of any."""
    taken: dict[int, list[str]] = {one.id: [] for one in found}
    ranked = [(rank, one.id, photo.key) for one in found for rank, photo in enumerate(_shown(one))]
    for _rank, observation_id, key in sorted(ranked, key=lambda row: row[0])[:MOST_PHOTOS]:
        taken[observation_id].append(key)
    return taken


def _finding(
    one: WalkObservation, actions: Sequence[WalkAction], instead: dict[int, int], photos: list[str]
) -> dict[str, Any]:
    # What felt secure has nothing to be fixed.
    verdicts = [each.value for each in Verdict if each != Verdict.FIXED or one.polarity != Feeling.SECURE]
    return {
        "id": one.id,
        "stop_id": instead.get(one.stop_id) if one.stop_id is not None else None,
        "category": one.category.key,
        "label_sv": one.category.label_sv,
        "label_en": one.category.label_en or one.category.label_sv,
        "polarity": one.polarity,
        "severity": one.severity,
        "text": one.public_text if one.public_text is not None else "",
        "position": [one.lon_e6 / 1e6, one.lat_e6 / 1e6],
        "after": {verdict: feeling_after(one.polarity, one.severity, verdict) for verdict in verdicts},
        "actions": [{"title": each.title, "status": each.status} for each in actions],
        "photos": photos,
        "photos_left": len(_shown(one)) - len(photos),
    }
