"""Which districts of a file are new, changed or gone, matched by code."""

import shapely

from mapdialog.districts.importing import Incoming
from mapdialog.districts.models import District
from mapdialog.districts.report import ImportReport
from mapdialog.geo.geometry import from_element

_SAME_M = 0.01  # a centimetre: what rounding of coordinates in a file moves, and no border does


def compare(known: dict[str, District], incoming: list[Incoming], report: ImportReport) -> None:
    """Fill the report's added, changed, unchanged and removed."""
    for one in incoming:
        district = known.get(one.code)
        fate = report.added if district is None else report.unchanged if _is_same(district, one) else report.changed
        fate.append(one.code)
    report.removed = sorted(known.keys() - {one.code for one in incoming})


def _is_same(district: District, one: Incoming) -> bool:
    return (
        district.name == one.name
        and (one.population is None or district.population == one.population)
        and (one.year is None or district.population_year == one.year)
        and bool(shapely.equals_exact(from_element(district.geom), one.shape, tolerance=_SAME_M, normalize=True))
        and (one.display is None or _is_drawn_alike(district, one))
    )


def _is_drawn_alike(district: District, one: Incoming) -> bool:
    if district.display_geom is None or one.display is None:
        return False
    drawn = from_element(district.display_geom)
    return bool(shapely.equals_exact(drawn, one.display, tolerance=_SAME_M, normalize=True))
