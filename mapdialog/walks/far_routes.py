"""Finds a route that lies far from the municipality, as one does whose longitude and latitude have changed places."""

import shapely
from sqlalchemy.orm import Session

from mapdialog.core.errors import Invalid
from mapdialog.core.text import N_
from mapdialog.districts import nearness

FAR_M = 10_000.0  # a walk may well cross the border, or begin at the railway station of the next town


def is_swapped(session: Session, route: shapely.LineString) -> bool | None:
    """None for a route (EPSG:3006) near the municipality's districts; True for one far away that would lie near them
    with longitude and latitude exchanged, False for another. Without districts everything is near."""
    return nearness.is_swapped(session, route, FAR_M)


def swapped(route: shapely.LineString) -> shapely.LineString | None:
    """The route with longitude and latitude exchanged; None where that is no place on earth."""
    line = nearness.swapped(route)
    return line if isinstance(line, shapely.LineString) else None


def question(is_swapped: bool) -> Invalid:
    """What is asked about a route that is not near."""
    if is_swapped:
        return Invalid(
            N_(
                "Rutten ligger mer än en mil utanför kommunen, men hamnar rätt om longitud och latitud byter plats. "
                "Byt plats på dem, eller kryssa i att rutten ska ligga där den ligger."
            )
        )
    return Invalid(
        N_(
            "Rutten ligger mer än en mil utanför kommunen. Titta på kartan. "
            "Är det rätt, kryssa i att rutten ska ligga där och spara igen."
        )
    )
