"""Answers of a place search, and words for a position."""

from dataclasses import dataclass
from math import cos, hypot, radians

from mapdialog.core.text import N_

KINDS = {
    "town": N_("stad"), "village": N_("ort"), "neighbourhood": N_("stadsdel"), "district": N_("område"),
    "street": N_("gata"),
    "square": N_("torg"), "park": N_("park"), "school": N_("skola"), "station": N_("station"), "harbour": N_("hamn"),
    "hospital": N_("sjukhus"), "beach": N_("strand"), "sport": N_("idrottsplats"), "sight": N_("sevärdhet"),
    "nature": N_("natur"), "address": N_("adress"), "coordinates": N_("koordinater"),
}  # fmt: skip
_SAME_M = 1_000.0


@dataclass(frozen=True)
class Hit:
    """A place in EPSG:4326. `kind` is a key of KINDS or a word of the imported file; coordinates have their system."""

    name: str
    kind: str
    district: str
    lon: float
    lat: float

    def is_near(self, other: "Hit") -> bool:
        """Within a kilometre: then equal names mean one place."""
        metres = 111_320.0
        return hypot((self.lon - other.lon) * cos(radians(self.lat)), self.lat - other.lat) * metres < _SAME_M

    @property
    def system(self) -> str:
        """For coordinates the system they were typed in."""
        return self.district if self.kind == "coordinates" else ""


@dataclass(frozen=True)
class Near:
    """What lies at a position: the nearest named place, how far it is, and the district; '' where nothing is known."""

    place: str
    distance_m: int | None
    district: str
    is_close: bool
