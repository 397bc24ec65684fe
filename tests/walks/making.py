"""Walks as the desk makes them, for tests."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shapely.geometry import LineString, Point
from sqlalchemy.orm import Session

from mapdialog.core.clock import now
from mapdialog.walks import actions, recording
from mapdialog.walks.drafts import GroupDraft, StopDraft, WalkDraft
from mapdialog.walks.findings import WalkObservation
from mapdialog.walks.models import SafetyWalk
from tests.seeds import TRELLEBORG

EAST, NORTH = TRELLEBORG
ROUTE = LineString([(EAST, NORTH), (EAST + 300, NORTH), (EAST + 300, NORTH + 200)])
EVENING = datetime(2026, 11, 26, 17, 0, tzinfo=ZoneInfo("Europe/Stockholm"))


def walk_draft(**values: Any) -> WalkDraft:
    """A walk in Trelleborg on a dark November evening, with a route, three stops and two groups."""
    settings: dict[str, Any] = {
        "title": "Trygghetsvandring i Östervång",
        "purpose": "Vi går från stationen till skolan och ser hur vägen känns.",
        "organiser": "Kommunledningsförvaltningen",
        "invitation_text": "Välkommen att gå med oss.",
        "area_name": "Östervång",
        "meeting_place": "Gasverket",
        "route": ROUTE,
        "pre_meeting_at": EVENING - timedelta(days=14),
        "starts_at": EVENING,
        "ends_at": EVENING + timedelta(hours=2),
        "follow_up_at": EVENING + timedelta(days=14),
        "stops": (
            StopDraft("Stationen", "Hittar man?", Point(EAST, NORTH)),
            StopDraft("Tunneln under Hedvägen", "", Point(EAST + 300, NORTH)),
            StopDraft("Skolan"),
        ),
        "groups": (GroupDraft("Grupp 1", "Anna"), GroupDraft("Grupp 2")),
    }
    return WalkDraft(**(settings | values))


def make_walk(session: Session, **values: Any) -> SafetyWalk:
    """The same, stored."""
    return actions.create_walk(session, walk_draft(**values), actor_id=None)


def new_observation(walk: SafetyWalk, text: str = "Två lampor är släckta.", **values: Any) -> recording.NewObservation:
    """What a phone sends from the first group, by GPS."""
    settings: dict[str, Any] = {
        "client_id": uuid.uuid4(),
        "group_id": walk.groups[0].id,
        "category": "lighting",
        "polarity": "insecure",
        "severity": 2,
        "text": text,
        "observed_at": EVENING + timedelta(minutes=20),
        "point_source": "gps",
        "place": Point(EAST + 100, NORTH + 5),
        "accuracy_m": 8.0,
        "light": "dark_lit",
        "said_by": "resident",
    }
    return recording.NewObservation(**(settings | values))


def observe(session: Session, walk: SafetyWalk, text: str = "Två lampor är släckta.", **values: Any) -> WalkObservation:
    """The same, received `at` that moment, else as soon as it was seen."""
    at = values.pop("at", None)
    new = new_observation(walk, text, **values)
    made = recording.record(session, walk, new, receipt_prefix="TRE", at=at or max(now(), new.observed_at))
    return made.observation
