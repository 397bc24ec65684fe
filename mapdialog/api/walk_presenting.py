"""What the API says of safety walks: what is public once the protocol is, places in EPSG:4326, times in UTC."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

from flask import url_for

from mapdialog.api.presenting import moment
from mapdialog.geo import features
from mapdialog.geo.geometry import from_element, from_store
from mapdialog.walks import phone_clock, public_numbers, routes
from mapdialog.walks.findings import OwnerType, WalkAction, WalkObservation
from mapdialog.walks.models import SafetyWalk


def line(walk: SafetyWalk, observations: Mapping[int, int], actions: Mapping[int, tuple[int, int]]) -> dict[str, Any]:
    """A walk as a line of the list; counts by the walk's id."""
    done, total = actions.get(walk.id, (0, 0))
    return {
        "slug": walk.slug,
        "title": walk.title,
        "status": walk.status,
        "area": walk.area_name or (walk.district.name if walk.district else ""),
        "starts_at": moment(walk.starts_at),
        "published_at": moment(walk.published_at),
        "observations": observations.get(walk.id, 0),
        "actions": total,
        "actions_done": done,
        "url": url_for("walk_results.walk", slug=walk.slug, _external=True),
    }


def whole(walk: SafetyWalk, observations: Mapping[int, int], actions: Mapping[int, tuple[int, int]]) -> dict[str, Any]:
    """One walk. `participants` is null when it is not known or too few to be told."""
    route = from_element(walk.route) if walk.route is not None else None
    before = walk.repeat_of
    return line(walk, observations, actions) | {
        "purpose": walk.purpose,
        "organiser": walk.organiser,
        "registry_number": walk.registry_number,
        "ends_at": moment(walk.ends_at),
        "light": walk.light,
        "weather": walk.weather,
        "ground": walk.ground,
        "foliage": walk.foliage,
        "participants": public_numbers.total(group.head_count for group in walk.groups),
        "repeats": before.slug if before is not None and before.published_at is not None else None,
        "route": features.geometry(from_store(route)) if route is not None else None,
        "stops": [
            {
                "seq": stop.seq,
                "name": stop.name,
                "position": routes.lon_lat(stop.place) if stop.place is not None else None,
            }
            for stop in walk.stops
        ],
    }


def observations(seen: Sequence[WalkObservation], far: Container[int], english: bool) -> dict[str, Any]:
    """A FeatureCollection of public observations; those in `far` lie where nobody believes, and have no geometry."""
    return {"type": "FeatureCollection", "features": [_observation(one, one.id in far, english) for one in seen]}


def _observation(one: WalkObservation, is_far: bool, english: bool) -> dict[str, Any]:
    kind = one.category
    properties = {
        "receipt": one.receipt,
        "category": kind.key,
        "category_label": (english and kind.label_en) or kind.label_sv,
        "polarity": one.polarity,
        "severity": one.severity,
        "light": one.light,
        "stop": one.stop.seq if one.stop else None,
        "text": one.public_text or "",
        "observed_at": moment(one.submitted_at) if not phone_clock.is_doubted(one) else None,
        "verdict": one.verdict,
        "photos": [
            url_for("contributions.photo", key=photo.key, _external=True)
            for photo in one.gallery
            if not photo.is_hidden
        ],
    }
    if is_far:
        return features.feature(None, properties, one.receipt)
    return features.point(one.lon_e6 / 1e6, one.lat_e6 / 1e6, properties, one.receipt)


def action(one: WalkAction, seen: Mapping[int, str]) -> dict[str, Any]:
    """An action; `observations` are the receipts of those it answers that are public (`seen`, by id)."""
    is_named = one.party is not None and one.owner_type != OwnerType.PRIVATE
    answered = sorted({each.merged_into_id or each.id for each in one.observations})
    return {
        "id": one.id,
        "title": one.title,
        "where": one.where_text,
        "kind": one.kind,
        "priority": one.priority,
        "owner_type": one.owner_type,
        "responsible": one.party.name if is_named and one.party is not None else None,
        "status": one.status,
        "reason": one.status_reason,
        "deadline": one.deadline.isoformat(),
        "done_on": one.done_on.isoformat() if one.done_on else None,
        "observations": [seen[each] for each in answered if each in seen],
    }
