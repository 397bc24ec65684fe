"""Which piece of land a report's map opens on."""

from sqlalchemy.orm import Session

from mapdialog.basemap.ground import get_ground
from mapdialog.districts.queries import bounds_of
from mapdialog.geo.bbox import Bounds
from mapdialog.reports.district_report import DistrictReport
from mapdialog.reports.heat_report import HeatReport, opening_view

_SWEDEN = (266_000.0, 6_132_000.0, 921_000.0, 7_670_000.0)


def opening_bounds(
    session: Session, municipality_code: str, districts: DistrictReport | None, heat: HeatReport | None
) -> Bounds:
    """The districts, else where contributions lie, else the municipality; EPSG:3006 metres."""
    if districts is not None:
        found = bounds_of(session, districts.district_set)
        if found is not None:
            return found
    if heat is not None and heat.heat is not None:
        return opening_view(heat.heat)
    ground = get_ground(session, municipality_code)
    shape = ground.land if ground.municipality.is_empty else ground.municipality
    if shape.is_empty:
        return _SWEDEN
    west, south, east, north = shape.bounds
    return west, south, east, north
