"""What a page's map starts with: its box, the dialogue's area and the background layers to choose among."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from mapdialog.basemap.frame import Frame, around
from mapdialog.basemap.layers import for_browser
from mapdialog.basemap.views import layers as configured_layers
from mapdialog.contributions.mapwindow import SIZES, MapWindow
from mapdialog.contributions.queries import start_box
from mapdialog.dialogues.area import municipality_box
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo import features
from mapdialog.geo.crs import STORE, WGS84, transform_point
from mapdialog.geo.geometry import from_element, from_store

AREA_DETAIL_M = 5.0
PLACE_SIZE, PLACE_METRES = (640, 320), 900.0


def map_data(session: Session, dialogue: Dialogue) -> dict[str, Any]:
    """`area` as a GeoJSON geometry in EPSG:4326 or None, `bbox` as [w, s, e, n] or None, and `layers`.

    A dialogue without area and contributions opens on the municipality.
    """
    box = start_box(session, dialogue.id) or municipality_box(session)
    layers = background_layers(dialogue)
    area = None
    if dialogue.area is not None:
        area = features.geometry(from_store(from_element(dialogue.area).simplify(AREA_DETAIL_M)), digits=5)
    return {
        "area": area,
        "bbox": [round(edge, 6) for edge in box] if box else None,
        "layers": layers,
    }


def background_layers(dialogue: Dialogue | None = None) -> list[dict[str, Any]]:
    """The background layers of a page's map: the dialogue's own choice, else all."""
    return for_browser(configured_layers(), _("Karta"), dialogue.map_layers if dialogue else None)


def layer_choices() -> list[tuple[str, str]]:
    """Key and label of each background that a dialogue may offer; empty when only the built-in map exists."""
    return [(layer.key, layer.label) for layer in configured_layers()]


def map_images(window: MapWindow, pin: tuple[float, float] | None) -> list[dict[str, Any]]:
    """The window drawn on the server in each size, with a pin (EPSG:4326) where a place is chosen: name, url, size."""
    markers = [transform_point(*pin, WGS84, STORE)] if pin else []
    return [
        {"name": name, "width": width, "height": height, "url": _drawn(window.frame(width, height), markers)}
        for name, (width, height) in SIZES.items()
    ]


def place_image(position: tuple[float, float] | None) -> dict[str, Any] | None:
    """A small drawn map round a place (EPSG:4326), or None without one."""
    if position is None:
        return None
    place = transform_point(*position, WGS84, STORE)
    width, height = PLACE_SIZE
    return {"width": width, "height": height, "url": _drawn(around(*place, PLACE_METRES, width, height), [place])}


def _drawn(frame: Frame, markers: list[tuple[float, float]]) -> str:
    marked = [f"{east:.1f},{north:.1f}" for east, north in markers]
    return url_for(
        "basemap.drawn_map", bbox=frame.as_text(), width=frame.width, height=frame.height, scale=2, marker=marked
    )
