"""The staff blueprint of what comes after a walk, and what its pages share."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, current_app, make_response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from mapdialog.basemap import drawing
from mapdialog.basemap.drawing import Marker, Overlay
from mapdialog.basemap.frame import fit
from mapdialog.config import Config
from mapdialog.core.clock import local, now
from mapdialog.core.database import session
from mapdialog.geo.crs import STORE, WGS84, transform_point
from mapdialog.geo.geometry import from_element
from mapdialog.walks import astray, board, queries, walk_maps
from mapdialog.walks.actions_many import get_party
from mapdialog.walks.board import Place, is_late
from mapdialog.walks.findings import WalkAction, WalkObservation
from mapdialog.walks.following_up import STATUSES
from mapdialog.walks.models import SafetyWalk, WalkGroup
from mapdialog.walks.walk_maps import Spot, action_spot
from mapdialog.web.mapdata import background_layers

_NOWHERE = (266_000.0, 6_132_000.0, 921_000.0, 7_670_000.0)  # Sweden, for a walk without any place

blueprint = Blueprint("walk_follow_up", __name__)

STATUS_LOOKS = {
    "proposed": ("", "circle-dot"),
    "forwarded": ("primary", "send"),
    "accepted": ("primary", "inbox"),
    "planned": ("primary", "calendar"),
    "in_progress": ("warn", "hammer"),
    "done": ("success", "circle-check"),
    "rejected": ("danger", "circle-x"),
    "outside_mandate": ("danger", "circle-slash"),
}


def settings() -> Config:
    """The application's settings."""
    config = current_app.config["MAPDIALOG"]
    assert isinstance(config, Config)
    return config


def today() -> date:
    """The day in Stockholm."""
    return local(now()).date()


def party_choices(chosen: int | None = None) -> list[tuple[str, str]]:
    """Who can be responsible, for a select; the one chosen before stays, also when it is no longer active."""
    parties = [(str(one.id), one.name) for one in queries.list_parties(session())]
    if chosen is not None and str(chosen) not in dict(parties):
        parties.append((str(chosen), get_party(session(), chosen).name))
    return [("", _("Ingen vald än")), *parties]


def whole(text: str | None) -> int | None:
    """A whole number that a form sent; None for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def numbers(name: str) -> list[int]:
    """Whole numbers sent under that name, in address or form; anything else is left out."""
    sent = request.values.getlist(name)
    return list(dict.fromkeys(int(one) for one in sent if one.isascii() and one.isdecimal() and len(one) < 18))


def page_map(spots: list[Spot], walks: list[SafetyWalk], tracks: Iterable[WalkGroup] = ()) -> dict[str, Any]:
    """The island of a page's map; `tracks` are groups whose way may be seen there."""
    return walk_maps.map_data(spots, walks, tracks) | {"layers": background_layers()}


def drawn(places: list[tuple[float, float, str]], walks: list[SafetyWalk]) -> Response:
    """The same as a picture, for pages without JavaScript: (lon, lat, colour) in degrees, and routes."""
    markers = [Marker(*transform_point(lon, lat, WGS84, STORE), color) for lon, lat, color in places]
    box = walk_maps.bounds([(one.east, one.north) for one in markers], walks) or _NOWHERE
    width, height = walk_maps.SIZE
    picture = drawing.static_map(
        session(),
        fit(box, width, height, margin=0.08),
        width,
        height,
        markers=markers,
        overlays=[Overlay(from_element(one.route), width=3) for one in walks if one.route is not None],
        municipality_code=settings().municipality_code,
    )
    response = make_response(picture)
    response.mimetype = "image/png"
    response.cache_control.private, response.cache_control.max_age = True, 60
    return response


def action_places(actions: Sequence[WalkAction]) -> list[Place]:
    """Where they lie, by those of their observations whose place is believed."""
    found: dict[SafetyWalk, list[WalkObservation]] = {}
    for one in actions:
        found.setdefault(one.walk, []).extend(one.observations)
    far = {key for walk, observations in found.items() for key in astray.find(session(), walk, observations)}
    return board.list_places(session(), [one.id for one in actions], far=far)


def action_spots(actions: list[WalkAction], places: list[Place], day: date) -> list[Spot]:
    """Pins of the actions that have a place."""
    by_id = {one.id: one for one in actions}
    found = []
    for place in places:
        one = by_id[place.action_id]
        label = f"{one.title} ({_(STATUSES[one.status]).lower()})"
        href = url_for("walk_follow_up.action", action_id=one.id)
        found.append(action_spot(place, one.status, is_late(one, day), label, href))
    return found
