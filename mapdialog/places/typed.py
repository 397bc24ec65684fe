"""What a typed place means: coordinates in any system of the country, or a name near the municipality's middle."""

from dataclasses import dataclass

import shapely
from sqlalchemy.orm import Session

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.geo.geometry import to_store
from mapdialog.places.coordinates import parse_coordinates
from mapdialog.places.queries import search_places


@dataclass(frozen=True)
class Where:
    """What typed places mean here: the municipality's own zone (EPSG) and its middle (lon, lat)."""

    local_zone: int
    near: tuple[float, float] | None


def find_place(session: Session, typed: str, where: Where, *, field: str) -> shapely.Point | None:
    """The place in EPSG:3006, None for nothing typed. Raises Invalid at `field` where nothing is found."""
    if not typed:
        return None
    hits = search_places(session, typed, near=where.near, limit=1, local_zone=where.local_zone)
    if not hits:
        raise Invalid(
            N_("Vi hittar inte platsen ”%(typed)s”. Peka på kartan, eller skriv ett ortnamn eller koordinater."),
            field=field,
            typed=typed,
        )
    point = to_store(shapely.Point(hits[0].lon, hits[0].lat))
    return shapely.Point(point.x, point.y)  # type: ignore[attr-defined]


def name_in(typed: str, where: Where) -> str:
    """The name that was typed; '' for coordinates."""
    return "" if parse_coordinates(typed, local_zone=where.local_zone, near=where.near) else typed
