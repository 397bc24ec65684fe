"""What a phone takes along on a walk: route, stops, checklist, groups, and the box of map it needs."""

from typing import Any

import shapely
from sqlalchemy.orm import Session

from mapdialog.geo import features
from mapdialog.geo.geometry import from_element, from_store
from mapdialog.walks.models import SafetyWalk
from mapdialog.walks.recording_earlier import earlier
from mapdialog.walks.recording_models import WalkDevice
from mapdialog.walks.recording_sync import list_own
from mapdialog.walks.rules import takes_observations

AROUND_M = 300.0
ROUTE_DETAIL_M = 0.5


def package(session: Session, walk: SafetyWalk, device: WalkDevice, *, in_english: bool) -> dict[str, Any]:
    """The walk as JSON values; places in EPSG:4326, `box` [w, s, e, n] 300 m around the plan, None without a plan.

    `observations` is what this phone has sent, as it stands now; `earlier` what the walk that this one repeats found.
    """
    route = from_element(walk.route) if walk.route is not None else None
    return {
        "walk": {
            "slug": walk.slug,
            "title": walk.title,
            "purpose": walk.purpose,
            "meeting_place": walk.meeting_place,
            "starts_at": walk.starts_at.isoformat() if walk.starts_at else None,
            "light": walk.light,
            "is_open": takes_observations(walk.status),
            "cancelled": walk.cancel_reason,
        },
        "role": device.code.role,
        "checklist": {"version": walk.checklist.number, "title": walk.checklist.checklist.title},
        "categories": [_category(item, in_english) for item in walk.checklist.items],
        "groups": [{"id": group.id, "name": group.name} for group in walk.groups],
        "stops": [_stop(stop) for stop in walk.stops],
        "route": features.geometry(from_store(route.simplify(ROUTE_DETAIL_M))) if route is not None else None,
        "box": box_of(walk),
        "observations": [_own(recording) for recording in list_own(session, device)],
        "earlier": earlier(session, walk, device.code.role),
    }


def box_of(walk: SafetyWalk) -> list[float] | None:
    """The map a phone needs: the plan and 300 m around it, [w, s, e, n] in EPSG:4326; None without a plan."""
    shapes = [from_element(walk.route)] if walk.route is not None else []
    shapes += [from_element(stop.place) for stop in walk.stops if stop.place is not None]
    if not shapes and walk.district is not None:
        shapes.append(from_element(walk.district.geom))
    if not shapes:
        return None
    west, south, east, north = shapely.union_all(shapes).bounds
    around = shapely.box(west - AROUND_M, south - AROUND_M, east + AROUND_M, north + AROUND_M)
    return [round(edge, 5) for edge in from_store(around).bounds]


def _category(item: Any, in_english: bool) -> dict[str, Any]:
    questions = (in_english and item.questions_en) or item.questions_sv
    return {
        "key": item.key,
        "label": (in_english and item.label_en) or item.label_sv,
        "questions": [line for line in questions.splitlines() if line.strip()],
        "leaning": item.leaning,
        "icon": item.icon,
        "color": item.color,
    }


def _stop(stop: Any) -> dict[str, Any]:
    place = from_store(from_element(stop.place)) if stop.place is not None else None
    return {
        "id": stop.id,
        "seq": stop.seq,
        "name": stop.name,
        "questions": [line for line in stop.questions.splitlines() if line.strip()],
        "position": features.geometry(place)["coordinates"] if place is not None else None,
    }


def _own(recording: Any) -> dict[str, Any]:
    one = recording.observation
    return {"client_id": str(one.client_id), "revision": recording.revision, "state": one.state}
